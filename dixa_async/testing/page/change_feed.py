"""Server-sent events that say what has changed, for the page to read it anew."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from ..._json import dumps
from ..http.errors import ApiError
from .guard import HEADERS

_MOST_LISTENERS: Final = 100
_SERVICE_UNAVAILABLE: Final = 503


class _Listener:
    """One open page. Topics that it has yet to be sent are a set, which stays small however slow the page is."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self.changed: set[str] = set()
        self.woken = asyncio.Event()
        self.is_closed = False

    @property
    def is_gone(self) -> bool:
        """Whether the page was closed, which a response shows only when it is written to."""
        return self._request.transport is None

    def close(self) -> None:
        self.is_closed = True
        self.woken.set()


class ChangeFeed:
    """Compares marks of the state a few times a second while a page is open, and reports those that differ.

    A test changes the state freely, so there is no one place that could report each change.

    Args:
        read_marks: returns a mark for each topic. A mark that differs from the one before means that the topic has
            changed.
        interval: seconds between two comparisons.
        ping_after: seconds without a change until something is sent, to find out whether the page is still there.
        write_timeout: seconds that a page may take to read. It is dropped then; a browser connects again by itself.
    """

    def __init__(
        self,
        read_marks: Callable[[], Mapping[str, object]],
        *,
        interval: float = 0.2,
        ping_after: float = 15.0,
        write_timeout: float = 10.0,
    ) -> None:
        self._read_marks = read_marks
        self._interval = interval
        self._ping_after = ping_after
        self._write_timeout = write_timeout
        self._listeners: set[_Listener] = set()
        self._marks: Mapping[str, object] = {}
        self._watching: asyncio.Task[None] | None = None

    @property
    def listener_count(self) -> int:
        """How many pages are open."""
        return len(self._listeners)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send changes to a page until it is closed, or the server stops.

        Args:
            request: the request of the page.

        Returns:
            The response, which is over.

        Raises:
            ApiError: too many pages are open.
        """
        if len(self._listeners) >= _MOST_LISTENERS:
            raise ApiError(_SERVICE_UNAVAILABLE, f"The page is open {_MOST_LISTENERS} times already")
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        listener = _Listener(request)
        self._listeners.add(listener)
        self._watch()
        try:
            await response.prepare(request)
            await self._serve(listener, response)
        except (TimeoutError, ConnectionResetError):
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._listeners.discard(listener)
        return response

    async def close(self) -> None:
        """End all streams."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
            self._end()  # a task that is cancelled before it starts does not

    async def _serve(self, listener: _Listener, response: web.StreamResponse) -> None:
        data = b": connected\n\n"
        while True:
            async with asyncio.timeout(self._write_timeout):
                await response.write(data)
            try:
                async with asyncio.timeout(self._ping_after):
                    await listener.woken.wait()
            except TimeoutError:
                data = b": ping\n\n"
                continue
            if listener.is_closed:
                return
            listener.woken.clear()
            data = b"data: " + dumps(sorted(listener.changed)) + b"\n\n"
            listener.changed.clear()

    def _watch(self) -> None:
        """Begin to compare. The first marks are read before the page reads the state, so that no change is missed."""
        if self._watching is None:
            self._marks = self._read_marks()
            self._watching = asyncio.get_running_loop().create_task(self._compare())

    async def _compare(self) -> None:
        try:
            while self._listeners:
                await asyncio.sleep(self._interval)
                self._compare_once()
        finally:
            self._end()

    def _end(self) -> None:
        self._watching = None
        for listener in self._listeners:  # their pages connect again while the server runs
            listener.close()

    def _compare_once(self) -> None:
        before, self._marks = self._marks, self._read_marks()
        changed = {topic for topic, mark in self._marks.items() if mark != before.get(topic)}
        for listener in self._listeners:
            if listener.is_gone:
                listener.close()
            elif changed:
                listener.changed |= changed
                listener.woken.set()
