"""JSON generated from the contract alone, with everything that Dixa may add to it.

It is made of schemas, not of the package's types: these are what it judges. What is made of a schema exhausts it:
every field of it and every member of its unions is in one of the values.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..helpers.description import Schema
from ..helpers.exhaustive_values import combined
from .deviations import settled

NEW_FIELD: Final[Mapping[str, Any]] = {"fieldOfTomorrow": {"a": [None, 1, "x"]}}
NEW_ENUM_VALUE: Final = "WordOfTomorrow"
NEW_KIND: Final[Mapping[str, Any]] = {"_type": "KindOfTomorrow", "depth": 3}

_SIMPLE: Final[Mapping[str, Any]] = {
    "string": "text",
    "integer": 7,
    "number": 1.5,
    "boolean": True,
    "any": {"a": [1, None]},
    "null": None,
}


@attrs.frozen
class Additions:
    """What to add that the contract does not have."""

    fields: bool = False
    """A field that is not described, in every object."""
    enum_values: bool = False
    """A value that is not listed, wherever enums are."""
    kinds: bool = False
    """An object with a `_type` that is not listed, wherever a union is."""
    nulls: bool = False
    """A null in every field that may be absent."""


def exhaustive_json(schema: Schema, added: Additions, around: tuple[str, ...] = ()) -> list[Any]:
    """JSON values that exhaust a schema.

    Args:
        schema: the schema.
        added: what to add to it.
        around: the names of the schemas whose fields the values are for; within itself, a schema is omitted.

    Returns:
        As many values as it takes; none if the schema is omitted.
    """
    schema = settled(schema)
    match schema:
        case {"kind": "object"}:
            name = schema.get("name", "")
            return [] if name and name in around else _objects(schema, added, (*around, name))
        case {"kind": "union"} if added.kinds:
            return [dict(NEW_KIND)]
        case {"kind": "union", "members": members}:
            tagged = [(tag, {"kind": "object", "schema": member}) for tag, member in members.items()]
            return [
                {**value, "_type": tag} for tag, member in tagged for value in exhaustive_json(member, added, around)
            ]
        case {"kind": "one_of", "options": options}:
            return [value for option in options for value in exhaustive_json(option, added, around)]
        case {"kind": "array", "items": items}:
            return [exhaustive_json(items, added, around)]
        case {"kind": "map", "value": value}:
            return [{f"key {n}": each for n, each in enumerate(exhaustive_json(value, added, around))}]
        case {"kind": "tag_string"}:
            return [NEW_ENUM_VALUE] if added.enum_values else list(schema["members"])
        case {"kind": "string", "enum": enum_values}:
            values = [NEW_ENUM_VALUE] if added.enum_values else list(enum_values)
            return [{"_type": value} for value in values] if schema.get("tagged") else values
        case {"kind": "string", "format": "date-time"}:
            return ["2021-12-01T12:46:36.581Z"]
        case {"kind": kind}:
            return [_SIMPLE[kind]]
    raise AssertionError(f"no JSON is known for {schema}")


def _objects(schema: Schema, added: Additions, around: tuple[str, ...]) -> list[Any]:
    """Objects in which every value of every field is used."""
    fields: dict[str, list[Any]] = {}
    for name, field in schema["fields"].items():
        fields[name] = [None] if added.nulls and not field["required"] else exhaustive_json(field, added, around)
    more = dict(NEW_FIELD) if added.fields else {}
    return [each | more for each in combined(fields)]
