"""Bytes to models and back: strict values, names on the wire, and errors that name the place."""

import contextlib
import gc
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import pytest
from attrs import field
from hypothesis import given

from dixa_async.models.base import UNSET, JsonValue, Model, OpenEnum, StringOrNumber, TaggedEnum, Unset, define, on_wire
from dixa_async.serialization import Serializer, ValidationError, converter, writers

from ..helpers.strategies import json_values

T = TypeVar("T")


class Size(OpenEnum):
    SMALL = "Small"


class Span(TaggedEnum):
    TODAY = "Today"


@define(kw_only=True)
class Parcel(Model):
    parcel_id: str
    created_at: datetime
    from_: str | None = None
    odd_name: int | None = field(metadata=on_wire("ODD-name"), default=None)
    size: Size | None = None


@define(kw_only=True)
class Change(Model):
    """As for a PATCH: an UNSET field is kept, a None field is cleared."""

    name: str | Unset = UNSET
    nick_name: str | Unset | None = UNSET
    due_at: datetime | Unset = UNSET
    parcels: list[Parcel] | Unset = UNSET
    by_name: dict[str, Parcel] | Unset = UNSET


@define(kw_only=True)
class WithDefault(Model):
    urgent: bool = False
    pages: int = 1


@define(kw_only=True)
class AllOptional(Model):
    name: str | None = None


@define(kw_only=True)
class Anything(Model):
    value: JsonValue


@define(kw_only=True)
class Box(Model, Generic[T]):
    content: T


@define(kw_only=True)
class Folder(Model):
    name: str
    folders: "list[Folder] | None" = None


PARCEL = {"parcelId": "p", "createdAt": "2024-02-29T12:00:00Z"}
NO_TIME = "expected a time such as 2021-12-01T12:46:36.581Z, got"
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.fixture
def serializer() -> Serializer:
    return Serializer()


def _reason(serializer: Serializer, value: object, type_form: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        serializer.structure(value, type_form)
    return str(caught.value)


@pytest.mark.parametrize(
    ("type_form", "value"),
    [
        (str, "7"),
        (int, 7),
        (bool, False),
        (float, 1.5),
        (StringOrNumber, "+45 12"),
        (list[int], [1, 2]),
        (dict[str, int], {"a": 1}),
        (Mapping[str, int], {"a": 1}),
        (object, {"a": [None]}),
    ],
)
def test_a_value_of_the_right_type_is_kept(serializer: Serializer, type_form: Any, value: object) -> None:
    read = serializer.structure(value, type_form)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("type_form", "value", "reason"),
    [
        (str, None, "expected str, got null"),
        (str, 7, "expected str, got int"),
        (str, True, "expected str, got bool"),
        (str, ["a"], "expected str, got a list"),
        (int, None, "expected int, got null"),
        (int, "7", "expected int, got str"),
        (int, True, "expected int, got bool"),
        (int, 7.0, "expected int, got float"),
        (bool, None, "expected bool, got null"),
        (bool, "false", "expected bool, got str"),
        (bool, 0, "expected bool, got int"),
        (float, "1.5", "expected float, got str"),
        (float, True, "expected float, got bool"),
        (Size, None, "expected str, got null"),
        (Size, 7, "expected str, got int"),
        (StringOrNumber, True, "expected str, got bool"),
        (list[int], {}, "expected a list, got an object"),
        (list[int], "ab", "expected a list, got str"),
        (dict[str, int], [], "expected an object, got a list"),
        (Parcel, None, "expected an object, got null"),
        (Parcel, [], "expected an object, got a list"),
        (AllOptional, "", "expected an object, got str"),
        (AllOptional, ["name"], "expected an object, got a list"),
    ],
)
def test_a_value_of_another_type_is_never_converted(
    serializer: Serializer, type_form: Any, value: object, reason: str
) -> None:
    assert _reason(serializer, value, type_form) == f"$: {reason}"


def test_an_enum_value_becomes_its_member(serializer: Serializer) -> None:
    assert serializer.structure("Small", Size) is Size.SMALL
    assert serializer.structure("Huge", Size) == Size("Huge")


def test_an_enum_value_that_is_written_as_an_object_is_read_in_both_forms(serializer: Serializer) -> None:
    assert serializer.structure({"_type": "Today"}, Span) is Span.TODAY
    assert serializer.structure("Today", Span) is Span.TODAY
    assert serializer.structure({"_type": "Small"}, Size) is Size.SMALL
    assert serializer.unstructure(Span.TODAY) == {"_type": "Today"}
    assert serializer.unstructure(Span("Later")) == {"_type": "Later"}
    assert _reason(serializer, {"type": "Today"}, Span) == "$: expected str, got null"


def test_numbers_are_read_as_strings_and_integers_as_floats_where_a_field_says_so(serializer: Serializer) -> None:
    assert serializer.structure(4512, StringOrNumber) == "4512"
    assert serializer.structure(4.5, StringOrNumber) == "4.5"
    assert type(serializer.structure(4, float)) is float


def test_fields_have_camel_case_names_or_their_wire_name(serializer: Serializer) -> None:
    raw = {**PARCEL, "from": "here", "ODD-name": 1, "size": "Small"}
    parcel = serializer.structure(raw, Parcel)
    assert parcel == Parcel(parcel_id="p", created_at=NOON, from_="here", odd_name=1, size=Size.SMALL)
    assert serializer.unstructure(parcel) == {**raw, "createdAt": "2024-02-29T12:00:00Z"}


def test_an_optional_field_may_be_null(serializer: Serializer) -> None:
    assert serializer.structure({**PARCEL, "from": None, "size": None}, Parcel).from_ is None


@pytest.mark.parametrize(
    ("value", "type_form", "reason"),
    [
        ({**PARCEL, "createdAt": 1}, Parcel, f"$.createdAt: {NO_TIME} int"),
        ({**PARCEL, "createdAt": {}}, Parcel, f"$.createdAt: {NO_TIME} an object"),
        ({**PARCEL, "createdAt": []}, Parcel, f"$.createdAt: {NO_TIME} a list"),
        ({"parcelId": "p"}, Parcel, "$.createdAt: required, but absent"),
        ({}, Anything, "$.value: required, but absent"),
        ({**PARCEL, "ODD-name": "1"}, Parcel, "$.ODD-name: expected int, got str"),
        ([PARCEL, PARCEL, {**PARCEL, "from": 1}], list[Parcel], "$[2].from: expected str, got int"),
        ({"parcels": [PARCEL, None]}, Change, "$.parcels[1]: expected an object, got null"),
        ({"byName": {"a b": {**PARCEL, "size": 1}}}, Change, "$.byName['a b'].size: expected str, got int"),
        ([[{"a": [1, "2"]}]], list[list[dict[str, list[int]]]], "$[0][0]['a'][1]: expected int, got str"),
    ],
)
def test_an_error_reports_the_place(serializer: Serializer, value: object, type_form: Any, reason: str) -> None:
    assert _reason(serializer, value, type_form) == reason


def test_in_a_patch_unset_is_omitted_and_none_is_null(serializer: Serializer) -> None:
    assert serializer.encode_request(Change(), Change) == b"{}"
    assert serializer.encode_request(Change(nick_name=None), Change) == b'{"nickName":null}'
    assert (
        serializer.encode_request(Change(name="", due_at=NOON), Change) == b'{"name":"","dueAt":"2024-02-29T12:00:00Z"}'
    )
    assert serializer.structure({"nickName": None}, Change) == Change(nick_name=None)
    assert serializer.structure({}, Change) == Change()


def test_a_request_can_be_in_an_envelope(serializer: Serializer) -> None:
    assert serializer.encode_request([Change()], list[Change], "data") == b'{"data":[{}]}'


def test_a_tuple_is_sent_as_a_list(serializer: Serializer) -> None:
    assert serializer.encode_request({"a": (1, 2)}, object) == b'{"a":[1,2]}'


def test_a_real_default_is_sent(serializer: Serializer) -> None:
    assert serializer.encode_request(WithDefault(), WithDefault) == b'{"urgent":false,"pages":1}'


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Change(name=7), "$.name: expected str, got int"),  # type: ignore[arg-type]
        (Change(name=None), "$.name: expected str, got null"),  # type: ignore[arg-type]
        (Change(due_at=datetime(2024, 2, 29)), "$.dueAt: expected a datetime with a time zone, got one without"),
        (Change(parcels=[WithDefault()]), "$.parcels[0].parcelId: required, but absent"),  # type: ignore[list-item]
        (Change(parcels="ab"), "$.parcels: expected a list, got str"),  # type: ignore[arg-type]
    ],
)
def test_a_request_is_checked_and_an_error_names_the_place(serializer: Serializer, change: Change, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        serializer.encode_request(change, Change)
    assert str(caught.value) == reason


@pytest.mark.parametrize("value", [AllOptional(name=UNSET), [UNSET], {"a": UNSET}])  # type: ignore[arg-type]
def test_unset_where_it_does_not_belong_is_never_sent_as_a_string(serializer: Serializer, value: object) -> None:
    with pytest.raises(ValidationError, match=r"(?i)unset"):
        serializer.encode_request(value, AllOptional if isinstance(value, AllOptional) else object)


def test_a_value_that_json_cannot_represent_is_a_validation_error(serializer: Serializer) -> None:
    for value in (object(), "\ud800", {1j: 1}):
        with pytest.raises(ValidationError, match="JSON cannot represent this"):
            serializer.encode_request(value, object)


@given(value=json_values)
def test_any_json_value_passes_through_a_field_that_accepts_them_all(value: object) -> None:
    shared = Serializer.shared()
    body = shared.encode_request(Anything(value=value), Anything)  # type: ignore[arg-type]
    assert shared.structure(shared.load(body), Anything).value == value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "$: the body is empty"),
        (b" ", r"$: not JSON (line 1, column 2)"),
        (b"<html>secret</html>", r"$: not JSON (line 1, column 1)"),
        (b'{"data": [1,\n2', r"$: not JSON (line 2, column 2)"),
        (b'"\xff"', r"$: not JSON (line 1, column 1)"),
        (b"\xef\xbb\xbf", r"$: not JSON (line 1, column 1)"),
        (b"NaN", r"$: not JSON (line 1, column 1)"),
        (b"[" * 1_000_000, None),
    ],
    ids=["empty", "blank", "html", "truncated", "invalid UTF-8", "only a BOM", "NaN", "deep"],
)
def test_invalid_json_is_a_validation_error(serializer: Serializer, body: bytes, reason: str | None) -> None:
    with pytest.raises(ValidationError, match=r"not JSON|is empty") as caught:
        serializer.load(body)
    assert reason is None or str(caught.value) == reason


def test_a_byte_order_mark_is_skipped(serializer: Serializer) -> None:
    assert serializer.load(b'\xef\xbb\xbf{"a": "\xc3\xa9"}') == {"a": "é"}


@pytest.mark.parametrize("body", [b'{"data": []}', b'{"data": [1]}', b"no JSON"])
def test_reading_does_not_switch_the_garbage_collector(
    serializer: Serializer, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched: list[str] = []
    for name in ("enable", "disable", "freeze", "set_threshold", "collect"):
        monkeypatch.setattr(gc, name, lambda *_, name=name: switched.append(name))
    with contextlib.suppress(ValidationError):
        serializer.read(body, list[str], "data")
    assert switched == []


def _nested(depth: int, innermost: dict[str, Any]) -> dict[str, Any]:
    folder = innermost
    for _ in range(depth):
        folder = {"name": "a", "folders": [folder]}
    return folder


def test_a_recursive_class_is_read(serializer: Serializer) -> None:
    folder = serializer.structure(_nested(20, {"name": "b"}), Folder)
    assert serializer.unstructure(folder) == _nested(20, {"name": "b"})
    assert _reason(serializer, _nested(1, {"name": 1}), Folder) == "$.folders[0].name: expected str, got int"


@pytest.mark.parametrize("depth", [100, 150, 200, 250, 300, 10_000])
def test_data_nested_too_deeply_is_a_validation_error_whatever_else_is_wrong(
    serializer: Serializer, depth: int
) -> None:
    with pytest.raises(ValidationError):
        serializer.structure(_nested(depth, {}), Folder)


def test_a_request_nested_too_deeply_is_a_validation_error(serializer: Serializer) -> None:
    with pytest.raises(ValidationError, match=r"nested too deeply|Recursion limit"):
        serializer.encode_request(_nested(10_000, {}), object)
    folder = Folder(name="a")
    folder.folders = [folder]
    with pytest.raises(ValidationError, match="nested too deeply"):
        serializer.encode_request(folder, Folder)


def test_a_generic_class_is_read_with_its_type_argument(serializer: Serializer) -> None:
    raw = {"content": {"content": "Small"}}
    box = serializer.structure(raw, Box[Box[Size]])
    assert box == Box(content=Box(content=Size.SMALL))
    assert serializer.unstructure(box) == raw
    assert (
        _reason(serializer, {"content": {"content": 1}}, Box[Box[Size]]) == "$.content.content: expected str, got int"
    )


def test_prepared_types_are_not_compiled_again(serializer: Serializer, monkeypatch: pytest.MonkeyPatch) -> None:
    serializer.prepare(list[Change])
    serializer.prepare(Folder)  # contains itself
    serializer.prepare_request(list[Change])

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(converter, "make_reader", fail)
    monkeypatch.setattr(writers, "_make_writer", fail)
    raw = [{"name": "a", "parcels": [PARCEL], "byName": {"p": PARCEL}}]
    assert len(serializer.unstructure(serializer.structure(raw, list[Change]))) == 1
    assert serializer.structure(_nested(3, {"name": "b"}), Folder).name == "a"


def test_one_serializer_serves_the_process() -> None:
    assert Serializer.shared() is Serializer.shared()


def test_an_error_of_the_fast_reader_alone_is_a_validation_error_too(serializer: Serializer) -> None:
    def fail(value: object, _: object) -> None:
        raise ZeroDivisionError

    serializer._fast.cattrs.register_structure_hook(str, fail)
    assert _reason(serializer, "secret", str) == "$: cannot be read: ZeroDivisionError"


@define(kw_only=True)
class Odd(Model):
    number: complex


def test_an_unsupported_type_is_a_validation_error(serializer: Serializer) -> None:
    assert _reason(serializer, {"number": 1}, Odd).endswith("of these, not Odd.number: complex")
