"""What tests of single parts of the transport need: requests, responses, buckets, a `Send` that plays outcomes."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

import attrs

from dixa_async.config import RateLimit, Timeout
from dixa_async.errors import CallInfo
from dixa_async.transport.http import CallState, Request, Response
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.protocol import Limiter
from dixa_async.transport.limiter.quota import QuotaDetector
from dixa_async.transport.middleware.concurrency import ConcurrencyMiddleware, Slots
from dixa_async.transport.middleware.rate_limit import RateLimitMiddleware
from dixa_async.transport.operation import Operation
from dixa_async.transport.shutdown import PendingWaits

from ..virtual_time import VirtualTimeLoop

T = TypeVar("T")

OPERATION: Operation[Any] = Operation("getThing", "GET", "/things/{thingId}")
CALL = CallInfo(operation=OPERATION.id, method=OPERATION.method, path=OPERATION.path)


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run something on a fresh virtual-time loop: for property tests, each example of which needs its own."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


def make_request(method: str = "GET", *, timeout: Timeout | None = None, body: bytes | None = None) -> Request:
    operation = attrs.evolve(OPERATION, method=method)
    return Request(
        operation=operation,
        url="https://dixa.example.com/beta/things/7",
        body=body,
        timeout=timeout or Timeout(),
        call_state=CallState(operation),
    )


def make_response(status: int = 200, *, body: bytes = b"{}", **headers: str) -> Response:
    """A response. In the names of headers, `_` stands for a dash."""
    return Response(
        status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body
    )


class Bucket:
    """The server's side, written without a look at the limiter: a bucket of tokens that is filled steadily."""

    def __init__(self, rate: float, capacity: float) -> None:
        self._rate = rate
        self._capacity = capacity
        self._tokens = float(capacity)
        self._filled_at = -math.inf

    def take(self, now: float) -> bool:
        if self._filled_at > -math.inf:
            self._tokens = min(self._capacity, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < 1 - 1e-9:
            return False
        self._tokens -= 1
        return True


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


def now() -> float:
    return asyncio.get_running_loop().time()


class Script:
    """A `Send` that plays outcomes in order, the last one for ever, and notes when it was called."""

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


def takes(seconds: float, answer: Response) -> Callable[[Request], Awaitable[Response]]:
    """A `Send` that takes some time."""

    async def send(request: Request) -> Response:
        await asyncio.sleep(seconds)
        return answer

    return send
