"""A fair token bucket that learns from 429s.

It is a GCRA: instead of counting tokens it keeps the time at which the bucket would be full again. Callers are served
strictly in the order they came, by one timer. A caller that is cancelled costs nothing, not even when it had just been
given its turn.

A 429 means that someone else uses the same token, or that the limit is lower than we think. Then nothing goes out for
a moment and the rate falls; each success brings a little of it back.
"""

import asyncio
import logging
import math
import os
import time
from functools import partial
from typing import NamedTuple

from typing_extensions import override

from ...config import DEFAULT_RATE_LIMIT, RateLimit
from ...errors import UsageError, WaitTooLongError
from ...secret import Secret
from ..token_registry import TokenRegistry
from .protocol import (
    FASTER,
    LONGEST_PAUSE,
    ON_ANOTHER_LOOP,
    PAUSE,
    SLOWER,
    SLOWER_AT_MOST_EVERY,
    SLOWEST,
    Limiter,
    LimiterFactory,
    LimiterState,
)
from .quota import Clock, DailyUse
from .wait_queue import WaitQueue

logger = logging.getLogger("dixa_async.rate_limit")


_SLOWED_FOR = 3600.0
"""Seconds for which a lower rate is remembered when nobody uses it."""


class _Turn(NamedTuple):
    """What was known when it was given."""

    throttled: int
    """429s that were seen."""
    departure: int
    """Rounds of the loop in which turns had left."""


class LocalLimiter(Limiter):
    """The limiter for one process.

    It can be used on one event loop after the other, and on one at a time.
    A forked process inherits what was used and learned, and none of those who wait.

    Args:
        settings: the limit.
        wall_clock: gives the time of day, for the daily quota.
    """

    def __init__(self, settings: RateLimit, *, wall_clock: Clock = time.time) -> None:
        self._full_rate = settings.per_second
        self._burst = settings.burst
        self._set_rate(settings.per_second)
        # The time at which the bucket is full again, and until when a 429 holds everyone.
        self._full_at = -math.inf
        self._held_until = -math.inf
        # Turns that were given since the loop last came round, and how often it has.
        self._leaving = 0
        self._departures = 0
        self._line: WaitQueue[_Turn] = WaitQueue()
        self._timer: asyncio.TimerHandle | None = None
        # On which loop it is used, and in which process.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()
        self._slowed_at = -math.inf
        self._throttled = 0
        self._today = DailyUse(settings.daily_quota, wall_clock)

    def configure(self, settings: RateLimit) -> None:
        """Take over other settings. What was used so far, and what was learned, stays.

        Args:
            settings: the settings.
        """
        # From a lower rate, no number of successes leads to one without a limit.
        slowed = self._rate < self._full_rate and settings.per_second < math.inf
        self._full_rate = settings.per_second
        self._change_bucket(min(self._rate, self._full_rate) if slowed else self._full_rate, settings.burst)
        self._today.quota = settings.daily_quota
        if self._line and (loop := self._live_loop()) is not None:
            loop.call_soon_threadsafe(self._set_timer, loop)  # a client can be made in another thread

    def _change_bucket(self, rate: float, burst: int) -> None:
        """Go on with another bucket, which holds no more than this one does: settings forgive nothing that was used.

        So in whatever time, no more goes out than the loosest of the settings in that time allow.
        """
        loop = self._loop
        now, ready_at = (0.0, -math.inf) if loop is None else (loop.time(), self._ready_at())
        if ready_at > now:
            held = 0.0
        elif self._interval:
            held = self._burst - max(0.0, self._full_at - now) / self._interval
        else:
            held = 1.0  # of what left without a limit nothing is known: start as if the burst had just been used
        self._burst = burst
        self._set_rate(rate)
        if ready_at > now:
            # The next turn was due by the old rate. By the new one it may be sooner.
            soonest = max(now, self._held_until)
            self._full_at = min(ready_at, soonest + self._interval) + self._tolerance
        elif loop is not None:
            self._full_at = now + max(0.0, burst - held) * self._interval

    @property
    def rate(self) -> float:
        """Requests a second at the moment."""
        return self._rate

    @property
    def waiting(self) -> int:
        """How many callers wait for their turn."""
        return len(self._line)

    def says_nothing(self, unused_for: float) -> bool:
        """Whether a new limiter would do just the same.

        It would not while the bucket is not full, somebody waits or is paused, requests of today are counted, or the
        rate was lowered by a 429 and nobody has tried since whether more is allowed again.

        Args:
            unused_for: seconds for which nobody has used it.
        """
        loop = self._live_loop()
        if self._line and loop is not None:
            return False
        if self._today.used or (self._rate < self._full_rate and unused_for < _SLOWED_FOR):
            return False
        return self._loop is None or max(self._full_at, self._held_until) <= self._loop.time()

    @property
    @override
    def state(self) -> LimiterState:
        loop = self._live_loop()
        return LimiterState(
            rate=self._rate,
            waiting=len(self._line) if loop else 0,
            next_in=max(0.0, self._ready_at() - loop.time()) if loop else 0.0,
            requests_today=self._today.used,
            throttled=self._throttled,
        )

    @override
    def try_acquire(self) -> bool:
        loop = self._on_this_loop()
        now = loop.time()
        if self._line or now < self._ready_at():
            return False
        if self._interval:
            self._charge(loop, now)
        else:
            self._today.add()  # without a limit there is no more to it
        return True

    @override
    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        if self.try_acquire():
            return
        loop = asyncio.get_running_loop()
        if max_wait is None:
            await self._queue(loop, priority)
            return
        now = loop.time()
        wait = self._ready_at() - now + (0 if priority else len(self._line)) * self._interval
        if wait > max_wait:
            raise WaitTooLongError(wait=wait, max_wait=max_wait)
        try:
            async with asyncio.timeout(max_wait):
                await self._queue(loop, priority)
        except TimeoutError:  # a 429 came in between, and its pause holds everyone
            raise WaitTooLongError(wait=max(max_wait, self._ready_at() - now), max_wait=max_wait) from None

    @override
    def on_throttled(self, retry_after: float | None) -> None:
        loop = self._on_this_loop()
        now = loop.time()
        self._throttled += 1
        pause = PAUSE if retry_after is None else min(retry_after, LONGEST_PAUSE)
        ready_at = max(self._ready_at(), now + pause)
        if now >= self._slowed_at + SLOWER_AT_MOST_EVERY:
            self._slowed_at = now
            self._set_rate(max(self._rate * SLOWER, min(SLOWEST, self._full_rate)))
            logger.warning("429: no request for %.2f s, then %.2f a second of %g", pause, self._rate, self._full_rate)
        self._held_until = max(self._held_until, now + pause)
        # Behind the pause there is one request, and no burst.
        self._full_at = ready_at + self._tolerance
        self._set_timer(loop)

    @override
    def on_success(self) -> None:
        if self._rate < self._full_rate:
            self._set_rate(min(self._rate + FASTER, self._full_rate))
            if self._rate == self._full_rate:
                logger.warning("no 429 for a while: %g requests a second again", self._full_rate)

    def _set_rate(self, rate: float) -> None:
        self._rate = rate
        self._interval = 1.0 / rate
        # How long before the bucket is full the next request may go.
        self._tolerance = (self._burst - 1) * self._interval

    def _ready_at(self) -> float:
        return max(self._full_at - self._tolerance, self._held_until)

    def _charge(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        self._full_at = max(self._full_at, now) + self._interval
        self._today.add()
        if self._leaving == 0:
            loop.call_soon(self._depart, loop)
        self._leaving += 1

    def _depart(self, loop: asyncio.AbstractEventLoop) -> None:
        """Charge the turns of the last round of the loop at the time they can be used.

        When the loop is blocked, by the start of a thousand calls say, its requests leave only now, and the time in
        between fills no bucket.
        """
        if loop is self._loop:
            self._full_at = max(self._full_at, loop.time() + self._leaving * self._interval)
            self._leaving = 0
            self._departures += 1

    async def _queue(self, loop: asyncio.AbstractEventLoop, priority: bool) -> None:
        place = self._line.join(priority=priority)
        if self._timer is None:
            self._set_timer(loop)
        await self._line.wait(place, partial(self._take_back, loop))

    def _take_back(self, loop: asyncio.AbstractEventLoop, turn: _Turn) -> None:
        """Take back a turn that is not used."""
        self._today.take_back()
        if turn.departure == self._departures:
            self._leaving -= 1
        if turn.throttled == self._throttled:  # else it is part of the pause after a 429, which holds
            self._full_at -= self._interval
            self._set_timer(loop)

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while now >= self._ready_at() and self._line.serve(_Turn(self._throttled, self._departures)):
            self._charge(loop, now)
        self._set_timer(loop)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._line:
            self._timer = loop.call_at(self._ready_at(), self._serve, loop)

    def _on_this_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                self._leave(self._loop, loop)
            self._loop, self._process = loop, os.getpid()
        return loop

    def _live_loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that it is used on; None if that is closed, or was left behind by a fork."""
        loop = self._loop
        return None if loop is None or loop.is_closed() or self._process != os.getpid() else loop

    def _leave(self, old: asyncio.AbstractEventLoop, new: asyncio.AbstractEventLoop) -> None:
        if self._line and self._live_loop() is not None:
            raise UsageError(ON_ANOTHER_LOOP)
        self._line = WaitQueue()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._leaving = 0
        self._departures += 1
        self._slowed_at = -math.inf
        # The clocks of two loops have nothing to do with each other. Start as if the burst had just been used, or with
        # what is left of a pause.
        self._full_at = new.time() + max(self._tolerance, self._full_at - old.time())
        self._held_until += new.time() - old.time()


_shared: TokenRegistry[LocalLimiter] = TokenRegistry(LocalLimiter.says_nothing)


def shared_limiter(server: str, token: Secret, settings: RateLimit) -> LocalLimiter:
    """The one limiter of this process for a server and a token.

    Args:
        server: the base URL.
        token: the API key.
        settings: the limit; if there is a limiter already, it takes these over, unless nobody asked for them.

    Returns:
        The limiter.
    """
    limiter = _shared.get(server, token)
    if limiter is None:
        limiter = LocalLimiter(settings)
        _shared.add(server, token, limiter)
    elif settings is not DEFAULT_RATE_LIMIT:
        limiter.configure(settings)
    return limiter


def keep_limiter_after(user: object, server: str, token: Secret) -> None:
    """Keep the limiter of this process for a server and a token when its user is gone, while it says something.

    So a program which makes a client for each call keeps the limit too.

    Args:
        user: what uses it.
        server: the base URL.
        token: the API key.
    """
    _shared.keep_after(user, server, token)


def limiter_for(server: str, token: Secret, settings: RateLimit) -> Limiter:
    """The limiter that settings ask for.

    Args:
        server: the base URL.
        token: the API key.
        settings: the limit; one that is a `LimiterFactory` makes its own limiter.

    Returns:
        The limiter.
    """
    if isinstance(settings, LimiterFactory):
        return settings.create_limiter(server, token)
    return shared_limiter(server, token, settings)
