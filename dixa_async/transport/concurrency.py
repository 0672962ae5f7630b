"""No more than so many requests under way at once."""

import asyncio
from typing import Literal

from typing_extensions import override

from ..errors import RateLimitWaitError
from .chain import Send
from .http import Request, Response


class Slots(asyncio.Semaphore):
    """As many slots as requests may be under way at once. It also knows how many callers wait for one."""

    waiting = 0

    @override
    async def acquire(self) -> Literal[True]:
        if not self.locked():
            return await super().acquire()
        self.waiting += 1
        try:
            return await super().acquire()
        finally:
            self.waiting -= 1


class Concurrency:
    """The middleware that holds calls back while enough are under way.

    It stands before the rate limit. Behind it, calls that had their turn would wait here and then leave in a bunch.

    Args:
        slots: views of one client share them.
        max_wait: seconds that a call may wait; None: as long as it takes.
    """

    def __init__(self, slots: Slots, max_wait: float | None) -> None:
        self._slots = slots
        self._max_wait = max_wait

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        await self._enter()
        try:
            return await send(request)
        finally:
            self._slots.release()

    async def _enter(self) -> None:
        if self._max_wait is None or not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(self._max_wait):
                await self._slots.acquire()
        except TimeoutError:
            raise RateLimitWaitError(wait=self._max_wait, max_wait=self._max_wait) from None
