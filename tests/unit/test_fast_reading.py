"""The fast reader returns what the detailed one returns, and rejects what it rejects."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dixa_async.models.base import Model, define
from dixa_async.serialization import Serializer, ValidationError

from ..helpers.strategies import json_values, values_of
from ..helpers.type_forms import model_types

_TYPES = model_types()
_serializer = Serializer.shared()


@define(kw_only=True)
class Maps(Model):
    texts: dict[str, str]
    numbers: dict[str, int] | None = None
    lists: dict[str, list[str]] | None = None
    maps: dict[str, dict[str, bool]] | None = None
    rows: list[dict[str, str]] | None = None
    choices: dict[str, str | list[str]] | None = None


def _named(type_form: Any) -> str:
    return getattr(type_form, "__name__", "") or str(type_form)[:60]


def _read(way: Any, raw: Any, type_form: Any) -> Any:
    """What a reader returns for a value, or the class of the error that it raises."""
    try:
        return way.hook_of(type_form)(copy.deepcopy(raw), type_form)
    except Exception:
        return "refused"


def _places(raw: Any) -> Iterator[tuple[Any, Any]]:
    """Every list and object in a JSON value with each of its indexes and keys."""
    for key in range(len(raw)) if isinstance(raw, list) else list(raw):
        yield raw, key
        if isinstance(raw[key], dict | list):
            yield from _places(raw[key])


@pytest.mark.parametrize("type_form", [*_TYPES, Maps], ids=_named)
@settings(max_examples=15)  # there are many types
@given(data=st.data())
def test_both_readers_agree(type_form: Any, data: st.DataObject) -> None:
    raw = [_serializer.unstructure(data.draw(values_of(type_form)))]
    if data.draw(st.booleans()):
        container, key = data.draw(st.sampled_from(list(_places(raw))))
        container[key] = data.draw(json_values)
    value, form = data.draw(st.sampled_from([(raw[0], type_form), (raw, list[type_form])]))
    assert _read(_serializer._fast, value, form) == _read(_serializer._explaining, value, form)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"texts": {"a": "x", "b": 7}}, "$.texts['b']: expected str, got int"),
        ({"texts": []}, "$.texts: expected an object, got a list"),
        ({"texts": {}, "numbers": {"a": True}}, "$.numbers['a']: expected int, got bool"),
        ({"texts": {}, "lists": {"a": ["x", None]}}, "$.lists['a'][1]: expected str, got null"),
        ({"texts": {}, "maps": {"a": {"b": 1}}}, "$.maps['a']['b']: expected bool, got int"),
        ({"texts": {}, "rows": [{}, {"a": 1}]}, "$.rows[1]['a']: expected str, got int"),
    ],
)
def test_an_error_in_a_map_names_the_place(value: object, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _serializer.structure(value, Maps)
    assert str(caught.value) == reason
    assert "'" not in caught.value.shown_path
