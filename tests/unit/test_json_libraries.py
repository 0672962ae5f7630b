"""JSON is read and written in the same way, with the same errors, whether msgspec is installed or not."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, strategies as st

from dixa_async import _json, _plain_json
from dixa_async._json import NotJsonError

from ..helpers.strategies import json_values


class Text(str):
    __slots__ = ()


class Whole(int):
    pass


class Real(float):
    pass


class Map(dict[str, object]):
    pass


class Plain(Enum):
    A = "a"


class Word(StrEnum):
    A = "a"


class Number(IntEnum):
    ONE = 1


READ: list[tuple[bytes, object]] = [
    (b"18446744073709551616", 2**64),
    (b"[-9223372036854775809]", [-(2**63) - 1]),
    (b"1" * 4300, int("1" * 4300)),
    (b"1" * 4301, NotJsonError(1, 1)),
    (b"NaN", NotJsonError(1, 1)),
    (b'["NaN \\" NaN",\n NaN]', NotJsonError(2, 2)),
    (b"[Infinity]", NotJsonError(1, 2)),
    (b"[1, -Infinity]", NotJsonError(1, 5)),
    (b'{"1e999": 1e999}', NotJsonError(1, 11)),
    (b"-0", 0),
    (b"-0.0", -0.0),
    (b"1E+5", 100000.0),
    (b"1e-999", 0.0),
    (b"2.4703282292062328e-324", 5e-324),
    (b"123456789012345678901234567890.5", 1.2345678901234568e29),
    (b'{"a":1,"b":2,"a":3}', {"a": 3, "b": 2}),
    (b"\xef\xbb\xbf[1]", [1]),
    (b"\xef\xbb\xbf\xef\xbb\xbf1", NotJsonError(1, 1)),
    (b'"\\ud83d"', "\ufffd"),
    (b'{"\\ud83d\\ud83d\\ude00": "a\xc3"}', {"\ufffd\U0001f600": "a\ufffd"}),
    (b'"\xed\xa0\x80"', NotJsonError(1, 1)),
    (b'"\xff"', NotJsonError(1, 1)),
    (b'"\\u0000"', "\x00"),
    (b'"\x7f"', "\x7f"),
    (b'"a\tb"', NotJsonError(1, 3)),
    (b"[" * 900 + b"]" * 900, json.loads("[" * 900 + "]" * 900)),
    (b"[" * 100_000, NotJsonError(1, 1)),
    (b'{"a":' * 100_000, NotJsonError(1, 1)),
    (b"", NotJsonError(1, 1)),
    (b"[1]\x00", NotJsonError(1, 4)),
    (b"01", NotJsonError(1, 2)),
    (b"{1:2}", NotJsonError(1, 2)),
    (b"[1\n, 2\n 3]", NotJsonError(3, 2)),
    (b"<html>", NotJsonError(1, 1)),
]

ZONE = timezone(timedelta(hours=2))

WRITTEN: list[tuple[object, bytes | Exception]] = [
    (2**64, b"18446744073709551616"),
    (10**4300, ValueError("Exceeds the limit")),
    (1e16, b"1e16"),
    (1e15, b"1000000000000000.0"),
    (-1.5e-5, b"-0.000015"),
    (1e-7, b"1e-7"),
    (-0.0, b"-0.0"),
    (float("nan"), b"null"),
    ([float("-inf")], b"[null]"),
    ("\ud83d", TypeError("surrogates not allowed")),
    ({"\ud83d": 1}, TypeError("surrogates not allowed")),
    ('"\\/\x00\x1f\x7f\u2028\xe9', b'"\\"\\\\/\\u0000\\u001f\x7f\xe2\x80\xa8\xc3\xa9"'),
    ({1: 2}, TypeError("Dict key must be str")),
    ({None: 1}, TypeError("Dict key must be str")),
    ({1.5: 1}, TypeError("Dict key must be str")),
    ({Plain.A: 1}, TypeError("Dict key must be str")),
    ({Text("x"): Text("y"), Word.A: Word.A}, b'{"x":"y","a":"a"}'),
    ([Whole(5), Whole(2**70), True, Real(1.5)], b"[5,1180591620717411303424,true,1.5]"),
    ([Plain.A, Number.ONE, None], b'["a",1,null]'),
    (Map(a=(1, [])), b'{"a":[1,[]]}'),
    ({"a": {1}}, TypeError("a value of the class set")),
    ([b"x"], TypeError("a value of the class bytes")),
    (range(3), TypeError("a value of the class range")),
    (datetime(2026, 1, 1, tzinfo=UTC), b'"2026-01-01T00:00:00Z"'),
    (datetime(999, 1, 1, 0, 0, 0, 4000, tzinfo=UTC), b'"0999-01-01T00:00:00.004000Z"'),
    ([datetime(2026, 1, 1, tzinfo=ZONE)], b'["2025-12-31T22:00:00Z"]'),
    (datetime(1, 1, 1, tzinfo=ZONE), b'"0001-01-01T00:00:00+02:00"'),
    (datetime(2026, 1, 1), b'"2026-01-01T00:00:00"'),
    ([date(2026, 1, 1), time(1, 2), UUID(int=1)], b'["2026-01-01","01:02:00","00000000-0000-0000-0000-000000000001"]'),
]

readers = pytest.mark.parametrize("read", [_json.loads, _plain_json.read], ids=["fastest", "plain"])
writers = pytest.mark.parametrize("write", [_json.dumps, _plain_json.write], ids=["fastest", "plain"])


@readers
@pytest.mark.parametrize(("body", "result"), READ, ids=lambda part: repr(part)[:30])
def test_what_is_read(read: Callable[[bytes], Any], body: bytes, result: object) -> None:
    assert _outcome(read, body) == (repr(result) if isinstance(result, NotJsonError) else _typed(result))


@writers
@pytest.mark.parametrize(("value", "result"), WRITTEN, ids=lambda part: repr(part)[:30] if part != 10**4300 else "long")
def test_what_is_written(write: Callable[[object], bytes], value: object, result: bytes | Exception) -> None:
    if isinstance(result, bytes):
        assert write(value) == result
    else:
        with pytest.raises(type(result), match=str(result)):
            write(value)


@writers
def test_what_contains_itself_is_nested_too_deeply(write: Callable[[object], bytes]) -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        write(endless)


@readers
def test_the_limit_of_digits_is_that_of_the_program(
    read: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(0)
        assert read(b"1" * 5000) == int("1" * 5000)
        sys.set_int_max_str_digits(700)
        assert _outcome(read, b"1" * 701) == repr(NotJsonError(1, 1))
    finally:
        sys.set_int_max_str_digits(before)


@given(value=json_values | st.floats(allow_nan=False) | st.integers() | st.lists(st.floats()) | st.text())
def test_all_values_are_written_alike(value: Any) -> None:
    assert _json.dumps(value) == _plain_json.write(value)


_TOKENS = [
    *'[]{},:" \n\\e.-+',
    "null",
    "true",
    "0",
    "17",
    "1e400",
    "NaN",
    '"a"',
    r"\ud83d",
    r"\ude00",
    "\xe9",
    "\U0001f600",
]


@given(
    body=st.lists(st.sampled_from(_TOKENS), max_size=12).map(lambda tokens: "".join(tokens).encode())
    | st.builds(
        lambda value, cut, middle: (body := json.dumps(value, ensure_ascii=False).encode())[:cut] + middle + body[cut:],
        json_values,
        st.integers(0, 40),
        st.binary(max_size=2),
    )
)
@example(body=b'"\\ud83d\\u0041"')
def test_all_texts_are_read_alike(body: bytes) -> None:
    assert _outcome(_json.loads, body) == _outcome(_plain_json.read, body)


def _outcome(read: Callable[[bytes], Any], body: bytes) -> str:
    try:
        return _typed(read(body))
    except NotJsonError as error:
        return repr(error)


def _typed(value: Any) -> str:
    """A value with its types: 1 equals 1.0, and 0.0 equals -0.0. Python does not write what is very deep or long."""
    depth = 0
    while value.__class__ is list and len(value) == 1:
        value, depth = value[0], depth + 1
    return f"{depth} lists around {value:x}" if value.__class__ is int else f"{depth} lists around {value!r}"
