"""Whether a response is what the description declares, down to the last field.

It is stricter than a reader of responses may be: what is not described must not be there either.
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Set
from typing import Any, Final

from dixa_async import Response
from dixa_async.serialization import ValidationError
from dixa_async.serialization.times import parse_time

from ..helpers.description import DescribedOperation, Schema, statuses
from .deviations import settled

_PYTHON_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "tag_string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "union": (dict,),
    "map": (dict,),
}
_UNLISTED: Final = "genericapimessaging"
"""The channel of generic conversations. The description names it for imports, and lists no value for it."""
_BITS: Final = {"int32": 32, "int64": 64}
_FIRST_ERROR: Final = 400
_ERROR: Final[Schema] = {"kind": "object", "fields": {"message": {"kind": "string", "required": True}}}


def deviations_of(operation: DescribedOperation, response: Response, more: Set[int] = frozenset()) -> list[str]:
    """What is wrong with a response.

    Args:
        operation: the operation that was requested.
        response: the response to it.
        more: statuses that are allowed besides the declared ones.

    Returns:
        The reasons why the description does not allow it; none if it does.
    """
    if response.status not in statuses()[operation.id] | more:
        return [f"{response.status} is not declared: {response.body!r}"]
    schema = operation.whole_response if response.status < _FIRST_ERROR else _ERROR
    if schema is None:
        return [f"{response.status} has a body: {response.body!r}"] if response.body else []
    if (content_type := response.headers.get("content-type")) != "application/json":
        return [f"{response.status} has the type {content_type}"]
    body = json.loads(response.body)
    if "pageKey" in operation.query_params and operation.response["shape"] != "page":
        body.pop("meta", None)  # not described, but without it there would be no second page
    return list(misfits(body, schema))


def misfits(value: Any, schema: Schema, where: str = "$") -> Iterator[str]:
    """Compare JSON with a schema.

    Args:
        value: the JSON.
        schema: what the contract says of it.
        where: the place.

    Yields:
        The places that do not fit, each with the reason.
    """
    schema = settled(schema)
    kind = schema["kind"]
    if kind == "one_of":
        if all(list(misfits(value, option, where)) for option in schema["options"]):
            yield f"{where}: fits none of {len(schema['options'])} schemas"
        return
    if kind not in ("any", "null") and not _is_of(value, _PYTHON_TYPES[kind]):
        yield f"{where}: not a {kind}, but {value!r}"
        return
    match schema:
        case {"kind": "null"} if value is not None:
            yield f"{where}: not null, but {value!r}"
        case {"kind": "object"}:
            yield from _misfits_of_object(value, schema, where)
        case {"kind": "union", "members": members}:
            if value.get("_type") in members:
                member = {"kind": "object", "schema": members[value["_type"]]}
                yield from _misfits_of_object(value, settled(member), where, besides={"_type"})
            else:
                yield f"{where}: no member of the union has the _type {value.get('_type')!r}"
        case {"kind": "array", "items": items}:
            for i, item in enumerate(value):
                yield from misfits(item, items, f"{where}[{i}]")
            if len(value) < schema.get("min_items", 0):
                yield f"{where}: too few items"
        case {"kind": "map", "value": inner}:
            for name, item in value.items():
                yield from misfits(item, inner, f"{where}.{name}")
        case {"kind": "tag_string", "members": members} if value not in members:
            yield f"{where}: {value!r} is not listed"
        case {"kind": "string"}:
            yield from _misfits_of_text(value, schema, where)
        case {"kind": "integer", "format": size} if not -(2 ** (_BITS[size] - 1)) <= value < 2 ** (_BITS[size] - 1):
            yield f"{where}: {value} is too large"
        case _:
            pass


def _misfits_of_object(
    value: Mapping[str, Any], schema: Schema, where: str, besides: Set[str] = frozenset()
) -> Iterator[str]:
    fields: Mapping[str, Schema] = schema["fields"]
    for name in sorted(value.keys() - fields.keys() - besides):
        yield f"{where}.{name}: not described"
    for name, field in fields.items():
        if name in value:
            yield from misfits(value[name], field, f"{where}.{name}")
        elif field["required"]:
            yield f"{where}.{name}: required, but absent"


def _misfits_of_text(value: str, schema: Schema, where: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"] and not (where.endswith(".channel") and value == _UNLISTED):
        yield f"{where}: {value!r} is not listed"
    if schema.get("format") == "uuid":
        try:
            uuid.UUID(value)
        except ValueError:
            yield f"{where}: {value!r} is not a UUID"
    if schema.get("format") == "date-time":
        try:
            parse_time(value)
        except ValidationError:
            yield f"{where}: {value!r} is not a time"


def _is_of(value: Any, types: tuple[type, ...]) -> bool:
    return isinstance(value, types) and (not isinstance(value, bool) or bool in types)
