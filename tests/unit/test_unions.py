"""Values distinguished by `_type`, or by their JSON type."""

import logging
from typing import Any, ClassVar, Optional, TypeAlias, Union

import pytest
from hypothesis import given

from dixa_async.models.base import UNSET, Model, OpenEnum, Unknown, Unset, define
from dixa_async.serialization import Serializer, ValidationError

from ..helpers.strategies import json_values, values_of


class Shade(OpenEnum):
    DARK = "Dark"


@define(kw_only=True)
class Circle(Model):
    _type: ClassVar[str] = "Circle"
    radius: int


@define(kw_only=True)
class Square(Model):
    _type: ClassVar[str] = "Square"
    side: int
    note: str | None = None


@define(kw_only=True)
class Group(Model):
    """Contains itself through a list, and through a union in a list and in a map."""

    _type: ClassVar[str] = "Group"
    shapes: "list[Shape]"
    groups: "list[Group] | None" = None
    first: "Shape | None" = None
    by_name: "dict[str, Shape] | None" = None


@define(kw_only=True)
class Plain(Model):
    """Carries no tag."""

    x: int


@define(kw_only=True)
class Forest(Model):
    trees: "list[dict[str, Circle]]"


@define(kw_only=True)
class Tree(Model):
    """Has maps in maps."""

    _type: ClassVar[str] = "Tree"
    forests: dict[str, Forest]


Shape: TypeAlias = Circle | Square | Group | Unknown


@define(kw_only=True)
class Drawing(Model):
    shape: Shape
    maybe: Circle | Square | None = None
    change: Circle | Square | Unset | None = UNSET
    round_one: Circle | Unset = UNSET


CIRCLE: dict[str, Any] = {"_type": "Circle", "radius": 1}
SQUARE: dict[str, Any] = {"_type": "Square", "side": 2}
MISFIT: dict[str, Any] = {"_type": "Circle", "radius": "big"}


@pytest.fixture
def serializer() -> Serializer:
    return Serializer()


@pytest.mark.parametrize(
    "type_form",
    [
        Circle | Square,
        Union[Circle, Square],  # noqa: UP007
        Optional[Union[Circle, Square]],  # noqa: UP007, UP045
        Circle | Square | None,
        Circle | Square | Unset,
        Circle | Square | None | Unset,
        Circle | Square | Unknown,
        Shape,
    ],
    ids=str,
)
def test_the_tag_selects_the_class_in_a_union_of_any_spelling(serializer: Serializer, type_form: Any) -> None:
    assert serializer.structure(CIRCLE, type_form) == Circle(radius=1)
    assert serializer.structure(SQUARE, type_form) == Square(side=2)


def test_null_is_none_where_the_union_has_it(serializer: Serializer) -> None:
    assert serializer.structure(None, Circle | Square | None) is None
    assert serializer.structure(None, Circle | None) is None
    assert serializer.structure({"shape": CIRCLE, "change": None}, Drawing).change is None


def test_unset_is_not_a_member(serializer: Serializer) -> None:
    drawing = serializer.structure({"shape": CIRCLE, "roundOne": CIRCLE}, Drawing)
    assert drawing == Drawing(shape=Circle(radius=1), round_one=Circle(radius=1))
    assert drawing.change is UNSET
    with pytest.raises(ValidationError, match=r"^\$.roundOne: expected an object, got null$"):
        serializer.structure({"shape": CIRCLE, "roundOne": None}, Drawing)


def test_a_class_writes_its_tag_in_any_union_and_outside_of_one(serializer: Serializer) -> None:
    drawing = Drawing(shape=Square(side=2), maybe=Circle(radius=1), round_one=Circle(radius=1))
    assert serializer.unstructure(drawing) == {"shape": SQUARE, "maybe": CIRCLE, "roundOne": CIRCLE}
    assert serializer.unstructure([Circle(radius=1), Plain(x=1)]) == [CIRCLE, {"x": 1}]


def test_a_union_with_one_class_does_not_need_the_tag(serializer: Serializer) -> None:
    assert serializer.structure({"radius": 1}, Circle | None) == Circle(radius=1)


@given(group=values_of(Group))
def test_recursive_classes_are_read_back_equal(group: Group) -> None:
    serializer = Serializer.shared()
    assert serializer.structure(serializer.unstructure(group), Group) == group


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("text", "text"),
        (["a", "b"], ["a", "b"]),
        (7, 7),
        (1.5, 1.5),
        (True, True),
        (None, None),
        ({"x": 1}, Plain(x=1)),
        ({"_type": "Later", "x": 1}, Plain(x=1, _extra={"_type": "Later"})),
        (CIRCLE, Circle(radius=1)),
    ],
)
def test_values_without_a_tag_are_distinguished_by_their_json_type(
    serializer: Serializer, value: object, read: object
) -> None:
    type_form = Circle | Plain | str | list[str] | int | float | bool | None
    found = serializer.structure(value, type_form)
    assert found == read
    assert type(found) is type(read)


def test_enum_values_and_maps_are_members_like_strings_and_objects(serializer: Serializer) -> None:
    type_form = Shade | dict[str, int] | Circle
    assert serializer.structure("Dark", type_form) is Shade.DARK
    assert serializer.structure({"a": 1}, type_form) == {"a": 1}
    assert serializer.structure(CIRCLE, type_form) == Circle(radius=1)


def test_an_integer_is_a_float_where_the_union_has_no_integers(serializer: Serializer) -> None:
    read = serializer.structure(3, float | str)
    assert read == 3
    assert type(read) is float


@pytest.mark.parametrize(
    "value",
    [
        {"_type": "Later", "deep": [{"a": None}]},
        {"_type": ["Circle"], "radius": 1},
        {"_type": None},
        {"_type": 7},
        {"_type": {}},
        {"radius": 1},
        {},
        "Circle",
        ["Circle"],
        7,
        1.5,
        True,
        None,
    ],
    ids=str,
)
def test_a_value_that_no_member_can_read_is_kept_and_written_back_unchanged(serializer: Serializer, value: Any) -> None:
    kept = serializer.structure(value, Shape)
    tag = value.get("_type") if isinstance(value, dict) else None
    assert kept == Unknown(type=tag if isinstance(tag, str) else None, raw=value)
    assert serializer.unstructure(kept) == value


@given(value=json_values)
def test_no_json_value_breaks_the_response_around_a_union(value: Any) -> None:
    drawings = Serializer.shared().structure([{"shape": value}, {"shape": CIRCLE}], list[Drawing])
    assert drawings[1].shape == Circle(radius=1)
    assert Serializer.shared().unstructure(drawings[0])["shape"] == value


def test_an_invalid_value_with_a_known_tag_is_kept_with_the_reason_and_the_place(serializer: Serializer) -> None:
    group: dict[str, Any] = {"_type": "Group", "shapes": [CIRCLE], "groups": [{"_type": "Group", "shapes": {}}]}
    assert serializer.structure(group, Shape) == Unknown(
        type="Group", raw=group, reason="$.groups[0].shapes: expected a list, got an object"
    )
    assert serializer.structure({"_type": "Circle"}, Shape).reason == "$.radius: required, but absent"


def test_the_innermost_union_keeps_an_invalid_value(serializer: Serializer) -> None:
    group = serializer.structure({"_type": "Group", "shapes": [CIRCLE, MISFIT]}, Shape)
    assert group.shapes == [
        Circle(radius=1),
        Unknown(type="Circle", raw=MISFIT, reason="$.radius: expected int, got str"),
    ]
    assert serializer.unstructure(group) == {"_type": "Group", "shapes": [CIRCLE, MISFIT]}


@pytest.mark.parametrize("misfit", [[1], {"x": "1"}], ids=str)
def test_an_invalid_value_without_a_tag_is_kept_too(serializer: Serializer, misfit: object) -> None:
    kept = serializer.structure(misfit, Plain | list[str] | Unknown)
    assert (kept.type, kept.raw) == (None, misfit)
    assert kept.reason in ("$[0]: expected str, got int", "$.x: expected int, got str")


def test_a_value_nested_too_deeply_is_kept_too(serializer: Serializer) -> None:
    raw: dict[str, Any] = {"_type": "Group", "shapes": {}}
    for _ in range(2000):
        raw = {"_type": "Group", "shapes": [raw]}
    kept = serializer.structure([raw, CIRCLE], list[Shape])
    assert kept[1] == Circle(radius=1)
    while isinstance(kept[0], Group):
        kept, raw = kept[0].shapes, raw["shapes"][0]
    assert kept[0].raw is raw
    assert kept[0].reason in ("$: nested too deeply", "$: cannot be read: RecursionError")


def test_a_value_that_fails_in_the_fast_reader_alone_is_kept_too(serializer: Serializer) -> None:
    def fail(value: object, _: object) -> None:
        raise ZeroDivisionError

    serializer._fast._hooks[Circle] = fail
    assert serializer.structure(CIRCLE, Shape) == Unknown(
        type="Circle", raw=CIRCLE, reason="$: cannot be read: ZeroDivisionError"
    )


def test_many_invalid_values_of_one_type_are_logged_once(
    serializer: Serializer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="dixa_async"):
        serializer.structure([MISFIT] * 50, list[Shape])
        serializer.structure(MISFIT, Shape)
        serializer.structure([{"_type": "Square"}] * 50, list[Shape])
    assert [record.getMessage() for record in caplog.records] == [
        "A value with _type 'Circle' was kept as Unknown: $.radius: expected int, got str",
        "A value with _type 'Square' was kept as Unknown: $.side: required, but absent",
    ]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_the_keys_of_maps_are_kept_in_the_reason_and_not_logged(
    serializer: Serializer, caplog: pytest.LogCaptureFixture
) -> None:
    tree = {"_type": "Tree", "forests": {"anna@example.com": {"trees": [{}, {"'][0]": 7}]}}}
    kept = serializer.structure(tree, Tree | Circle | Unknown)
    assert kept.reason == """$.forests['anna@example.com'].trees[1]["'][0]"]: expected an object, got int"""
    assert [record.getMessage() for record in caplog.records] == [
        "A value with _type 'Tree' was kept as Unknown: $.forests[...].trees[1][...]: expected an object, got int"
    ]


def test_an_unknown_tag_is_not_logged(serializer: Serializer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="dixa_async"):
        serializer.structure({"_type": "Later"}, Shape)
    assert not caplog.records


@pytest.mark.parametrize(
    ("value", "type_form", "reason"),
    [
        ({"_type": "Later"}, Circle | Square, "$._type: expected one of Circle, Square"),
        ({"_type": ["Circle"]}, Circle | Square, "$._type: expected one of Circle, Square"),
        ({"radius": 1}, Circle | Square, "$._type: required, but absent: one of Circle, Square"),
        (None, Circle | Square, "$: expected Circle | Square, got null"),
        ("Circle", Circle | Square, "$: expected Circle | Square, got str"),
        ([1], str | list[str], "$[0]: expected str, got int"),
        ({}, str | int, "$: expected str | int, got an object"),
        ([CIRCLE, MISFIT], list[Circle | Square], "$[1].radius: expected int, got str"),
    ],
)
def test_without_unknown_an_invalid_value_is_a_validation_error(
    serializer: Serializer, value: object, type_form: Any, reason: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        serializer.structure(value, type_form)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"shape": {"_type": "Later"}}, "$.shape._type: expected one of Circle, Group, Square"),
        ({"shape": {"radius": 1}}, "$.shape._type: required, but absent: one of Circle, Group, Square"),
        ({"shape": "Circle"}, "$.shape: expected Circle | Square | Group | Unknown, got str"),
        ({"shape": MISFIT}, "$.shape.radius: expected int, got str"),
        ({"shape": {"_type": "Group", "shapes": [CIRCLE, MISFIT]}}, "$.shape.shapes[1].radius: expected int, got str"),
    ],
)
def test_strict_reading_keeps_no_unknown_and_reports_the_place(
    serializer: Serializer, value: object, reason: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        serializer.structure_strict(value, Drawing)
    assert str(caught.value) == reason


def test_a_member_is_compiled_when_its_tag_is_first_seen(serializer: Serializer) -> None:
    def compiled() -> list[type[Model]]:
        return [form for form in serializer._fast._hooks if isinstance(form, type) and issubclass(form, Model)]

    serializer.structure([CIRCLE, {"_type": "Later"}, CIRCLE], list[Shape])
    assert compiled() == [Circle]
    serializer.structure([CIRCLE, SQUARE, SQUARE], list[Shape])
    assert compiled() == [Circle, Square]
