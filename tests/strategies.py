"""Hypothesis strategies for everything that can stand in an annotation of a model.

They are general: `values_of` takes any type form that the serializer takes, and knows no model by name. What they make
survives the way to JSON and back, so a test can compare the two ends.
"""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dixa_async import models
from dixa_async.models.base import UNSET, Model, OpenEnum, Unknown, Unset, wire_fields
from dixa_async.serialization.unknowns import is_unknown
from dixa_async.validation import ConversationId

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

_extras = st.none() | st.dictionaries(new_tags, json_values, min_size=1, max_size=2)

_BY_CLASS: dict[Any, SearchStrategy[Any]] = {
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


def model_types() -> list[Any]:
    """Every model class and every union of the package, found by a walk through all modules of `dixa_async.models`."""
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(models.__path__, f"{models.__name__}."):
        for name, value in vars(importlib.import_module(info.name)).items():
            is_class = isinstance(value, type) and issubclass(value, Model) and value is not Model
            if is_class or (_is_union(value) and value is not ConversationId):
                # What is generic is tried with a class for each of its parameters.
                parameters = getattr(value, "__parameters__", ())
                found[name] = value[(models.File,) * len(parameters)] if parameters else value
    return [found[name] for name in sorted(found)]


def values_of(type_form: Any) -> SearchStrategy[Any]:
    """The values of a type.

    Args:
        type_form: a model, a primitive, an open enum, a list, a map, or a union of these.

    Returns:
        A strategy. The words of an open enum are listed ones and others; an `Unknown` has a `_type` of no class.
    """
    return _values_of(type_form)


@functools.cache  # a class that contains itself needs one strategy that contains itself
def _values_of(type_form: Any) -> SearchStrategy[Any]:
    if type_form in _BY_CLASS:
        return _BY_CLASS[type_form]
    origin, arguments = get_origin(type_form), get_args(type_form)
    if origin is Annotated:
        return values_of(arguments[0])
    if _is_union(type_form):
        return st.one_of([values_of(member) for member in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is list:
        return st.lists(st.deferred(lambda: values_of(arguments[0])), max_size=3)
    if origin in (dict, Mapping):
        return st.dictionaries(texts, st.deferred(lambda: values_of(arguments[1])), max_size=3)
    if is_unknown(type_form):
        return _unknowns(type_form)
    if isinstance(type_form, type) and issubclass(type_form, OpenEnum):
        return st.sampled_from(type_form) | texts.map(type_form)
    if issubclass(origin or type_form, Model):
        return st.deferred(lambda: _models(type_form))
    raise TypeError(f"no strategy for {type_form!r}")


def _models(cls: Any) -> SearchStrategy[Model]:
    plain = get_origin(cls) or cls
    attrs.resolve_types(plain)
    given = dict(zip(getattr(plain, "__parameters__", ()), get_args(cls), strict=True))
    fields: dict[str, Any] = {a.alias or a.name: values_of(given.get(a.type, a.type)) for a in wire_fields(plain)}
    return st.builds(plain, **fields, _extra=_extras)


@st.composite
def _unknowns(draw: st.DrawFn, cls: type[Unknown]) -> Unknown:
    tag = draw(new_tags)
    fields = draw(st.dictionaries(texts, json_values, max_size=3))
    return cls(type=tag, raw={**fields, "_type": tag})


def _is_union(type_form: Any) -> bool:
    return get_origin(type_form) in (Union, UnionType)
