"""Business hours: when an organization is open."""

from datetime import datetime

from .base import Model, OpenEnum, define


class BusinessHourType(OpenEnum):
    """Whether hours are those of every week, or differ from them.

    ``BusinessHourType``, ``BusinessHourRegularType`` and ``BusinessHourExceptionType``.
    """

    EXCEPTION = "Exception"
    HOLIDAY = "Holiday"
    REGULAR = "Regular"


class BusinessHourStatus(OpenEnum):
    """Whether it is open in these hours."""

    CLOSED = "Closed"
    OPEN = "Open"


@define(kw_only=True)
class TimeInterval(Model):
    """A part of a day. Times are those of the schedule's zone, such as ``09:30``."""

    start_time: str
    end_time: str


@define(kw_only=True)
class Recurring(Model):
    """When an exception comes again: each year on a day of a month, or with a holiday."""

    day_of_month: int | None = None
    month_of_year: int | None = None
    holiday: str | None = None
    """The name of the holiday."""


@define(kw_only=True)
class _BusinessHours(Model):
    """What all business hours have."""

    name: str
    business_hour_type: BusinessHourType
    status: BusinessHourStatus
    intervals: list[TimeInterval] | None = None
    start_date: str
    """From which day on, such as ``2031-05-17``."""


@define(kw_only=True)
class RegularBusinessHours(_BusinessHours):
    """The hours of one day of every week (``BusinessHourRegular``)."""

    day_of_week: int | None = None
    """1 is Monday."""


@define(kw_only=True)
class ExceptionalBusinessHours(_BusinessHours):
    """The hours of an exceptional day (``BusinessHourException``)."""

    recurring: Recurring | None = None
    next_date: str | None = None
    """The next such day, such as ``2031-05-17``."""


@define(kw_only=True)
class UpcomingBusinessHours(_BusinessHours):
    """The hours of a coming day (``BusinessHour``)."""

    day_of_week: int | None = None
    """1 is Monday."""
    recurring: Recurring | None = None
    next_date: str | None = None
    """The next such day, such as ``2031-05-17``."""


@define(kw_only=True)
class BusinessHoursSchedule(Model):
    """A schedule of business hours."""

    id: str
    name: str


@define(kw_only=True)
class BusinessHoursScheduleDefinition(Model):
    """The definition of a schedule."""

    id: str
    name: str
    timezone: str
    """The name of a time zone, such as ``Europe/Oslo``."""
    business_hours: list[RegularBusinessHours] | None = None
    exceptions: list[ExceptionalBusinessHours] | None = None


@define(kw_only=True)
class BusinessHoursUpcomingSchedule(Model):
    """What a schedule means for the days to come."""

    id: str
    name: str
    timezone: str
    """The name of a time zone, such as ``Europe/Oslo``."""
    business_hours: list[UpcomingBusinessHours] | None = None


@define(kw_only=True)
class BusinessOpenStatus(Model):
    """Whether it is open at a moment (``GetBusinessOpenStatusResult``)."""

    is_open: bool
    timestamp: datetime
    """The moment."""
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@define(kw_only=True)
class BusinessHoursScheduleList(Model):
    """A schedule in a list (``ListBusinessHoursSchedulesResult``)."""

    schedules: list[BusinessHoursSchedule] | None = None


@define(kw_only=True)
class BusinessHoursScheduleDefinitionResult(Model):
    """The definition of a schedule in a response (``GetBusinessHoursScheduleDefinitionResult``)."""

    schedule: BusinessHoursScheduleDefinition


@define(kw_only=True)
class BusinessHoursUpcomingScheduleResult(Model):
    """The coming days of a schedule (``GetUpcomingBusinessHoursScheduleResult``)."""

    schedule: BusinessHoursUpcomingSchedule
