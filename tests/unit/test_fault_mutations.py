"""Mutations of responses: each is valid JSON that differs in one place, whatever the operation responds with."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st

from dixa_async.resources.registry import operations
from dixa_async.serialization import Serializer
from dixa_async.testing.http.json_paths import JsonPath, format_path, look_up, parse_path
from dixa_async.testing.http.mutations import MUTATIONS, UNKNOWN_ENUM_VALUE, UNKNOWN_TYPE, Mutation, mutate, places

from ..helpers.exhaustive_values import exhaustive_values
from ..helpers.strategies import json_values

OPERATIONS = [operation for operation in operations() if operation.response_type is not None]


def differences(old: Any, new: Any, path: JsonPath = ()) -> Iterator[JsonPath]:
    """The places in which two JSON documents differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() | new.keys():
            if name in old and name in new:
                yield from differences(old[name], new[name], (*path, name))
            else:
                yield (*path, name)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from differences(*pair, (*path, index))
    elif old != new or type(old) is not type(new):
        yield path


def check_mutation(document: Any, mutation: Mutation, path: JsonPath) -> Any:
    """Change one place, and see that nothing else changed. Returns what it has become."""
    before = json.dumps(document)
    changed = mutate(document, mutation, at=path, seed="")
    assert json.dumps(document) == before
    assert list(differences(document, json.loads(json.dumps(changed)))) == [path]
    return changed


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_a_response_differs_in_one_place(operation: Any) -> None:
    serializer = Serializer.shared()
    for value in exhaustive_values(operation.response_type):
        document = {"data": json.loads(json.dumps(serializer.unstructure(value)))}
        for mutation in MUTATIONS:
            for path in places(document, mutation):
                assert path not in {("data",), ("meta",)}
                changed = check_mutation(document, mutation, path)
                if mutation in {"unknown_type", "new_enum_value"}:
                    # That is no error for the client.
                    serializer.structure(changed["data"], operation.response_type)


def test_a_conversation_has_places_for_each_mutation() -> None:
    conversation = {"_type": "ChatConversation", "id": 7, "channel": "WidgetChat", "state": "Open", "queue": None}
    document = {"data": conversation, "meta": {}}
    found = {mutation: [format_path(path) for path in places(document, mutation)] for mutation in MUTATIONS}
    fields = ["$.data._type", "$.data.id", "$.data.channel", "$.data.state"]
    assert found == {
        "wrong_type": fields,
        "unknown_type": fields[:1],
        "new_enum_value": fields[2:],
        "missing_field": fields,
    }


def test_the_seed_chooses_a_place_and_keeps_to_it() -> None:
    document = {"data": [{"id": f"{number}", "name": "x"} for number in range(20)]}
    chosen = [mutate(document, "missing_field", at=None, seed=seed) for seed in "aabcdef"]
    assert chosen[0] == chosen[1]
    assert len({json.dumps(each) for each in chosen}) > 4


@pytest.mark.parametrize(
    ("mutation", "at"),
    [
        ("missing_field", "$.data.b"),
        ("missing_field", "$.data[0]"),
        ("wrong_type", "$.data.a[3]"),
        ("wrong_type", "$.data.a.b"),
        ("new_enum_value", "$.data.a"),
        ("unknown_type", None),
    ],
)
def test_a_place_that_is_not_there_is_reported(mutation: Mutation, at: str | None) -> None:
    with pytest.raises(LookupError):
        mutate({"data": {"a": [1]}}, mutation, at=None if at is None else parse_path(at), seed="")


def test_what_a_place_becomes() -> None:
    document = {"data": {"_type": "Open", "a": [1], "b": 1}}
    cases: tuple[tuple[Mutation, str, object], ...] = (
        ("wrong_type", "data.a", "wrong type"),
        ("wrong_type", "data.b", {"wrong": "type"}),
        ("wrong_type", "$.data.a[0]", {"wrong": "type"}),
        ("unknown_type", "$.data._type", UNKNOWN_TYPE),
        ("new_enum_value", "$.data._type", UNKNOWN_ENUM_VALUE),
    )
    for mutation, at, value in cases:
        path = parse_path(at)
        assert look_up(mutate(document, mutation, at=path, seed=""), path) == value


@given(json_values, st.sampled_from(MUTATIONS))
def test_any_json_differs_in_one_place(document: Any, mutation: Mutation) -> None:
    for path in places(document, mutation):
        check_mutation(document, mutation, path)
