"""Which windows a run reads, and what the copy covers after each.

A row is exported by a time of its own: conversations by the time of their last update, messages by that of their
creation. A copy *covers* a period if it has the rows whose times are in it. After a window is read, what is covered is
extended by it, so a run can end after any window, and the next one goes on from there.

Why nothing is missed:

- Windows are half-open and next to each other, so no time is between two.
- A conversation that is updated while windows are read moves to a time after the end of the run. The next run reads it.
- A row can become visible in exports later than its time says. A run ends `margin` before now, and begins `overlap`
  before the end of what is covered: a row that is visible within the sum of the two is read.
- Windows before what is covered are read from the newest to the oldest, so that what is covered has no hole.
- What is covered never ends after the end of a run: an end in the future, left by a wrong clock, is not trusted.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, get_args

import attrs

from ..windows import LONGEST, Window

Kind: TypeAlias = Literal["conversations", "messages"]
"""What is copied."""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_MILLISECOND: Final = timedelta(milliseconds=1)


@attrs.frozen
class Coverage:
    """The period that a copy of one kind covers, in whole milliseconds of UTC.

    It has the rows with times from `since` to before `until`.
    """

    since: datetime
    until: datetime


@attrs.frozen
class Step:
    """A window to read, and what the copy covers afterwards."""

    window: Window
    since: int
    """In milliseconds since 1970."""
    until: int
    """In milliseconds since 1970."""

    @property
    def coverage(self) -> Coverage:
        """What the copy covers afterwards."""
        covered = Window(self.since, self.until)
        return Coverage(covered.since, covered.until)


class ClockError(ValueError):
    """The copy ends in the future, by more than the overlap."""


def plan(since: int | None, until: int, covered: Window | None, *, overlap: int, now: int) -> list[Step]:
    """Plan a run.

    Args:
        since: where the copy should begin, in milliseconds since 1970. None: where it begins. It is required for a new
            copy.
        until: where it should end, in milliseconds since 1970.
        covered: what it covers.
        overlap: the milliseconds before its end that are read again.
        now: the time, in milliseconds since 1970.

    Returns:
        The windows in their order. There are none if nothing can be new.

    Raises:
        ClockError: see there.
        ValueError: a new copy needs `since`.
    """
    if covered is None:
        if since is None:
            raise ValueError("a new copy needs since")
        return [Step(window, since, window.end) for window in _windows(since, until)]
    if covered.end - overlap > now:
        raise ClockError
    end = min(covered.end, until)
    earlier = [] if since is None else [*_windows(since, covered.start)][::-1]
    begin = covered.start if since is None else min(since, covered.start)
    again = max(begin, covered.end - overlap)
    return [
        *(Step(window, window.start, max(end, covered.start)) for window in earlier),
        *(Step(window, begin, max(end, window.end)) for window in _windows(again, until)),
    ]


def _windows(start: int, end: int) -> Iterator[Window]:
    for first in range(start, end, LONGEST):
        yield Window(first, min(first + LONGEST, end))


def in_milliseconds(duration: timedelta) -> int:
    """A duration in milliseconds, rounded up."""
    return -(-duration // _MILLISECOND)
