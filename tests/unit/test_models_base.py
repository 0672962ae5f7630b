"""`UNSET`, open enums, and what all models can do."""

import copy
import inspect
import pickle
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from attrs import field
from hypothesis import given, strategies as st

from dixa_async.models import Agent
from dixa_async.models.base import UNSET, Model, OpenEnum, Unset, define, on_wire


class Colour(OpenEnum):
    RED = "Red"
    BLUE = "Blue"


class Mood(OpenEnum):
    BLUE = "Blue"


@define(kw_only=True)
class Paint(Model):
    colour: Colour
    litres: int | None
    shop: str | None = None
    note: str | Unset = UNSET
    layers: list[str] | None = None


@define
class Label(Model):
    text: str


@define(kw_only=True)
class Tag(Model):
    text: str


@define(kw_only=True)
class Nothing(Model):
    pass


def _pickled(value: object) -> object:
    return pickle.loads(pickle.dumps(value))


new_values = st.text().filter(lambda value: value not in list(Colour))
each_way_to_copy = pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, _pickled])


@each_way_to_copy
def test_unset_is_falsy_shows_its_name_and_stays_a_singleton(duplicate: Callable[[object], object]) -> None:
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert duplicate(UNSET) is UNSET


@each_way_to_copy
def test_a_listed_enum_value_keeps_its_identity(duplicate: Callable[[object], object]) -> None:
    assert Colour("Red") is Colour.RED
    assert Colour.RED.is_known
    assert duplicate(Colour.RED) is Colour.RED


@given(value=new_values)
def test_an_unlisted_enum_value_is_that_string_with_the_right_type(value: str) -> None:
    new = Colour(value)
    assert isinstance(new, Colour)
    assert isinstance(new, str)
    assert not new.is_known
    assert new == value
    assert new == Colour(value)
    assert hash(new) == hash(value)
    assert str(new) == value
    assert f"{new}" == value
    assert (new.name, new.value) == (value, value)
    assert {value: 1}[new] == 1


@given(value=new_values)
def test_an_unlisted_enum_value_can_be_copied_and_pickled(value: str) -> None:
    new = Colour(value)
    for duplicate in (copy.copy(new), copy.deepcopy(new), pickle.loads(pickle.dumps(new))):
        assert duplicate == value
        assert type(duplicate) is Colour
        assert not duplicate.is_known


@given(values=st.lists(new_values, min_size=1))
def test_unlisted_enum_values_do_not_make_the_class_grow(values: list[str]) -> None:
    for value in values:
        Colour(value)
    assert list(Colour) == [Colour.RED, Colour.BLUE]
    assert set(Colour.__members__) == {"RED", "BLUE"}
    assert set(Colour._value2member_map_) == {"Red", "Blue"}


def test_an_enum_value_of_another_list_becomes_a_plain_value_of_this_one() -> None:
    assert Colour(Mood.BLUE) is Colour.BLUE
    new = Mood(Colour.RED)
    assert type(new) is Mood
    assert type(new.value) is str
    assert type(new.name) is str


@pytest.mark.parametrize("value", [None, 7, b"Red", ["Red"]])
def test_only_strings_are_enum_values(value: Any) -> None:
    with pytest.raises(ValueError, match="not a valid Colour"):
        Colour(value)


def test_models_are_equal_when_class_and_fields_are() -> None:
    assert Paint(colour=Colour.RED, litres=2) == Paint(colour=Colour.RED, litres=2)
    assert Paint(colour=Colour.RED, litres=2) != Paint(colour=Colour.RED, litres=3)
    assert Label("a") == Label("a")
    assert Label("a") != Tag(text="a")
    assert Label("a") != "a"
    assert Nothing() == Nothing()


def test_models_cannot_be_hashed() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Label("a"))


def test_the_repr_leaves_out_optional_fields_that_are_absent() -> None:
    assert repr(Paint(colour=Colour.RED, litres=None)) == "Paint(colour=<Colour.RED: 'Red'>, litres=None)"
    assert "shop='at the corner'" in repr(Paint(colour=Colour.RED, litres=1, shop="at the corner"))
    assert "note" not in repr(Paint(colour=Colour.RED, litres=1))
    assert repr(Nothing()) == "Nothing()"


@each_way_to_copy
def test_a_copied_model_is_equal_and_independent(duplicate: Callable[[Paint], Paint]) -> None:
    paint = Paint(colour=Colour("Teal"), litres=1, layers=["base"])
    other = duplicate(paint)
    assert other == paint
    assert other.note is UNSET
    other.litres = 5
    assert paint.litres == 1


def test_a_deep_copy_shares_no_list() -> None:
    paint = Paint(colour=Colour.RED, litres=1, layers=["base"])
    other = copy.deepcopy(paint)
    assert other.layers is not paint.layers


def test_fields_are_keywords_unless_the_class_has_one_obvious_value() -> None:
    assert Label("a").text == Label(text="a").text
    with pytest.raises(TypeError, match="positional"):
        Tag("a")  # type: ignore[arg-type,call-arg]


def test_a_misspelt_attribute_is_rejected() -> None:
    with pytest.raises(AttributeError):
        Label("a").txt = "b"  # type: ignore[attr-defined]


def test_a_field_with_a_wire_name_has_the_default_that_it_is_given() -> None:
    @define(kw_only=True)
    class Odd(Model):
        given: str = field(metadata=on_wire("GIVEN"))
        late: int | None = field(metadata=on_wire("L"), default=None)

    assert Odd(given="x").late is None
    with pytest.raises(TypeError, match="given"):
        Odd()  # type: ignore[call-arg]


def test_a_copy_can_be_changed() -> None:
    agent = Agent(id="a", created_at=datetime(2031, 5, 17, tzinfo=UTC), display_name="Ida", email="ida@example.com")
    changed = attrs.evolve(agent, email="i@example.com")
    assert (changed.email, changed.display_name, agent.email) == ("i@example.com", "Ida", "ida@example.com")
    assert attrs.evolve(changed, email="ida@example.com") == agent
    if sys.version_info >= (3, 13):
        assert copy.replace(agent, email="i@example.com") == changed


def test_type_checkers_see_what_attrs_makes_of_a_model() -> None:
    # `define` is another function for them: the fields, and what is positional, must be the same for both.
    hints = inspect.signature(attrs.define).parameters
    assert inspect.signature(define).parameters["kw_only"].default is hints["kw_only"].default is False
