"""The protocol of a rate limiter: it grants permits to requests, and adapts to the responses.

`LocalLimiter` serves one process, `RedisLimiter` several. Both adapt to 429s by the numbers in this module.
"""

import inspect
from typing import Any, Final, Protocol, runtime_checkable

import attrs

from ...errors import ConfigurationError
from ...secret import Secret

SLOWER: Final = 0.7
"""The factor by which a 429 lowers the rate."""
SLOWER_AT_MOST_EVERY: Final = 1.0
"""Seconds. 429s that arrive together lower the rate once."""
FASTER: Final = 0.02
"""Requests a second by which a success raises a lowered rate."""
SLOWEST: Final = 0.5
"""Requests a second. The rate is never lowered below this."""
PAUSE: Final = 0.5
"""Seconds without a request after a 429 without Retry-After."""
LONGEST_PAUSE: Final = 60.0
"""Seconds. A longer Retry-After is cut to this: one wrong header must not stop all calls forever."""
ON_ANOTHER_LOOP: Final = (
    "the rate limit of this token is in use on another event loop: use one loop for one token, and "
    "asyncio.run_coroutine_threadsafe from other threads"
)
"""The message of the error."""


@attrs.frozen(kw_only=True)
class LimiterState:
    """The state of a limiter, for example for a dashboard."""

    rate: float
    """The current rate, in requests a second."""
    waiting: int
    """Callers in this process that wait for a permit."""
    next_in: float
    """Seconds until the next request may be sent; 0 if it may be sent now."""
    requests_today: int
    """Requests that this limiter has permitted since midnight UTC."""
    throttled: int
    """All 429s seen, except those for the daily quota."""


class Limiter(Protocol):
    """What `DixaClient(rate_limit=…)` needs of a custom limiter."""

    @property
    def state(self) -> LimiterState:
        """The current state."""
        ...

    def try_acquire(self) -> bool:
        """Take a permit if one is available without waiting.

        Returns:
            Whether one was taken. By default none ever is, for limiters that cannot say so at once: `acquire` follows.
        """
        return False

    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        """Wait for a permit.

        Args:
            max_wait: the longest wait, in seconds; defaults to no limit.
            priority: whether to be served before all others that wait. It is set for a call that is retried.

        Raises:
            WaitTooLongError: the wait would be longer.
        """
        ...

    def on_throttled(self, retry_after: float | None) -> None:
        """Record a 429 that is not for the daily quota.

        Args:
            retry_after: the seconds of its Retry-After header, or None if it has none.
        """
        ...

    def on_success(self) -> None:
        """Record a response other than 429."""
        ...

    async def drain(self) -> None:
        """Finish background work. The client waits for it when it is closed.

        By default, nothing is done.
        """
        return


@runtime_checkable
class LimiterFactory(Protocol):
    """A `RateLimit` that makes its own limiter, instead of using the one of this process."""

    def create_limiter(self, server: str, token: Secret) -> Limiter:
        """Make the limiter of a client, or return an existing one.

        Args:
            server: the base URL.
            token: the API key. Its text, `token.reveal()`, must not be shown anywhere.

        Returns:
            The limiter.
        """
        ...


def check_limiter(limiter: Any) -> None:
    """Check a custom limiter.

    Args:
        limiter: what was passed as `rate_limit`, if it is neither a `RateLimit` nor a number.

    Raises:
        ConfigurationError: it lacks a method or property of `Limiter`.
    """
    methods = ("try_acquire", "acquire", "on_success", "on_throttled", "drain")
    missing = [name for name in methods if not callable(getattr(limiter, name, None))]
    # A property may not be readable before the limiter is used.
    if inspect.getattr_static(limiter, "state", None) is None and not hasattr(limiter, "state"):
        missing.append("state")
    if isinstance(limiter, type) or missing:
        lack = f", which has no {', '.join(missing)}" if missing else ""
        raise ConfigurationError(
            "rate_limit must be a RateLimit, a number of requests a second or a Limiter, not"
            f" {type(limiter).__name__}{lack}"
        )
