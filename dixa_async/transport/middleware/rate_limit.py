"""A permit for every request, and what a 429 means for the next ones."""

import asyncio

import attrs

from ...errors import WaitTooLongError
from ..http import CallState, Request, Response
from ..limiter.protocol import Limiter
from ..limiter.quota import QuotaDetector
from ..shutdown import PendingWaits
from .chain import Send
from .retry import retry_after


class RateLimitMiddleware:
    """The middleware that waits for the limiter. It is the last one, so that a request is sent when its permit is due.

    Args:
        limiter: grants the permits.
        max_wait: seconds that a call may wait; None means no limit.
        quota: recognizes the 429s for the daily quota.
        waits: the waits of the client.
    """

    def __init__(self, limiter: Limiter, max_wait: float | None, quota: QuotaDetector, waits: PendingWaits) -> None:
        self._limiter = limiter
        self._max_wait = max_wait
        self._quota = quota
        self._waits = waits

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        limiter = self._limiter
        call_state = request.call_state
        self._waits.check()
        call_state.max_wait = self._max_wait
        if not limiter.try_acquire():
            clock = asyncio.get_running_loop().time
            start = clock()
            await self._wait(call_state)
            call_state.waited += clock() - start
        response = await send(request)
        if response.status != 429:
            limiter.on_success()
        elif self._quota.is_used_up(response, limiter.state.requests_today):
            return attrs.evolve(response, quota_used_up=True)
        else:
            limiter.on_throttled(retry_after(response))
        return response

    async def _wait(self, call_state: CallState) -> None:
        """Wait for a permit. The wait for a slot before it counts too."""
        max_wait, waited = self._max_wait, call_state.waited
        left = None if max_wait is None else max(0.0, max_wait - waited)
        try:
            await self._waits.wait_for(self._limiter.acquire, left, call_state.has_priority)
        except WaitTooLongError as error:
            # A custom limiter may have its own limit.
            raise call_state.wait_too_long_error(
                waited + error.wait, error.max_wait if max_wait is None else max_wait
            ) from None
