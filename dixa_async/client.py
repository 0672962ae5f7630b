"""The client: settings, one session, and the sections of the API as attributes."""

import inspect
import platform
import re
from collections.abc import Awaitable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar, overload

import aiohttp
import attrs
from typing_extensions import override

from ._version import __version__
from .api_response import ApiResponse, with_response
from .caller.http_caller import HttpCaller
from .caller.shared_state import SharedState
from .config import (
    ApiVersion,
    AuthScheme,
    ClientConfig,
    OnUnreadableItem,
    RateLimit,
    RetryPolicy,
    Timeout,
    resolve_config,
)
from .errors import ConfigurationError, InvalidRequestError, UsageError
from .models.base import UNSET
from .resources.namespaces import ResourceNamespaces
from .secret import Secret
from .transport.limiter.protocol import Limiter, LimiterState
from .transport.middleware.chain import Middleware
from .transport.operation import Operation
from .transport.session import refuse_copy
from .transport.urls import PathValue, QueryValue

if TYPE_CHECKING:
    from .resources.registry import Namespace

T = TypeVar("T")


class DixaClient(ResourceNamespaces):
    """A client for the Dixa API.

    ::

        async with DixaClient() as dixa:  # the token is in DIXA_API_KEY
            conversation = await dixa.conversations.get(1234)

    Make one and keep it: it holds the connections. Any number of tasks can use it at once, on one event loop.

    Args:
        api_key: the token of an API integration; None: DIXA_API_KEY.
        base_url: the server, https or on this machine; None: DIXA_BASE_URL, else ``https://dev.dixa.io``.
        api_version: ``beta`` or ``v1``; None: DIXA_API_VERSION, else ``beta``.
        auth_scheme: ``raw`` or ``bearer``; None: DIXA_AUTH_SCHEME, else ``raw``.
        timeout: how long calls may take; a number is the seconds of one attempt; None: DIXA_TIMEOUT, else 30 s.
        retry: when a failed attempt is retried.
        rate_limit: how fast requests are sent, or a limiter of one's own; a number is the requests a second; None:
            DIXA_RATE_LIMIT, else 10 a second.
        max_concurrency: requests under way at once, 100 by default.
        max_response_bytes: the largest response that is read, in bytes after decompression; defaults to 16 MiB.
        log_bodies: whether bodies are logged at DEBUG. They hold personal data.
        on_unreadable_item: what is done with an item of a list that cannot be read; defaults to ``raise``: an
            `UnreadableItemsError`, which has the others. A plain function is called with each such item, and the list
            goes on without it; an error that it raises ends the call.
        session: an aiohttp session to use. It is not closed by the client.
        middleware: called around every call, the first one outermost.

    Raises:
        ConfigurationError: there is no API key, or a setting cannot work.
    """

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str | None = None,
        api_version: ApiVersion | None = None,
        auth_scheme: AuthScheme | None = None,
        timeout: Timeout | float | None = None,
        retry: RetryPolicy | None = None,
        rate_limit: RateLimit | Limiter | float | None = None,
        max_concurrency: int | None = None,
        max_response_bytes: int | None = None,
        log_bodies: bool | None = None,
        on_unreadable_item: OnUnreadableItem | None = None,
        session: aiohttp.ClientSession | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        key = None if api_key is None else Secret.of(api_key)
        del api_key  # reports of errors show the variables of functions
        limiter = None if rate_limit is None or isinstance(rate_limit, RateLimit | int | float) else rate_limit
        if limiter is not None:
            _check_limiter(limiter)
        config = resolve_config(
            {
                "api_key": key,
                "base_url": base_url,
                "api_version": api_version,
                "auth_scheme": auth_scheme,
                "timeout": timeout,
                "retry": retry,
                "rate_limit": rate_limit if limiter is None else None,
                "max_concurrency": max_concurrency,
                "max_response_bytes": max_response_bytes,
                "log_bodies": log_bodies,
                "on_unreadable_item": on_unreadable_item,
            }
        )
        shared = SharedState(config, _user_agent(), session, limiter)
        self._set_up(config, shared, _checked(middleware), is_view=False)

    def _set_up(
        self, config: ClientConfig, shared: SharedState, middleware: tuple[Middleware, ...], *, is_view: bool
    ) -> None:
        self._config = config
        self._shared = shared
        self._middleware = middleware
        self._is_view = is_view
        self._caller = HttpCaller(config, shared, middleware)

    @property
    def config(self) -> ClientConfig:
        """The settings. They do not change."""
        return self._config

    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
        return self._shared.session.closed

    @property
    def rate_limit_state(self) -> LimiterState:
        """Where the rate limit stands: the rate now, who waits, the requests of today, the 429s seen."""
        return self._shared.rate_limit_state

    def with_options(
        self,
        *,
        timeout: Timeout | float | None = None,
        retry: RetryPolicy | None = None,
        max_wait: float | None = None,
        on_unreadable_item: OnUnreadableItem | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> "DixaClient":
        """A view of this client with other settings for some calls.

        ::

            fast = dixa.with_options(timeout=2, retry=RetryPolicy(max_attempts=1))

        It shares connections, slots, rate limit and retry budget with this client, costs next to nothing, and is
        closed when this client is.

        Args:
            timeout: how long calls may take; a number changes the seconds of one attempt, and nothing else of it.
            retry: when a failed attempt is retried.
            max_wait: the longest wait for the rate limit, in seconds.
            on_unreadable_item: what is done with an item of a list that cannot be read.
            middleware: called around every call, inside those that the client has.

        Returns:
            The view. None of its arguments means: as in this client.

        Raises:
            ConfigurationError: a setting cannot work.
        """
        config = self._config
        if isinstance(timeout, int | float):
            timeout = attrs.evolve(config.timeout, attempt=timeout)
        given = {
            "timeout": timeout,
            "retry": retry,
            "rate_limit": None if max_wait is None else attrs.evolve(config.rate_limit, max_wait=max_wait),
            "on_unreadable_item": on_unreadable_item,
        }
        changed = _with_changes(config, {name: value for name, value in given.items() if value is not None})
        view = DixaClient.__new__(DixaClient)
        view._set_up(changed, self._shared, (*self._middleware, *_checked(middleware)), is_view=True)
        return view

    @staticmethod
    async def with_response(call: Awaitable[T]) -> ApiResponse[T]:
        """Make a call, and get the response together with its value.

        ::

            response = await dixa.with_response(dixa.tags.get(tag_id))
            response.value, response.status, response.headers, response.attempts

        Pages have theirs already, as `Page.response`.

        Args:
            call: the call, not under way yet: what a method gives before it is awaited. If it makes several calls, it
                is the last one that counts.

        Returns:
            The value, with the status, the headers, the attempts, and what was beside ``data``.

        Raises:
            UsageError: `call` is a task, or makes no call.
            CallError: as the call itself.
        """
        return await with_response(call)

    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        path_params: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        json: object = UNSET,
    ) -> Any: ...
    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        path_params: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        json: object = UNSET,
        response_type: type[T],
    ) -> T: ...
    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        path_params: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        json: object = UNSET,
        response_type: object,
    ) -> Any: ...
    async def request(
        self,
        method: str,
        path: str,
        *,
        path_params: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        json: object = UNSET,
        response_type: Any = None,
    ) -> Any:
        """Call an endpoint that this package does not know yet, with the same retries, limit and errors.

        ::

            await dixa.request("GET", "/agents/{agentId}", path_params={"agentId": agent_id})

        Args:
            method: the HTTP method.
            path: the path below the version, with ``{name}`` for each argument. It stands in logs: put no ids in it.
            path_params: the arguments of the path. They are escaped.
            query: the arguments of the query; None is left out.
            json: what to send: JSON values or models; UNSET: nothing.
            response_type: what to read from ``data``: a model, a plain type such as str, a union such as
                `Conversation`, or a list or a map of these.

        Returns:
            The model, if `response_type` is given. Else the whole response as JSON; None if it has no body.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            TransportError: no complete response arrived.
            StatusError: Dixa responded with a status other than 2xx.
            ResponseDecodeError: the response is not JSON, or does not fit `response_type`.
        """
        if type(method) is not str or not re.fullmatch(r"[A-Za-z]+", method):
            raise InvalidRequestError(f"method must be a word such as GET, not {method!r}")
        if type(path) is not str or not re.fullmatch(r"/(?!/)[!-~]*", path) or re.search(r"[?#\\]", path):
            raise InvalidRequestError("path must start with one /, be ASCII, and hold no query: pass `query` instead")
        if any(part in (".", "..") for part in path.split("/")):
            raise InvalidRequestError("path must hold no . or .. step")
        operation: Operation[Any] = Operation(
            "request",
            method.upper(),
            path,
            response_type=response_type,
            envelope=None if response_type is None else "data",
        )
        return await self._caller.call_raw(operation, path=path_params, query=query, body=json)

    @staticmethod
    def preload(*namespaces: "Namespace") -> None:
        """Load models, and compile what reads and writes them, before the first call.

        ::

            DixaClient.preload("conversations", "messages")

        Else they are loaded when they are first met, which costs a first call some milliseconds. It blocks: call it at
        the start of a program, before its event loop runs. In a running loop it stalls everything else, for 5 to 50
        milliseconds with a namespace, and for a fifth of a second with all of them.

        Args:
            namespaces: what to load, such as ``"conversations"`` for the calls of `DixaClient.conversations`; defaults
                to everything.

        Raises:
            UsageError: the client has no such namespace.
        """
        from .preload import preload

        preload(*namespaces)

    async def aclose(self) -> None:
        """Close the client and its connections, unless they are of a session that it was given. A view closes nothing.

        Calls that wait for a slot or a turn end at once with `ClientClosedError`: they are not sent, and use no turn.
        Calls that were sent are not sent again, and tell what they got: one in the pause before a retry its last
        error, at once; one under way a `ConnectionLostError`, or its response if it goes through a session of yours.
        """
        if not self._is_view:
            await self._shared.session.close()
            await self._shared.limiter.drain()

    async def __aenter__(self) -> Self:
        self._shared.session.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __enter__(self) -> NoReturn:
        raise UsageError("the client is asynchronous: write `async with DixaClient() as dixa:`")

    def __exit__(self, *_: object) -> None:
        """Never called; without it, Python would not call `__enter__` and its clear message."""

    @override
    def __reduce__(self) -> NoReturn:
        refuse_copy()

    @override
    def __repr__(self) -> str:
        state = ", closed" if self.closed else ""
        return f"<DixaClient {self._config}{state}>"


def _with_changes(config: ClientConfig, changes: Mapping[str, object]) -> ClientConfig:
    """A copy of settings with other values for some. Only these are checked: a view may be made for each call."""
    changed = object.__new__(ClientConfig)
    for field in attrs.fields(ClientConfig):
        value = getattr(config, field.name)
        if field.name in changes:
            value = changes[field.name]
            if field.validator is not None:
                field.validator(changed, field, value)
        object.__setattr__(changed, field.name, value)
    return changed


def _check_limiter(limiter: Any) -> None:
    methods = ("try_acquire", "acquire", "on_success", "on_throttled", "drain")
    missing = [name for name in methods if not callable(getattr(limiter, name, None))]
    # A property may not be ready to be read before the limiter is used.
    if inspect.getattr_static(limiter, "state", None) is None and not hasattr(limiter, "state"):
        missing.append("state")
    if isinstance(limiter, type) or missing:
        lack = f", which has no {', '.join(missing)}" if missing else ""
        raise ConfigurationError(
            "rate_limit must be a RateLimit, a number of requests a second or a Limiter, not"
            f" {type(limiter).__name__}{lack}"
        )


def _checked(middleware: Any) -> tuple[Middleware, ...]:
    if not isinstance(middleware, Sequence) or not all(map(callable, middleware)):  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigurationError("middleware must be a list of functions `async (request, send) -> response`")
    return tuple(middleware)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _user_agent() -> str:
    return f"dixa-async/{__version__} Python/{platform.python_version()} aiohttp/{aiohttp.__version__}"
