"""The limiter of one process among several that share a bucket in Redis.

Callers of a process wait in one queue, and are served strictly in the order they came. For the first of them a permit
is taken from the bucket in Redis, never more than one at a time. While Redis is unavailable, permits come from a local
limiter with a share of the rate; the queue is kept.
"""

import asyncio
import math
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeAlias

import attrs
from typing_extensions import override

from ....errors import UsageError, WaitTooLongError
from ...tasks import start_task
from ..local import LocalLimiter
from ..protocol import LONGEST_PAUSE, ON_ANOTHER_LOOP, PAUSE, Limiter, LimiterState
from ..wait_queue import WaitQueue
from .bucket import Permit, RedisBucket, RedisUnavailableError

_SETTLES_WITHIN: Final = 1.0
"""Seconds. By then Redis has responded, or is unavailable."""

_Waiter: TypeAlias = asyncio.Future[Permit | None]
"""What a caller waits for: a permit of the bucket, or None for one of the fallback limiter."""


@attrs.frozen
class _MaxWait:
    """How long a caller waits at most, and since when it has waited."""

    since: float
    max_wait: float


class RedisLimiter(Limiter):
    """The limiter of one process among several.

    It can be used on several event loops, one after the other. So can the Redis client, if it is closed (``aclose``)
    at the end of each loop.

    Args:
        bucket: grants the permits.
        fallback: grants the permits while Redis is unavailable.
        draw: returns a random number from 0 to 1.
    """

    def __init__(
        self, bucket: RedisBucket, fallback: LocalLimiter, *, draw: Callable[[], float] = random.random
    ) -> None:
        self.bucket = bucket
        self._fallback = fallback
        self._draw = draw
        self._loop: asyncio.AbstractEventLoop | None = None
        self._throttled = 0
        self._reset()

    def _reset(self) -> None:
        """Set the state of a limiter that is not in use."""
        self._queue: WaitQueue[Permit | None] = WaitQueue()
        # Of the callers that do not wait forever.
        self._max_waits: dict[_Waiter, _MaxWait] = {}
        self._queue_is_empty = asyncio.Event()
        self._dispatcher: asyncio.Task[None] | None = None
        self._jobs: deque[Callable[[], Awaitable[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None
        # When the permit is due that was taken for the first caller.
        self._due: float | None = None
        self._held_until = -math.inf

    def leave_to_parent(self) -> None:
        """Start over. Called in a forked process: all pending work is the parent's."""
        self._loop = None
        self._reset()
        self.bucket.leave_to_parent()

    @property
    @override
    def state(self) -> LimiterState:
        loop = None if self._loop is None or self._loop.is_closed() else self._loop
        away = self.bucket.unavailable
        return LimiterState(
            rate=self._fallback.rate if away else self.bucket.rate,
            waiting=len(self._queue) if loop else 0,
            next_in=max(0.0, self._next_at() - loop.time()) if loop else 0.0,
            requests_today=self.bucket.today.used,
            throttled=self._throttled,
        )

    @override
    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        loop = self._on_this_loop()
        now = loop.time()
        if max_wait is not None and (wait := self._least_wait(now, priority)) > max_wait:
            raise WaitTooLongError(wait=wait, max_wait=max_wait)
        waiter = self._queue.enqueue(priority=priority)
        if max_wait is not None:
            self._max_waits[waiter] = _MaxWait(now, max_wait)  # before the task starts, which may be at once
        self._queue_is_empty.clear()
        if self._dispatcher is None or self._dispatcher.done():
            self._dispatcher = start_task(self._dispatch(loop))
        if max_wait is None:
            await self._wait_in_queue(waiter)
            return
        try:
            async with asyncio.timeout(max_wait):
                await self._wait_in_queue(waiter)
        except TimeoutError:
            raise WaitTooLongError(wait=max(max_wait, self._next_at() - now), max_wait=max_wait) from None
        finally:
            self._max_waits.pop(waiter, None)

    @override
    def on_throttled(self, retry_after: float | None) -> None:
        loop = self._on_this_loop()
        pause = PAUSE if retry_after is None else min(retry_after, LONGEST_PAUSE)
        self._throttled += 1
        self._held_until = max(self._held_until, loop.time() + pause)
        self._in_background(partial(self._report_throttled, pause))

    @override
    def on_success(self) -> None:
        if self.bucket.unavailable:
            self._fallback.on_success()
        else:
            self.bucket.on_success()

    @override
    async def drain(self) -> None:
        if self._loop is not asyncio.get_running_loop():
            return
        await asyncio.sleep(0)  # callers that were just cancelled leave the queue
        if self._dispatcher is not None and not self._queue:
            await asyncio.wait([self._dispatcher], timeout=_SETTLES_WITHIN)
        if self._worker is not None:
            await asyncio.wait([self._worker], timeout=_SETTLES_WITHIN)

    def _next_at(self) -> float:
        """When the next permit is due, as far as is known."""
        if self.bucket.unavailable:
            loop = self._loop
            due = loop.time() + self._fallback.state.next_in if loop else -math.inf
        else:
            due = self.bucket.ready_at if self._due is None else self._due
        return max(due, self._held_until)

    def _least_wait(self, now: float, priority: bool) -> float:
        """The shortest possible wait of a new caller. The permits that other processes will take are not known."""
        if not self._queue:
            return max(0.0, self._held_until - now)
        if self._due is None and not self.bucket.unavailable:  # a burst may be available
            return max(0.0, self._held_until - now)
        return self._next_at() - now + (0 if priority else len(self._queue)) / self.state.rate

    async def _wait_in_queue(self, waiter: _Waiter) -> None:
        try:
            await self._queue.wait(waiter, self._grant)
        finally:
            if not self._queue:
                self._queue_is_empty.set()

    def _remove(self, waiter: _Waiter) -> None:
        self._queue.remove(waiter)
        if not self._queue:
            self._queue_is_empty.set()

    def _grant(self, permit: Permit | None) -> None:
        """Grant a permit to the first caller, or give it back to Redis if nobody waits."""
        if not self._queue.grant(permit) and permit is not None:
            self._in_background(partial(self.bucket.give_back, permit))
        if not self._queue:
            self._queue_is_empty.set()

    async def _dispatch(self, loop: asyncio.AbstractEventLoop) -> None:
        """The task that serves the queue until it is empty."""
        while (waiter := self._queue.first()) is not None:
            limit = self._max_waits.get(waiter)
            error: Exception
            try:
                permit = await self._next_permit(loop, limit)
            except WaitTooLongError as too_long:
                error = too_long
                if limit is not None:
                    wait = loop.time() - limit.since + too_long.wait
                    error = WaitTooLongError(wait=wait, max_wait=limit.max_wait)
            except Exception as unexpected:  # the caller gets it, and the others must not wait forever
                error = unexpected
            else:
                self._grant(permit)
                continue
            if not waiter.done():
                waiter.set_exception(error)
                self._remove(waiter)

    async def _next_permit(self, loop: asyncio.AbstractEventLoop, limit: _MaxWait | None) -> Permit | None:
        """Wait until a request may be sent, or the queue is empty."""
        bucket, forfeited = self.bucket, False
        while True:
            self._due = None
            await self._sleep_until(loop, self._held_until)
            if not self._queue:
                return None
            if bucket.limited_to_share:
                bucket.warn_once()
                if bucket.probe_is_due:
                    self._in_background(bucket.probe)
                await self._fallback.acquire(_time_left(limit, loop))
                if bucket.unavailable:
                    bucket.sent_without_redis()
                    return None
            try:
                permit = await bucket.reserve(_time_left(limit, loop))
                self._due = permit.due
                await self._sleep_until(loop, permit.due)
                if not self._queue:
                    return permit
                if loop.time() < self._held_until:
                    await bucket.give_back(permit)
                elif loop.time() > permit.latest and not forfeited:
                    # The loop was blocked, or the reply was slow. The next permit is used even if it is late again,
                    # because the time of this one is left unused.
                    bucket.forfeit()
                    forfeited = True
                else:
                    return permit
            except RedisUnavailableError:
                # The last permit may just have been used, and processes should not all start at once.
                self._held_until = max(self._held_until, loop.time() + (1 + self._draw()) / self._fallback.rate)

    async def _sleep_until(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        """Sleep, unless the queue becomes empty."""
        if loop.time() < when:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(when):
                    while self._queue:
                        await self._queue_is_empty.wait()

    async def _report_throttled(self, pause: float) -> None:
        try:
            await self.bucket.on_throttled(pause)
        except RedisUnavailableError:
            self._fallback.on_throttled(pause)

    def _in_background(self, job: Callable[[], Awaitable[None]]) -> None:
        """Run something with Redis in the background, one job after the other."""
        self._jobs.append(job)
        if self._worker is None or self._worker.done():
            self._worker = start_task(self._work())

    async def _work(self) -> None:
        """The task that runs the jobs until there are none."""
        while self._jobs:
            with suppress(RedisUnavailableError):
                await self._jobs.popleft()()

    def _on_this_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                if self._queue and not self._loop.is_closed():
                    raise UsageError(ON_ANOTHER_LOOP)
                self._reset()
                self.bucket.forget_times()
            self._loop = loop
        return loop


def _time_left(limit: _MaxWait | None, loop: asyncio.AbstractEventLoop) -> float | None:
    return None if limit is None else max(0.0, limit.since + limit.max_wait - loop.time())
