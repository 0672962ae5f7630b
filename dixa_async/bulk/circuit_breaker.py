"""Calls wait while Dixa is out of reach, and one at a time finds out whether it is back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from ..errors import StatusError
from ..transport.middleware.retry import retry_after
from .causes import single_errors
from .outcomes import CannotContinueError, described_error

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0
_MOST_FAILURES: Final = 5
"""Calls in a row that were sent and had no response. So many are no accident."""


class NotBegunError(Exception):
    """The job has ended before the call could begin."""


class CircuitBreaker:
    """Lets calls begin: all of them, or one at a time while Dixa is out of reach.

    Args:
        timeout: seconds for which Dixa may be out of reach.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._failing_since: float | None = None
        self._failures = 0
        self._pause = _FIRST_PAUSE
        self._asked_pause = 0.0
        self._last_error: Exception | None = None
        self._recovered_or_shut = asyncio.Event()
        self._shut = asyncio.Event()
        self._probe = asyncio.Lock()
        self.responses = 0
        """Calls that Dixa has responded to."""

    @asynccontextmanager
    async def permit(self) -> AsyncGenerator[None]:
        """Wait until a call may begin, and make it in the block.

        Raises:
            NotBegunError: the job has ended.
            CannotContinueError: Dixa was out of reach for too long.
        """
        self._refuse_if_shut()
        if not self._is_open:
            yield
            return
        async with self._probe:
            await self._wait_to_probe()
            self._refuse_if_shut()
            if self._is_open:
                yield
                return
        yield

    @property
    def _is_open(self) -> bool:
        """Whether Dixa is out of reach."""
        return self._failing_since is not None

    async def _wait_to_probe(self) -> None:
        if self._failing_since is None:
            return
        left = self._failing_since + self._timeout - asyncio.get_running_loop().time()
        if left <= 0 or self._asked_pause > left:
            raise self._given_up() from self._last_error
        await _wait(self._recovered_or_shut, min(max(self._pause, self._asked_pause), left))
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._asked_pause = 0.0

    def _given_up(self) -> CannotContinueError:
        met = "" if self._last_error is None else f": {described_error(self._last_error)}"
        asked = f", and asks to be left alone for {self._asked_pause:.0f} s" if self._asked_pause else ""
        return CannotContinueError(
            f"Dixa was out of reach for as long as outage_timeout allows, {self._timeout:.0f} s{asked}{met}. "
            "Inputs without an outcome are as they were: run the job again when Dixa is back"
        )

    def _refuse_if_shut(self) -> None:
        if self._shut.is_set():
            raise NotBegunError

    async def sleep(self, seconds: float) -> bool:
        """Sleep, but not longer than the job lasts.

        Args:
            seconds: how long.

        Returns:
            Whether the job goes on.
        """
        await _wait(self._shut, seconds)
        return not self._shut.is_set()

    def responded(self) -> None:
        """Note that Dixa has responded to a call."""
        self.responses += 1
        self._failures = 0
        self._failing_since = None
        self._pause = _FIRST_PAUSE
        self._asked_pause = 0.0
        self._recovered_or_shut.set()

    def failed(self, error: Exception, *, since: float | None = None) -> float:
        """Note that Dixa is out of reach: others wait from now on.

        Args:
            error: what a call met.
            since: when this call met it first, on the clock of the event loop; None: now. While others have responses,
                it must not be made again for ever.

        Returns:
            `since`, or now.
        """
        since = asyncio.get_running_loop().time() if since is None else since
        self._last_error = error
        for each in single_errors(error):
            if isinstance(each, StatusError):
                self._asked_pause = max(self._asked_pause, retry_after(each) or 0.0)
        if self._failing_since is None:
            self._failing_since = since
            if not self._shut.is_set():
                self._recovered_or_shut.clear()
        return since

    def no_response(self, error: Exception) -> None:
        """Note that a call was sent, and that no response came, or one that something before Dixa gave.

        Args:
            error: what the call met.
        """
        self._failures += 1
        if self._failures >= _MOST_FAILURES or self._failing_since is not None:
            self.failed(error)

    def shut(self) -> None:
        """Let no call begin any more. Those that wait end with `NotBegunError`."""
        self._shut.set()
        self._recovered_or_shut.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
