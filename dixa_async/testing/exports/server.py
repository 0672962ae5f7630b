"""Serves exports as Dixa's Exports API does: a bare array in one response, a low rate, and errors without a body."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from ..http.adapter import Route
from ..http.pipeline import RequestPipeline
from ..http.request_log import ReceivedRequest
from ..http.streamed_response import StreamedResponse
from ..http.token_bucket import RateLimits
from ..state.server_state import KnownConversation, State
from .queries import Period, QueryError, read_query
from .rows import closed_at, conversation_row, created_at, encode_row, last_message_created_at, message_row, updated_at

_PIECE: Final = 64 * 1024

_TIMES: Final[Mapping[str, Callable[[State, KnownConversation], datetime | None]]] = {
    "created": created_at,
    "updated": updated_at,
    "closed": closed_at,
    "last_message_created": last_message_created_at,
}
"""The times by which conversations can be selected."""


class ExportServer:
    """The routes of exports.

    Args:
        state: the data of the server.
        lock: held while rows are made.
        pipeline: knows the token, and counts throttled requests.
        limits: the rate limit of exports.
    """

    def __init__(self, state: State, lock: threading.RLock, pipeline: RequestPipeline, limits: RateLimits) -> None:
        self._state = state
        self._lock = lock
        self._pipeline = pipeline
        self._limits = limits

    def routes(self) -> list[Route]:
        """The routes."""
        handlers = {"conversation_export": self._conversations, "message_export": self._messages}
        return [
            Route(method="GET", path=f"/v1/{name}", handler=handler, admit=self._admit)
            for name, handler in handlers.items()
        ]

    def _admit(self, request: web.Request, record: ReceivedRequest) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self._pipeline.api_key}":
            return web.Response(status=401)
        if self._limits.try_acquire() > 0:
            self._pipeline.throttled_count += 1
            record.throttled = True
            return web.Response(status=429)
        return None

    async def _conversations(self, request: web.Request) -> web.StreamResponse:
        try:
            wanted = read_query(request.query, tuple(_TIMES), takes_csids=True)
        except QueryError:
            return web.Response(status=400)
        with self._lock:
            return _respond([*self._conversation_rows(wanted)])

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        try:
            wanted = read_query(request.query, ("created",), takes_csids=False)
        except QueryError:
            return web.Response(status=400)
        with self._lock:
            return _respond(
                [
                    encode_row(message_row(self._state, self._state.conversations[csid], message))
                    for csid, messages in self._state.messages.items()
                    for message in messages
                    if isinstance(wanted, Period) and wanted.has(message.created_at)
                ]
            )

    def _conversation_rows(self, wanted: Period | frozenset[int]) -> Iterator[bytes]:
        for conversation in self._state.conversations.values():
            if isinstance(wanted, Period):
                is_wanted = wanted.has(_TIMES[wanted.by](self._state, conversation))
            else:
                is_wanted = conversation.id in wanted
            if is_wanted:
                yield encode_row(conversation_row(self._state, conversation))


def _respond(rows: Iterable[bytes]) -> StreamedResponse:
    return StreamedResponse(_array(rows), headers={"Content-Type": "application/json"})


def _array(rows: Iterable[bytes]) -> Iterator[bytes]:
    """The rows as a JSON array, in pieces that are worth sending."""
    piece = bytearray(b"[")
    for number, row in enumerate(rows):
        piece += b"," * (number > 0) + row
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece + b"]")
