"""Times on the wire.

Dixa writes times in at least four formats: with a zone in brackets (``…36.581Z[GMT]``), with ``Z``, with an offset, and
with no zone at all, which is UTC. Fractions have one to nine digits; anything finer than a microsecond is truncated.
Exports write numbers.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .._utc import utc_offset
from .validation_error import ValidationError, expected

_from_iso = datetime.fromisoformat
# Tools that freeze the time replace datetime with a subclass, also in this module.
_PLAIN: Final = frozenset(cls for cls in datetime.__mro__ if cls.__module__ == "datetime")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EXAMPLE = "a time such as 2021-12-01T12:46:36.581Z"


def parse_time(text: Any, _: object = None) -> datetime:
    """Read a time in any of Dixa's formats.

    Args:
        text: the value from the wire.
        _: the type, which cattrs passes.

    Returns:
        An aware datetime.

    Raises:
        ValidationError: it is not a time.
    """
    # Checking the end is cheaper than a failed parse, and half of Dixa's times end in a bracket.
    try:
        time = _from_iso(text[:-5] if text[-5:] == "[GMT]" else text)
    except (TypeError, ValueError, KeyError):  # a KeyError from an object, since Python 3.12
        time = _parse_other(text)
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def parse_epoch_milliseconds(value: Any, _: object = None) -> datetime:
    """Read a time that is written as milliseconds since 1970, or as ISO 8601, as this package writes it.

    Args:
        value: the value from the wire.
        _: the type, which cattrs passes.

    Returns:
        An aware datetime.

    Raises:
        ValidationError: it is neither.
    """
    if value.__class__ is not int:
        if value.__class__ is str:
            return parse_time(value)
        raise expected("milliseconds since 1970", value)
    try:
        return _EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        raise ValidationError("expected milliseconds since 1970, got a time outside of the years 1 to 9999") from None


def parse_sent_time(time: Any, _: object = None) -> datetime:
    """Read a time in the check of a request, in which times are still datetimes, unless the caller passed a str.

    Unlike Dixa's times, a caller's time without a zone is not known to be UTC.

    Args:
        time: a datetime or a str.
        _: the type, which cattrs passes.

    Returns:
        An aware datetime.

    Raises:
        ValidationError: it is not a time, or has no zone.
    """
    read = time if isinstance(time, datetime) else _parse_other(time)
    check_timezone(read)
    return read


def check_timezone(time: datetime) -> None:
    """Check that a time has a time zone. Without one, it would be read back as a time in UTC.

    Args:
        time: the time.

    Raises:
        ValidationError: it has no time zone.
    """
    if utc_offset(time) is None:
        raise ValidationError("expected a datetime with a time zone, got one without")


def _in_zone(time: datetime, zone: str) -> datetime:
    from zoneinfo import ZoneInfo  # few times name a zone, and the import is slow

    return time.replace(tzinfo=ZoneInfo(zone))


def _parse_other(text: object) -> datetime:
    """Read a time in another format, or say why it is not one."""
    if not isinstance(text, str):
        raise expected(_EXAMPLE, text)
    text, _, zone = text.removesuffix("]").partition("[")
    try:
        time = _from_iso(text)
        # With an offset, the name of the zone adds nothing.
        return _in_zone(time, zone) if zone and time.tzinfo is None else time
    except (ValueError, OSError, LookupError):
        raise ValidationError(f"expected {_EXAMPLE}, got another string") from None


def in_utc(time: datetime) -> datetime:
    """Convert a time to UTC, as Dixa reads it.

    The JSON writer formats it, as ISO 8601 with a ``Z``, in a tenth of the time that Python takes.

    Args:
        time: an aware datetime.

    Returns:
        The same instant. A datetime without a time zone is returned as it is: the check of the whole request reports
        it. So is one of another class, which the JSON writer formats.
    """
    if time.tzinfo is UTC or time.__class__ not in _PLAIN or utc_offset(time) is None:
        return time
    try:
        return time.astimezone(UTC)
    except OverflowError:  # in the first or the last hours that a datetime can hold
        return time
