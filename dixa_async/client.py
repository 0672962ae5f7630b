"""The client: its settings, its connections, and the resources of the API as attributes."""

import platform
from collections.abc import Awaitable, Mapping, Sequence
from functools import cached_property
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
    with_changes,
)
from .errors import UsageError
from .models.base import UNSET
from .resources.namespaces import ResourceNamespaces
from .secret import Secret
from .transport.limiter.protocol import Limiter, LimiterState, check_limiter
from .transport.middleware.chain import Middleware, check_middleware
from .transport.operation import custom_operation
from .transport.session import refuse_copy
from .transport.urls import PathValue, QueryValue

if TYPE_CHECKING:
    from .exports.resource import Exports
    from .files.resource import Files
    from .resources.registry import Namespace

T = TypeVar("T")


class DixaClient(ResourceNamespaces):
    """A client for the Dixa API.

    ::

        async with DixaClient() as dixa:  # the token is in DIXA_API_KEY
            conversation = await dixa.conversations.get(1234)

    Make one and keep it: it holds the connections. Any number of tasks can use it at once, on one event loop.

    Args:
        api_key: the token of an API integration; defaults to DIXA_API_KEY.
        config: all settings at once, for example from `ClientConfig.from_env`. It cannot be combined with settings as
            arguments, and then no environment variable is read.
        base_url: the server, https or on this machine; defaults to DIXA_BASE_URL, else ``https://dev.dixa.io``.
        api_version: ``beta`` or ``v1``; defaults to DIXA_API_VERSION, else ``beta``.
        auth_scheme: ``raw`` or ``bearer``; defaults to DIXA_AUTH_SCHEME, else ``raw``.
        timeout: how long calls may take, or the seconds of one attempt; defaults to DIXA_TIMEOUT, else 30 s.
        retry: when a failed attempt is retried; defaults to DIXA_MAX_ATTEMPTS, else 4 attempts.
        rate_limit: how fast requests are sent, the requests a second, or a custom limiter; defaults to
            DIXA_RATE_LIMIT, else 10 a second.
        max_concurrency: requests in flight at once; defaults to 100.
        max_response_bytes: the largest response that is read, in bytes after decompression; defaults to 16 MiB.
        log_bodies: whether bodies are logged at DEBUG. They hold personal data. Defaults to False.
        on_unreadable_item: what to do with an item of a list that cannot be read. ``raise``, the default, raises an
            `UnreadableItemsError`, which has the other items. A plain function is called with each such item, and the
            list is returned without it; an error that it raises ends the call.
        exports_url: the server of exports; defaults to DIXA_EXPORTS_URL, else ``https://exports.dixa.io``. If
            `base_url` is not a server of Dixa, the default is the same server.
        files_url: the server of files; defaults to DIXA_FILES_URL, else ``https://files.dixa.io``, in the same way.
        exports_per_minute: requests for exports a minute; defaults to DIXA_EXPORTS_PER_MINUTE, else 10.
        max_export_bytes: the largest response of an export, in bytes after decompression; defaults to 16 GiB.
        max_export_row_bytes: the largest row of an export, in bytes; defaults to 4 MiB.
        max_file_bytes: the largest file that is downloaded, in bytes; defaults to 512 MiB.
        session: an aiohttp session to use. The client does not close it.
        middleware: called around every call, the first one outermost.

    Raises:
        ConfigurationError: there is no API key, or a setting is invalid.
    """

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        config: ClientConfig | None = None,
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
        exports_url: str | None = None,
        files_url: str | None = None,
        exports_per_minute: float | None = None,
        max_export_bytes: int | None = None,
        max_export_row_bytes: int | None = None,
        max_file_bytes: int | None = None,
        session: aiohttp.ClientSession | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        key = None if api_key is None else Secret.of(api_key)
        del api_key  # error reports show the local variables of functions
        limiter = None if rate_limit is None or isinstance(rate_limit, RateLimit | int | float) else rate_limit
        if limiter is not None:
            check_limiter(limiter)
        config = resolve_config(
            config,
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
                "exports_url": exports_url,
                "files_url": files_url,
                "exports_per_minute": exports_per_minute,
                "max_export_bytes": max_export_bytes,
                "max_export_row_bytes": max_export_row_bytes,
                "max_file_bytes": max_file_bytes,
            },
        )
        shared = SharedState(config, _user_agent(), session, limiter)
        self._set_up(config, shared, check_middleware(middleware), is_view=False)

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
        """The settings. They never change."""
        return self._config

    @cached_property
    def exports(self) -> "Exports":
        """Exports: all conversations or messages of a period."""
        from .exports.resource import Exports

        return Exports(self._config, self._shared, self._middleware)

    @cached_property
    def files(self) -> "Files":
        """Files: attachments, inline images, recordings."""
        from .files.resource import Files

        return Files(self._config, self._shared, self._middleware)

    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
        return self._shared.session.closed

    @property
    def rate_limit_state(self) -> LimiterState:
        """The state of the rate limit: the current rate, waiting calls, requests of today, and 429s."""
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
        """Make a view of this client with other settings for some calls.

        ::

            fast = dixa.with_options(timeout=2, retry=RetryPolicy(max_attempts=1))

        The view shares connections, slots, rate limit and retry budget with this client, is cheap to make, and is
        closed when this client is. Arguments that are not given default to the settings of this client.

        Args:
            timeout: how long calls may take. A number changes only the seconds of one attempt.
            retry: when a failed attempt is retried.
            max_wait: the longest wait for the rate limit, in seconds.
            on_unreadable_item: what to do with an item of a list that cannot be read.
            middleware: called around every call, inside the middlewares of this client.

        Returns:
            The view.

        Raises:
            ConfigurationError: a setting is invalid.
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
        changed = with_changes(config, {name: value for name, value in given.items() if value is not None})
        view = DixaClient.__new__(DixaClient)
        view._set_up(changed, self._shared, (*self._middleware, *check_middleware(middleware)), is_view=True)
        return view

    @staticmethod
    async def with_response(call: Awaitable[T]) -> ApiResponse[T]:
        """Make a call, and return its response with its value.

        ::

            response = await dixa.with_response(dixa.tags.get(tag_id))
            response.value, response.status, response.headers, response.attempts

        A page has its response already, as `Page.response`.

        Args:
            call: what a method returns before it is awaited. If it makes several requests, such as one for each page,
                the response is that of the last one.

        Returns:
            The value, with the status, the headers, the attempts, and the keys beside ``data``.

        Raises:
            UsageError: `call` is a task, which has started already, or it makes no request.
            CallError: the call failed.
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
        """Call an endpoint that this package does not have, with the same retries, rate limit and errors.

        ::

            await dixa.request("GET", "/agents/{agentId}", path_params={"agentId": agent_id})

        Args:
            method: the HTTP method.
            path: the path below the version, with ``{name}`` for each argument. It is logged: do not put IDs into it.
            path_params: the arguments of the path. They are escaped.
            query: the arguments of the query; those that are None are left out.
            json: the body, of JSON values or models; defaults to no body.
            response_type: the type to read from ``data``: a model, a plain type such as str, a union such as
                `Conversation`, or a list or a dict of these.

        Returns:
            A value of `response_type`. Without one: the whole response as JSON, or None if it has no body.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            TransportError: no complete response arrived.
            StatusError: Dixa responded with a status other than 2xx.
            ResponseDecodeError: the response is not JSON, or does not fit `response_type`.
        """
        operation = custom_operation(method, path, response_type)
        return await self._caller.call_raw(operation, path=path_params, query=query, body=json)

    @staticmethod
    def preload(*namespaces: "Namespace") -> None:
        """Import models, and compile the code that reads and writes them, before the first call.

        ::

            DixaClient.preload("conversations", "messages")

        Without it, the first call that needs them takes some milliseconds more. It blocks: call it at the start of a
        program, before the event loop runs. In a running loop it stalls everything else, for 5 to 50 milliseconds for
        one namespace, and for a fifth of a second for all of them.

        Args:
            namespaces: what to import, such as ``"conversations"`` for the calls of `DixaClient.conversations`;
                defaults to all of them.

        Raises:
            UsageError: the client has no such namespace.
        """
        from .preload import preload

        preload(*namespaces)

    async def aclose(self) -> None:
        """Close the client and its connections. Closing a view does nothing, and a session passed to it stays open.

        Calls that wait for a slot or a permit end at once with `ClientClosedError`: they are not sent, and use no
        permit. Calls that were sent are not retried. One that waits to be retried ends at once with its last error;
        one in flight ends with a `ConnectionLostError`, or with its response if it uses a session of yours.
        """
        if not self._is_view:
            await self._shared.session.close()
            await self._shared.drain_limiters()

    async def __aenter__(self) -> Self:
        self._shared.session.open()
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __enter__(self) -> NoReturn:
        raise UsageError("the client is asynchronous: write `async with DixaClient() as dixa:`")

    def __exit__(self, *_: object) -> None:
        """Never called. Without it, Python would not call `__enter__`, which has the clear error message."""

    @override
    def __reduce__(self) -> NoReturn:
        refuse_copy()

    @override
    def __repr__(self) -> str:
        state = ", closed" if self.closed else ""
        return f"<DixaClient {self._config}{state}>"


def _user_agent() -> str:
    return f"dixa-async/{__version__} Python/{platform.python_version()} aiohttp/{aiohttp.__version__}"
