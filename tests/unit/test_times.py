"""The forms in which Dixa writes times, and the one in which they are sent."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, strategies as st

from dixa_async.serialization import Serializer, ValidationError
from dixa_async.serialization.times import in_utc, parse_sent_time, parse_time

from ..helpers.strategies import times

_PARIS_WINTER = timezone(timedelta(hours=1))


def _written(time: datetime) -> str:
    text = Serializer.shared().unstructure(time)
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-02-29T12:46:36.581Z[GMT]", datetime(2024, 2, 29, 12, 46, 36, 581_000, UTC)),
        ("2024-02-29T12:46:36.581Z", datetime(2024, 2, 29, 12, 46, 36, 581_000, UTC)),
        ("2024-02-29T12:46:36Z", datetime(2024, 2, 29, 12, 46, 36, 0, UTC)),
        ("2024-02-29T12:46:36.581+01:00", datetime(2024, 2, 29, 12, 46, 36, 581_000, _PARIS_WINTER)),
        ("2024-02-29T12:46:36+01:00[Europe/Copenhagen]", datetime(2024, 2, 29, 12, 46, 36, 0, _PARIS_WINTER)),
        ("2024-02-29T13:46:36[Europe/Copenhagen]", datetime(2024, 2, 29, 13, 46, 36, 0, _PARIS_WINTER)),
        ("2024-07-29T12:46:36.5[UTC]", datetime(2024, 7, 29, 12, 46, 36, 500_000, UTC)),
        ("2024-02-29T12:46:36.581", datetime(2024, 2, 29, 12, 46, 36, 581_000, UTC)),
        ("2024-02-29T12:46:36", datetime(2024, 2, 29, 12, 46, 36, 0, UTC)),
    ],
)
def test_every_form_is_read(text: str, time: datetime) -> None:
    read = parse_time(text)
    assert read == time
    assert read.utcoffset() == time.utcoffset()


@pytest.mark.parametrize("digits", range(1, 10))
@pytest.mark.parametrize("zone", ["", "Z", "Z[GMT]", "+01:00"])
def test_fractions_of_one_to_nine_digits_are_truncated_to_microseconds(digits: int, zone: str) -> None:
    fraction = "987654321"[:digits]
    assert parse_time(f"2024-02-29T12:46:36.{fraction}{zone}").microsecond == int(fraction.ljust(6, "0")[:6])


@given(time=times)
@example(datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))))
@example(datetime.min.replace(tzinfo=timezone(timedelta(hours=5))))
def test_a_time_that_is_written_is_read_as_the_same(time: datetime) -> None:
    assert parse_time(_written(time)) == time


@given(time=times, digits=st.integers(1, 9), zone=st.sampled_from(["", "Z", "Z[GMT]", "+00:00", "+00:00[Etc/UTC]"]))
def test_the_forms_of_one_time_are_read_as_the_same(time: datetime, digits: int, zone: str) -> None:
    fraction = f"{time.microsecond:06}000"[:digits]
    expected = time.replace(tzinfo=UTC, microsecond=int(fraction.ljust(6, "0")[:6]))
    assert parse_time(f"{time:%Y-%m-%dT%H:%M:%S}".zfill(19) + f".{fraction}{zone}") == expected


def test_times_are_written_in_utc_with_a_z() -> None:
    time = datetime(2024, 2, 29, 12, 46, 36, 581_000, _PARIS_WINTER)
    assert _written(time) == "2024-02-29T11:46:36.581000Z"
    assert _written(time.replace(microsecond=0)) == "2024-02-29T11:46:36Z"
    assert _written(time.replace(microsecond=581_001)) == "2024-02-29T11:46:36.581001Z"


def test_a_time_without_a_zone_is_left_for_the_check_of_the_request() -> None:
    naive = datetime(2024, 2, 29)
    assert in_utc(naive) is naive
    with pytest.raises(ValidationError, match="expected a datetime with a time zone"):
        parse_sent_time(naive)


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "]",
        "[GMT]",
        "yesterday",
        "2024-02-30T00:00:00Z",
        "2024-02-29T25:00:00Z",
        "2024-02-29T12:46:36.Z+",
        "1709210796",
    ],
)
def test_an_invalid_time_is_a_validation_error_that_does_not_repeat_it(garbage: str) -> None:
    with pytest.raises(ValidationError, match=r"^\$: expected a time such as .*, got another string$"):
        parse_time(garbage)


@pytest.mark.parametrize(("value", "name"), [(None, "null"), (1709210796, "int"), ({}, "an object"), (True, "bool")])
def test_a_value_that_is_not_a_string_is_a_validation_error_that_names_its_type(value: object, name: str) -> None:
    with pytest.raises(ValidationError, match=f"got {name}$"):
        parse_time(value)


@given(text=st.text() | st.from_regex(re.compile(r"[0-9TZ:.+\-\[\]]{,30}"), fullmatch=True))
def test_any_string_is_a_time_with_a_zone_or_a_validation_error(text: str) -> None:
    try:
        time = parse_time(text)
    except ValidationError:
        return
    assert time.utcoffset() is not None
