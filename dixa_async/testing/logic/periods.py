"""The periods of analytics queries."""

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from ...models.analytics_queries import Period, PeriodInterval, PeriodPreset
from ..http.errors import bad_request


def zone_of(name: str) -> tzinfo:
    """Look up a time zone.

    Args:
        name: its name, such as ``Europe/Oslo``.

    Returns:
        The time zone.

    Raises:
        ApiError: there is no such time zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise bad_request(f"There is no timezone {name}") from None


def bounds(period: Period, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The bounds of a period.

    Args:
        period: an interval or a preset.
        now: the current time.
        zone: the time zone in which days begin and end.

    Returns:
        The start, and the end, which is exclusive.

    Raises:
        ApiError: the preset is unknown.
    """
    if isinstance(period, PeriodInterval):
        return period.start, period.end
    first, last = _days(period.value, now.astimezone(zone).date())
    return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)


def _days(preset: PeriodPreset, today: date) -> tuple[date, date]:
    """The first day, and the day after the last."""
    week = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    year = month.replace(month=1)
    days = {
        PeriodPreset.TODAY: (today, today + timedelta(days=1)),
        PeriodPreset.YESTERDAY: (today - timedelta(days=1), today),
        PeriodPreset.THIS_WEEK: (week, week + timedelta(days=7)),
        PeriodPreset.PREVIOUS_WEEK: (week - timedelta(days=7), week),
        PeriodPreset.THIS_MONTH: (month, _add_months(month, 1)),
        PeriodPreset.PREVIOUS_MONTH: (_add_months(month, -1), month),
        PeriodPreset.THIS_QUARTER: (quarter, _add_months(quarter, 3)),
        PeriodPreset.PREVIOUS_QUARTER: (_add_months(quarter, -3), quarter),
        PeriodPreset.THIS_YEAR: (year, _add_months(year, 12)),
    }
    if preset not in days:
        raise bad_request(f"There is no period {preset}")
    return days[preset]


def _add_months(first_of_month: date, months: int) -> date:
    years, month = divmod(first_of_month.month - 1 + months, 12)
    return first_of_month.replace(year=first_of_month.year + years, month=month + 1)
