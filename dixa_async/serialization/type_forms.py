"""The types that can be read.

cattrs would accept more. It then guesses (``bytes`` from a list of numbers), or fails with errors of its own when the
response has already arrived.
"""

import enum
import functools
import typing
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Annotated, Any, Final, Literal, NewType, get_args, get_origin
from uuid import UUID

import attrs

from ..models.base import Model, OpenEnum, Unset, wire_fields
from .classes import field_types, wire_name
from .unions import is_union, json_type, tag_of
from .unknowns import is_unknown
from .validation_error import ValidationError

_READABLE: Final = (
    "a model, a plain type (str, int, float, bool, datetime, date, UUID, an enum, a Literal, object), a tuple[…, ...], "
    "a union, or list[…] or dict[str, …] of these"
)
_ALIAS: Final[Any] = getattr(typing, "TypeAliasType", ())
"""What a ``type`` statement makes, since Python 3.12."""
_PLAIN: Final = (str, int, float, bool, date, UUID, object, Any)
_OURS: Final = __name__.partition(".")[0] + "."


def check_type_form(name: str, type_form: Any) -> None:
    """Check that a type can be read.

    Args:
        name: the name of the argument.
        type_form: its value: the type.

    Raises:
        ValidationError: it cannot be read.
    """
    try:
        unreadable = _unreadable(type_form)
    except (TypeError, RecursionError):  # it is not hashable, as all types are, or it is an alias of itself
        unreadable = _name(type_form)
    if unreadable is not None:
        raise ValidationError(f"{name} must be {_READABLE}, not {unreadable}")


def check_fields(cls: Any) -> None:
    """Check that a class can be read, before it is read for the first time.

    Args:
        cls: the class.

    Raises:
        ValidationError: the type of a field cannot be read, or two fields have one name on the wire.
    """
    unreadable = _unreadable_in_fields(get_origin(cls) or cls, cls)
    if unreadable is not None:
        raise ValidationError(f"this must be {_READABLE}, not {unreadable}")


@functools.lru_cache(maxsize=1024)
def _unreadable(type_form: Any) -> str | None:
    """The part of a type that cannot be read, or None."""
    return _find_unreadable(type_form, set())


def _find_unreadable(type_form: Any, seen: set[Any]) -> str | None:
    origin, parts = get_origin(type_form), get_args(type_form)
    if isinstance(type_form, _ALIAS):
        return _find_unreadable(type_form.__value__, seen)
    if isinstance(type_form, NewType):
        return _find_unreadable(type_form.__supertype__, seen)
    if is_union(type_form):
        return _unreadable_in_union(type_form, seen)
    if origin in (dict, Mapping) and parts[0] is str:
        return _find_unreadable(parts[1], seen)
    if origin in (list, Sequence, Annotated) or (origin is tuple and parts[1:] == (...,)):
        return _find_unreadable(parts[0], seen)
    if origin is Literal and all(part.__class__ in (str, int, bool) or isinstance(part, OpenEnum) for part in parts):
        return None
    plain: Any = origin or type_form
    if isinstance(plain, type) and issubclass(plain, Model) and plain is not Model:
        if type_form in seen:  # it contains itself
            return None
        seen.add(type_form)
        return _unreadable_in_fields(plain, type_form, seen)
    if type_form in _PLAIN or _is_enum(type_form) or (isinstance(plain, type) and issubclass(plain, datetime)):
        return None
    return _name(type_form)


def _unreadable_in_union(union: Any, seen: set[Any]) -> str | None:
    members = [member for member in get_args(union) if member not in (NoneType, Unset) and not is_unknown(member)]
    for member in members:
        unreadable = _find_unreadable(member, seen)
        if unreadable is not None:
            return unreadable
    marks = Counter(tag_of(get_origin(member) or member) or json_type(member) for member in members)
    ambiguous = any(count > 1 for count in marks.values())
    return f"{union}, in which two members cannot be distinguished" if ambiguous else None


def _unreadable_in_fields(plain: Any, cls: Any, seen: set[Any] | None = None) -> str | None:
    if plain.__module__.startswith(_OURS):  # the tests check them, and there are many
        return None
    try:
        types = field_types(cls)
    except NameError as error:
        return f"{plain.__name__}, whose annotation names {error.name}, which is not defined"
    for name, type_form in types.items():
        try:
            unreadable = _find_unreadable(type_form, {cls} if seen is None else seen)
        except (TypeError, RecursionError):
            unreadable = _name(type_form)
        field: Any = attrs.fields_dict(plain)[name]
        if unreadable is not None and field.converter is None:
            return f"{plain.__name__}.{name}: {unreadable}"
    names = Counter(map(wire_name, wire_fields(plain)))
    duplicates = [name for name, count in names.items() if count > 1]
    return f"{plain.__name__}, which has two fields {duplicates[0]!r} on the wire" if duplicates else None


def _is_enum(type_form: Any) -> bool:
    if not (isinstance(type_form, type) and issubclass(type_form, enum.Enum)) or type_form is Unset:
        return False
    return issubclass(type_form, OpenEnum) or all(
        member.value.__class__ in (str, int, float, bool) for member in type_form
    )


def _name(type_form: Any) -> str:
    """The name of a type. A value is not shown, because it may be personal."""
    if get_origin(type_form) is not None:
        return str(type_form)
    return type_form.__name__ if isinstance(type_form, type) else f"a {type(type_form).__name__}"
