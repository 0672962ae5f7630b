"""The description, completed by what it leaves out, for Prism.

The description declares no discriminator and no `_type`. To Prism, ``{"value": "hi"}`` is Text, Html and Markdown at
once, and it refuses every message because more than one member of the union fits. On the wire the `_type` decides. So
each member of a union gets a `_type` that must be its tag, strings that are described as unions of empty objects become
strings, and the known deviations take their places. All else stays as it is. What fits this fits the description as
well, apart from the deviations and from the "exactly one" of its unions.

One thing is for Prism alone. It reads a form as one text for each name, and finds no list in it. So each list of files
becomes a text that must be there; of several files, Prism sees one.
"""

import copy
from typing import Any

from ..helpers.description import Schema, description, operations, schemas
from .deviations import DEVIATIONS, field_of

_REFERENCE = "#/components/schemas/"


def prism_schema() -> dict[str, Any]:
    """The completed description."""
    whole = copy.deepcopy(description())
    named: dict[str, Any] = whole["components"]["schemas"]
    for name, schema in schemas().items():
        if schema["kind"] in ("union", "tag_string"):
            named[name] = _open_api(schema)
    for place, deviation in DEVIATIONS.items():
        name, _, field = place.partition(".")
        if field:
            _put_field(named[name], field, field_of(name, field))
        elif "kind" in deviation.schema:
            named[name] = _open_api(deviation.schema)
    for operation in operations().values():
        if operation.request is not None and operation.request["content_type"] == "multipart/form-data":
            name = operation.request["body"]["schema"]
            for field in schemas()[name]["fields"]:
                _put_field(named[name], field, {"kind": "string", "required": True})
    return whole


def _put_field(owner: dict[str, Any], field: str, schema: Schema) -> None:
    owner["properties"][field] = _open_api(schema)
    others = [name for name in owner.pop("required", []) if name != field]
    required = [*others, field] if schema["required"] else others
    if required:
        owner["required"] = required


def _open_api(schema: Schema) -> dict[str, Any]:
    """A schema of the contract as OpenAPI writes it."""
    match schema:
        case {"kind": "union", "members": members}:
            return {"oneOf": [_tagged(tag, name) for tag, name in members.items()]}
        case {"kind": "tag_string", "members": members}:
            return {"type": "string", "enum": list(members)}
        case {"kind": "object" | "union", "schema": name}:
            return {"$ref": _REFERENCE + name}
        case {"kind": "merged", "schemas": names}:
            return {"oneOf": [{"$ref": _REFERENCE + name} for name in names]}
        case {"kind": "string", "enum": enum_values, "tagged": True}:
            return {"oneOf": [{"type": "string"}, *(_tag(value) for value in enum_values)]}
        case {"kind": "one_of", "options": options}:
            return {"oneOf": [_open_api(option) for option in options]}
        case {"kind": "map", "value": value}:
            return {"type": "object", "additionalProperties": _open_api(value)}
        case {"kind": "null"}:
            return {"type": "string", "nullable": True, "enum": [None]}
        case {"kind": "array", "items": items}:
            return {"type": "array", "items": _open_api(items), "minItems": schema.get("min_items", 0)}
        case {"kind": kind}:
            return {"type": kind} | {key: schema[key] for key in ("format", "enum") if key in schema}
    raise AssertionError(f"no OpenAPI is known for {schema}")


def _tagged(tag: str, name: str) -> dict[str, Any]:
    return {"allOf": [{"$ref": _REFERENCE + name}, _tag(tag)]}


def _tag(tag: str) -> dict[str, Any]:
    return {"type": "object", "required": ["_type"], "properties": {"_type": {"type": "string", "enum": [tag]}}}
