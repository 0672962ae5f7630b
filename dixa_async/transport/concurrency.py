"""No more than so many requests under way at once."""

import asyncio

from ..errors import WaitTooLongError
from .chain import Send
from .http import Request, Response, Trace
from .limiter import Limiter
from .line import Line
from .waits import Waits


class Slots:
    """As many slots as requests may be under way at once. Callers get them in the order they came.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._line: Line[None] = Line()

    @property
    def waiting(self) -> int:
        """How many callers wait for one."""
        return len(self._line)

    def take(self) -> bool:
        """Take a slot, if one is free. Then nobody waits."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def acquire(self, first: bool = False) -> None:
        """Take a slot, or wait for one.

        Args:
            first: whether to go before all others who wait.
        """
        if self.take():
            return
        await self._line.turn_at(self._line.join(first=first), lambda _: self.release())

    def release(self) -> None:
        """Give a slot back, to the one who waits longest."""
        if not self._line.serve(None):
            self._free += 1


class Concurrency:
    """The middleware that holds calls back while enough are under way.

    It stands before the rate limit. Behind it, calls that had their turn would wait here and then leave in a bunch.

    Args:
        slots: views of one client share them.
        limiter: tells how long those who wait here will wait for their turns.
        max_wait: seconds that a call may wait; None: as long as it takes.
        waits: those of the client.
    """

    def __init__(self, slots: Slots, limiter: Limiter, max_wait: float | None, waits: Waits) -> None:
        self._slots = slots
        self._limiter = limiter
        self._max_wait = max_wait
        self._waits = waits

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        request.trace.waited = 0.0
        if not self._slots.take():
            clock = asyncio.get_running_loop().time
            start = clock()
            await self._wait(request.trace)
            request.trace.waited = clock() - start
        try:
            return await send(request)
        finally:
            self._slots.release()

    async def _wait(self, trace: Trace) -> None:
        """Wait for a slot."""
        first, max_wait = trace.goes_first, self._max_wait
        if max_wait is None:
            await self._waits.wait_for(self._slots.acquire, first)
        elif (wait := self._foreseen_wait(first)) > max_wait:
            raise trace.waits_too_long(wait, max_wait)
        else:
            try:
                await self._waits.wait_for(self._acquire_within, max_wait, first)
            except WaitTooLongError as error:
                raise trace.waits_too_long(error.wait, max_wait) from None

    def _foreseen_wait(self, first: bool) -> float:
        """Seconds until all who come before have had their turns, and the limiter is ready again."""
        state = self._limiter.state
        if state.paused_for <= 0 or state.rate <= 0:
            return 0.0  # a turn is there: it is the slots that are waited for, and no one knows how long
        before = 0 if first else self._slots.waiting + state.waiting
        return state.paused_for + before / state.rate

    async def _acquire_within(self, max_wait: float, first: bool) -> None:
        try:
            async with asyncio.timeout(max_wait):
                await self._slots.acquire(first)
        except TimeoutError:
            raise WaitTooLongError(wait=max_wait, max_wait=max_wait) from None
