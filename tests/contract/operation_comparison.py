"""Compares each operation of the package with the one of the contract."""

import functools
from collections.abc import Mapping
from types import GenericAlias
from typing import Any, get_origin

from dixa_async import Operation

from ..helpers import api_surface, description
from ..helpers.description import Schema
from .comparison import Comparison
from .deviations import settled


def common_ids() -> list[str]:
    """The ids of the operations that the package and the contract have in common."""
    return [id_ for id_ in description.operations() if id_ in api_surface.operations()]


def response_of(operation: Operation[Any]) -> tuple[Any, Schema] | None:
    """The type of what an operation reads out of a response, and its schema; None if it reads nothing."""
    described = description.operations()[operation.id]
    schema = described.whole_response if operation.envelope is None else described.response_schema
    if schema is None or operation.response_type is None:
        return None
    # The operation of a pager names the type of one item.
    return (listed(operation.response_type) if schema["kind"] == "array" else operation.response_type), schema


def listed(form: Any) -> Any:
    """A list of a type, unless it is a list already."""
    return form if get_origin(form) is list else GenericAlias(list, (form,))


@functools.cache
def response(operation_id: str) -> Comparison:
    """Compare the response of an operation."""
    operation, described = api_surface.operations()[operation_id], description.operations()[operation_id]
    comparison = Comparison(sent=False)
    if (operation.response_type is None) != (described.response_schema is None):
        comparison.differences.append(f"{described.response_schema} comes back, {operation.response_type} is read")
    if found := response_of(operation):
        comparison.compare(*found, operation.path)
    if operation.envelope is not None and "envelope" in described.response:
        comparison.schemas.add(described.response["envelope"])
        lost = description.schemas()[described.response["envelope"]]["fields"].keys() - {operation.envelope, "meta"}
        if lost:
            comparison.differences.append(f"{sorted(lost)} come back, and are not read")
    return comparison


@functools.cache
def request(operation_id: str) -> Comparison:
    """Compare the request of an operation."""
    operation, described = api_surface.operations()[operation_id], description.operations()[operation_id]
    shared = frozenset(cls for id_ in common_ids() for cls in response(id_).classes)
    comparison = Comparison(sent=True, shared=shared, may_be_null=operation.method == "PATCH")
    if (operation.body is None) != (described.json_body is None):
        comparison.differences.append(f"the description takes {described.request}, {operation.body} is sent")
    elif described.json_body is not None:
        _, schema = unwrapped({}, described.json_body, operation.body_envelope)
        comparison.compare(operation.body, schema, operation.path)
        if operation.body_envelope is not None:
            comparison.schemas.add(described.json_body["schema"])
    return comparison


def unwrapped(value: Any, schema: Schema, envelope: str | None) -> tuple[Any, Schema]:
    """The content of the envelope of a body, and its schema."""
    if envelope is None:
        return value, schema
    fields: Mapping[str, Schema] = settled(schema)["fields"]
    assert fields.keys() == {envelope}, "an envelope holds one thing"
    return value.get(envelope), fields[envelope]
