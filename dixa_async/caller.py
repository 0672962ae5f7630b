"""One call from its arguments to its response: the way that every resource goes.

A `Caller` ties the rooms together: it builds the URL and the body, sends the request through the middlewares, turns a
status into an error and the body of the response into models.
"""

import asyncio
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import aiohttp
import attrs
from typing_extensions import override

from .config import ClientConfig
from .failures import decode_error, invalid_request, status_error, without_token
from .models.base import UNSET
from .pagination import Page, Pager, check_page_limit, next_page_key
from .partial import read_item_by_item
from .responses import RECORDER, ResponseInfo
from .serialization import Serializer, ValidationError
from .transport.http import SEND_OBSERVER, CallState, Request, Response
from .transport.limiter.local import keep_limiter_after, limiter_for
from .transport.limiter.protocol import Limiter, LimiterState
from .transport.limiter.quota import QuotaDetector
from .transport.middleware.chain import Middleware, Send, chain
from .transport.middleware.concurrency import ConcurrencyMiddleware, Slots
from .transport.middleware.deadline import deadline
from .transport.middleware.logging import LoggingMiddleware
from .transport.middleware.rate_limit import RateLimitMiddleware
from .transport.middleware.retry import RetryMiddleware, keep_budget_after, shared_budget
from .transport.multipart import EncodedBody
from .transport.operation import Operation
from .transport.session import Session, refuse_copy
from .transport.urls import PathValue, QueryValue, build_url

T = TypeVar("T")


class SharedState:
    """What a client and its views have in common: connections, slots, the limiter and the retry budget."""

    def __init__(
        self,
        config: ClientConfig,
        user_agent: str,
        session: aiohttp.ClientSession | None,
        limiter: Limiter | None,
    ) -> None:
        self.session = Session(config, user_agent, session)
        self.slots = Slots(self.session.max_connections)
        if limiter is None:
            limiter = limiter_for(config.base_url, config.api_key, config.rate_limit)
        self.limiter = limiter
        self.quota = QuotaDetector(config.rate_limit.daily_quota)
        self.budget = shared_budget(config.base_url, config.api_key)
        keep_limiter_after(self, config.base_url, config.api_key)
        keep_budget_after(self, config.base_url, config.api_key)

    def __del__(self, warn: Callable[..., None] = warnings.warn) -> None:
        # It may have failed to be made, and the interpreter may be about to end.
        session = getattr(self, "session", None)
        if session is not None and session.is_left_open:
            warn(
                "a DixaClient was never closed: use `async with DixaClient() as dixa:`, or `await dixa.aclose()`",
                ResourceWarning,
                source=self,
            )

    @property
    def rate_limit_state(self) -> LimiterState:
        """Where the limiter stands. Those who wait for a slot wait for their turn too."""
        state = self.limiter.state
        return attrs.evolve(state, waiting=state.waiting + self.slots.waiting)


class Caller:
    """Makes calls with the settings of one client.

    Args:
        config: the settings.
        shared: what it has in common with other callers.
        middleware: the user's own middlewares, the outermost first.
    """

    def __init__(self, config: ClientConfig, shared: SharedState, middleware: Sequence[Middleware]) -> None:
        self._config = config
        self._base = f"{config.base_url}/{config.api_version}"
        self._shared = shared
        self._serializer = Serializer.shared()
        max_wait, waits = config.rate_limit.max_wait, shared.session.waits
        self._send: Send = chain(
            (
                *middleware,
                LoggingMiddleware(bodies=config.log_bodies),
                deadline,
                RetryMiddleware(config.retry, shared.budget, waits),
                ConcurrencyMiddleware(shared.slots, shared.limiter, max_wait, waits),
                RateLimitMiddleware(shared.limiter, max_wait, shared.quota, waits),
            ),
            shared.session.send,
        )

    @override
    def __reduce__(self) -> NoReturn:
        refuse_copy()  # what holds a client is copied and pickled down to here

    async def call(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        body: object = UNSET,
    ) -> T:
        """Make a call and read its response.

        Args:
            operation: what to call.
            path: the arguments of the path.
            query: the arguments of the query.
            body: models to send, or a body that is encoded already; UNSET: no body.

        Returns:
            What the operation says comes back.
        """
        if not operation.is_loaded:
            await _load(operation)
        received = await self._exchange(operation, path, query, self._write(operation, body))
        value: Any = None
        rest: Any = None
        if operation.response_type is not None:
            value, rest = await self._read(operation.response_type, operation.envelope, received)
        if (recorder := RECORDER.get()) is not None:
            if operation.response_type is None:
                rest = self._whole(received)
            recorder.last = received.info(operation.envelope, rest)
        return value  # type: ignore[no-any-return]

    def pages(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, PathValue] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        body: object = UNSET,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[T]:
        """A pager over the responses of a call.

        Args:
            operation: what to call; its `response_type` is the type of one item.
            path: the arguments of the path.
            query: the arguments of the query, without those of the page.
            body: models to send with every page; UNSET: no body.
            page_key: where to start.
            page_limit: items on a page.
            prefetch: whether the next page is asked for while the caller works on this one.

        Returns:
            The pager. Nothing is sent yet.
        """
        check_page_limit(page_limit)

        async def fetch(key: str | None) -> Page[T]:
            if not operation.is_loaded:
                await _load(operation)
            sent = self._write(operation, body)
            paging = {**(query or {}), "pageLimit": page_limit, "pageKey": key}
            received = await self._exchange(operation, path, paging, sent)
            items, rest = await self._read(list[operation.response_type], operation.envelope, received)  # type: ignore[name-defined]
            response = received.info(operation.envelope, rest)
            if (recorder := RECORDER.get()) is not None:
                recorder.last = response
            return Page[T].read_from(response, items=items, next_key=next_page_key(rest))

        return Pager(fetch, operation, page_key=page_key, prefetch=prefetch)

    async def call_raw(
        self,
        operation: Operation[Any],
        *,
        path: Mapping[str, PathValue] | None,
        query: Mapping[str, QueryValue] | None,
        body: object,
    ) -> Any:
        """Make a call and give its whole response as JSON, or as the operation's `response_type` if it names one.

        Args:
            operation: what to call.
            path: the arguments of the path.
            query: the arguments of the query.
            body: models or JSON to send; UNSET: no body.

        Returns:
            The response; None if it has no body.
        """
        sent = None
        try:
            if operation.response_type is not None:
                self._serializer.check_kind("response_type", operation.response_type)
            if body is not UNSET:
                sent = _json(self._serializer.encode_request(body, object))
        except ValidationError as problem:
            raise invalid_request(problem) from None
        received = await self._exchange(operation, path, query, sent)
        value: Any = None
        rest: Any = None
        if received.response.body or operation.response_type is not None:
            value, rest = await self._read(operation.response_type or object, operation.envelope, received)
        if (recorder := RECORDER.get()) is not None:
            recorder.last = received.info(operation.envelope, rest)
        return value

    def _write(self, operation: Operation[Any], body: object) -> EncodedBody | None:
        if body is UNSET and operation.body is None:
            return None
        if isinstance(body, EncodedBody):
            return body
        try:
            return _json(self._serializer.encode_request(body, operation.body, operation.body_envelope))
        except ValidationError as problem:
            raise invalid_request(problem) from None

    async def _exchange(
        self,
        operation: Operation[Any],
        path: Mapping[str, PathValue] | None,
        query: Mapping[str, QueryValue] | None,
        body: EncodedBody | None,
    ) -> "_Received":
        self._shared.session.open()  # told before the call waits for its turn
        call_state = CallState(operation)
        request = Request(
            operation=operation,
            url=build_url(self._base, operation.path, path or {}, query or {}),
            headers={"Content-Type": body.content_type} if body is not None else {},
            body=body.body if body is not None else None,
            timeout=self._config.timeout,
            call_state=call_state,
        )
        response = await self._send_observed(request)
        if response.ok:
            return _Received(response, call_state)
        # As it is from here on: reports of errors show the variables of functions.
        token = self._config.api_key
        response = without_token(response, token)
        raise status_error(response, call_state, token)

    def _whole(self, received: "_Received") -> Any:
        """The JSON of a response of which no value is read; None if it is none."""
        try:
            return self._serializer.load(received.response.body)
        except ValidationError:
            return None

    async def _send_observed(self, request: Request) -> Response:
        observer = SEND_OBSERVER.get()
        if observer is None:
            return await self._send(request)
        observer.begin(request.call_state)
        try:
            return await self._send(request)
        finally:
            observer.end(request.call_state)

    async def _read(self, type_form: Any, envelope: str | None, received: "_Received") -> tuple[Any, Any]:
        """The value of a response, and what else is in it, as JSON."""
        try:
            return await self._serializer.read_async(received.response.body, type_form, envelope)
        except ValidationError as problem:
            found = await read_item_by_item(self._serializer, received.response.body, type_form, envelope)
            token = self._config.api_key
            received.response = without_token(received.response, token)
            error = decode_error(problem, received.response, received.call_state, token, found)
            cause = problem.__cause__
        # Out here the problem is not the context of an error, with all the values that were read.
        handle = self._config.on_unreadable_item
        # The items of a list that a write gives back belong to those that were sent: none can be left out.
        if found is None or handle == "raise" or not received.call_state.operation.is_read:
            raise error from cause
        for item in found.unreadable(error.call):
            handle(item)
        return found.items, found.rest


@attrs.define
class _Received:
    """A response other than an error, and the call that it belongs to."""

    response: Response
    call_state: CallState

    def info(self, envelope: str | None, rest: Any) -> ResponseInfo:
        """What the user gets of it.

        Args:
            envelope: the key under which the value is; None: it is the whole response.
            rest: the response without the value, as JSON.
        """
        response = self.response
        beside: Mapping[str, Any] = rest if envelope is not None and rest.__class__ is dict else {}
        return ResponseInfo(
            status=response.status, headers=response.headers, beside=beside, call=self.call_state.info()
        )


async def _load(operation: Operation[Any]) -> None:
    """Import the models of an operation, in turns of the event loop of their own: all at once, they would stall it."""
    await asyncio.sleep(0)
    _ = operation.body
    await asyncio.sleep(0)
    _ = operation.response_type
    await asyncio.sleep(0)


def _json(body: bytes) -> EncodedBody:
    return EncodedBody(body, "application/json")
