"""Filters of a search by times and durations."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from ..errors import InvalidRequestError
from ..validation import check_datetime, to_milliseconds
from .base import define
from .search_operators import (
    DurationBetween,
    DurationOperator,
    FieldFilter,
    LongerThanOrEqualTo,
    ShorterThanOrEqualTo,
    Since,
    TimeBetween,
    TimeOperator,
    Until,
)


@define
class _TimeFilter(FieldFilter):
    """By a time. Times must have a time zone."""

    operator: TimeOperator

    @classmethod
    def between(cls, start: datetime, end: datetime) -> Self:
        """It is between these times."""
        return cls(TimeBetween(timestamp_from=_time("start", start), timestamp_to=_time("end", end)))

    @classmethod
    def since(cls, time: datetime) -> Self:
        """It is this time or later."""
        return cls(Since(_time("time", time)))

    @classmethod
    def until(cls, time: datetime) -> Self:
        """It is this time or earlier."""
        return cls(Until(_time("time", time)))


@define
class AssignedFilter(_TimeFilter):
    """By when it was assigned to an agent (``AssignedDate``)."""

    _type: ClassVar[str] = "AssignedDate"


@define
class ClosedFilter(_TimeFilter):
    """By when it was closed (``ClosedDate``)."""

    _type: ClassVar[str] = "ClosedDate"


@define
class CreatedFilter(_TimeFilter):
    """By when it was created (``CreationDate``)."""

    _type: ClassVar[str] = "CreationDate"


@define
class LastActivityFilter(_TimeFilter):
    """By when something last happened in it (``LastActivity``)."""

    _type: ClassVar[str] = "LastActivity"


@define
class LastMessageFilter(_TimeFilter):
    """By when its last message was written (``LastMessage``)."""

    _type: ClassVar[str] = "LastMessage"


@define
class DurationFilter(FieldFilter):
    """By its duration (``Duration``)."""

    _type: ClassVar[str] = "Duration"
    operator: DurationOperator

    @classmethod
    def between(cls, shortest: timedelta, longest: timedelta) -> Self:
        """Its duration is between these."""
        return cls(DurationBetween(min=to_milliseconds("shortest", shortest), max=to_milliseconds("longest", longest)))

    @classmethod
    def at_least(cls, duration: timedelta) -> Self:
        """Its duration is at least this."""
        return cls(LongerThanOrEqualTo(to_milliseconds("duration", duration)))

    @classmethod
    def at_most(cls, duration: timedelta) -> Self:
        """Its duration is at most this."""
        return cls(ShorterThanOrEqualTo(to_milliseconds("duration", duration)))


def _time(name: str, time: datetime) -> datetime:
    checked = check_datetime(name, time)
    if checked is None:
        raise InvalidRequestError(f"{name} must be a datetime with a time zone, not None")
    return checked
