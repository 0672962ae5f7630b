"""What a limiter is: it gives requests their turns, and learns from the responses.

`LocalLimiter` is the one for a process, `RedisLimiter` the one for several. Both learn from 429s by these numbers.
"""

from typing import Final, Protocol, runtime_checkable

import attrs

from ...secret import Secret

SLOWER: Final = 0.7
"""What a 429 leaves of the rate."""
SLOWER_AT_MOST_EVERY: Final = 1.0
"""Seconds. The 429s of requests that were under way together count once."""
FASTER: Final = 0.02
"""Requests a second that a success brings back."""
SLOWEST: Final = 0.5
"""Requests a second. The rate never falls below."""
PAUSE: Final = 0.5
"""Seconds without a request after a 429 that names no time."""
LONGEST_PAUSE: Final = 60.0
"""Seconds. Whatever a server asks, it is retried after this: one wrong header must not stop all calls for ever."""
ON_ANOTHER_LOOP: Final = (
    "the rate limit of this token is in use on another event loop: use one loop for one token, and "
    "asyncio.run_coroutine_threadsafe from other threads"
)
"""What the error says."""


@attrs.frozen(kw_only=True)
class LimiterState:
    """Where a limiter stands, for a dashboard."""

    rate: float
    """Requests a second at the moment."""
    waiting: int
    """Callers that wait for their turn, in this process."""
    next_in: float
    """Seconds until the next request may go; 0 if it may go now."""
    requests_today: int
    """Requests since midnight UTC that this limiter let go."""
    throttled: int
    """429s seen in all, without those that are about the daily quota."""


class Limiter(Protocol):
    """What the rate limit asks of a limiter."""

    @property
    def state(self) -> LimiterState:
        """Where it stands."""
        ...

    def try_acquire(self) -> bool:
        """Take a turn if one is there, so that nothing has to be awaited.

        Returns:
            Whether it was taken. Here it never is: a limiter that cannot tell at once leaves it to `acquire`.
        """
        return False

    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        """Wait for a turn.

        Args:
            max_wait: the longest wait, in seconds.
            priority: whether to go before all others who wait: a call that had its turn, and has to be sent again.

        Raises:
            WaitTooLongError: the wait would be longer.
        """
        ...

    def on_throttled(self, retry_after: float | None) -> None:
        """Take note of a 429 that is not about the daily quota.

        Args:
            retry_after: the seconds that the server asks to wait, if it does.
        """
        ...

    def on_success(self) -> None:
        """Take note of a response other than 429."""
        ...

    async def drain(self) -> None:
        """Finish what goes on in the background. A client that is closed waits for it.

        Here there is nothing to finish.
        """
        return


@runtime_checkable
class LimiterFactory(Protocol):
    """A `RateLimit` that makes a limiter of its own kind, instead of the one for this process."""

    def create_limiter(self, server: str, token: Secret) -> Limiter:
        """Make the limiter of a client, or find the one that is there already.

        Args:
            server: the base URL.
            token: the API key. Its text, `token.reveal()`, must be shown nowhere.

        Returns:
            The limiter.
        """
        ...
