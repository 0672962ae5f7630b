"""A limit for the requests in flight at once."""

import asyncio

from ...errors import WaitTooLongError
from ..http import CallState, Request, Response
from ..limiter.protocol import Limiter
from ..limiter.wait_queue import WaitQueue
from ..shutdown import PendingWaits
from .chain import Send


class Slots:
    """Slots for the requests in flight. Callers get them in the order they came.

    Args:
        count: the number of slots.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._queue: WaitQueue[None] = WaitQueue()

    @property
    def waiting(self) -> int:
        """The number of callers that wait for a slot."""
        return len(self._queue)

    def try_acquire(self) -> bool:
        """Take a slot if one is free."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def acquire(self, priority: bool = False) -> None:
        """Take a slot, or wait for one.

        Args:
            priority: whether to be served before all others that wait.
        """
        if self.try_acquire():
            return
        await self._queue.wait(self._queue.enqueue(priority=priority), lambda _: self.release())

    def release(self) -> None:
        """Give a slot back: the next caller gets it."""
        if not self._queue.grant(None):
            self._free += 1


class ConcurrencyMiddleware:
    """The middleware that delays calls while too many are in flight.

    It comes before the rate limit. After it, calls with a permit would wait for a slot and then be sent in a burst.

    Args:
        slots: the slots, which the views of a client share.
        limiter: predicts how long calls that wait for a slot will wait for a permit.
        max_wait: seconds that a call may wait; None means no limit.
        waits: the waits of the client.
    """

    def __init__(self, slots: Slots, limiter: Limiter, max_wait: float | None, waits: PendingWaits) -> None:
        self._slots = slots
        self._limiter = limiter
        self._max_wait = max_wait
        self._waits = waits

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        request.call_state.waited = 0.0
        if not self._slots.try_acquire():
            clock = asyncio.get_running_loop().time
            start = clock()
            await self._wait(request.call_state)
            request.call_state.waited = clock() - start
        try:
            return await send(request)
        finally:
            self._slots.release()

    async def _wait(self, call_state: CallState) -> None:
        """Wait for a slot."""
        priority, max_wait = call_state.has_priority, self._max_wait
        if max_wait is None:
            await self._waits.wait_for(self._slots.acquire, priority)
        elif (wait := self._expected_wait(priority)) > max_wait:
            raise call_state.wait_too_long_error(wait, max_wait)
        else:
            try:
                await self._waits.wait_for(self._acquire_within, max_wait, priority)
            except WaitTooLongError as error:
                raise call_state.wait_too_long_error(error.wait, max_wait) from None

    def _expected_wait(self, priority: bool) -> float:
        """Seconds until all calls before this one have had their permits, and the next one is due."""
        state = self._limiter.state
        if state.next_in <= 0 or state.rate <= 0:
            return 0.0  # a permit is available: only a slot is waited for, and nobody knows how long
        before = 0 if priority else self._slots.waiting + state.waiting
        return state.next_in + before / state.rate

    async def _acquire_within(self, max_wait: float, priority: bool) -> None:
        try:
            async with asyncio.timeout(max_wait):
                await self._slots.acquire(priority)
        except TimeoutError:
            raise WaitTooLongError(wait=max_wait, max_wait=max_wait) from None
