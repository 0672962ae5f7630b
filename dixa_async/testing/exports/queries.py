"""What a request for an export asks for."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import attrs
from multidict import MultiMapping

_LONGEST: Final = 31 * 24 * 3600 * 1000
"""Milliseconds."""
_MOST_CSIDS: Final = 10


class QueryError(Exception):
    """400: a parameter is missing, malformed, or passed beside one that it excludes."""


@attrs.frozen
class Period:
    """Rows with a time in a period, from its start to before its end. Dixa does not document its bounds."""

    by: str
    """The time, such as ``created``."""
    start: int
    """In milliseconds since 1970."""
    end: int
    """In milliseconds since 1970."""

    def has(self, time: datetime | None) -> bool:
        """Whether a time is in it."""
        return time is not None and self.start <= round(time.timestamp() * 1000) < self.end


def read_query(query: MultiMapping[str], times: Sequence[str], *, takes_csids: bool) -> Period | frozenset[int]:
    """Read the parameters of a request.

    Args:
        query: the parameters.
        times: the times by which rows can be selected.
        takes_csids: whether rows can be selected by conversation IDs too.

    Returns:
        The period, or the conversation IDs.

    Raises:
        QueryError: see there.
    """
    given: Mapping[str, str] = dict(query)
    if len(given) != len(query):
        raise QueryError("a parameter is passed twice")
    if takes_csids and set(given) == {"csids"}:
        return _csids(given["csids"])
    for by in times:
        after, before = f"{by}_after", f"{by}_before"
        if set(given) == {after, before}:
            return _period(by, given[after], given[before])
    raise QueryError("exactly one period must be passed, by its start and its end")


def _csids(text: str) -> frozenset[int]:
    if not re.fullmatch(r"[0-9]{1,18}(,[0-9]{1,18})*", text):
        raise QueryError("csids must be numbers with commas between them")
    csids = text.split(",")
    if len(csids) > _MOST_CSIDS:
        raise QueryError(f"csids must be at most {_MOST_CSIDS}")
    return frozenset(map(int, csids))


def _period(by: str, after: str, before: str) -> Period:
    period = Period(by, _milliseconds(after), _milliseconds(before))
    if not 0 < period.end - period.start <= _LONGEST:
        raise QueryError("the period must be at most 31 days, and end after it starts")
    return period


def _milliseconds(text: str) -> int:
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise QueryError("a time must be a date such as 2025-01-31, or milliseconds since 1970")
    try:
        return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        raise QueryError("there is no such date") from None
