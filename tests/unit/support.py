"""For tests of single parts of the transport: limiters, middleware, a `Send` with scripted outcomes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from dixa_async.config import RateLimit
from dixa_async.transport.http import Request, Response
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.protocol import Limiter
from dixa_async.transport.limiter.quota import QuotaDetector
from dixa_async.transport.middleware.concurrency import ConcurrencyMiddleware, Slots
from dixa_async.transport.middleware.rate_limit import RateLimitMiddleware
from dixa_async.transport.shutdown import PendingWaits

T = TypeVar("T")


def local_limiter(per_second: float = 10.0, burst: int = 3) -> LocalLimiter:
    return LocalLimiter(RateLimit(per_second=per_second, burst=burst))


def rate_limiting(
    limiter: Limiter,
    max_wait: float | None = None,
    quota: QuotaDetector | None = None,
    waits: PendingWaits | None = None,
) -> RateLimitMiddleware:
    return RateLimitMiddleware(limiter, max_wait, quota or QuotaDetector(None), waits or PendingWaits())


def with_slots(
    slots: Slots, max_wait: float | None = None, limiter: Limiter | None = None, waits: PendingWaits | None = None
) -> ConcurrencyMiddleware:
    return ConcurrencyMiddleware(slots, limiter or local_limiter(), max_wait, waits or PendingWaits())


class Script:
    """A `Send` that returns or raises outcomes in order, repeats the last one, and records when it was called."""

    def __init__(self, outcomes: Iterable[Response | BaseException]) -> None:
        self._outcomes = list(outcomes)
        self.times: list[float] = []

    @property
    def sends(self) -> int:
        return len(self.times)

    async def __call__(self, request: Request) -> Response:
        self.times.append(asyncio.get_running_loop().time())
        outcome = self._outcomes[min(self.sends, len(self._outcomes)) - 1]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def takes(seconds: float, response: Response) -> Callable[[Request], Awaitable[Response]]:
    """A `Send` that takes some time."""

    async def send(request: Request) -> Response:
        await asyncio.sleep(seconds)
        return response

    return send
