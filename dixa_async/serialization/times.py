"""Times on the wire.

Dixa writes times in at least four ways: with a zone in brackets (``…36.581Z[GMT]``), with ``Z``, with an offset, and
with no zone at all, which is UTC. Fractions have one to nine digits; what is finer than a microsecond is cut off.
"""

from datetime import UTC, datetime

from .mismatch import MismatchError, expected

_EXAMPLE = "a time such as 2021-12-01T12:46:36.581Z"


def parse_time(text: object) -> datetime:
    """Read a time in any of Dixa's forms.

    Args:
        text: the value from the wire.

    Returns:
        An aware datetime.

    Raises:
        MismatchError: it is not a time.
    """
    if not isinstance(text, str):
        if isinstance(text, datetime):
            raise MismatchError("expected a datetime with a time zone, got one without")
        raise expected(_EXAMPLE, text)
    # A look at the last character is cheaper than a failed parse, and half of Dixa's times end in a bracket.
    iso = text.partition("[")[0] if text[-1:] == "]" else text
    try:
        time = datetime.fromisoformat(iso)
    except ValueError:
        raise MismatchError(f"expected {_EXAMPLE}, got another text") from None
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def format_time(time: datetime) -> str | datetime:
    """Write a time as Dixa reads it: ISO 8601 in UTC with a ``Z``.

    Args:
        time: an aware datetime.

    Returns:
        The text. A datetime without a zone is returned as it is: the check of the whole request then names its place.
    """
    if time.tzinfo is None:
        return time
    utc = time.astimezone(UTC)
    return utc.isoformat(timespec="microseconds" if utc.microsecond % 1000 else "milliseconds").replace("+00:00", "Z")
