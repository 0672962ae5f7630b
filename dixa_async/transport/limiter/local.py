"""A fair token bucket that learns from 429s.

It is a GCRA: instead of counting tokens it keeps the time at which the bucket will be full again. Callers are served
strictly in the order they came, by one timer. A caller that is cancelled costs nothing, not even if it had just been
granted a permit.

A 429 means that someone else uses the same token, or that the limit is lower than configured. Then nothing is sent for
a moment and the rate is lowered; each success raises it a little.
"""

import asyncio
import logging
import math
import os
import time
from functools import partial
from typing import NamedTuple

from typing_extensions import override

from ...config import RateLimit
from ...errors import UsageError, WaitTooLongError
from .protocol import (
    FASTER,
    LONGEST_PAUSE,
    ON_ANOTHER_LOOP,
    PAUSE,
    SLOWER,
    SLOWER_AT_MOST_EVERY,
    SLOWEST,
    Limiter,
    LimiterState,
)
from .quota import Clock, DailyUse
from .wait_queue import WaitQueue

logger: logging.Logger = logging.getLogger("dixa_async.rate_limit")


_SLOWED_FOR = 3600.0
"""Seconds for which an unused limiter remembers a lowered rate."""


class _Permit(NamedTuple):
    """A permit, with the state of the limiter when it was granted."""

    throttled: int
    """The number of 429s seen."""
    tick: int
    """The number of ticks of the loop in which permits had been granted."""


class LocalLimiter(Limiter):
    """The limiter for one process.

    It can be used on several event loops, one after the other.
    A forked process inherits what was used and learned, but no callers that wait.

    Args:
        settings: the limit.
        wall_clock: returns the time of day, for the daily quota.
        used_today: the requests since midnight UTC that were counted before.
    """

    def __init__(self, settings: RateLimit, *, wall_clock: Clock = time.time, used_today: int = 0) -> None:
        self._full_rate = settings.per_second
        self._burst = settings.burst
        self._set_rate(settings.per_second)
        # The time at which the bucket is full again, and until when a 429 pauses all callers.
        self._full_at = -math.inf
        self._held_until = -math.inf
        # Permits that were granted in this tick of the loop, and the number of ticks before it in which some were.
        self._granted_in_tick = 0
        self._tick = 0
        self._queue: WaitQueue[_Permit] = WaitQueue()
        self._timer: asyncio.TimerHandle | None = None
        # The loop and the process in which it is used.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()
        self._slowed_at = -math.inf
        self._throttled = 0
        self._today = DailyUse(settings.daily_quota, wall_clock)
        self._today.set_used(used_today)

    def configure(self, settings: RateLimit) -> None:
        """Change the settings. What was used and learned so far is kept.

        Args:
            settings: the settings.
        """
        # No number of successes raises a lowered rate to infinity.
        slowed = self._rate < self._full_rate and settings.per_second < math.inf
        self._full_rate = settings.per_second
        self._change_bucket(min(self._rate, self._full_rate) if slowed else self._full_rate, settings.burst)
        self._today.quota = settings.daily_quota
        if self._queue and (loop := self._live_loop()) is not None:
            loop.call_soon_threadsafe(self._set_timer, loop)  # a client can be made in another thread

    def _change_bucket(self, rate: float, burst: int) -> None:
        """Continue with another bucket, which holds no more than this one does: what was used stays used.

        So in any period, no more is sent than the loosest of the settings in that period allow.
        """
        loop = self._loop
        now, ready_at = (0.0, -math.inf) if loop is None else (loop.time(), self._ready_at())
        if ready_at > now:
            held = 0.0
        elif self._interval:
            held = self._burst - max(0.0, self._full_at - now) / self._interval
        else:
            held = 1.0  # what was sent without a limit is not known: start as if the burst had just been used
        self._burst = burst
        self._set_rate(rate)
        if ready_at > now:
            # The next permit was due at the old rate. At the new one it may be due sooner.
            soonest = max(now, self._held_until)
            self._full_at = min(ready_at, soonest + self._interval) + self._tolerance
        elif loop is not None:
            self._full_at = now + max(0.0, burst - held) * self._interval

    @property
    def rate(self) -> float:
        """The current rate, in requests a second."""
        return self._rate

    @property
    def waiting(self) -> int:
        """The number of callers that wait for a permit."""
        return len(self._queue)

    def is_disposable(self, unused_for: float) -> bool:
        """Whether a new limiter with the same count of the day would behave the same.

        It would not while the bucket is not full, callers wait or are paused, the rate is lowered because of a recent
        429, or it has warned of the daily quota, as it would warn again.

        Args:
            unused_for: seconds since it was last used.
        """
        loop = self._live_loop()
        if self._queue and loop is not None:
            return False
        if self._today.has_warned or (self._rate < self._full_rate and unused_for < _SLOWED_FOR):
            return False
        return self._loop is None or max(self._full_at, self._held_until) <= self._loop.time()

    @property
    @override
    def state(self) -> LimiterState:
        loop = self._live_loop()
        return LimiterState(
            rate=self._rate,
            waiting=len(self._queue) if loop else 0,
            next_in=max(0.0, self._ready_at() - loop.time()) if loop else 0.0,
            requests_today=self._today.used,
            throttled=self._throttled,
        )

    @override
    def try_acquire(self) -> bool:
        loop = self._on_this_loop()
        now = loop.time()
        if self._queue or now < self._ready_at():
            return False
        if self._interval:
            self._charge(loop, now)
        else:
            self._today.add()  # without a limit there is nothing else to count
        return True

    @override
    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        if self.try_acquire():
            return
        loop = asyncio.get_running_loop()
        if max_wait is None:
            await self._wait_in_queue(loop, priority)
            return
        now = loop.time()
        wait = self._ready_at() - now + (0 if priority else len(self._queue)) * self._interval
        if wait > max_wait:
            raise WaitTooLongError(wait=wait, max_wait=max_wait)
        try:
            async with asyncio.timeout(max_wait):
                await self._wait_in_queue(loop, priority)
        except TimeoutError:  # a 429 has paused all callers in the meantime
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
        # After the pause there is one request, not a burst.
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
        # How long before the bucket is full the next request may be sent.
        self._tolerance = (self._burst - 1) * self._interval

    def _ready_at(self) -> float:
        return max(self._full_at - self._tolerance, self._held_until)

    def _charge(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        self._full_at = max(self._full_at, now) + self._interval
        self._today.add()
        if self._granted_in_tick == 0:
            loop.call_soon(self._end_tick, loop)
        self._granted_in_tick += 1

    def _end_tick(self, loop: asyncio.AbstractEventLoop) -> None:
        """Charge the permits of the last tick at the time at which they can be used.

        While the loop was blocked, for example by the start of a thousand calls, no request could be sent, and that
        time must not fill the bucket.
        """
        if loop is self._loop:
            self._full_at = max(self._full_at, loop.time() + self._granted_in_tick * self._interval)
            self._granted_in_tick = 0
            self._tick += 1

    async def _wait_in_queue(self, loop: asyncio.AbstractEventLoop, priority: bool) -> None:
        waiter = self._queue.enqueue(priority=priority)
        if self._timer is None:
            self._set_timer(loop)
        await self._queue.wait(waiter, partial(self._take_back, loop))

    def _take_back(self, loop: asyncio.AbstractEventLoop, permit: _Permit) -> None:
        """Take back a permit that is not used."""
        self._today.take_back()
        if permit.tick == self._tick:
            self._granted_in_tick -= 1
        if permit.throttled == self._throttled:  # else it is part of the pause after a 429, which is not shortened
            self._full_at -= self._interval
            self._set_timer(loop)

    def _grant_due(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while now >= self._ready_at() and self._queue.grant(_Permit(self._throttled, self._tick)):
            self._charge(loop, now)
        self._set_timer(loop)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._queue:
            self._timer = loop.call_at(self._ready_at(), self._grant_due, loop)

    def _on_this_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                self._move(self._loop, loop)
            self._loop, self._process = loop, os.getpid()
        return loop

    def _live_loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that it is used on; None if that is closed, or belongs to the parent process."""
        loop = self._loop
        return None if loop is None or loop.is_closed() or self._process != os.getpid() else loop

    def _move(self, old: asyncio.AbstractEventLoop, new: asyncio.AbstractEventLoop) -> None:
        if self._queue and self._live_loop() is not None:
            raise UsageError(ON_ANOTHER_LOOP)
        self._queue = WaitQueue()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._granted_in_tick = 0
        self._tick += 1
        self._slowed_at = -math.inf
        # The clocks of two loops are unrelated. Start as if the burst had just been used, or with the rest of a pause.
        self._full_at = new.time() + max(self._tolerance, self._full_at - old.time())
        self._held_until += new.time() - old.time()
