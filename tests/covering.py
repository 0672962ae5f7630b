"""Values in which everything that can stand in a type stands once: every field, and every member of every union."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import NoneType
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import attrs

from dixa_async.models.base import OpenEnum, Unset, wire_fields
from dixa_async.serialization.unions import is_union
from dixa_async.serialization.unknowns import is_unknown

_SIMPLE: Final[dict[Any, Any]] = {
    str: "text",
    int: 7,
    float: 1.5,
    bool: True,
    NoneType: None,
    datetime: datetime(2031, 5, 17, tzinfo=UTC),
    object: {"a": [1, None]},
    Any: {"a": [1, None]},
}


def covering(type_form: Any, around: tuple[Any, ...] = ()) -> list[Any]:
    """The values of a type.

    Args:
        type_form: a model, a primitive, an open enum, a list, a map, or a union of these.
        around: the classes whose fields these values are for; within itself, a class is left out.

    Returns:
        As many values as it takes; none if the type is left out.
    """
    if type_form in _SIMPLE:
        return [_SIMPLE[type_form]]
    origin, arguments = get_origin(type_form), get_args(type_form)
    if origin is Annotated:
        return covering(arguments[0], around)
    if is_union(type_form):
        return [value for member in arguments if member is not Unset for value in covering(member, around)]
    if origin is Literal:
        return list(arguments)
    if origin is list:
        return [covering(arguments[0], around)]
    if origin in (dict, Mapping):
        return [{str(number): value for number, value in enumerate(covering(arguments[1], around))}]
    if is_unknown(type_form):
        return [type_form(type="New", raw={"_type": "New"})]
    if isinstance(type_form, type) and issubclass(type_form, OpenEnum):
        return [next(iter(type_form))]
    return [] if type_form in around else _models(type_form, (*around, type_form))


def _models(type_form: Any, around: tuple[Any, ...]) -> list[Any]:
    cls = get_origin(type_form) or type_form
    attrs.resolve_types(cls)
    given = dict(zip(getattr(cls, "__parameters__", ()), get_args(type_form), strict=True))
    fields = {a.alias or a.name: covering(given.get(a.type, a.type), around) for a in wire_fields(cls)}
    return [
        cls(**{name: values[number % len(values)] for name, values in fields.items() if values})
        for number in range(max([1, *map(len, fields.values())]))
    ]
