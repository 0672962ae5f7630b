"""A bucket in Redis as one process sees it: turns, what it knows of the others, and whether Redis is there."""

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from typing import Final

import attrs

from ....config import RateLimit
from ....errors import WaitTooLongError
from ..quota import Clock, DailyUse
from .scripts import GIVE_BACK, MICRO, REFUSED, REPORT, RESERVE, Script, ScriptRunner

logger = logging.getLogger("dixa_async.rate_limit")

_GRACE: Final = 1.0
"""Seconds without a request, at least, after Redis has lost the bucket: turns of the old one may still be held."""
_FIRST_TRY: Final = 0.25
"""Seconds until Redis is retried. They double with each try."""
_TRY_AT_LEAST_EVERY: Final = 2.0
_SETTLES_IN: Final = 5.0
"""Seconds for which a process keeps to its share when Redis is back: others may not have found it yet."""


class RedisAwayError(Exception):
    """Redis did not do what it was asked. It never leaves the limiter."""


@attrs.frozen(kw_only=True)
class Permit:
    """A turn that was given out to this process."""

    due: float
    """When it may be used, on the clock of the event loop."""
    charged: int
    """Microseconds that it cost the bucket."""
    born: int
    serial: int
    full: int
    returned: int
    follows_own: bool
    """Whether no other process took a turn since this one last asked."""

    @property
    def latest(self) -> float:
        """When it is too late: a turn used much later than it was due would be one too many at that time.

        A process that is alone with the bucket is never too late, for the turns of others are what it would add to.
        """
        return math.inf if self.follows_own else self.due + self.charged / MICRO / 2


class RedisBucket:
    """The bucket.

    Args:
        runner: runs the scripts.
        settings: the limit.
        share: the part of it that this process uses while Redis is away.
        wall_clock: gives the time of day, for the daily quota.
    """

    def __init__(
        self, runner: ScriptRunner, settings: RateLimit, share: float, *, wall_clock: Clock = time.time
    ) -> None:
        self._born = self._serial = 0
        self._rate: float | None = None
        # What Redis has not been told yet.
        self._accepted: int = 0
        self._sent_alone: int = 0
        self._forfeited: int = 0
        self._away = False
        self._lost_by: Exception | None = None
        # How far the clock of Redis is behind that of the event loop.
        self._behind = math.inf
        self.today = DailyUse(settings.daily_quota, wall_clock)
        self.configure(runner, settings, share)
        self.forget_times()

    def configure(self, runner: ScriptRunner, settings: RateLimit, share: float) -> None:
        """Take over other settings. What is known of the bucket stays.

        Args:
            runner: runs the scripts.
            settings: the limit.
            share: the part of it that this process uses while Redis is away.
        """
        self._runner = runner
        self._full_rate = settings.per_second
        self._share = share
        self._terms = (
            round(settings.per_second * MICRO),
            settings.burst,
            round(max(_GRACE, 1 / (settings.per_second * share)) * MICRO),
        )
        self.today.quota = settings.daily_quota

    def forget_times(self) -> None:
        """Forget all times of the event loop, for there is another one now."""
        self.ready_at = -math.inf
        self._settled_at = -math.inf
        self._try_at = -math.inf
        self._try_in = _FIRST_TRY

    def leave_to_parent(self) -> None:
        """Forget what is the parent process' to do or to use. It is called in a process that was forked."""
        self._accepted = self._sent_alone = self._forfeited = 0
        self._runner.leave_to_parent()

    @property
    def rate(self) -> float:
        """Requests a second of all processes, when Redis was last asked."""
        return self._full_rate if self._rate is None else min(self._rate, self._full_rate)

    @property
    def away(self) -> bool:
        """Whether Redis does not respond. All methods but `try_again` fail then at once."""
        return self._away

    @property
    def keeps_to_share(self) -> bool:
        """Whether this process may use its share only: Redis is away, or has just come back."""
        return self._away or asyncio.get_running_loop().time() < self._settled_at

    @property
    def should_be_tried(self) -> bool:
        """Whether it is time for `try_again`."""
        return self._away and asyncio.get_running_loop().time() >= self._try_at

    async def reserve(self, max_wait: float | None) -> Permit:
        """Take the next turn.

        Args:
            max_wait: the longest wait, in seconds.

        Returns:
            The turn.

        Raises:
            WaitTooLongError: the wait would be longer, and no turn was taken.
            RedisAwayError: Redis did not respond.
        """
        limit = -1 if max_wait is None else round(max_wait * MICRO)
        last_seen = self._serial
        taken, wait, due, full, charged, returned = await self._run(RESERVE, limit)
        if not taken:
            raise WaitTooLongError(wait=wait / MICRO, max_wait=limit / MICRO)
        return Permit(
            due=self._here(due),
            charged=charged,
            born=self._born,
            serial=self._serial,
            full=full,
            returned=returned,
            follows_own=self._serial == last_seen + 1,
        )

    async def give_back(self, turn: Permit) -> None:
        """Give a turn back that is not used."""
        await self._run(GIVE_BACK, turn.born, turn.serial, turn.full, turn.charged, turn.returned)

    def forfeit(self) -> None:
        """Take note of a turn that is neither used nor given back. Redis is told with the next turn."""
        self._forfeited += 1

    async def on_throttled(self, pause: float) -> None:
        """Take note of a 429.

        Args:
            pause: seconds in which nobody gets a turn.
        """
        (slower,) = await self._run(REFUSED, round(pause * MICRO))
        if slower:
            logger.warning(
                "429: no request for %.2f s, then %.2f a second of %g, in all processes",
                pause,
                self.rate,
                self._full_rate,
            )

    def on_success(self) -> None:
        """Take note of a response other than 429. Redis is told with the next turn."""
        if self.rate < self._full_rate:
            self._accepted += 1

    def sent_alone(self) -> None:
        """Take note of a request without a turn from Redis. Redis is told when it is back."""
        self._sent_alone += 1
        self.today.add()

    def warn_once(self) -> None:
        """Tell that Redis is away, at the first request that suffers from it."""
        error, self._lost_by = self._lost_by, None
        if error is not None:
            logger.warning(
                "Redis does not respond (%s): until it is back, this process sends at most %g requests a second",
                f"{type(error).__name__}: {error}".rstrip(": "),
                self._full_rate * self._share,
            )

    async def try_again(self) -> None:
        """Look whether Redis is back."""
        if not self.should_be_tried:
            return
        self._try_at = asyncio.get_running_loop().time() + self._try_in
        self._try_in = min(2 * self._try_in, _TRY_AT_LEAST_EVERY)
        await self._run(REPORT)
        self._away = False
        self._settled_at = asyncio.get_running_loop().time() + _SETTLES_IN
        logger.info("Redis is back: all processes share the rate limit again")

    async def _run(self, script: Script, *arguments: int) -> Sequence[int]:
        """Run a script, and learn from its response.

        Returns:
            What is special to this script in the response.
        """
        if self._away and script is not REPORT:
            raise RedisAwayError
        loop = asyncio.get_running_loop()
        news = (self._accepted, self._sent_alone, self._forfeited)
        self._accepted = self._sent_alone = self._forfeited = 0
        told = (*self._terms, self._born, self._serial, self.today.used, *news, *arguments)
        asked_at = loop.time()
        try:
            now, born, serial, rate, used, ready, *rest = await self._runner.run(script, told)
        except Exception as error:  # whatever a Redis client raises, there is a limit still
            accepted, sent_alone, forfeited = news
            self._accepted += accepted
            self._sent_alone += sent_alone
            self._forfeited += forfeited
            if script is RESERVE:
                self._lose(error)
            raise RedisAwayError from error
        self._compare_clocks(asked_at, now, loop.time())
        self._born, self._serial = born, serial
        self._learn(rate / MICRO)
        self.today.know(used + self._sent_alone)
        self.ready_at = self._here(now + ready)
        return rest

    def _compare_clocks(self, asked_at: float, ran: int, answered_at: float) -> None:
        """See how the clocks stand. The quickest response tells best, and holds for slow ones until a clock is set."""
        if not asked_at <= self._here(ran) <= answered_at:
            self._behind = answered_at - ran / MICRO

    def _here(self, time: int) -> float:
        """A time of Redis on the clock of the event loop. It is too late by the way back of the quickest response."""
        return time / MICRO + self._behind

    def _learn(self, rate: float) -> None:
        if self.rate < self._full_rate <= rate:
            logger.warning("no 429 for a while: %g requests a second again", self._full_rate)
        self._rate = rate

    def _lose(self, error: Exception) -> None:
        self._away = True
        self._lost_by = error
        self._try_in = _FIRST_TRY
        self._try_at = asyncio.get_running_loop().time() + _FIRST_TRY
