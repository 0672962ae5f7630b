"""A turn for every request, and what a 429 means for the next ones."""

from .chain import Send
from .http import Request, Response
from .limiter import Limiter
from .retry import retry_after


class RateLimiting:
    """The middleware that waits for the limiter. It is the last one, so that requests leave when their turn comes.

    Args:
        limiter: gives the turns.
        max_wait: seconds that a call may wait; None: as long as it takes.
    """

    def __init__(self, limiter: Limiter, max_wait: float | None) -> None:
        self._limiter = limiter
        self._max_wait = max_wait

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        await self._limiter.acquire(self._max_wait)
        response = await send(request)
        if response.status == 429:
            self._limiter.refused(retry_after(response))
        else:
            self._limiter.accepted()
        return response
