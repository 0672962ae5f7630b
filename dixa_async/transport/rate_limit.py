"""A turn for every request, and what a 429 means for the next ones."""

import asyncio
from typing import Any

import attrs

from ..errors import RateLimitWaitError
from .chain import Send
from .http import Request, Response
from .limiter import Limiter
from .names import Names
from .quota import QuotaCheck
from .retry import retry_after
from .waits import Waits


class RateLimiting:
    """The middleware that waits for the limiter. It is the last one, so that requests leave when their turn comes.

    Args:
        limiter: gives the turns.
        max_wait: seconds that a call may wait; None: as long as it takes.
        quota: tells which 429 is about the daily quota.
        waits: those of the client.
        names: tells whether the server is being looked up.
    """

    def __init__(self, limiter: Limiter, max_wait: float | None, quota: QuotaCheck, waits: Waits, names: Names) -> None:
        self._limiter = limiter
        self._max_wait = max_wait
        self._quota = quota
        self._waits = waits
        self._names = names

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        limiter = self._limiter
        if self._names.awaited is not None:
            await self._waits.wait_for(self._wait_for_name, self._names.awaited, request.timeout.connect)
        self._waits.check()
        if not limiter.take():
            await self._wait(request.trace.waited, first=request.trace.goes_first)
        response = await send(request)
        if response.status != 429:
            limiter.accepted()
        elif self._quota.is_used_up(response, limiter.state.used_today):
            return attrs.evolve(response, quota_used_up=True)
        else:
            limiter.refused(retry_after(response))
        return response

    async def _wait_for_name(self, look_up: asyncio.Task[Any], timeout: float | None) -> None:
        """Wait until a look-up has ended, however. What became of it the connection will tell."""
        await asyncio.wait([look_up], timeout=timeout)
        # The request that began it had its turn then, and leaves only now.
        rate = self._limiter.state.rate
        if rate > 0:  # a limiter of the caller's own may know none
            await asyncio.sleep(1 / rate)

    async def _wait(self, waited: float, first: bool) -> None:
        """Wait for a turn. The wait for a slot, which came before it, counts too."""
        if self._max_wait is None:
            await self._waits.wait_for(self._limiter.acquire, None, first)
            return
        try:
            await self._waits.wait_for(self._limiter.acquire, max(0.0, self._max_wait - waited), first)
        except RateLimitWaitError as error:
            raise RateLimitWaitError(wait=waited + error.wait, max_wait=self._max_wait) from None
