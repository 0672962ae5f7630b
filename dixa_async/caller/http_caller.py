"""One call from its arguments to its value: the URL, the body, the middlewares, and the models or the error."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import attrs
from typing_extensions import override

from ..api_response import ResponseInfo, record_response
from ..config import ClientConfig
from ..models.base import UNSET
from ..pagination import Page, Pager, check_page_limit, next_page_key
from ..serialization import Serializer, ValidationError
from ..transport.http import CallState, Request, Response
from ..transport.middleware.chain import Middleware, Send, chain, send_observed
from ..transport.middleware.concurrency import ConcurrencyMiddleware
from ..transport.middleware.deadline import DeadlineMiddleware
from ..transport.middleware.logging import LoggingMiddleware
from ..transport.middleware.rate_limit import RateLimitMiddleware
from ..transport.middleware.retry import RetryMiddleware
from ..transport.multipart import EncodedBody
from ..transport.operation import Operation
from ..transport.session import refuse_copy
from ..transport.urls import PathValue, QueryValue, build_url
from .error_mapping import decode_error, invalid_request, status_error, without_token
from .partial_list import read_item_by_item
from .shared_state import SharedState

T = TypeVar("T")


class HttpCaller:
    """Makes the calls of one client, or of one view of it.

    Args:
        config: the settings.
        shared: the state that a client and its views share.
        middleware: the custom middlewares, the outermost first.
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
                DeadlineMiddleware(),
                RetryMiddleware(config.retry, shared.budget, waits),
                ConcurrencyMiddleware(shared.slots, shared.limiter, max_wait, waits),
                RateLimitMiddleware(shared.limiter, max_wait, shared.quota, waits),
            ),
            shared.session.send,
        )

    @override
    def __reduce__(self) -> NoReturn:
        refuse_copy()  # copying or pickling a resource, which holds its caller, ends here

    @property
    def time_limit(self) -> float | None:
        """The time limit of a call in seconds, or None if it has none."""
        return self._config.timeout.total

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
            body: models to send, or a body that is already encoded; defaults to no body.

        Returns:
            A value of the operation's `response_type`.
        """
        if not operation.is_loaded:
            await _load(operation)
        received = await self._exchange(operation, path, query, self._encode(operation, body))
        value: Any = None
        rest: Any = None
        if operation.response_type is not None:
            value, rest = await self._read(operation.response_type, operation.envelope, received)
            record_response(lambda: received.info(operation.envelope, rest))
        else:
            record_response(lambda: received.info(operation.envelope, self._load_or_none(received)))
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
            body: models to send with the request of every page; defaults to no body.
            page_key: the key of the page to start from; defaults to the first page.
            page_limit: items on a page.
            prefetch: whether the next page is requested while the caller works on this one.

        Returns:
            The pager. Nothing is sent yet.
        """
        check_page_limit(page_limit)

        async def fetch(key: str | None) -> Page[T]:
            if not operation.is_loaded:
                await _load(operation)
            sent = self._encode(operation, body)
            paging = {**(query or {}), "pageLimit": page_limit, "pageKey": key}
            received = await self._exchange(operation, path, paging, sent)
            items, rest = await self._read(list[operation.response_type], operation.envelope, received)  # type: ignore[name-defined]
            response = received.info(operation.envelope, rest)
            record_response(lambda: response)
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
        """Make a call that no resource has.

        Args:
            operation: what to call.
            path: the arguments of the path.
            query: the arguments of the query.
            body: models or JSON to send; UNSET for no body.

        Returns:
            A value of the operation's `response_type`. If that is None: the whole response as JSON, or None if the
            response has no body.
        """
        sent = None
        try:
            if operation.response_type is not None:
                self._serializer.check_type_form("response_type", operation.response_type)
            if body is not UNSET:
                sent = _json(self._serializer.encode_request(body, object))
        except ValidationError as error:
            raise invalid_request(error) from None
        received = await self._exchange(operation, path, query, sent)
        value: Any = None
        rest: Any = None
        if received.response.body or operation.response_type is not None:
            value, rest = await self._read(operation.response_type or object, operation.envelope, received)
        record_response(lambda: received.info(operation.envelope, rest))
        return value

    def _encode(self, operation: Operation[Any], body: object) -> EncodedBody | None:
        if body is UNSET and operation.body is None:
            return None
        if isinstance(body, EncodedBody):
            return body
        try:
            return _json(self._serializer.encode_request(body, operation.body, operation.body_envelope))
        except ValidationError as error:
            raise invalid_request(error) from None

    async def _exchange(
        self,
        operation: Operation[Any],
        path: Mapping[str, PathValue] | None,
        query: Mapping[str, QueryValue] | None,
        body: EncodedBody | None,
    ) -> "_Received":
        self._shared.session.open()  # a closed client is reported before the call waits for a permit
        call_state = CallState(operation)
        request = Request(
            operation=operation,
            url=build_url(self._base, operation.path, path or {}, query or {}),
            headers={"Content-Type": body.content_type} if body is not None else {},
            body=body.body if body is not None else None,
            timeout=self._config.timeout,
            call_state=call_state,
        )
        response = await send_observed(self._send, request)
        if response.ok:
            return _Received(response, call_state)
        # Without the token from here on: error reports show the local variables of functions.
        token = self._config.api_key
        response = without_token(response, token)
        raise status_error(response, call_state, token)

    def _load_or_none(self, received: "_Received") -> Any:
        """The JSON of a response of which no value is read; None if it is not JSON."""
        try:
            return self._serializer.load(received.response.body)
        except ValidationError:
            return None

    async def _read(self, type_form: Any, envelope: str | None, received: "_Received") -> tuple[Any, Any]:
        """The value of a response, and the rest of the response as JSON."""
        try:
            return await self._serializer.read_async(received.response.body, type_form, envelope)
        except ValidationError as unfit:
            partial = await read_item_by_item(self._serializer, received.response.body, type_form, envelope)
            token = self._config.api_key
            received.response = without_token(received.response, token)
            error = decode_error(unfit, received.response, received.call_state, token, partial)
            cause = unfit.__cause__
        # Outside of `except`, so that the error has no context, which would hold all the values that were read.
        handle = self._config.on_unreadable_item
        # The items in the response to a write belong to those that were sent: none can be left out.
        if partial is None or handle == "raise" or not received.call_state.operation.is_read:
            raise error from cause
        for item in partial.unreadable(error.call):
            handle(item)
        return partial.items, partial.rest


@attrs.define
class _Received:
    """A 2xx response, and the call that it belongs to."""

    response: Response
    call_state: CallState

    def info(self, envelope: str | None, rest: Any) -> ResponseInfo:
        """The response as the user sees it.

        Args:
            envelope: the key of the value in the response, or None if the value is the whole response.
            rest: the response without the value, as JSON.
        """
        response = self.response
        beside: Mapping[str, Any] = rest if envelope is not None and rest.__class__ is dict else {}
        return ResponseInfo(
            status=response.status, headers=response.headers, beside=beside, call=self.call_state.info()
        )


async def _load(operation: Operation[Any]) -> None:
    """Import the models of an operation, in several iterations of the event loop: all at once would stall it."""
    await asyncio.sleep(0)
    _ = operation.body
    await asyncio.sleep(0)
    _ = operation.response_type
    await asyncio.sleep(0)


def _json(body: bytes) -> EncodedBody:
    return EncodedBody(body, "application/json")
