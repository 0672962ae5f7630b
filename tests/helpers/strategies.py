"""Hypothesis strategies for everything that an annotation of a model can contain.

They are generic: `values_of` accepts any type form that the serializer accepts, and knows no model by name. The values
survive a round trip through JSON, so a test can compare both ends.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import NoneType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from typing_extensions import override

from dixa_async.models.base import UNSET, OpenEnum, Unknown, Unset

from .type_forms import TypeVisitor, class_of, fields_of

_INT64 = 2**63

texts = st.text(max_size=20)
# A name that no class has as its tag, and no field on the wire.
new_tags = texts.map(lambda text: f"New{text}")
integers = st.integers(-_INT64, _INT64 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
zones = st.just(UTC) | st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times: SearchStrategy[datetime] = st.datetimes(timezones=zones)
json_values: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | integers | floats | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)

_PRIMITIVES: Mapping[Any, SearchStrategy[Any]] = {
    str: texts,
    int: integers,
    float: floats,
    bool: st.booleans(),
    NoneType: st.none(),
    Unset: st.just(UNSET),
    datetime: times,
    object: json_values,
    Any: json_values,
}


def values_of(form: Any) -> SearchStrategy[Any]:
    """The values of a type.

    Args:
        form: a model, a primitive, an open enum, a list, a map, or a union of these.

    Returns:
        A strategy. The values of an open enum are listed ones and others; an `Unknown` has a `_type` of no class.
    """
    return _GENERAL.visit(form)


class TypeStrategies(TypeVisitor[SearchStrategy[Any]]):
    """Makes a strategy of a type.

    Args:
        more: strategies for arguments that every model takes besides its fields.
    """

    def __init__(self, **more: SearchStrategy[Any]) -> None:
        self._more = more
        # A class that contains itself needs one strategy that contains itself.
        self._models: dict[Any, SearchStrategy[Any]] = {}

    @override
    def primitive(self, form: Any, name: str) -> SearchStrategy[Any]:
        if form not in _PRIMITIVES:
            raise TypeError(f"no strategy for {form!r}")
        return _PRIMITIVES[form]

    @override
    def enum(self, form: type[OpenEnum]) -> SearchStrategy[Any]:
        return st.sampled_from(form) | texts.map(form)

    @override
    def literal(self, values: tuple[Any, ...]) -> SearchStrategy[Any]:
        return st.sampled_from(values)

    @override
    def list_of(self, item: Any, name: str) -> SearchStrategy[Any]:
        return st.lists(self.visit(item, name), max_size=3)

    @override
    def map_of(self, key: Any, value: Any, name: str) -> SearchStrategy[Any]:
        return st.dictionaries(self.visit(key, name), self.visit(value, name), max_size=3)

    @override
    def union(self, members: tuple[Any, ...], name: str) -> SearchStrategy[Any]:
        return st.one_of([self.visit(member, name) for member in members])

    @override
    def unknown(self, form: Any) -> SearchStrategy[Any]:
        return _unknowns(form)

    @override
    def model(self, form: Any) -> SearchStrategy[Any]:
        if form not in self._models:
            self._models[form] = st.deferred(lambda: self._model(form))
        return self._models[form]

    def _model(self, form: Any) -> SearchStrategy[Any]:
        fields = {field.name: self.visit(field.type, wire) for wire, field in fields_of(form).items()}
        return st.builds(class_of(form), **fields, **self._more)


@st.composite
def _unknowns(draw: st.DrawFn, cls: type[Unknown]) -> Unknown:
    tag = draw(new_tags)
    fields = draw(st.dictionaries(texts, json_values, max_size=3))
    return cls(type=tag, raw={**fields, "_type": tag})


_GENERAL = TypeStrategies(_extra=st.none() | st.dictionaries(new_tags, json_values, min_size=1, max_size=2))
