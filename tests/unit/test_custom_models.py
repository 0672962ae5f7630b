"""Models that a program defines: they may use all of attrs, or are rejected by name when they are first used."""

import copy
import enum
import json
import pickle
import typing
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import GenericAlias
from typing import Any, ClassVar, Generic, Literal, NewType, TypeVar
from uuid import UUID

import attrs
import pytest

from dixa_async import DixaClient, InvalidRequestError, SerializationError, Unknown, from_json, to_json
from dixa_async.models.base import UNSET, Model, Unset, define, on_wire
from dixa_async.serialization import Serializer, ValidationError

T = TypeVar("T")
ID = UUID("12345678-1234-5678-1234-567812345678")


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    ONE = 1


class Flag(enum.Enum):
    ON = True
    HALF = 0.5


TicketId = NewType("TicketId", str)


@attrs.define(kw_only=True)
class Lists(Model):
    texts: list[str] = attrs.field(factory=list)
    sizes: dict[str, int] = attrs.Factory(dict)
    count: str = attrs.field()

    @count.default
    def _count(self) -> str:
        return f"{len(self.texts)}"


@attrs.define(kw_only=True)
class Doubled(Model):
    number: int
    double: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.double = self.number * 2


@attrs.define(kw_only=True)
class Prepared(Model):
    number: int
    made: ClassVar[int] = 0

    def __attrs_pre_init__(self) -> None:
        Prepared.made += 1


@attrs.frozen(kw_only=True)
class Point(Model):
    x: int
    y: int = 0


@attrs.frozen
class WaitQueue(Model):
    points: tuple[Point, ...]
    by_name: Mapping[str, Point] | None = None


def _to_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _to_tuple(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(values)


def _to_list(values: Sequence[Point]) -> list[Point]:
    return list(values)


@attrs.define(kw_only=True)
class Converted(Model):
    number: int = attrs.field(converter=int)
    id: UUID = attrs.field(converter=_to_uuid, default=ID)
    strict_id: UUID = attrs.field(converter=UUID, default=str(ID))  # type: ignore[assignment]
    names: tuple[str, ...] = attrs.field(converter=_to_tuple, factory=tuple)
    points: list[Point] = attrs.field(converter=_to_list, factory=list)
    ratio: Decimal = attrs.field(converter=Decimal, default="0.5")  # type: ignore[assignment]


@attrs.define(kw_only=True)
class Validated(Model):
    number: int = attrs.field(validator=attrs.validators.gt(0))


@attrs.define(kw_only=True)
class Watched(Model):
    number: int = attrs.field(on_setattr=attrs.setters.frozen)


@attrs.define(kw_only=True)
class Private(Model):
    _secret: str
    _sender: int = 3
    named: int = attrs.field(alias="other", default=5)
    kept_: str = "k"


@attrs.define(slots=False, kw_only=True)
class WithDict(Model):
    number: int


@attrs.define
class OwnInit(Model):
    number: int

    def __init__(self, number: int) -> None:
        self.number = number + 1


class Plain(Point):
    """A subclass that attrs does not decorate."""


class PlainWithInit(WithDict):
    def __init__(self, number: int) -> None:
        super().__init__(number=number * 10)


@attrs.define(kw_only=True)
class Forms(Model):
    colour: Colour
    level: Level
    flag: Flag
    id: UUID
    day: date
    choice: Literal["a", 1, True]
    ticket: TicketId
    numbers: Sequence[int]
    fixed: tuple[UUID, ...]
    days: dict[str, date]
    maybe: UUID | None = None
    patch: date | Unset = UNSET
    either: UUID | int | None = None
    time_or_number: datetime | int | None = None
    several: list[Colour] | Level | None = None
    shape: "Point | Tagged | Unknown | None" = None


@define
class Tagged(Model):
    _type: ClassVar[str] = "Tagged"
    id: UUID


@define
class Holder(Model, Generic[T]):
    content: T


FORMS: Any = {
    "colour": "red",
    "level": 1,
    "flag": 0.5,
    "id": str(ID),
    "day": "2024-02-29",
    "choice": "a",
    "ticket": "t",
    "numbers": [1, 2],
    "fixed": [str(ID)],
    "days": {"a": "2024-02-29"},
    "maybe": str(ID),
    "patch": "2024-02-29",
    "either": str(ID),
    "timeOrNumber": "2024-02-29T12:00:00Z",
    "several": ["red"],
    "shape": {"x": 1, "y": 2},
}


@pytest.mark.parametrize(
    ("target_type", "raw", "model"),
    [
        (Lists, {}, Lists()),
        (Lists, {"texts": ["a"]}, Lists(texts=["a"])),
        (Doubled, {"number": 2}, Doubled(number=2)),
        (Doubled, {"number": 2, "double": 4}, Doubled(number=2)),
        (Point, {"x": 1}, Point(x=1)),
        (WaitQueue, {"points": [{"x": 1}], "byName": {"a": {"x": 2}}}, WaitQueue((Point(x=1),), {"a": Point(x=2)})),
        (Converted, {"number": "7"}, Converted(number=7)),
        (
            Converted,
            {"number": 7, "id": str(ID), "strictId": str(ID), "names": ["a"], "points": [{"x": 1}], "ratio": 1.5},
            Converted(number=7, names=("a",), points=[Point(x=1)], ratio=1.5),
        ),
        (Validated, {"number": 1}, Validated(number=1)),
        (Watched, {"number": 1}, Watched(number=1)),
        (Private, {"secret": "s"}, Private(secret="s")),
        (
            Private,
            {"secret": "s", "sender": 1, "named": 2, "kept": "x"},
            Private(secret="s", sender=1, other=2, kept_="x"),
        ),
        (WithDict, {"number": 1}, WithDict(number=1)),
        (OwnInit, {"number": 1}, OwnInit(1)),
        (Plain, {"x": 1}, Plain(x=1)),
        (PlainWithInit, {"number": 1}, PlainWithInit(1)),
        (Holder[UUID], {"content": str(ID)}, Holder(content=ID)),
        (Holder[Point], {"content": {"x": 1}}, Holder(content=Point(x=1))),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_model_is_built_by_its_constructor(target_type: Any, raw: Any, model: Any) -> None:
    for read in (
        from_json(json.dumps(raw), target_type),
        from_json(json.dumps([raw]), list[target_type])[0],
        from_json(json.dumps({"content": raw}), Holder[target_type]).content,
        from_json(json.dumps({"content": [raw]}), Holder[list[target_type]]).content[0],
        Serializer.shared().structure_strict(raw, target_type),
    ):
        assert read == model
        assert type(read) is type(model)
        assert read.extra == {}


def test_each_form_of_a_field_is_read_and_written() -> None:
    forms = from_json(json.dumps(FORMS), Forms)
    assert forms == Forms(
        colour=Colour.RED,
        level=Level.ONE,
        flag=Flag.HALF,
        id=ID,
        day=date(2024, 2, 29),
        choice="a",
        ticket=TicketId("t"),
        numbers=[1, 2],
        fixed=(ID,),
        days={"a": date(2024, 2, 29)},
        maybe=ID,
        patch=date(2024, 2, 29),
        either=ID,
        time_or_number=datetime(2024, 2, 29, 12, tzinfo=UTC),
        several=[Colour.RED],
        shape=Point(x=1, y=2),
    )
    assert type(forms.colour) is Colour
    assert json.loads(to_json(forms)) == FORMS
    assert json.loads(Serializer.shared().encode_request(forms, Forms)) == FORMS
    assert pickle.loads(pickle.dumps(forms)) == copy.deepcopy(forms) == attrs.evolve(forms) == forms
    other = {**FORMS, "either": 7, "timeOrNumber": 8, "several": 1, "shape": {"_type": "Tagged", "id": str(ID)}}
    assert json.loads(to_json(from_json(json.dumps(other), Forms))) == other


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"colour": "blue"}, r"\$\.colour: expected a value of Colour, got str"),
        ({"colour": 1}, r"\$\.colour: expected a value of Colour, got int"),
        ({"level": True}, r"\$\.level: expected a value of Level, got bool"),
        ({"level": 2}, r"\$\.level: expected a value of Level, got int"),
        ({"flag": 1}, r"\$\.flag: expected a value of Flag, got int"),
        ({"id": "7"}, r"\$\.id: expected a UUID, got another string"),
        ({"id": 7}, r"\$\.id: expected str, got int"),
        ({"day": "2024-02-30"}, r"\$\.day: expected a date such as 2021-12-01, got another string"),
        ({"day": "2024-02-29T00:00:00Z"}, r"\$\.day: expected a date such as"),
        ({"day": 7}, r"\$\.day: expected str, got int"),
        ({"choice": "c"}, r"\$\.choice: expected one of 'a', 1, True, got str"),
        ({"choice": 0}, r"\$\.choice: expected one of 'a', 1, True, got int"),
        ({"numbers": [1, "2"]}, r"\$\.numbers\[1\]: expected int, got str"),
        ({"fixed": ["x"]}, r"\$\.fixed\[0\]: expected a UUID"),
        ({"fixed": "x"}, r"\$\.fixed: expected a list, got str"),
    ],
)
def test_an_invalid_value_is_reported_with_its_place(change: Any, reason: str) -> None:
    with pytest.raises(SerializationError, match=reason):
        from_json(json.dumps({**FORMS, **change}), Forms)


@pytest.mark.parametrize(
    ("target_type", "raw", "reason"),
    [
        (Validated, {"number": 0}, r"^\$: Validated rejected it: ValueError$"),
        (list[Validated], [{"number": 1}, {"number": 0}], r"^\$\[1\]: Validated rejected it: ValueError$"),
        (Converted, {"number": "x"}, r"^\$: Converted rejected it: ValueError$"),
        (Point, {}, r"^\$\.x: required, but absent$"),
        (Point, {"x": "1"}, r"^\$\.x: expected int, got str$"),
        (Point, [], r"^\$: expected an object, got a list$"),
        (PlainWithInit, {"number": "1"}, r"^\$\.number: expected int, got str$"),
    ],
)
def test_the_error_of_a_constructor_is_reported_without_the_value(target_type: Any, raw: Any, reason: str) -> None:
    with pytest.raises(SerializationError, match=reason):
        from_json(json.dumps(raw), target_type)


def test_a_custom_constructor_need_not_know_of_extra_fields() -> None:
    model = OwnInit(1)
    assert model.extra == {}
    assert repr(model) == "OwnInit(number=2)"
    assert to_json(model) == b'{"number":2}'
    assert pickle.loads(pickle.dumps(model)) == copy.deepcopy(model) == model


def test_reading_a_field_is_not_slowed_by_a_hook() -> None:
    assert not hasattr(Model, "__getattr__")
    assert "__getattribute__" not in vars(Model)


def test_pre_init_is_called() -> None:
    before = Prepared.made
    from_json('{"number": 1}', Prepared)
    assert Prepared.made > before


def test_frozen_models_stay_frozen_and_can_be_hashed() -> None:
    point = from_json('{"x": 1}', Point)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    assert {point, Point(x=1)} == {point}


@pytest.mark.parametrize(
    "target_type", [Point, WithDict, OwnInit, Plain, Lists, Validated], ids=lambda target_type: target_type.__name__
)
def test_unknown_fields_are_kept(target_type: Any) -> None:
    raw = {"x": 1, "number": 2, "texts": [], "new": [3]}
    model = from_json(json.dumps(raw), target_type)
    assert model.extra["new"] == [3]
    assert (
        copy.copy(model).extra == copy.deepcopy(model).extra == pickle.loads(pickle.dumps(model)).extra == model.extra
    )
    assert "new" in json.loads(to_json(model))
    assert from_json(json.dumps({"content": raw}), Holder[target_type]).content == model


@attrs.frozen(kw_only=True)
class Compared(Model):
    x: int


def test_frozen_models_with_other_extra_fields_are_not_equal() -> None:
    model = from_json('{"x": 1, "new": 2}', Compared)
    assert model != Compared(x=1)
    assert attrs.evolve(model, x=2).extra == {"new": 2}


def test_private_names_have_no_underscore_on_the_wire() -> None:
    assert set(json.loads(to_json(Private(secret="s")))) >= {"secret", "sender", "named", "kept"}


@define
class TwoNames(Model):
    sender: str
    sender_: str


def _class_with(form: Any) -> Any:
    namespace = {"__annotations__": {"x": form}, "__module__": __name__}
    return define(type("Made", (Model,), namespace))


class Tuples(enum.Enum):
    A = (1, 2)


@attrs.define
class NoModel:
    a: int


UNREADABLE = {
    "Decimal": Decimal,
    "bytes": bytes,
    "complex": complex,
    "time": time,
    "set": set[str],
    "fixed tuple": tuple[int, str],
    "dict": dict,
    "list": list,
    "int keys": dict[int, str],
    "callable": typing.Callable[[], int],
    "attrs class": NoModel,
    "Tuples": Tuples,
    "in a list": list[complex],
    "in a union": UUID | complex,
    "in a map": dict[str, list[bytes]],
    "two texts": UUID | str,
    "two dates": date | datetime | None,
    "two models": Point | Compared,
    "type variable": T,
    "undefined": "Undefined",
    "no type": 7,
    "model": Model,
}


@pytest.mark.parametrize("form", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_unsupported_type_is_rejected_by_name_when_it_is_first_used(form: Any) -> None:
    made = _class_with(form)
    listed: Any = GenericAlias(list, (made,))
    inside: Any = Holder[made]  # type: ignore[valid-type]
    for target_type in (made, listed, inside, Holder[inside], GenericAlias(dict, (str, made))):
        with pytest.raises(SerializationError, match=r"target_type must be a model, .*, not .*Made"):
            from_json(b"[]", target_type)
    with pytest.raises(ValidationError, match="Made"):
        Serializer.shared().structure({"x": 1}, made)
    with pytest.raises(ValidationError, match="Made"):
        Serializer.shared().structure([], listed)
    async with DixaClient("key") as dixa:
        with pytest.raises(InvalidRequestError, match="Made"):
            await dixa.request("GET", "/agents", response_type=made)


def test_two_fields_with_one_wire_name_are_rejected_by_name() -> None:
    with pytest.raises(SerializationError, match="TwoNames, which has two fields 'sender' on the wire"):
        from_json("{}", TwoNames)


def test_a_recursive_class_with_an_unsupported_field_is_rejected() -> None:
    with pytest.raises(SerializationError, match=r"Endless\.bad: complex"):
        from_json("{}", Endless)


@define
class Endless(Model):
    inner: "Endless | None" = None
    bad: complex | None = None
    fine: int | None = attrs.field(metadata=on_wire("FINE"), default=None)


@attrs.define
class Doubling(Model):
    number: int
    secret: str = attrs.field(default="s3cret", repr=lambda _: "hidden")

    def __init__(self, number: int, secret: str = "s3cret") -> None:
        self.__attrs_init__(number * 2, secret)  # type: ignore[attr-defined]  # pyright: ignore


def test_a_custom_constructor_need_not_know_extra() -> None:
    read = from_json('{"number": 1, "new": 2}', Doubling)
    changed = attrs.evolve(read, number=5)
    assert (read.number, changed.number) == (2, 10)
    assert read.extra == changed.extra == {"new": 2}
    assert Doubling(1).extra == {}


def test_the_repr_that_attrs_makes_shows_extra_and_hides_what_it_should() -> None:
    assert repr(from_json('{"number": 1, "new": 2}', Doubling)) == "Doubling(number=2, secret=hidden, extra={'new': 2})"
