"""What a call does while it runs: when it leaves, how often, and whether it could do harm to send it again."""

import asyncio
from collections.abc import Callable

from ..errors import StatusError, TransportError
from ..transport.http import Request, Trace


class CallWatch:
    """Watches the requests of one call, through `transport.http.WATCH`.

    Args:
        on_first_write: called once, in the moment before a request leaves that must not be sent twice. If it fails,
            the request does not leave.
    """

    def __init__(self, on_first_write: Callable[[], None]) -> None:
        self._on_first_write = on_first_write
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()
        self._write: Trace | None = None
        self._last: Trace | None = None
        self._writes = 0
        self.was_held_back = False
        """Whether `on_first_write` failed."""
        self.requests = 0
        self.wait = 0.0
        """Seconds from the start of the call until its first request left."""

    def sending(self, request: Request) -> None:
        """Take note of a request that is about to leave. One that is tried again comes here again."""
        if self.requests == 0:
            self.wait = self.seconds
        self.requests += 1
        self._last = request.trace
        if request.operation.retry_safe or request.trace is self._write:
            return
        if self._writes == 0:
            self.was_held_back = True
            self._on_first_write()
            self.was_held_back = False
        self._write = request.trace
        self._writes += 1

    @property
    def seconds(self) -> float:
        """Seconds since the start of the call."""
        return self._clock() - self._started

    def may_have_acted(self, error: Exception) -> bool:
        """Whether Dixa may have done something that must not be done again, though the call failed.

        Args:
            error: how it failed.
        """
        if self._writes == 0:
            return False
        if self._writes > 1 or self._last is not self._write:
            return True  # an earlier write of this call went well
        if isinstance(error, StatusError):
            return error.maybe_done
        return not isinstance(error, TransportError) or error.maybe_sent
