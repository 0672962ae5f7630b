"""One window of an export: its requests, from the first to those that repeat it, and the rows in their responses."""

import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar

import aiohttp
import attrs

from ..config import ClientConfig
from ..errors import ConnectionLostError, ResponseDecodeError, ResponseTooLargeError, UnreadableItem
from ..secret import Secret
from ..serialization import ValidationError
from ..transport.body import BodyError, error_body, headers_of, next_bytes
from ..transport.http import CallState, Request, Response
from ..transport.session import Session
from ..transport.urls import QueryValue
from .given_keys import GivenKeys
from .splitting import NotAnExportError, RowSplitter, RowTooLargeError, TruncatedError
from .windows import Window

logger: logging.Logger = logging.getLogger("dixa_async.exports")

RowT = TypeVar("RowT")
Rows: TypeAlias = Iterator[RowT | UnreadableItem]

_SHOWN_BODY: Final = 1024
"""Bytes of a response that is not an export, for its error."""


@attrs.frozen
class ExportRequest:
    """One request of an export."""

    query: Mapping[str, QueryValue]
    window: Window | None = attrs.field(default=None, kw_only=True)
    """The period that it covers; None if it asks for single rows."""
    time_field: str = attrs.field(default="", kw_only=True)
    """The field of the rows that is in the period."""


class Download(Generic[RowT]):
    """The rows of one request. `send` is called for each attempt, and skips the rows that earlier ones have given.

    Args:
        request: which rows.
        read: reads a row, from its JSON value and its JSON.
        give: takes the rows that have arrived, and returns when all are read. It raises the errors of reading them.
        session: sends the requests.
        config: the settings.
        without_time: the rows of the export that have no time, and may be in several windows.
    """

    def __init__(
        self,
        request: ExportRequest,
        read: Callable[[Any, bytes], RowT],
        give: Callable[[Rows[RowT]], Awaitable[None]],
        *,
        session: Session,
        config: ClientConfig,
        without_time: GivenKeys,
    ) -> None:
        self._request = request
        self._read = read
        self._give = give
        self._session = session
        self._config = config
        self._token = config.api_key
        self._without_time = without_time
        self._was_given_before = without_time.lookup()
        self._given = GivenKeys()
        self._attempt = 0
        self._count = 0

    async def send(self, request: Request) -> Response:
        """Request the rows. See `Send`."""

        async def receive(response: aiohttp.ClientResponse) -> Response:
            return await self._receive(response, request.call_state)

        authorization = Secret(f"Bearer {self._token.reveal()}")
        return await self._session.stream(request, receive, authorization=authorization, headers={})

    async def _receive(self, response: aiohttp.ClientResponse, call_state: CallState) -> Response:
        started_at, started = datetime.now(UTC), time.monotonic()
        head = Response(status=response.status, headers=headers_of(response), body=b"")
        if not head.ok:
            return attrs.evolve(head, body=await error_body(response.content))
        config = self._config
        self._count = 0
        body = _Body(response.content, config.max_export_bytes, RowSplitter(config.max_export_row_bytes))
        try:
            await self._take(body, call_state)
        except TruncatedError as error:
            raise BodyError(ConnectionLostError, f"the export is truncated: {error}") from None
        except RowTooLargeError as error:
            raise BodyError(ResponseTooLargeError, str(error)) from None
        except NotAnExportError as error:
            call_state.record(started_at, started, status=head.status)
            reason = str(error)
        else:
            return head
        # Outside of `except`, so that the error has no context with bytes of rows.
        raise ResponseDecodeError(
            reason,
            path="$",
            call=call_state.info(),
            maybe_applied=False,
            status=head.status,
            headers={name: self._token.hide_in(value) for name, value in head.headers.items()},
            body=self._token.hide_in_bytes(body.start),
        )

    async def _take(self, body: "_Body", call_state: CallState) -> None:
        """Give the rows of a response as they come."""
        self._attempt += 1
        attempt, was_given = self._attempt, self._given.lookup() if self._given else None
        while (rows := await body.next_rows()) is not None:
            await self._give(self._wanted(rows, attempt, was_given, call_state))
        logger.debug("%s: %d rows, %d bytes", call_state.operation.path, self._count, body.size)

    def _wanted(
        self,
        rows: Iterator[tuple[Any, bytes]],
        attempt: int,
        was_given: Callable[[Any], bool] | None,
        call_state: CallState,
    ) -> Rows[RowT]:
        """Read the rows that are in the window and were not given yet."""
        window, time_field = self._request.window, self._request.time_field
        read, add = self._read, self._given.add
        for value, raw in rows:
            if attempt != self._attempt:
                return  # a middleware has ended the attempt and made another one, which gives the rest
            self._count += 1
            row_id = value.get("id")
            key = row_id if row_id.__class__ is str or row_id.__class__ is int else raw
            if window is not None:
                at = value.get(time_field)
                if at.__class__ is int:
                    if not window.start <= at < window.end:
                        continue
                elif self._was_given_before(key):
                    continue
                else:
                    self._without_time.add(key)
            if was_given is not None and was_given(key):
                continue
            add(key)
            try:
                row: RowT | UnreadableItem = read(value, raw)
            except ValidationError as error:
                row = self._unreadable(value, error, call_state)
            yield row

    def _unreadable(self, value: Any, error: ValidationError, call_state: CallState) -> UnreadableItem:
        fault = error.within(f"[{self._count - 1}]")
        return UnreadableItem(call=call_state.info(), path=fault.path, reason=fault.reason, raw=value)


class _Body:
    """The body of a response, as rows."""

    def __init__(self, content: aiohttp.StreamReader, max_bytes: int, splitter: RowSplitter) -> None:
        self._content = content
        self._max_bytes = max_bytes
        self._splitter = splitter
        self._is_over = False
        self.size = 0
        self.start = b""

    async def next_rows(self) -> Iterator[tuple[Any, bytes]] | None:
        """The rows in the bytes that have arrived; None at the end.

        Raises:
            BodyError: the body is too large.
        """
        if self._is_over:
            return None
        data = await next_bytes(self._content)
        if not data and self._content.at_eof():
            self._is_over = True
            return self._splitter.end()
        self.size += len(data)
        if self.size > self._max_bytes:
            raise BodyError(
                ResponseTooLargeError, f"the export is larger than max_export_bytes, {self._max_bytes} bytes"
            )
        if len(self.start) < _SHOWN_BODY:
            self.start = (self.start + data)[:_SHOWN_BODY]
        return self._splitter.feed(data)
