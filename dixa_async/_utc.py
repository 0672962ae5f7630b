"""Times of any class: those of pandas, pendulum and freezegun are datetimes too."""

from datetime import UTC, datetime, timedelta, timezone


def utc_offset(time: datetime) -> timedelta | None:
    """How far a time is from UTC.

    Args:
        time: a time of any class.

    Returns:
        The offset; None if its zone does not say, if it has none, or if it is no time, such as the NaT of pandas.
    """
    try:
        return time.utcoffset()
    except Exception:  # a zone, like a class, may be anybody's
        return None


def utc_text(time: datetime) -> str:
    """Write a time as ISO 8601, in UTC.

    Args:
        time: an aware time of any class. What is finer than a microsecond is cut off.

    Returns:
        The text. Within hours of the first or the last year, which UTC does not have, it has the offset of the time.

    Raises:
        ValueError: it is not aware.
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
