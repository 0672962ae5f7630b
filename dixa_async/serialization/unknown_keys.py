"""Keys of a ``dict`` that stands for a model in a request, and that the model does not have.

Dixa takes no notice of them: a user whose ``"emial"`` is given is created without an address. What a model holds beyond
its own fields came from Dixa and is no mistake, so the check looks at what the caller gave, not at what is written.
"""

import functools
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from .._suggest import suggest
from ..models.base import Model, wire_fields
from .classes import field_types, is_model, wire_name
from .unions import is_union, tag_of
from .unknowns import is_unknown, tag_key_of
from .validation_error import ValidationError


def refuse_unknown_keys(value: Any, type_form: Any) -> None:
    """See whether every ``dict`` that stands for a model has only keys that the model has.

    What does not fit in another way is left to the check of the whole request.

    Args:
        value: what the caller gave.
        type_form: what the request takes.

    Raises:
        ValidationError: a key is unknown; the path names it, and the reason the nearest known one.
    """
    if isinstance(value, Model):
        cls: Any = type(value)
        if not is_unknown(cls):
            for name, (field, form) in _fields_of(cls).items():
                _refuse_within(f".{name}", getattr(value, field), form)
    elif isinstance(value, dict):
        _refuse_in_dict(value, _form_for(value, type_form))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list | tuple):
        form = _form_for(value, type_form)  # pyright: ignore[reportUnknownArgumentType]
        if get_origin(form) is list:
            for index, item in enumerate(value):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                _refuse_within(f"[{index}]", item, get_args(form)[0])


def _refuse_in_dict(value: dict[Any, Any], form: Any) -> None:
    if get_origin(form) in (dict, Mapping):
        for key, item in value.items():
            _refuse_within(f"[{key!r}]", item, get_args(form)[1])
    elif is_model(form):
        fields, cls = _fields_of(form), get_origin(form) or form
        known = [*fields, tag_key_of(cls)] if tag_of(cls) is not None else list(fields)
        for key, item in value.items():
            if key not in known:
                near = suggest(str(key), known)
                hint = "" if near is None else f"; did you mean {near!r}?"
                raise ValidationError(f"no field of {cls.__name__}{hint}", f".{str(key)[:40]}")
            if key in fields:
                _refuse_within(f".{key}", item, fields[key][1])


def _refuse_within(place: str, value: Any, form: Any) -> None:
    if not isinstance(value, Model | dict | list | tuple):
        return
    try:
        refuse_unknown_keys(value, form)
    except ValidationError as problem:
        raise problem.within(place) from None


def _form_for(value: Any, type_form: Any) -> Any:
    """What a value is meant for in a type: a member of a union, or the type itself; None if that is not clear."""
    members = get_args(type_form) if is_union(type_form) else (type_form,)
    if not isinstance(value, dict):
        return next((member for member in members if get_origin(member) is list), None)
    models = [member for member in members if is_model(member) and _may_be(member, value)]  # pyright: ignore[reportUnknownArgumentType]
    fitting = models or [member for member in members if get_origin(member) in (dict, Mapping)]
    return fitting[0] if len(fitting) == 1 else None


def _may_be(cls: Any, value: dict[Any, Any]) -> bool:
    """Whether a value carries the tag of a class, or either has none."""
    tag = value.get(tag_key_of(cls))
    return tag is None or tag_of(cls) in (None, tag)


@functools.cache
def _fields_of(form: Any) -> dict[str, tuple[str, Any]]:
    """The name and the type of each field of a class, by its name on the wire."""
    types = field_types(form)
    return {wire_name(field): (field.name, types[field.name]) for field in wire_fields(get_origin(form) or form)}
