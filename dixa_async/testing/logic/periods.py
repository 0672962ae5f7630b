"""The times that analytics ask about."""

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from ...models.analytics_queries import Period, PeriodInterval, PeriodPreset
from ..http.errors import bad_request


def zone_of(name: str) -> tzinfo:
    """The time zone with a name.

    Args:
        name: such as ``Europe/Oslo``.

    Returns:
        The time zone.

    Raises:
        ApiError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise bad_request("There is no such timezone") from None


def bounds(period: Period, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when to when a period lasts.

    Args:
        period: an interval, or a time that has a name.
        now: the present.
        zone: where days begin and end.

    Returns:
        The beginning, and the end, which does not belong to it.

    Raises:
        ApiError: the name is not known.
    """
    if isinstance(period, PeriodInterval):
        return period.start, period.end
    first, last = _days(period.value, now.astimezone(zone).date())
    return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)


def _days(preset: PeriodPreset, today: date) -> tuple[date, date]:
    """The first day, and the first one after the last."""
    week = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    year = month.replace(month=1)
    days = {
        PeriodPreset.TODAY: (today, today + timedelta(days=1)),
        PeriodPreset.YESTERDAY: (today - timedelta(days=1), today),
        PeriodPreset.THIS_WEEK: (week, week + timedelta(days=7)),
        PeriodPreset.PREVIOUS_WEEK: (week - timedelta(days=7), week),
        PeriodPreset.THIS_MONTH: (month, _later(month, 1)),
        PeriodPreset.PREVIOUS_MONTH: (_later(month, -1), month),
        PeriodPreset.THIS_QUARTER: (quarter, _later(quarter, 3)),
        PeriodPreset.PREVIOUS_QUARTER: (_later(quarter, -3), quarter),
        PeriodPreset.THIS_YEAR: (year, _later(year, 12)),
    }
    if preset not in days:
        raise bad_request(f"There is no period {preset}")
    return days[preset]


def _later(first_of_month: date, months: int) -> date:
    years, month = divmod(first_of_month.month - 1 + months, 12)
    return first_of_month.replace(year=first_of_month.year + years, month=month + 1)
