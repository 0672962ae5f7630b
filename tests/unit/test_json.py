"""JSON with truncated characters, or with integers over 64 bits: nothing else of it is lost."""

import json
import tracemalloc
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import assume, given, strategies as st

from dixa_async import DixaClient, Request, Response, Send, Unknown, from_json, to_json
from dixa_async._json import NotJsonError, dumps, has_more_values, loads
from dixa_async.models.base import JsonValue, Model, StringOrNumber, define
from dixa_async.serialization import Serializer, ValidationError

from ..helpers.strategies import json_values

LONG = [2**64, 2**64 + 1, -(2**63) - 1, 10**19, 10**30, -(10**400)]
SHORT = [0, 2**63 - 1, 2**63, 2**64 - 1, -(2**63), 10**18]


@define
class Parcel(Model):
    _type: ClassVar[str] = "Parcel"
    id: int | None = None
    number: StringOrNumber | None = None
    anything: JsonValue = None
    size: int | float | None = None
    parts: "list[Parcel | Unknown] | None" = None
    texts: dict[str, object] | None = None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'"\ud83d"', "\ufffd"),
        (rb'"\uDE00"', "\ufffd"),
        (rb'"a\ud83d"', "a\ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\ude00\ud83d"', "\ufffd\ufffd"),
        (rb'"\\ud83d"', r"\ud83d"),
        (rb'"\\\ud83d\\"', "\\\ufffd\\"),
        (rb'"\ud83d\u0041"', "\ufffdA"),
        (rb'"\ud83d\n\"\ud83d"', '\ufffd\n"\ufffd'),
        (rb'{"\ud83d": ["\ud83d"]}', {"\ufffd": ["\ufffd"]}),
        (b'"a\xc3"', "a\ufffd"),
        (b'"a\xe2\x82"', "a\ufffd"),
        (b'"a\xf0\x9f"', "a\ufffd"),
        (b'["a\xf0\x9f\x98", "\xf0\x9f\x98\x80"]', ["a\ufffd", "\U0001f600"]),
        (b'\xef\xbb\xbf["\\ud83d", "\xc3\xa9"]', ["\ufffd", "\xe9"]),
    ],
)
def test_half_a_character_loses_nothing_but_itself(body: bytes, value: object) -> None:
    assert loads(body) == value
    assert from_json(body, object) == value
    assert from_json(to_json(value), object) == value


@pytest.mark.parametrize(
    "body",
    [
        b'"\xc5se"',  # Latin-1
        b'"\xff"',
        b'"\\ud83d',
        b'["\\ud83d" "a"]',
        b'"\\u d83d"',
        b"\\ud83d",
        '{"a": "\\ud83d"}'.encode("utf-16"),
        b'["\\ud83d", NaN]',
        b'["\\ud83d", 1e999]',
        b"[" * 100_000 + b'"\\ud83d"',
    ],
)
def test_invalid_json_is_still_rejected(body: bytes) -> None:
    with pytest.raises(NotJsonError, match=r"^not JSON \(line \d+, column \d+\)$"):
        loads(body)


@given(text=st.text(), cut=st.integers(0, 60))
def test_a_string_may_be_truncated_anywhere(text: str, cut: int) -> None:
    units = text.encode("utf-16-be", "surrogatepass")[: 2 * cut]
    halves = units.decode("utf-16-be", "surrogatepass")
    read = loads(json.dumps({"text": halves, "more": [1]}).encode())
    assert read["more"] == [1]
    assert read["text"].replace("\ufffd", "") == "".join(c for c in halves if not "\ud800" <= c <= "\udfff").replace(
        "\ufffd", ""
    )
    assert len(read["text"]) == len(halves)


@given(text=st.text(st.characters(codec="utf-8")), cut=st.integers(0, 60))
def test_its_bytes_may_be_truncated_anywhere(text: str, cut: int) -> None:
    piece = text.encode()[:cut]
    assume(b'"' not in piece and b"\\" not in piece and all(byte >= 32 for byte in piece))
    assert loads(b'{"text":"' + piece + b'","more":[1]}')["text"] == piece.decode(errors="replace")


@given(value=json_values)
def test_what_is_written_is_read(value: object) -> None:
    body = dumps(value)
    assert loads(body) == json.loads(body) == value


@pytest.mark.parametrize(
    "number", [*LONG, *SHORT], ids=lambda number: f"{number:.3e}" if abs(number) < 1e300 else "400"
)
def test_integers_of_any_length_are_exact(number: int) -> None:
    for value in (number, [number], {"a": [0, {"b": number}]}, [1.5, "9" * 30, number]):
        body = dumps(value)
        assert json.loads(body) == loads(body) == value
        assert from_json(to_json(value), object) == value
        assert Serializer.shared().encode_request(value, object) == body


def _same(one: object, other: object) -> bool:
    """Equal, and an int where the other is one: 2**64 equals a float."""
    return one == other and type(one) is type(other)


def _unwrap(given: str | Parcel) -> Parcel:
    return from_json(given, Parcel) if isinstance(given, str) else given


@define(kw_only=True)
class Wrapped(Model):
    before: JsonValue
    parcel: Parcel = attrs.field(converter=_unwrap)


@pytest.mark.parametrize("number", LONG[:5])
def test_a_converter_that_reads_json_itself_loses_nothing(number: int) -> None:
    body = json.dumps({"before": number, "parcel": json.dumps({"id": 7})})
    assert from_json(body, Wrapped) == Wrapped(before=number, parcel=Parcel(id=7))


@pytest.mark.parametrize("number", [*LONG[:5], *SHORT])
def test_typed_reading_keeps_them_wherever_they_can_appear(number: int) -> None:
    raw: Any = {
        "_type": "Parcel",
        "id": number,
        "number": number,
        "anything": {"a": [number]},
        "size": number,
        "parts": [{"_type": "Parcel", "id": number}, {"_type": "Later", "x": number}],
        "texts": {"a": number},
        "new": [number],
    }
    for name in raw.keys() - {"_type"}:
        body = json.dumps({"data": [{"_type": "Parcel", name: raw[name]}], "meta": {}}).encode()
        ((parcel,), _) = Serializer.shared().read(body, list[Parcel], "data")
        assert Serializer.shared().unstructure(parcel)[name] == (str(number) if name == "number" else raw[name])
        if name == "parts":
            known, later = parcel.parts
            assert _same(known.id, number)
            assert _same(later.raw["x"], number)
    whole: Any = from_json(json.dumps(raw), Parcel)
    assert whole.number == str(number)
    assert all(
        _same(found, number)
        for found in (whole.id, whole.anything["a"][0], whole.size, whole.texts["a"], whole.extra["new"][0])
    )
    assert from_json(to_json(whole), Parcel) == whole


def test_fields_beside_the_envelope_are_exact_too() -> None:
    body = b'{"data": [], "meta": {}, "total": 18446744073709551617}'
    assert Serializer.shared().read(body, list[Parcel], "data")[1]["total"] == 2**64 + 1


def test_floats_stay_floats() -> None:
    assert from_json("[1e20, 18446744073709551616, 18446744073709551616]", list[float]) == [1e20, 2.0**64, 2.0**64]
    value: Any = from_json('{"a": 1e20, "b": 18446744073709551616}', object)
    assert [type(each) for each in value.values()] == [float, int]
    with pytest.raises(Exception, match="expected int, got float"):
        from_json("1e20", int)


def test_a_number_that_cannot_be_represented_is_rejected() -> None:
    for body in (b"9" * 5000, b"[1" + b"0" * 9999 + b"]"):
        with pytest.raises(ValidationError, match="not JSON"):
            Serializer.shared().load(body)
    with pytest.raises(ValidationError, match="JSON cannot represent this"):
        Serializer.shared().encode_request(10**5000, object)


async def test_a_request_and_its_response_keep_them() -> None:
    async def echo(request: Request, _: Send) -> Response:
        return Response(status=200, headers={}, body=request.body or b"")

    async with DixaClient("key", middleware=[echo]) as dixa:
        assert await dixa.request("POST", "/echo", json={"data": [2**70, 1.5]}) == {"data": [2**70, 1.5]}


def test_an_integer_of_another_class_keeps_its_digits_too() -> None:
    class Number(int):
        pass

    assert dumps([Number(5), Number(2**70)]) == b"[5,1180591620717411303424]"


def test_an_error_shows_a_truncated_message() -> None:
    response = Response(status=400, headers={}, body=rb'{"message": "no \ud83d", "code": 18446744073709551616}')
    assert response.message == "no \ufffd"


@pytest.mark.parametrize(
    ("body", "values"),
    [
        (b"[" + b"[]," * 99 + b"[]]", 200),
        (b"[" * 200, 200),
        (b"[" + b"{}," * 99 + b"{}]", 200),
        (b"[" + b"1," * 199 + b"1]", 200),
        (b'{"a":[{' + b'"b":1,' * 197 + b'"b":1}]}', 200),
        (b'"' + b"[{," * 999 + b'"', 0),
        (rb'["' + rb"\\\"{," * 999 + b'", 1]', 2),
        (b'{"html": "' + b"p{color:red}" * 999 + b'"}', 1),
    ],
)
def test_values_are_counted_outside_of_strings(body: bytes, values: int) -> None:
    assert not has_more_values(body, values)
    assert values == 0 or has_more_values(body, values - 1)


def _count(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_count, parts))


@given(value=json_values)
def test_the_count_bounds_the_number_of_objects_created(value: Any) -> None:
    body, values = dumps([value] * 50), _count([value] * 50)
    assert has_more_values(body, values - 2)
    assert not has_more_values(body, 2 * values)


@pytest.mark.parametrize("part", [b'{"":', b'["",', b'"",', b'["a,b",', b'{"\\"[":', b'"'], ids=repr)
def test_values_are_counted_in_little_memory(part: bytes) -> None:
    body = part * 200_000
    tracemalloc.start()
    try:
        has_more_values(body, 10_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(body)
