"""Whatever Dixa adds to its description is kept, and is written back unchanged."""

import copy
import pickle
from typing import Any

import pytest

from dixa_async import from_json, to_json
from dixa_async.serialization import Serializer

from ..helpers import api_surface, description
from . import operation_comparison
from .examples import differences, unknowns
from .schema_values import NEW_ENUM_VALUE, NEW_FIELD, NEW_KIND, Additions, exhaustive_json

description.require()

_ADDITIONS = {
    "nothing": Additions(),
    "a new field in every object": Additions(fields=True),
    "a new value in every enum": Additions(enum_values=True),
    "a new kind in every union": Additions(kinds=True),
    "null in every optional field": Additions(nulls=True),
    "all of these": Additions(fields=True, enum_values=True, kinds=True, nulls=True),
}
_RESPONSES = {
    id_: found
    for id_ in operation_comparison.common_ids()
    if (found := operation_comparison.response_of(api_surface.operations()[id_]))
}

_WRITTEN_BESIDES = ".deliveryDetail._type"
"""A class of a union writes its tag also here, where there is no union."""

_serializer = Serializer.shared()


def _count(value: Any, wanted: Any) -> int:
    """How often a value is in JSON."""
    if value == wanted:
        return 1
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(_count(part, wanted) for part in parts)


@pytest.mark.parametrize("added", _ADDITIONS.values(), ids=_ADDITIONS)
@pytest.mark.parametrize("operation_id", _RESPONSES)
def test_additions_are_written_back_unchanged(operation_id: str, added: Additions) -> None:
    form, schema = _RESPONSES[operation_id]
    for came in exhaustive_json(schema, added):
        read = _serializer.structure(copy.deepcopy(came), form)

        changes = differences(came, _serializer.unstructure(read))
        assert [where for where in changes if not where.endswith(_WRITTEN_BESIDES)] == []
        assert len(unknowns(read)) == _count(came, NEW_KIND)
        assert from_json(to_json(read), form) == read
        assert pickle.loads(pickle.dumps(read)) == copy.deepcopy(read) == read
        strict = _serializer.structure_strict(came, form) if not added.kinds else read
        assert strict == read


def test_everything_is_added_somewhere() -> None:
    """Otherwise the test above could pass without checking anything."""
    for wanted, added, least in (
        (NEW_FIELD["fieldOfTomorrow"], Additions(fields=True), 1000),
        (NEW_ENUM_VALUE, Additions(enum_values=True), 300),
        (NEW_KIND, Additions(kinds=True), 50),
        (None, Additions(nulls=True), 300),
    ):
        whole = [exhaustive_json(schema, added) for _, schema in _RESPONSES.values()]
        assert _count(whole, wanted) >= least
