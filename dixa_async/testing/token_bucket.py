"""How many requests a token may make."""

from collections.abc import Callable
from typing import Final

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
        self._filled_at = clock()

    def wait(self) -> float:
        """Seconds until there is a token; 0 if there is one."""
        now = self._clock()
        self._tokens = min(self._capacity, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        return max(0.0, (1.0 - _ALMOST - self._tokens) / self._per_second)

    def take(self) -> None:
        """Take a token. Call `wait` first."""
        self._tokens -= 1.0
