"""A turn for every request, and what a 429 means for the next ones."""

import asyncio

import attrs

from ..errors import WaitTooLongError
from .chain import Send
from .http import Request, Response, Trace
from .limiter import Limiter
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
    """

    def __init__(self, limiter: Limiter, max_wait: float | None, quota: QuotaCheck, waits: Waits) -> None:
        self._limiter = limiter
        self._max_wait = max_wait
        self._quota = quota
        self._waits = waits

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        limiter = self._limiter
        trace = request.trace
        self._waits.check()
        trace.max_wait = self._max_wait
        if not limiter.take():
            clock = asyncio.get_running_loop().time
            start = clock()
            await self._wait(trace)
            trace.waited += clock() - start
        response = await send(request)
        if response.status != 429:
            limiter.accepted()
        elif self._quota.is_used_up(response, limiter.state.used_today):
            return attrs.evolve(response, quota_used_up=True)
        else:
            limiter.refused(retry_after(response))
        return response

    async def _wait(self, trace: Trace) -> None:
        """Wait for a turn. The wait for a slot, which came before it, counts too."""
        max_wait, waited = self._max_wait, trace.waited
        left = None if max_wait is None else max(0.0, max_wait - waited)
        try:
            await self._waits.wait_for(self._limiter.acquire, left, trace.goes_first)
        except WaitTooLongError as error:
            # A custom limiter may have a limit of its own.
            raise trace.waits_too_long(waited + error.wait, error.max_wait if max_wait is None else max_wait) from None
