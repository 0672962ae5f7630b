"""The daily quota: how much of it is used, and which 429s are for it.

A 429 for the rate means "a moment later". One for the quota means "tomorrow": neither a retry nor a lower rate helps.
"""

import logging
import math
import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Final

from ..http import Response

logger: logging.Logger = logging.getLogger("dixa_async.rate_limit")

Clock = Callable[[], float]
"""Returns the time of day, in seconds since the epoch."""

_DAY: Final = 86_400
"""Seconds. Every day of UTC has this many."""
_NEARLY: Final = 0.9
"""The part of the quota at which a warning is logged."""
_QUOTA_MESSAGE: Final = "limit exceeded"
"""The message of an API gateway once the quota is used up. For the rate it is "Too Many Requests"."""


class DailyUse:
    """Counts the requests of a UTC day. It warns when most of the quota is used, and when all of it is.

    Args:
        quota: requests a day, or None to count without a limit.
        clock: returns the time of day.
    """

    def __init__(self, quota: int | None, clock: Clock = time.time) -> None:
        self._clock = clock
        self._used = 0
        self._warned_at = 0
        self._day: float | None = None
        self.quota = quota

    @property
    def quota(self) -> int | None:
        """Requests a day."""
        return self._quota

    @quota.setter
    def quota(self, quota: int | None) -> None:
        self._quota = quota
        self._steps = () if quota is None else (math.ceil(quota * _NEARLY), quota)
        self._plan_warning()

    @property
    def used(self) -> int:
        """Requests since midnight UTC."""
        self._start_new_day()
        return self._used

    @property
    def has_warned(self) -> bool:
        """Whether it has warned since midnight UTC."""
        self._start_new_day()
        return self._warned_at > 0

    def add(self) -> None:
        """Count a request."""
        self._start_new_day()
        self._used += 1
        if self._used >= self._warn_at:
            self._warn()

    def set_used(self, used: int) -> None:
        """Replace the count by one that includes the requests of other processes.

        Args:
            used: requests since midnight UTC.
        """
        self._start_new_day()
        self._used = used
        if used >= self._warn_at:
            self._warn()

    def take_back(self) -> None:
        """Subtract a request that was not sent."""
        self._used = max(0, self._used - 1)

    def _start_new_day(self) -> None:
        day = self._clock() // _DAY
        if day == self._day:
            return
        # It may be an earlier day, if a clock that was fast was corrected.
        self._day = day
        self._used = 0
        self._warned_at = 0
        self._plan_warning()

    def _plan_warning(self) -> None:
        self._warn_at = min((step for step in self._steps if step > self._warned_at), default=math.inf)

    def _warn(self) -> None:
        self._warned_at = self._used
        self._plan_warning()
        part = 100 * self._used // (self._quota or 1)
        logger.warning("%d %% of the daily quota is used: %d of %d requests", part, self._used, self._quota)


class PastUse:
    """What was used today, by keys whose counters are gone. It holds neither the keys nor anything of earlier days.

    Args:
        clock: returns the time of day.
    """

    def __init__(self, clock: Clock = time.time) -> None:
        self._clock = clock
        self._day: float | None = None
        self._used: dict[int, int] = {}

    def keep(self, key: Hashable, used: int) -> None:
        """Keep the count of a key.

        Args:
            key: the key, of which only the hash is kept.
            used: requests since midnight UTC.
        """
        if used:
            self._today()[hash(key)] = used

    def of(self, key: Hashable) -> int:
        """The requests of a key since midnight UTC.

        Args:
            key: the key.
        """
        return self._today().get(hash(key), 0)

    def _today(self) -> dict[int, int]:
        day = self._clock() // _DAY
        if day != self._day:
            self._day, self._used = day, {}
        return self._used


class QuotaDetector:
    """Recognizes the 429s for the daily quota, and warns of the first one of a day.

    Args:
        quota: requests a day, or None to rely on the message of the server alone.
        clock: returns the time of day.
    """

    def __init__(self, quota: int | None, clock: Clock = time.time) -> None:
        self._quota = quota
        self._clock = clock
        self._warned_on: float | None = None

    def is_used_up(self, response: Response, requests_today: int) -> bool:
        """Whether a 429 is for the quota.

        Args:
            response: the 429.
            requests_today: the requests of this day that the limiter has counted, including this one.

        Returns:
            True if the server says so, or if the count exceeds the quota.
        """
        counted = self._quota is not None and requests_today > self._quota
        if not counted and not _says_used_up(response):
            return False
        today = self._clock() // _DAY
        if today != self._warned_on:
            self._warned_on = today
            logger.warning("429: the daily quota is used up; this client has counted %d requests today", requests_today)
        return True


def _says_used_up(response: Response) -> bool:
    message = response.message or response.body[:100].decode(errors="replace")
    return message.strip().rstrip(".").lower() == _QUOTA_MESSAGE


def day_end(now: float) -> datetime:
    """The midnight at which a UTC day ends.

    Args:
        now: a time on that day, in seconds since the epoch.
    """
    day = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
