"""Calls wait while Dixa is unreachable, and one at a time probes whether it is back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from .._error_text import describe_error
from ..errors import StatusError
from ..transport.middleware.retry import retry_after
from .causes import single_errors
from .outcomes import CannotContinueError

_FIRST_PAUSE: Final = 1.0
_MAX_PAUSE: Final = 30.0
_FAILURE_THRESHOLD: Final = 5
"""Calls in a row without a response that count as an outage."""


class NotStartedError(Exception):
    """The job has ended before the call could start."""


class CircuitBreaker:
    """Lets calls start: all of them, or one at a time while Dixa is unreachable.

    Args:
        timeout: seconds for which Dixa may be unreachable.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._failing_since: float | None = None
        self._failures = 0
        self._pause = _FIRST_PAUSE
        self._retry_after = 0.0
        self._last_error: Exception | None = None
        self._recovered_or_shut_down = asyncio.Event()
        self._shut_down = asyncio.Event()
        self._probe = asyncio.Lock()
        self.responses: int = 0
        """The number of calls with a response."""

    @asynccontextmanager
    async def guard(self) -> AsyncGenerator[None]:
        """Wait until a call may start, and make it in the block.

        Raises:
            NotStartedError: the job has ended.
            CannotContinueError: Dixa was unreachable for longer than the timeout.
        """
        self._raise_if_shut_down()
        if not self._is_open:
            yield
            return
        async with self._probe:
            await self._wait_to_probe()
            self._raise_if_shut_down()
            if self._is_open:
                yield
                return
        yield

    @property
    def _is_open(self) -> bool:
        """Whether Dixa is unreachable."""
        return self._failing_since is not None

    async def _wait_to_probe(self) -> None:
        if self._failing_since is None:
            return
        remaining = self._failing_since + self._timeout - asyncio.get_running_loop().time()
        if remaining <= 0 or self._retry_after > remaining:
            raise self._timeout_error() from self._last_error
        await _wait(self._recovered_or_shut_down, min(max(self._pause, self._retry_after), remaining))
        self._pause = min(2 * self._pause, _MAX_PAUSE)
        self._retry_after = 0.0

    def _timeout_error(self) -> CannotContinueError:
        if self._retry_after:
            reason = f"Dixa asks to wait for {self._retry_after:.0f} s, which is longer than the rest of outage_timeout"
        else:
            reason = "Dixa was unreachable, or throttled the calls, for the whole outage_timeout"
        cause = "" if self._last_error is None else f": {describe_error(self._last_error)}"
        return CannotContinueError(
            f"{reason}, {self._timeout:.0f} s{cause}. "
            "Inputs without an outcome are unchanged: run the job again when Dixa is back"
        )

    def _raise_if_shut_down(self) -> None:
        if self._shut_down.is_set():
            raise NotStartedError

    async def sleep(self, seconds: float) -> bool:
        """Sleep, until the job ends at the latest.

        Args:
            seconds: how long to sleep.

        Returns:
            Whether the job continues.
        """
        await _wait(self._shut_down, seconds)
        return not self._shut_down.is_set()

    def record_response(self) -> None:
        """Record that Dixa has responded to a call."""
        self.responses += 1
        self._failures = 0
        self._failing_since = None
        self._pause = _FIRST_PAUSE
        self._retry_after = 0.0
        self._recovered_or_shut_down.set()

    def record_outage(self, error: Exception, *, since: float | None = None) -> float:
        """Record that Dixa is unreachable: other calls wait from now on.

        Args:
            error: the error of a call.
            since: when this call failed first, in the time of the event loop; defaults to now. The timeout starts then,
                even if other calls have responses in between.

        Returns:
            `since`, or now.
        """
        since = asyncio.get_running_loop().time() if since is None else since
        self._last_error = error
        for each in single_errors(error):
            if isinstance(each, StatusError):
                self._retry_after = max(self._retry_after, retry_after(each) or 0.0)
        if self._failing_since is None:
            self._failing_since = since
            if not self._shut_down.is_set():
                self._recovered_or_shut_down.clear()
        return since

    def record_no_response(self, error: Exception) -> None:
        """Record that a call was sent, and had no response, or one of a gateway. Several in a row are an outage.

        Args:
            error: the error of the call.
        """
        self._failures += 1
        if self._failures >= _FAILURE_THRESHOLD or self._failing_since is not None:
            self.record_outage(error)

    def shut_down(self) -> None:
        """Let no more calls start. Those that wait raise `NotStartedError`."""
        self._shut_down.set()
        self._recovered_or_shut_down.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
