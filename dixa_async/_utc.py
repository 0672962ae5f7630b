"""Time zones of datetimes of any class, including those of pandas, pendulum and freezegun."""

from datetime import UTC, datetime, timedelta, timezone


def utc_offset(time: datetime) -> timedelta | None:
    """The offset of a time from UTC.

    Args:
        time: a datetime of any class.

    Returns:
        The offset. None if the time has no zone, if its zone has no offset, or if it is not a time, such as NaT of
        pandas.
    """
    try:
        return time.utcoffset()
    except Exception:  # the class and its zone may be custom
        return None


def utc_text(time: datetime) -> str:
    """Write a time as ISO 8601, in UTC.

    Args:
        time: an aware datetime of any class. Nanoseconds are cut off.

    Returns:
        The text. A time that would be outside of the years 1 to 9999 in UTC keeps its own offset.

    Raises:
        ValueError: the time is not aware.
    """
    offset = utc_offset(time)
    if offset is None:
        raise ValueError("a time without an offset")
    date = (time.year, time.month, time.day, time.hour, time.minute, time.second, time.microsecond)
    plain = datetime(*date, tzinfo=timezone(offset))
    try:
        return plain.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return plain.isoformat()
