"""The rate limit of a server, written independently of the limiters that it judges."""

import math


class TokenBucket:
    """A bucket of tokens that is refilled steadily."""

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
