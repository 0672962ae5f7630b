"""Mutations: one change to the JSON of a response, such as one that a new release of Dixa may bring."""

import copy
import random
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal, TypeAlias, get_args, get_type_hints

from ...models.base import Model, OpenEnum, TaggedEnum, wire_fields
from ...serialization.classes import wire_name
from .json_paths import JsonPath, look_up

Mutation: TypeAlias = Literal["wrong_type", "unknown_type", "new_enum_value", "missing_field"]
"""A change to the JSON of a response: a value of another JSON type, an unknown ``_type``, an unknown enum value, or a
field that is missing."""

MUTATIONS: Final[tuple[Mutation, ...]] = get_args(Mutation)

UNKNOWN_TYPE: Final = "TypeNotYetKnown"
UNKNOWN_ENUM_VALUE: Final = "ValueNotYetKnown"
_ENVELOPE: Final = ("data", "meta")


def mutate(document: Any, mutation: Mutation, *, at: JsonPath | None, seed: str) -> Any:
    """Change one place of a JSON document.

    Args:
        document: the document, which stays as it is.
        mutation: what is changed.
        at: where; None lets the seed choose among the places that fit.
        seed: what chance begins with.

    Returns:
        The changed document.

    Raises:
        LookupError: there is no such place.
    """
    if at is None:
        fitting = list(places(document, mutation))
        if not fitting:
            raise LookupError(f"nothing to change by {mutation}")
        at = random.Random(seed).choice(fitting)  # noqa: S311 - no secret
    elif mutation == "new_enum_value" and not isinstance(look_up(document, at), str):
        raise LookupError("only a string can be another enum value")
    changed = copy.deepcopy(document)
    holder, old = look_up(changed, at[:-1]), look_up(changed, at)
    if mutation == "missing_field":
        del holder[at[-1]]
    else:
        holder[at[-1]] = _new_value(mutation, old)
    return changed


def places(document: Any, mutation: Mutation) -> Iterator[JsonPath]:
    """The places that the seed chooses from: fields of objects that have a value, without those of the envelope.

    Args:
        document: a JSON document.
        mutation: what is changed.

    Yields:
        Their paths.
    """
    for path, value in _fields(document, ()):
        name = path[-1]
        if value is None or (len(path) == 1 and name in _ENVELOPE):
            continue
        match mutation:
            case "unknown_type":
                fits = name == "_type" and isinstance(value, str)
            case "new_enum_value":
                fits = isinstance(value, str) and value in _enum_values().get(str(name), ())
            case "wrong_type" | "missing_field":
                fits = True
        if fits:
            yield path


def _fields(value: Any, path: JsonPath) -> Iterator[tuple[JsonPath, Any]]:
    """All fields of all objects, with their paths."""
    if value.__class__ is dict:
        for name, inner in value.items():
            yield (*path, name), inner
            yield from _fields(inner, (*path, name))
    elif value.__class__ is list:
        for index, inner in enumerate(value):
            yield from _fields(inner, (*path, index))


def _new_value(mutation: Mutation, old: Any) -> Any:
    match mutation:
        case "unknown_type":
            return UNKNOWN_TYPE
        case "new_enum_value":
            return UNKNOWN_ENUM_VALUE
        case _:
            return "wrong type" if isinstance(old, dict | list) else {"wrong": "type"}


@cache
def _enum_values() -> dict[str, set[str]]:
    """The values of the enums that a field can have, by its name on the wire, in any model."""
    from ... import models  # all of them, which no other fault needs

    values: dict[str, set[str]] = {}
    for name in dir(models):
        model = getattr(models, name)
        if not (isinstance(model, type) and issubclass(model, Model)):
            continue
        hints = get_type_hints(model)
        for field in wire_fields(model):
            for enum in _enums(hints[field.name]):
                values.setdefault(wire_name(field), set()).update(enum)
    return values


def _enums(type_form: Any) -> Iterator[type[OpenEnum]]:
    if isinstance(type_form, type) and issubclass(type_form, OpenEnum) and not issubclass(type_form, TaggedEnum):
        yield type_form
    for inner in get_args(type_form):
        yield from _enums(inner)
