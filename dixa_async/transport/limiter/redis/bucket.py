"""A bucket in Redis as one process sees it: its permits, its rate, and whether Redis is available."""

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
from .scripts import GIVE_BACK, MICRO, REPORT, RESERVE, THROTTLED, Script, ScriptRunner

logger: logging.Logger = logging.getLogger("dixa_async.rate_limit")

_GRACE: Final = 1.0
"""Seconds without a request, at least, after Redis has lost the bucket: others may still hold permits of it."""
_FIRST_PROBE_AFTER: Final = 0.25
"""Seconds until Redis is probed. They double with each probe."""
_PROBE_AT_LEAST_EVERY: Final = 2.0
"""Seconds."""
_SETTLES_IN: Final = 5.0
"""Seconds for which a process is limited to its share after Redis is back: others may not have noticed yet."""


class RedisUnavailableError(Exception):
    """Redis did not run a script. This error never leaves the limiter."""


@attrs.frozen(kw_only=True)
class Permit:
    """A permit that was granted to this process."""

    due: float
    """When it may be used, on the clock of the event loop."""
    charged: int
    """Microseconds that it cost the bucket."""
    born: int
    serial: int
    full: int
    returned: int
    follows_own: bool
    """Whether no other process took a permit between this one and the one that this process took before it."""

    @property
    def latest(self) -> float:
        """The time after which it must not be used: much later than it was due, it would be one too many.

        For a process that is alone with the bucket there is no such time, as no other process uses permits then.
        """
        return math.inf if self.follows_own else self.due + self.charged / MICRO / 2


class RedisBucket:
    """A bucket that several processes share.

    Args:
        runner: runs the scripts.
        settings: the limit.
        share: the part of the rate that this process uses while Redis is unavailable.
        wall_clock: returns the time of day, for the daily quota.
    """

    def __init__(
        self, runner: ScriptRunner, settings: RateLimit, share: float, *, wall_clock: Clock = time.time
    ) -> None:
        self._born = self._serial = 0
        self._rate: float | None = None
        # What has not been reported to Redis yet.
        self._succeeded: int = 0
        self._sent_without_redis: int = 0
        self._forfeited: int = 0
        self._unavailable = False
        self._unreported_error: Exception | None = None
        # How far the clock of Redis is behind that of the event loop.
        self._behind = math.inf
        self.today: DailyUse = DailyUse(settings.daily_quota, wall_clock)
        self.configure(runner, settings, share)
        self.forget_times()

    def configure(self, runner: ScriptRunner, settings: RateLimit, share: float) -> None:
        """Change the settings. What is known of the bucket is kept.

        Args:
            runner: runs the scripts.
            settings: the limit.
            share: the part of the rate that this process uses while Redis is unavailable.
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
        """Forget all times on the clock of the event loop. Called when another loop is used."""
        self.ready_at: float = -math.inf
        self._settled_at = -math.inf
        self._probe_at = -math.inf
        self._probe_after = _FIRST_PROBE_AFTER

    def leave_to_parent(self) -> None:
        """Leave reports and connections to the parent process. Called in a forked process."""
        self._succeeded = self._sent_without_redis = self._forfeited = 0
        self._runner.leave_to_parent()

    @property
    def rate(self) -> float:
        """The last known rate of all processes, in requests a second."""
        return self._full_rate if self._rate is None else min(self._rate, self._full_rate)

    @property
    def unavailable(self) -> bool:
        """Whether Redis does not respond. Then all methods except `probe` fail at once."""
        return self._unavailable

    @property
    def limited_to_share(self) -> bool:
        """Whether this process may use its share only: Redis is unavailable, or has just come back."""
        return self._unavailable or asyncio.get_running_loop().time() < self._settled_at

    @property
    def probe_is_due(self) -> bool:
        """Whether it is time for `probe`."""
        return self._unavailable and asyncio.get_running_loop().time() >= self._probe_at

    async def reserve(self, max_wait: float | None) -> Permit:
        """Take the next permit.

        Args:
            max_wait: the longest wait, in seconds.

        Returns:
            The permit.

        Raises:
            WaitTooLongError: the wait would be longer, and no permit was taken.
            RedisUnavailableError: Redis did not respond.
        """
        limit = -1 if max_wait is None else round(max_wait * MICRO)
        last_seen = self._serial
        taken, wait, due, full, charged, returned = await self._run(RESERVE, limit)
        if not taken:
            raise WaitTooLongError(wait=wait / MICRO, max_wait=limit / MICRO)
        return Permit(
            due=self._loop_time(due),
            charged=charged,
            born=self._born,
            serial=self._serial,
            full=full,
            returned=returned,
            follows_own=self._serial == last_seen + 1,
        )

    async def give_back(self, permit: Permit) -> None:
        """Give back an unused permit."""
        await self._run(GIVE_BACK, permit.born, permit.serial, permit.full, permit.charged, permit.returned)

    def forfeit(self) -> None:
        """Record a permit that is neither used nor given back. It is reported to Redis with the next permit."""
        self._forfeited += 1

    async def on_throttled(self, pause: float) -> None:
        """Record a 429.

        Args:
            pause: seconds during which no permit is granted.
        """
        (slower,) = await self._run(THROTTLED, round(pause * MICRO))
        if slower:
            logger.warning(
                "429: no request for %.2f s, then %.2f a second of %g, in all processes",
                pause,
                self.rate,
                self._full_rate,
            )

    def on_success(self) -> None:
        """Record a response other than 429. It is reported to Redis with the next permit."""
        if self.rate < self._full_rate:
            self._succeeded += 1

    def sent_without_redis(self) -> None:
        """Record a request that was sent without a permit from Redis. It is reported to Redis when it is back."""
        self._sent_without_redis += 1
        self.today.add()

    def warn_once(self) -> None:
        """Log once that Redis is unavailable, at the first request that this slows down."""
        error, self._unreported_error = self._unreported_error, None
        if error is not None:
            logger.warning(
                "Redis does not respond (%s): until it is back, this process sends at most %g requests a second",
                f"{type(error).__name__}: {error}".rstrip(": "),
                self._full_rate * self._share,
            )

    async def probe(self) -> None:
        """Check whether Redis is back."""
        if not self.probe_is_due:
            return
        self._probe_at = asyncio.get_running_loop().time() + self._probe_after
        self._probe_after = min(2 * self._probe_after, _PROBE_AT_LEAST_EVERY)
        await self._run(REPORT)
        self._unavailable = False
        self._settled_at = asyncio.get_running_loop().time() + _SETTLES_IN
        logger.info("Redis is back: all processes share the rate limit again")

    async def _run(self, script: Script, *arguments: int) -> Sequence[int]:
        """Run a script, and take over the state of the bucket from its reply.

        Returns:
            The part of the reply that is specific to the script.
        """
        if self._unavailable and script is not REPORT:
            raise RedisUnavailableError
        loop = asyncio.get_running_loop()
        unreported = (self._succeeded, self._sent_without_redis, self._forfeited)
        self._succeeded = self._sent_without_redis = self._forfeited = 0
        args = (*self._terms, self._born, self._serial, self.today.used, *unreported, *arguments)
        asked_at = loop.time()
        try:
            now, born, serial, rate, used, ready, *rest = await self._runner.run(script, args)
        except Exception as error:  # whatever a Redis client raises, the limit must hold
            succeeded, sent_without_redis, forfeited = unreported
            self._succeeded += succeeded
            self._sent_without_redis += sent_without_redis
            self._forfeited += forfeited
            if script is RESERVE:
                self._mark_unavailable(error)
            raise RedisUnavailableError from error
        self._compare_clocks(asked_at, now, loop.time())
        self._born, self._serial = born, serial
        self._set_rate(rate / MICRO)
        self.today.set_used(used + self._sent_without_redis)
        self.ready_at = self._loop_time(now + ready)
        return rest

    def _compare_clocks(self, asked_at: float, ran: int, replied_at: float) -> None:
        """Measure the offset of the clocks. The fastest reply is the most accurate, and holds until a clock is set."""
        if not asked_at <= self._loop_time(ran) <= replied_at:
            self._behind = replied_at - ran / MICRO

    def _loop_time(self, time: int) -> float:
        """A time of Redis on the clock of the event loop. It is late by the way back of the fastest reply."""
        return time / MICRO + self._behind

    def _set_rate(self, rate: float) -> None:
        if self.rate < self._full_rate <= rate:
            logger.warning("no 429 for a while: %g requests a second again", self._full_rate)
        self._rate = rate

    def _mark_unavailable(self, error: Exception) -> None:
        self._unavailable = True
        self._unreported_error = error
        self._probe_after = _FIRST_PROBE_AFTER
        self._probe_at = asyncio.get_running_loop().time() + _FIRST_PROBE_AFTER
