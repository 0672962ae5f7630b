"""Where the wire is known to differ from the description, each with the reason.

A deviation takes the place of a schema (`Schema`) or of one of its fields (`Schema.field`), wherever these stand. Apart
from what stands here, the models must be what the description says.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from .description import Schema, schemas

_TEXT: Final[Schema] = {"kind": "string"}
_TEXTS: Final[Schema] = {"kind": "array", "items": _TEXT}

_DIRECTIONS: Final = ["Inbound", "Internal", "Outbound"]
_PERIODS: Final = [
    *("Today", "ThisWeek", "ThisMonth", "ThisQuarter", "ThisYear"),
    *("Yesterday", "PreviousWeek", "PreviousMonth", "PreviousQuarter"),
]


@attrs.frozen
class Deviation:
    """What stands in the place of what the description says, and why."""

    schema: Schema
    reason: str


def _one_of(*names: str) -> Schema:
    return {"kind": "one_of", "options": [{"kind": "object", "schema": name} for name in names]}


_BY_FILTER: Final = "a union without a `_type`: the filter that it holds tells the member"

DEVIATIONS: Final[Mapping[str, Deviation]] = {
    "CreateMessageOutputData.createdAt": Deviation(
        {"kind": "string", "format": "date-time", "required": False},
        "described as any text; it is a time, as in every other message",
    ),
    "Sms.message": Deviation(
        {"kind": "object", "schema": "Outbound", "required": True},
        "described as a message of any direction; only outbound ones are taken",
    ),
    "Callback.direction": Deviation(
        {"kind": "string", "enum": _DIRECTIONS, "required": True},
        "Inbound or Outbound; one class has the words for all directions",
    ),
    "FormAttributeValue": Deviation(
        {
            "kind": "one_of",
            "options": [
                {
                    "kind": "union",
                    "name": "FormAttributeValue",
                    "members": {"Attachments": "Attachments", "Select": "Select", "Text": "Text1"},
                },
                _TEXT,
                _TEXTS,
            ],
        },
        "described as objects; texts and lists of texts come bare",
    ),
    "MimeType": Deviation(
        {"kind": "object", "schema": "MimeTypeImpl"},
        "a union of one member, which carries no `_type`",
    ),
    "GetMetricDataInput": Deviation(
        _one_of("GetMetricDataInputPeriodFilter", "GetMetricDataInputCsidFilter"), _BY_FILTER
    ),
    "GetMetricRecordsDataInput": Deviation(
        _one_of("GetMetricRecordsDataInputPeriodFilter", "GetMetricRecordsDataInputCsidFilter"), _BY_FILTER
    ),
    "Preset.value": Deviation(
        {"kind": "string", "enum": _PERIODS, "tagged": True, "required": True},
        "described as a word; the example writes it as an object with that word as its `_type`",
    ),
    "Map_UUID_Option_AttributeValue": Deviation(
        {"kind": "map", "value": {"kind": "one_of", "options": [_TEXTS, _TEXT, {"kind": "null"}]}},
        "a null clears the attribute; the description knows no null",
    ),
}


def settled(schema: Schema) -> Schema:
    """A schema with its name looked up, as it is on the wire.

    Args:
        schema: a schema, maybe only the name of one.

    Returns:
        The schema itself; its `name` is the one under which it was found.
    """
    name = schema.get("schema")
    if name is None:
        return schema
    deviation = DEVIATIONS.get(name)
    if deviation is not None:
        return settled(deviation.schema)
    fields: Mapping[str, Any] = schemas()[name].get("fields", {})
    changed = {field: _field(f"{name}.{field}", described) for field, described in fields.items()}
    return {**schemas()[name], "name": name, "fields": changed}


def _field(place: str, described: Schema) -> Schema:
    deviation = DEVIATIONS.get(place)
    return described if deviation is None else deviation.schema
