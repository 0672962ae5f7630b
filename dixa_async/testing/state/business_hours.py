"""Schedules of business hours: when they are open, on a day or at a moment."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from ...models.business_hours import (
    BusinessHoursScheduleDefinition,
    BusinessHourStatus,
    BusinessOpenStatus,
    ExceptionalBusinessHours,
    RegularBusinessHours,
    TimeInterval,
    UpcomingBusinessHours,
)

_LOOK_AHEAD: Final = 90
"""How many days are searched for the next time that it opens or closes."""


@attrs.define(eq=False)
class Schedule:
    """A schedule of business hours."""

    definition: BusinessHoursScheduleDefinition

    @property
    def zone(self) -> tzinfo:
        """The time zone of its hours."""
        return ZoneInfo(self.definition.timezone)

    def hours_of(self, day: date) -> list[UpcomingBusinessHours]:
        """The hours of a day: those of its exceptions if it has any, else those of the day of the week."""
        exceptions = [hours for hours in self.definition.exceptions or [] if _applies_on(hours, day)]
        if exceptions:
            return [_upcoming(hours, day) for hours in exceptions]
        weekly = self.definition.business_hours or []
        return [_upcoming(hours, day) for hours in weekly if hours.day_of_week == day.isoweekday()]

    def status_at(self, moment: datetime) -> BusinessOpenStatus:
        """Whether it is open at a moment, and when that changes."""
        opened = [(start, end) for start, end in self._openings(moment) if end > moment]
        if not opened:
            return BusinessOpenStatus(is_open=False, timestamp=moment)
        start, end = opened[0]
        if start <= moment:
            return BusinessOpenStatus(is_open=True, timestamp=moment, closes_at=end)
        return BusinessOpenStatus(is_open=False, timestamp=moment, opens_at=start)

    def _openings(self, moment: datetime) -> list[tuple[datetime, datetime]]:
        """The intervals in which it is open, from the day of a moment on."""
        first = moment.astimezone(self.zone).date()
        days = [first + timedelta(days=number) for number in range(_LOOK_AHEAD)]
        return sorted(
            (self._at(day, interval.start_time), self._at(day, interval.end_time))
            for day in days
            for interval in _open_intervals(self.hours_of(day))
        )

    def _at(self, day: date, clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), self.zone)


def _open_intervals(all_hours: list[UpcomingBusinessHours]) -> list[TimeInterval]:
    opened = (hours.intervals or [] for hours in all_hours if hours.status is BusinessHourStatus.OPEN)
    return [interval for intervals in opened for interval in intervals]


def _applies_on(hours: ExceptionalBusinessHours, day: date) -> bool:
    if day.isoformat() in (hours.start_date, hours.next_date):
        return True
    recurring = hours.recurring
    return recurring is not None and (recurring.month_of_year, recurring.day_of_month) == (day.month, day.day)


def _upcoming(hours: RegularBusinessHours | ExceptionalBusinessHours, day: date) -> UpcomingBusinessHours:
    return UpcomingBusinessHours(
        name=hours.name,
        business_hour_type=hours.business_hour_type,
        status=hours.status,
        intervals=hours.intervals,
        start_date=hours.start_date,
        day_of_week=day.isoweekday(),
        recurring=hours.recurring if isinstance(hours, ExceptionalBusinessHours) else None,
        next_date=day.isoformat(),
    )
