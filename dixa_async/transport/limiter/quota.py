"""The daily quota: what is used of it, and which 429 is about it.

A 429 for the rate means "a moment later". One for the quota means "tomorrow": to try again, or to slow down, would not
help.
"""

import logging
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from ..http import Response

logger = logging.getLogger("dixa_async.rate_limit")

Clock = Callable[[], float]
"""Gives the time of day, in seconds since the epoch."""

_DAY: Final = 86_400
"""Seconds. Days of UTC all have as many."""
_NEARLY: Final = 0.9
"""The part of the quota at which a program should know that it comes to an end."""
_SAID_BY_GATEWAY: Final = "limit exceeded"
"""What an API gateway responds once the quota is used up. For the rate it says "Too Many Requests"."""


class DailyUse:
    """Counts the requests of a UTC day. It warns when most of the quota is used, and when all of it is.

    Args:
        quota: requests a day; None: they are only counted.
        clock: gives the time of day.
    """

    def __init__(self, quota: int | None, clock: Clock = time.time) -> None:
        self._clock = clock
        self._used = 0
        self._told = 0
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
        self._look_at_the_day()
        return self._used

    def add(self) -> None:
        """Count a request."""
        self._look_at_the_day()
        self._used += 1
        if self._used >= self._warn_at:
            self._warn()

    def know(self, used: int) -> None:
        """Take over the count of someone who knows of more requests.

        Args:
            used: requests since midnight UTC.
        """
        self._look_at_the_day()
        self._used = used
        if used >= self._warn_at:
            self._warn()

    def take_back(self) -> None:
        """Count one request less, for one that was not sent."""
        self._used = max(0, self._used - 1)

    def _look_at_the_day(self) -> None:
        day = self._clock() // _DAY
        if day == self._day:
            return
        # It may be an earlier day, when a clock that went ahead was set right.
        self._day = day
        self._used = 0
        self._told = 0
        self._plan_warning()

    def _plan_warning(self) -> None:
        self._warn_at = min((step for step in self._steps if step > self._told), default=math.inf)

    def _warn(self) -> None:
        self._told = self._used
        self._plan_warning()
        part = 100 * self._used // (self._quota or 1)
        logger.warning("%d %% of the daily quota is used: %d of %d requests", part, self._used, self._quota)


class QuotaDetector:
    """Tells the 429s that are about the daily quota, and warns of the first one of a day.

    Args:
        quota: requests a day; None: only the server's words count.
        clock: gives the time of day.
    """

    def __init__(self, quota: int | None, clock: Clock = time.time) -> None:
        self._quota = quota
        self._clock = clock
        self._told_on: float | None = None

    def is_used_up(self, response: Response, requests_today: int) -> bool:
        """Whether a 429 is about the quota.

        Args:
            response: the 429.
            requests_today: the requests of this day by our own count, this one included.

        Returns:
            True if the server says so, or if our own count does.
        """
        counted = self._quota is not None and requests_today > self._quota
        if not counted and not _says_used_up(response):
            return False
        today = self._clock() // _DAY
        if today != self._told_on:
            self._told_on = today
            logger.warning("429: the daily quota is used up; %d requests of today are known here", requests_today)
        return True


def _says_used_up(response: Response) -> bool:
    said = response.message or response.body[:100].decode(errors="replace")
    return said.strip().rstrip(".").lower() == _SAID_BY_GATEWAY


def day_end(now: float) -> datetime:
    """The midnight at which a UTC day ends.

    Args:
        now: a time on that day, in seconds since the epoch.
    """
    day = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
