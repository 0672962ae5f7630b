"""What a run reads: windows that tile, and copies that miss nothing, whenever a run ends and however late rows come."""

from itertools import pairwise

import attrs
import pytest
from hypothesis import given, strategies as st

from dixa_async.exports.sync.plan import ClockError, Step, plan
from dixa_async.exports.windows import LONGEST, Window

HOUR = 3600 * 1000
DAY = 24 * HOUR
OVERLAP, MARGIN = 6 * HOUR, HOUR // 60

times = st.integers(0, 200 * DAY)


def tile(steps: list[Step], first: int, end: int) -> bool:
    windows = sorted(step.window for step in steps)
    return (
        all(left.end == right.start for left, right in pairwise(windows))
        and all(0 < window.end - window.start <= LONGEST for window in windows)
        and (windows[0].start, windows[-1].end) == (first, end)
    )


@given(times, st.integers(1, 200 * DAY))
def test_the_windows_of_a_new_copy_tile_its_period(since: int, length: int) -> None:
    steps = plan(since, since + length, None, overlap=OVERLAP, now=since + length)
    assert tile(steps, since, since + length)
    assert [(step.since, step.until) for step in steps] == [(since, step.window.end) for step in steps]


@given(times, times, times, st.integers(0, 40 * DAY), st.none() | times)
def test_the_windows_of_a_copy_tile_what_it_lacks_and_the_overlap(
    start: int, covered: int, ahead: int, overlap: int, since: int | None
) -> None:
    end = start + covered
    until = end + ahead
    steps = plan(since, until, Window(start, end), overlap=overlap, now=until + MARGIN)
    begin = start if since is None else min(since, start)
    earlier, later = steps[: _count_of_earlier(steps, start)], steps[_count_of_earlier(steps, start) :]
    if begin < start:
        assert tile(earlier, begin, start)
        assert [step.window for step in earlier] == sorted((step.window for step in earlier), reverse=True)
    again = max(begin, end - overlap)
    if again < until:
        assert tile(later, again, until)
        assert steps[-1].until == until
    # What is covered only grows, and never over a window that was not read.
    known = Window(start, end)
    for step in steps:
        assert step.window.start <= known.end
        assert step.window.end >= known.start
        assert step.since == min(known.start, step.window.start)
        assert step.until == max(known.end, step.window.end)
        known = Window(step.since, step.until)


def _count_of_earlier(steps: list[Step], start: int) -> int:
    count = 0
    while count < len(steps) and steps[count].window.end <= start and steps[count].since < start:
        start = steps[count].since
        count += 1
    return count


@attrs.frozen
class Update:
    """A new time of a row, and when exports show it."""

    row: int
    at: int
    visible_at: int


@attrs.define
class Copy:
    rows: dict[int, int] = attrs.field(factory=dict)
    covered: Window | None = None

    def run(self, updates: list[Update], now: int, *, since: int | None, most: int | None = None) -> None:
        """A run that is killed after some windows."""
        steps = plan(since, now - MARGIN, self.covered, overlap=OVERLAP, now=now)
        for step in steps[:most]:
            latest = dict[int, int]()
            for update in updates:
                if update.visible_at <= now:
                    latest[update.row] = max(update.at, latest.get(update.row, 0))
            for row, at in latest.items():
                if at in step.window:
                    self.rows[row] = max(at, self.rows.get(row, 0))
            self.covered = Window(step.since, step.until)


START = 100 * DAY
updates = st.lists(
    st.builds(
        lambda row, at, delay: Update(row, START + at, START + at + delay),
        st.integers(0, 5),
        times,
        st.one_of(st.just(OVERLAP + MARGIN), st.integers(0, OVERLAP + MARGIN)),
    ),
    max_size=20,
)
runs = st.lists(st.tuples(times, st.none() | st.integers(0, 4), st.none() | st.integers(0, 90 * DAY)), max_size=12)


@given(updates, runs, st.integers(0, 60 * DAY))
def test_no_row_is_missed_that_becomes_visible_in_time(
    updates: list[Update], runs: list[tuple[int, int | None, int | None]], before: int
) -> None:
    copy = Copy()
    first = START - before
    for at, most, earlier in sorted(runs, key=lambda run: run[0]):
        since = first if earlier is None else START - earlier
        copy.run(updates, START + at + MARGIN + 1, since=since, most=most)
    copy.run(updates, START + 201 * DAY, since=first)
    assert copy.covered is not None
    assert copy.covered.start <= first
    assert copy.rows == {row: max(each.at for each in updates if each.row == row) for row in {u.row for u in updates}}


def test_a_row_that_becomes_visible_too_late_is_missed() -> None:
    """The model would notice."""
    late = [Update(1, START, START + OVERLAP + MARGIN + 1)]
    copy = Copy()
    copy.run(late, START + OVERLAP + MARGIN, since=START - DAY)
    copy.covered = Window(START - DAY, START + OVERLAP + 1)
    copy.run(late, START + 10 * DAY, since=None)
    assert copy.rows == {}


@given(times, st.integers(0, OVERLAP))
def test_a_clock_that_was_slightly_wrong_is_no_error(end: int, wrong: int) -> None:
    now = end - wrong
    steps = plan(None, now - MARGIN, Window(end - 100 * DAY, end), overlap=OVERLAP, now=now)
    # An end in the future is not kept.
    assert all(step.until <= now - MARGIN for step in steps)


def test_a_copy_that_ends_in_the_future_is_an_error() -> None:
    with pytest.raises(ClockError):
        plan(None, 10 * DAY, Window(0, 20 * DAY), overlap=OVERLAP, now=10 * DAY)
    (step,) = plan(None, 10 * DAY, Window(0, 20 * DAY), overlap=11 * DAY, now=10 * DAY)
    assert (step.window, step.until) == (Window(9 * DAY, 10 * DAY), 10 * DAY)


def test_a_new_copy_needs_its_start() -> None:
    with pytest.raises(ValueError, match="since"):
        plan(None, DAY, None, overlap=OVERLAP, now=DAY)
