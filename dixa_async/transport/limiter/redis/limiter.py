"""The limiter of one process among several that share a bucket in Redis.

Callers of a process wait in one queue, and are served strictly in the order they came. For the first of them a turn is
taken from the bucket in Redis, never more than one at a time. While Redis is away, turns come from a limiter of this
process alone, which knows a share of the rate; the queue stays as it is.
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
from .bucket import Permit, RedisAwayError, RedisBucket

_SETTLES_WITHIN: Final = 1.0
"""Seconds. Redis has responded by then, or is away."""

_Place: TypeAlias = asyncio.Future[Permit | None]
"""A caller's place in the line. It gets a turn of the bucket, or None: a turn of the share."""


@attrs.frozen
class _Patience:
    """How long a caller waits at most."""

    since: float
    max_wait: float


class RedisLimiter(Limiter):
    """The limiter of one process among several.

    It can be used on one event loop after the other, and on one at a time. So can the Redis client, if it is closed
    (``aclose``) at the end of each loop.

    Args:
        bucket: gives the turns.
        alone: gives the turns while Redis is away.
        draw: gives a number from 0 to 1.
    """

    def __init__(self, bucket: RedisBucket, alone: LocalLimiter, *, draw: Callable[[], float] = random.random) -> None:
        self.bucket = bucket
        self._alone = alone
        self._draw = draw
        self._loop: asyncio.AbstractEventLoop | None = None
        self._throttled = 0
        self._start()

    def _start(self) -> None:
        """Begin with nothing, on whichever loop."""
        self._line: WaitQueue[Permit | None] = WaitQueue()
        # Of those in the line who do not wait for ever.
        self._patience: dict[_Place, _Patience] = {}
        self._nobody_waits = asyncio.Event()
        self._server: asyncio.Task[None] | None = None
        self._jobs: deque[Callable[[], Awaitable[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None
        # When the turn is due that was taken for the first in the queue.
        self._due: float | None = None
        self._held_until = -math.inf

    def leave_to_parent(self) -> None:
        """Start anew. It is called in a process that was forked: all that is under way is the parent's."""
        self._loop = None
        self._start()
        self.bucket.leave_to_parent()

    @property
    @override
    def state(self) -> LimiterState:
        loop = None if self._loop is None or self._loop.is_closed() else self._loop
        away = self.bucket.away
        return LimiterState(
            rate=self._alone.rate if away else self.bucket.rate,
            waiting=len(self._line) if loop else 0,
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
        place = self._line.join(priority=priority)
        if max_wait is not None:
            self._patience[place] = _Patience(now, max_wait)  # before the task starts, which may be at once
        self._nobody_waits.clear()
        if self._server is None or self._server.done():
            self._server = start_task(self._serve(loop))
        if max_wait is None:
            await self._turn_at(place)
            return
        try:
            async with asyncio.timeout(max_wait):
                await self._turn_at(place)
        except TimeoutError:
            raise WaitTooLongError(wait=max(max_wait, self._next_at() - now), max_wait=max_wait) from None
        finally:
            self._patience.pop(place, None)

    @override
    def on_throttled(self, retry_after: float | None) -> None:
        loop = self._on_this_loop()
        pause = PAUSE if retry_after is None else min(retry_after, LONGEST_PAUSE)
        self._throttled += 1
        self._held_until = max(self._held_until, loop.time() + pause)
        self._later(loop, partial(self._tell_refused, pause))

    @override
    def on_success(self) -> None:
        if self.bucket.away:
            self._alone.on_success()
        else:
            self.bucket.on_success()

    @override
    async def drain(self) -> None:
        if self._loop is not asyncio.get_running_loop():
            return
        await asyncio.sleep(0)  # those who were cancelled a moment ago leave the line
        if self._server is not None and not self._line:
            await asyncio.wait([self._server], timeout=_SETTLES_WITHIN)
        if self._worker is not None:
            await asyncio.wait([self._worker], timeout=_SETTLES_WITHIN)

    def _next_at(self) -> float:
        """When the next turn is due, as far as that is known."""
        if self.bucket.away:
            loop = self._loop
            due = loop.time() + self._alone.state.next_in if loop else -math.inf
        else:
            due = self.bucket.ready_at if self._due is None else self._due
        return max(due, self._held_until)

    def _least_wait(self, now: float, priority: bool) -> float:
        """How long a newcomer waits at least. How many turns the other processes take in between, no one knows."""
        if not self._line:
            return max(0.0, self._held_until - now)
        if self._due is None and not self.bucket.away:  # a burst may be there
            return max(0.0, self._held_until - now)
        return self._next_at() - now + (0 if priority else len(self._line)) / self.state.rate

    async def _turn_at(self, place: _Place) -> None:
        try:
            await self._line.wait(place, self._hand_out)
        finally:
            if not self._line:
                self._nobody_waits.set()

    def _leave(self, place: _Place) -> None:
        self._line.leave(place)
        if not self._line:
            self._nobody_waits.set()

    def _hand_out(self, turn: Permit | None) -> None:
        """Give a turn to the first in the line, or back to Redis if nobody waits."""
        if not self._line.serve(turn) and turn is not None:
            self._later(asyncio.get_running_loop(), partial(self.bucket.give_back, turn))
        if not self._line:
            self._nobody_waits.set()

    async def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        """The task that serves the line, while there is one."""
        while (place := self._line.first()) is not None:
            patience = self._patience.get(place)
            error: Exception
            try:
                turn = await self._next_turn(loop, patience)
            except WaitTooLongError as too_long:
                error = too_long
                if patience is not None:
                    wait = loop.time() - patience.since + too_long.wait
                    error = WaitTooLongError(wait=wait, max_wait=patience.max_wait)
            except Exception as unexpected:  # it is the caller's to see; the others must not wait for ever
                error = unexpected
            else:
                self._hand_out(turn)
                continue
            if not place.done():
                place.set_exception(error)
                self._leave(place)

    async def _next_turn(self, loop: asyncio.AbstractEventLoop, patience: _Patience | None) -> Permit | None:
        """Wait until a request may go, or nobody waits any more."""
        bucket, forfeited = self.bucket, False
        while True:
            self._due = None
            await self._sleep_until(loop, self._held_until)
            if not self._line:
                return None
            if bucket.keeps_to_share:
                bucket.warn_once()
                if bucket.should_be_tried:
                    self._later(loop, bucket.try_again)
                await self._alone.acquire(_left(patience, loop))
                if bucket.away:
                    bucket.sent_alone()
                    return None
            try:
                turn = await bucket.reserve(_left(patience, loop))
                self._due = turn.due
                await self._sleep_until(loop, turn.due)
                if not self._line:
                    return turn
                if loop.time() < self._held_until:
                    await bucket.give_back(turn)
                elif loop.time() > turn.latest and not forfeited:
                    # The loop was blocked, or the response was slow. The next turn is used even if it is late again,
                    # for nobody gets the time of this one.
                    bucket.forfeit()
                    forfeited = True
                else:
                    return turn
            except RedisAwayError:
                # The last turn may just have been used; and not all processes should start at once.
                self._held_until = max(self._held_until, loop.time() + (1 + self._draw()) / self._alone.rate)

    async def _sleep_until(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        """Sleep while anyone waits."""
        if loop.time() < when:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(when):
                    while self._line:
                        await self._nobody_waits.wait()

    async def _tell_refused(self, pause: float) -> None:
        try:
            await self.bucket.on_throttled(pause)
        except RedisAwayError:
            self._alone.on_throttled(pause)

    def _later(self, loop: asyncio.AbstractEventLoop, job: Callable[[], Awaitable[None]]) -> None:
        """Do something with Redis in the background, one after the other."""
        self._jobs.append(job)
        if self._worker is None or self._worker.done():
            self._worker = start_task(self._work())

    async def _work(self) -> None:
        """The task that does these things, while there are any."""
        while self._jobs:
            with suppress(RedisAwayError):
                await self._jobs.popleft()()

    def _on_this_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                if self._line and not self._loop.is_closed():
                    raise UsageError(ON_ANOTHER_LOOP)
                self._start()
                self.bucket.forget_times()
            self._loop = loop
        return loop


def _left(patience: _Patience | None, loop: asyncio.AbstractEventLoop) -> float | None:
    return None if patience is None else max(0.0, patience.since + patience.max_wait - loop.time())
