"""A fair token bucket that learns from 429s.

It is a GCRA: instead of counting tokens it keeps the time at which the bucket would be full again. Callers are served
strictly in the order they came, by one timer. A caller that is cancelled costs nothing, not even when it had just been
given its turn.

A 429 means that someone else uses the same token, or that the limit is lower than we think. Then nothing goes out for
a moment and the rate falls; each success brings a little of it back.
"""

import asyncio
import math
from collections import deque
from typing import Final, Protocol

from typing_extensions import override

from ..config import RateLimit
from ..errors import RateLimitWaitError, UsageError

_SLOWER: Final = 0.7
"""What a 429 leaves of the rate."""
_SLOWER_AT_MOST_EVERY: Final = 1.0
"""Seconds. The 429s of requests that were under way together count once."""
_FASTER: Final = 0.02
"""Requests a second that a success brings back."""
_SLOWEST: Final = 0.5
"""Requests a second. The rate never falls below."""
_PAUSE: Final = 0.5
"""Seconds without a request after a 429 that names no time."""
_LONGEST_PAUSE: Final = 60.0
"""Seconds. Whatever a server asks, it is tried again after this: one wrong header must not stop all calls for ever."""


class Limiter(Protocol):
    """What the rate limit asks of a limiter."""

    async def acquire(self, max_wait: float | None = None) -> None:
        """Wait for a turn.

        Args:
            max_wait: the longest wait, in seconds.

        Raises:
            RateLimitWaitError: the wait would be longer.
        """
        ...

    def refused(self, retry_after: float | None) -> None:
        """Take note of a 429.

        Args:
            retry_after: the seconds that the server asks to wait, if it does.
        """
        ...

    def accepted(self) -> None:
        """Take note of an answer other than 429."""
        ...


class LocalLimiter(Limiter):
    """The limiter for one process.

    It can be used on one event loop after the other, and on one at a time.
    """

    def __init__(self, settings: RateLimit) -> None:
        self._full_rate = self._rate = settings.per_second
        self._burst = settings.burst
        # The time at which the bucket is full again.
        self._full_at = -math.inf
        self._waiters: deque[asyncio.Future[None]] = deque()
        # Cancelled waiters stay in the queue until their turn comes, and are not counted here.
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._slowed_at = -math.inf

    def configure(self, settings: RateLimit) -> None:
        """Take over other settings. What was used so far, and what was learned, stays.

        Args:
            settings: the settings.
        """
        slowed = self._rate < self._full_rate
        self._full_rate = settings.per_second
        self._burst = settings.burst
        self._rate = min(self._rate, self._full_rate) if slowed else self._full_rate

    @property
    def rate(self) -> float:
        """Requests a second at the moment."""
        return self._rate

    @property
    def waiting(self) -> int:
        """How many callers wait for their turn."""
        return self._waiting

    @override
    async def acquire(self, max_wait: float | None = None) -> None:
        loop = self._on_this_loop()
        now = loop.time()
        if not self._waiting and now >= self._ready_at():
            self._charge(now)
            return
        if max_wait is None:
            await self._queue(loop)
            return
        wait = self._ready_at() - now + self._waiting * self._interval
        if wait > max_wait:
            raise RateLimitWaitError(wait=wait, max_wait=max_wait)
        try:
            async with asyncio.timeout(max_wait):
                await self._queue(loop)
        except TimeoutError:  # a 429 came in between, and its pause holds everyone
            raise RateLimitWaitError(wait=max(max_wait, self._ready_at() - now), max_wait=max_wait) from None

    @override
    def refused(self, retry_after: float | None) -> None:
        loop = self._on_this_loop()
        now = loop.time()
        if now >= self._slowed_at + _SLOWER_AT_MOST_EVERY:
            self._slowed_at = now
            self._rate = max(self._rate * _SLOWER, min(_SLOWEST, self._full_rate))
        pause = _PAUSE if retry_after is None else min(retry_after, _LONGEST_PAUSE)
        self._full_at = max(self._full_at, now + pause + self._tolerance)
        self._set_timer(loop)

    @override
    def accepted(self) -> None:
        if self._rate < self._full_rate:
            self._rate = min(self._rate + _FASTER, self._full_rate)

    @property
    def _interval(self) -> float:
        return 1.0 / self._rate

    @property
    def _tolerance(self) -> float:
        return (self._burst - 1) * self._interval

    def _ready_at(self) -> float:
        return self._full_at - self._tolerance

    def _charge(self, now: float) -> None:
        self._full_at = max(self._full_at, now) + self._interval

    async def _queue(self, loop: asyncio.AbstractEventLoop) -> None:
        turn: asyncio.Future[None] = loop.create_future()
        self._waiters.append(turn)
        self._waiting += 1
        if self._timer is None:
            self._set_timer(loop)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting -= 1
            else:
                # The turn came in the very tick of the cancellation, and will not be used.
                self._full_at -= self._interval
                self._set_timer(loop)
            raise

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while self._waiters:
            turn = self._waiters[0]
            if not turn.done():
                if now < self._ready_at():
                    break
                self._charge(now)
                self._waiting -= 1
                turn.set_result(None)
            self._waiters.popleft()
        self._set_timer(loop)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiters:
            self._timer = loop.call_at(self._ready_at(), self._serve, loop)

    def _on_this_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                self._leave(self._loop, loop)
            self._loop = loop
        return loop

    def _leave(self, old: asyncio.AbstractEventLoop, new: asyncio.AbstractEventLoop) -> None:
        if self._waiting and not old.is_closed():
            raise UsageError("the rate limit of this token is in use on another event loop: use one loop for one token")
        self._waiters.clear()
        self._waiting = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._slowed_at = -math.inf
        # The clocks of two loops have nothing to do with each other. Start as if the burst had just been used.
        self._full_at = new.time() + self._tolerance


_shared: dict[tuple[str, str], LocalLimiter] = {}


def shared_limiter(server: str, token: str, settings: RateLimit) -> LocalLimiter:
    """The one limiter of this process for a server and a token.

    It is kept for the life of the process, so that a program which makes a client for each call keeps the limit too.

    Args:
        server: the base URL.
        token: the API key.
        settings: the limit; if there is a limiter already, it takes these over.

    Returns:
        The limiter.
    """
    limiter = _shared.get((server, token))
    if limiter is None:
        limiter = _shared[server, token] = LocalLimiter(settings)
    else:
        limiter.configure(settings)
    return limiter
