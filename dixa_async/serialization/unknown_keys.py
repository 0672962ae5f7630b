"""Unknown keys of a ``dict`` that is passed in place of a model.

Dixa ignores them: a user with an ``"emial"`` would be created without an address. The `extra` fields of a model came
from Dixa and are not a mistake, so the check looks at what the caller passed, not at what is written.
"""

import functools
from collections.abc import Mapping
from typing import Any, Final, get_args, get_origin

from .._suggest import did_you_mean
from ..models.base import Model, wire_fields
from .classes import field_types, is_model, wire_name
from .unions import is_union, tag_of
from .unknowns import is_unknown, tag_key_of
from .validation_error import ValidationError

_WITH_KEYS: Final = (Model, dict, list, tuple)


def check_known_keys(value: Any, type_form: Any) -> None:
    """Check that every ``dict`` in place of a model has only keys that the model has.

    Anything else that does not fit is left to the check of the whole request.

    Args:
        value: the value that the caller passed.
        type_form: the type that the request takes.

    Raises:
        ValidationError: a key is unknown. The path names it, and the reason suggests the nearest known one.
    """
    if isinstance(value, Model):
        cls: Any = type(value)
        if not is_unknown(cls):
            for name, (field, field_type) in _fields_of(cls).items():
                item = getattr(value, field)
                if isinstance(item, _WITH_KEYS):
                    _check_within(f".{name}", item, field_type)
    elif isinstance(value, dict):
        _check_dict(value, _member_for(value, type_form))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list | tuple):
        member = _member_for(value, type_form)  # pyright: ignore[reportUnknownArgumentType]
        if get_origin(member) is list:
            for index, item in enumerate(value):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                _check_within(f"[{index}]", item, get_args(member)[0])


def _check_dict(value: dict[Any, Any], type_form: Any) -> None:
    if get_origin(type_form) in (dict, Mapping):
        for key, item in value.items():
            _check_within(f"[{key!r}]", item, get_args(type_form)[1])
    elif is_model(type_form):
        fields, cls = _fields_of(type_form), get_origin(type_form) or type_form
        known = [*fields, tag_key_of(cls)] if tag_of(cls) is not None else list(fields)
        for key, item in value.items():
            if key not in known:
                hint = did_you_mean(str(key), known)
                raise ValidationError(f"not a field of {cls.__name__}{hint}", f".{str(key)[:40]}")
            if key in fields:
                _check_within(f".{key}", item, fields[key][1])


def _check_within(place: str, value: Any, type_form: Any) -> None:
    if not isinstance(value, _WITH_KEYS):
        return
    try:
        check_known_keys(value, type_form)
    except ValidationError as error:
        raise error.within(place) from None


def _member_for(value: Any, type_form: Any) -> Any:
    """The member of a union that a value is meant for, or the type itself; None if that is ambiguous."""
    members = get_args(type_form) if is_union(type_form) else (type_form,)
    if not isinstance(value, dict):
        return next((member for member in members if get_origin(member) is list), None)
    models = [member for member in members if is_model(member) and _matches_tag(member, value)]  # pyright: ignore[reportUnknownArgumentType]
    fitting = models or [member for member in members if get_origin(member) in (dict, Mapping)]
    return fitting[0] if len(fitting) == 1 else None


def _matches_tag(cls: Any, value: dict[Any, Any]) -> bool:
    """Whether a value has the tag of a class, or one of them has no tag."""
    tag = value.get(tag_key_of(cls))
    return tag is None or tag_of(cls) in (None, tag)


@functools.cache
def _fields_of(type_form: Any) -> dict[str, tuple[str, Any]]:
    """The name and the type of each field of a class, by its name on the wire."""
    types = field_types(type_form)
    return {
        wire_name(field): (field.name, types[field.name]) for field in wire_fields(get_origin(type_form) or type_form)
    }
