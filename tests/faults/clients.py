"""Clients for a server that misbehaves."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypedDict, TypeVar

from typing_extensions import override

from dixa_async import UNSET, DixaClient, Limiter, RateLimit, Request, Response, RetryPolicy
from dixa_async.errors import Attempt
from dixa_async.transport.limiter.protocol import LimiterState

T = TypeVar("T")

ATTEMPTS: Final = 3
OK: Final = {"data": {"ok": True}}

TOKEN: Final = "t0ken-that-nobody-may-see"
PERSON: Final = "anna-of-example"
"""Appears in the path, the query and the body of requests."""

LONG_ENOUGH: Final = 20.0
"""Seconds in which any call ends, even on a busy machine. A call that takes longer hangs."""
SHORT: Final = 0.5
"""Seconds, for attempts that should time out."""


class Settings(TypedDict, total=False):
    rate_limit: RateLimit | Limiter
    retry: RetryPolicy
    max_concurrency: int
    max_response_bytes: int
    log_bodies: bool


def make_client(url: str, **settings: Any) -> DixaClient:
    """A client that retries quickly. It has a single connection: if that leaks, all later calls hang."""
    defaults: Settings = {
        "rate_limit": RateLimit(per_second=10_000, burst=1000),
        "retry": RetryPolicy(max_attempts=ATTEMPTS, base_delay=0.001),
        "max_concurrency": 1,
        "max_response_bytes": 2**22,
    }
    return DixaClient(TOKEN, base_url=url, **{**defaults, **settings})


async def call(dixa: DixaClient, method: str, name: str, rest: str = "") -> Any:
    """Request a behaviour of the raw server. A POST has a body."""
    body = {"value": "some text"} if method == "POST" else UNSET
    return await in_time(dixa.request(method, f"/{name}{rest}", json=body))


async def in_time(result: Awaitable[T]) -> T:
    """Await something, and fail rather than hang."""
    async with asyncio.timeout(LONG_ENOUGH):
        return await result


class Attempts:
    """A middleware that keeps the attempts of the last call."""

    last: tuple[Attempt, ...] = ()

    async def __call__(self, request: Request, send: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            return await send(request)
        finally:
            self.last = tuple(request.call_state.attempts)


class Unlimited(Limiter):
    """A limiter that never makes a call wait."""

    @property
    @override
    def state(self) -> LimiterState:
        return LimiterState(rate=math.inf, waiting=0, next_in=0.0, requests_today=0, throttled=0)

    @override
    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        pass

    @override
    def on_throttled(self, retry_after: float | None) -> None:
        pass

    @override
    def on_success(self) -> None:
        pass
