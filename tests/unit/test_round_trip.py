"""Every model is written to JSON and read back equal, whatever its fields contain."""

import copy
import pickle
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

import pytest
from attrs import field
from hypothesis import given, strategies as st

from dixa_async import models
from dixa_async.models.base import (
    UNSET,
    JsonValue,
    Model,
    OpenEnum,
    StringOrNumber,
    TaggedEnum,
    Unknown,
    Unset,
    define,
    on_wire,
)
from dixa_async.serialization import Serializer

from ..helpers.strategies import values_of
from ..helpers.type_forms import model_types

T = TypeVar("T")


class Word(OpenEnum):
    ONE = "One"


class Span(TaggedEnum):
    TODAY = "Today"


@define(kw_only=True)
class Inner(Model):
    _type: ClassVar[str] = "Inner"
    x: int


@define(kw_only=True)
class Wrapper(Model, Generic[T]):
    _type: ClassVar[str] = "Wrapper"
    content: T


@define(kw_only=True)
class AllForms(Model):
    """A field of every type that an annotation may have."""

    text: str
    flag: bool
    fraction: float
    number_as_text: StringOrNumber
    word: Word
    span: Span
    time: datetime
    anything: JsonValue
    inner: Inner
    none_or_text: str | None
    grid: list[list[Word]]
    lists: dict[str, list[Inner]]
    times: Mapping[str, datetime]
    open_choice: Inner | Wrapper[Word] | str | list[str] | Unknown
    strict_choice: Inner | Wrapper[Inner] | float | bool
    wrapped: Wrapper[list[Inner]]
    self_: "AllForms | None" = None
    children: "list[AllForms] | None" = None
    anything_or_absent: JsonValue = None
    texts: list[str] | None = None
    odd: int | None = field(metadata=on_wire("ODD"), default=None)
    change: str | Unset = UNSET
    patch: datetime | Unset | None = UNSET
    changes: list[Inner] | Unset = UNSET
    choice: Inner | str | Unset | None = UNSET
    count: int = 3
    kind: Word = Word.ONE


_TYPES = [*model_types(), AllForms]
_serializer = Serializer.shared()


def _named(type_form: Any) -> str:
    return getattr(type_form, "__name__", "") or str(type_form)[:60]


def test_the_walk_finds_classes_and_unions() -> None:
    for type_form in (models.Message, models.NewSmsConversation, models.MessageContent, models.Conversation):
        assert type_form in _TYPES


@pytest.mark.parametrize("type_form", _TYPES, ids=_named)
@given(data=st.data())
def test_a_model_is_read_back_equal_and_written_again_as_the_same_json(type_form: Any, data: st.DataObject) -> None:
    model = data.draw(values_of(type_form))
    raw = _serializer.unstructure(model)
    assert _serializer.structure(raw, type_form) == model
    back = _serializer.structure(_serializer.load(_serializer.encode_unchecked(raw)), type_form)
    assert back == model
    assert _serializer.unstructure(back) == raw


@given(data=st.data())
def test_copies_and_pickles_are_equal(data: st.DataObject) -> None:
    model: Model = data.draw(st.sampled_from(_TYPES).flatmap(values_of))
    assert copy.copy(model) == model
    assert copy.deepcopy(model) == model
    assert pickle.loads(pickle.dumps(model)) == model
