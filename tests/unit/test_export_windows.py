"""The windows of exports tile a period exactly, whatever its zone."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from dixa_async.errors import InvalidRequestError
from dixa_async.exports.windows import LONGEST, Window, milliseconds, split_period

ZONES = ("UTC", "Europe/Copenhagen", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca")
TIMES = st.builds(
    lambda time, zone, fold: time.replace(tzinfo=zone, fold=fold),
    st.datetimes(min_value=datetime(2014, 1, 1), max_value=datetime(2031, 1, 1)),
    st.sampled_from([*map(ZoneInfo, ZONES), UTC, timezone(timedelta(hours=-3, minutes=-7, microseconds=5))]),
    st.sampled_from([0, 1]),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(time: datetime) -> timedelta:
    return time.astimezone(UTC) - EPOCH


@given(TIMES, TIMES, st.integers(0, 2**31))
@settings(max_examples=300)
def test_windows_tile_the_period_exactly(one: datetime, other: datetime, any_number: int) -> None:
    since, until = sorted((one, other), key=instant)
    if milliseconds(since) == milliseconds(until):
        return
    windows = split_period(since, until)
    assert windows[0].start == milliseconds(since)
    assert windows[-1].end == milliseconds(until)
    assert all(a.end == b.start for a, b in pairwise(windows))
    assert all(0 < window.end - window.start <= LONGEST for window in windows)
    assert split_period(since, until, "newest") == windows[::-1]
    # Any millisecond of the period is in one window, and no other one is in any.
    first, end = windows[0].start, windows[-1].end
    inside = first + any_number % (end - first)
    assert sum(inside in window for window in windows) == 1
    assert not any(outside in window for window in windows for outside in (first - 1, end))


@given(TIMES, st.integers(0, 2**41))
def test_a_millisecond_is_in_a_period_as_its_time_is(time: datetime, millisecond: int) -> None:
    row = EPOCH + timedelta(milliseconds=millisecond)
    assert (millisecond >= milliseconds(time)) == (row - EPOCH >= instant(time))


@pytest.mark.parametrize("inclusive_after", [False, True])
@pytest.mark.parametrize("inclusive_before", [False, True])
def test_the_request_of_a_window_covers_it_however_dixa_reads_its_ends(
    inclusive_after: bool, inclusive_before: bool
) -> None:
    window = Window(1000, 2000)
    query = window.query("closed")
    after, before = query["closed_after"], query["closed_before"]
    sent = [
        t
        for t in range(900, 2100)
        if (t >= after if inclusive_after else t > after) and (t <= before if inclusive_before else t < before)
    ]
    assert set(range(1000, 2000)) <= set(sent)
    assert before - after < 31 * 86_400_000
    assert len(sent) <= 1002


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        (NOON.replace(tzinfo=None), NOON, "since must have a time zone"),
        (NOON, datetime(2026, 2, 1), "until must have a time zone"),
        (date(2026, 1, 1), NOON, "since must be a datetime with a time zone.*not date"),
        ("2026-01-01", NOON, "not str"),
        (None, NOON, "not NoneType"),
        (NOON, NOON, "since must be before until"),
        (NOON, NOON.astimezone(ZoneInfo("Asia/Tokyo")), "since must be before until"),
        (NOON, NOON - timedelta(days=1), "since must be before until"),
    ],
)
def test_a_wrong_period_is_reported(since: Any, until: Any, message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        split_period(since, until)


def test_a_wrong_order_is_reported() -> None:
    with pytest.raises(InvalidRequestError, match="order must be 'oldest' or 'newest', not 'asc'"):
        split_period(NOON, NOON + timedelta(days=1), "asc")  # type: ignore[arg-type]


def test_a_period_within_a_millisecond_without_a_row_has_no_window() -> None:
    assert split_period(NOON + timedelta(microseconds=1), NOON + timedelta(microseconds=2)) == []


def test_the_ends_of_time() -> None:
    windows = split_period(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=timezone(timedelta(hours=-9))))
    assert windows[0].start == -62135596800000
    assert all(a.end == b.start for a, b in pairwise(windows))


def test_the_hour_that_clocks_show_twice() -> None:
    copenhagen = ZoneInfo("Europe/Copenhagen")
    since = datetime(2026, 10, 25, 2, 30, tzinfo=copenhagen)
    until = datetime(2026, 10, 25, 2, 10, tzinfo=copenhagen, fold=1)
    (window,) = split_period(since, until)
    assert window.end - window.start == 40 * 60 * 1000
