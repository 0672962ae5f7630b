"""How many requests a token may make."""

import asyncio
import math
from collections.abc import Callable
from typing import Final

_SECONDS_A_DAY: Final = 86_400

_ALMOST: Final = 1e-5
"""What a token may lack. Seconds since the epoch, as floats, are not exact: a tenth of one is a little less."""


class TokenBucket:
    """A bucket that refills evenly. Each request takes one token out of it.

    Args:
        capacity: tokens that it holds when it is full, as it is at first.
        per_second: tokens that come back in a second.
        clock: gives the time in seconds.
    """

    def __init__(self, *, capacity: float, per_second: float, clock: Callable[[], float]) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._tokens = capacity
        self._filled_at: float | None = None

    def wait(self) -> float:
        """Seconds until there is a token; 0 if there is one."""
        now = self._clock()
        if self._filled_at is not None:
            elapsed = max(0.0, now - self._filled_at)  # the clock is another one when the server starts again elsewhere
            self._tokens = min(self._capacity, self._tokens + elapsed * self._per_second)
        self._filled_at = now
        return max(0.0, (1.0 - _ALMOST - self._tokens) / self._per_second)

    def take(self) -> None:
        """Take a token. Call `wait` first."""
        self._tokens -= 1.0


class Limits:
    """The limits of a token.

    Args:
        rate: requests a second; `math.inf`: without this limit.
        burst: requests that may come at once.
        daily_quota: requests a day; `math.inf`: without this limit.
        clock: returns the time in seconds; None: that of the event loop that serves.
    """

    def __init__(self, *, rate: float, burst: float, daily_quota: float, clock: Callable[[], float] | None) -> None:
        limits = ((burst, rate), (daily_quota, daily_quota / _SECONDS_A_DAY))
        self._buckets = [
            TokenBucket(capacity=capacity, per_second=per_second, clock=clock or _loop_time)
            for capacity, per_second in limits
            if math.isfinite(per_second)
        ]

    def take(self) -> float:
        """Let a request through, if all limits do.

        Returns:
            0; else the seconds until it would be let through.
        """
        wait = max((bucket.wait() for bucket in self._buckets), default=0.0)
        if wait <= 0:
            for bucket in self._buckets:
                bucket.take()
        return wait


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
