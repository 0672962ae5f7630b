"""The description, completed by what it leaves out, for Prism.

The description declares no discriminator and no `_type`. To Prism, ``{"value": "hi"}`` is Text, Html and Markdown at
once, and it refuses every message because more than one member of the union fits. On the wire the `_type` decides. So
each member of a union gets a `_type` that must be its tag, strings that are described as unions of empty objects become
strings, and the known deviations take their places. All else stays as it is. What fits this fits the description as
well, apart from the deviations and from the "exactly one" of its unions.
"""

import copy
from typing import Any

from .description import Schema, description, schemas
from .deviations import DEVIATIONS

_REFERENCE = "#/components/schemas/"


def completed() -> dict[str, Any]:
    """The completed description."""
    whole = copy.deepcopy(description())
    named: dict[str, Any] = whole["components"]["schemas"]
    for name, schema in schemas().items():
        if schema["kind"] in ("union", "tag_string"):
            named[name] = _open_api(schema)
    for place, deviation in DEVIATIONS.items():
        name, _, field = place.partition(".")
        if field:
            named[name]["properties"][field] = _open_api(deviation.schema)
        else:
            named[name] = _open_api(deviation.schema)
    return whole


def _open_api(schema: Schema) -> dict[str, Any]:
    """A schema of the contract as OpenAPI writes it."""
    match schema:
        case {"kind": "union", "members": members}:
            return {"oneOf": [_tagged(tag, name) for tag, name in members.items()]}
        case {"kind": "tag_string", "members": members}:
            return {"type": "string", "enum": list(members)}
        case {"kind": "object" | "union", "schema": name}:
            return {"$ref": _REFERENCE + name}
        case {"kind": "string", "enum": words, "tagged": True}:
            return {"oneOf": [{"type": "string"}, *(_tag(word) for word in words)]}
        case {"kind": "one_of", "options": options}:
            return {"oneOf": [_open_api(option) for option in options]}
        case {"kind": "map", "value": value}:
            return {"type": "object", "additionalProperties": _open_api(value)}
        case {"kind": "null"}:
            return {"type": "string", "nullable": True, "enum": [None]}
        case {"kind": "array", "items": items}:
            return {"type": "array", "items": _open_api(items)}
        case {"kind": kind}:
            return {"type": kind} | ({"format": schema["format"]} if "format" in schema else {})
    raise AssertionError(f"no OpenAPI is known for {schema}")


def _tagged(tag: str, name: str) -> dict[str, Any]:
    return {"allOf": [{"$ref": _REFERENCE + name}, _tag(tag)]}


def _tag(tag: str) -> dict[str, Any]:
    return {"type": "object", "required": ["_type"], "properties": {"_type": {"type": "string", "enum": [tag]}}}
