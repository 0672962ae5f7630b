"""The windows of an export: Dixa exports at most 31 days in one request.

They are computed in whole milliseconds of UTC, as Dixa's times are: neither a time zone nor a change to summer time
makes a hole or an overlap.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias, get_args

import attrs

from .._utc import utc_offset
from ..errors import InvalidRequestError

ExportTime: TypeAlias = Literal["created", "updated", "closed", "last_message_created"]
"""The time of a conversation by which it is exported."""
Order: TypeAlias = Literal["oldest", "newest"]
"""Which window comes first. The order within a window is up to Dixa."""

EXPORT_TIMES: Final[tuple[ExportTime, ...]] = get_args(ExportTime)
ORDERS: Final[tuple[Order, ...]] = get_args(Order)

LONGEST: Final = 30 * 24 * 3600 * 1000
"""Milliseconds. Dixa allows 31 days; a day is left, whichever way it counts them."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@attrs.frozen(order=True)
class Window:
    """A period from `start` to before `end`, in milliseconds since 1970."""

    start: int
    end: int

    def __contains__(self, millisecond: int) -> bool:
        return self.start <= millisecond < self.end

    @property
    def since(self) -> datetime:
        """Its start."""
        return _EPOCH + timedelta(milliseconds=self.start)

    @property
    def until(self) -> datetime:
        """Its end, which is not part of it."""
        return _EPOCH + timedelta(milliseconds=self.end)

    def query(self, by: ExportTime) -> Mapping[str, int]:
        """The arguments of its request.

        It is not documented whether ``_after`` and ``_before`` include the times that they name. Either way, the
        response has all rows of the window, and perhaps some from the millisecond before it and the one after it.

        Args:
            by: the time by which rows are exported.

        Returns:
            The arguments.
        """
        return {f"{by}_after": self.start - 1, f"{by}_before": self.end}


def milliseconds(time: datetime) -> int:
    """A time in milliseconds since 1970, rounded up.

    A row is at a whole millisecond: it is at or after a time if and only if it is at or after this.

    Args:
        time: an aware datetime.

    Returns:
        The milliseconds.
    """
    return -(-_microseconds(time) // 1000)


def _microseconds(time: datetime) -> int:
    plain = datetime(*time.timetuple()[:6], time.microsecond, tzinfo=UTC)  # of whatever class the time is
    return (plain - _EPOCH - (utc_offset(time) or timedelta())) // _MICROSECOND


def split_period(since: datetime, until: datetime, order: Order = "oldest") -> list[Window]:
    """Split a period into windows of at most 30 days.

    Args:
        since: its start, an aware datetime.
        until: its end, an aware datetime, which is not part of it.
        order: which window comes first.

    Returns:
        The windows: each starts where another one ends.

    Raises:
        InvalidRequestError: an argument is not an aware datetime, or the period is empty.
    """
    first, end = milliseconds(_check_time("since", since)), milliseconds(_check_time("until", until))
    if order not in ORDERS:
        raise InvalidRequestError(f"order must be 'oldest' or 'newest', not {order!r}")
    # Times of one zone are compared by their clocks, which show an hour twice when summer time ends.
    if _microseconds(since) >= _microseconds(until):
        raise InvalidRequestError(f"since must be before until, but {since} is not before {until}")
    windows = [Window(start, min(start + LONGEST, end)) for start in range(first, end, LONGEST)]
    return windows if order == "oldest" else windows[::-1]


def _check_time(name: str, time: Any) -> datetime:
    if not isinstance(time, datetime):
        raise InvalidRequestError(
            f"{name} must be a datetime with a time zone, such as datetime(2026, 1, 1, tzinfo=UTC), not"
            f" {type(time).__name__}"
        )
    if utc_offset(time) is None:
        raise InvalidRequestError(f"{name} must have a time zone: add tzinfo=UTC, or the zone that you mean")
    return time
