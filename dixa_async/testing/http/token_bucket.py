"""The rate limits of an API token."""

import asyncio
import math
from collections.abc import Callable
from typing import Final

import attrs

_SECONDS_PER_DAY: Final = 86_400

_TOLERANCE: Final = 1e-5
"""How much of a token may be missing: seconds since the epoch are inexact as floats, so a tenth may fall short."""


@attrs.frozen(kw_only=True)
class BucketLevel:
    """How full a bucket is."""

    capacity: float
    tokens: float
    per_second: float
    """How many tokens are refilled in a second."""


class TokenBucket:
    """A bucket that refills evenly. Each request takes one token out of it.

    Args:
        capacity: how many tokens it holds when it is full, as it is at first.
        per_second: how many tokens are refilled in a second.
        clock: returns the time in seconds.
    """

    def __init__(self, *, capacity: float, per_second: float, clock: Callable[[], float]) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._tokens = capacity
        self._filled_at: float | None = None

    def wait_time(self) -> float:
        """Seconds until there is a token; 0 if there is one."""
        self._refill()
        return max(0.0, (1.0 - _TOLERANCE - self._tokens) / self._per_second)

    def level(self) -> BucketLevel:
        """How full it is."""
        self._refill()
        return BucketLevel(capacity=self._capacity, tokens=self._tokens, per_second=self._per_second)

    def take(self) -> None:
        """Take a token. Call `wait_time` first."""
        self._tokens -= 1.0

    def _refill(self) -> None:
        now = self._clock()
        if self._filled_at is not None:
            # On another event loop, where the server may be started again, the clock may be behind.
            elapsed = max(0.0, now - self._filled_at)
            self._tokens = min(self._capacity, self._tokens + elapsed * self._per_second)
        self._filled_at = now


class RateLimits:
    """The rate limits of an API token.

    Args:
        rate: requests a second; `math.inf` switches this limit off.
        burst: requests that may come at once.
        daily_quota: requests a day; `math.inf` switches this limit off.
        clock: returns the time in seconds.
    """

    def __init__(self, *, rate: float, burst: float, daily_quota: float, clock: Callable[[], float]) -> None:
        limits = {"burst": (burst, rate), "daily quota": (daily_quota, daily_quota / _SECONDS_PER_DAY)}
        self._buckets = {
            name: TokenBucket(capacity=capacity, per_second=per_second, clock=clock)
            for name, (capacity, per_second) in limits.items()
            if math.isfinite(per_second)
        }

    def try_acquire(self) -> float:
        """Admit a request if all limits allow it.

        Returns:
            0 if it is admitted; else the seconds until it would be.
        """
        wait = max((bucket.wait_time() for bucket in self._buckets.values()), default=0.0)
        if wait <= 0:
            for bucket in self._buckets.values():
                bucket.take()
        return wait

    def levels(self) -> dict[str, BucketLevel]:
        """How full each limit is, by its name, without those that are switched off."""
        return {name: bucket.level() for name, bucket in self._buckets.items()}


def loop_time() -> float:
    """The time of the running event loop, in seconds."""
    return asyncio.get_running_loop().time()
