"""What can be read, and what a type is that cannot.

cattrs would take more. Then it guesses (``bytes`` from a list of numbers), or fails in ways of its own when the
response is there already.
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
from .unions import is_union, json_kind, tag_of
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


def check_kind(name: str, kind: Any) -> None:
    """See whether something can be read.

    Args:
        name: the argument that names it.
        kind: what is to be read.

    Raises:
        ValidationError: it cannot.
    """
    try:
        problem = _problem(kind)
    except (TypeError, RecursionError):  # it has no hash, as all types have, or stands for itself
        problem = _name(kind)
    if problem is not None:
        raise ValidationError(f"{name} must be {_READABLE}, not {problem}")


def check_fields(cls: Any) -> None:
    """See whether a class can be read, before it is for the first time.

    Args:
        cls: the class.

    Raises:
        ValidationError: the type of a field cannot be read, or two fields have one name on the wire.
    """
    problem = _problem_of_fields(get_origin(cls) or cls, cls)
    if problem is not None:
        raise ValidationError(f"this must be {_READABLE}, not {problem}")


@functools.lru_cache(maxsize=1024)
def _problem(kind: Any) -> str | None:
    """What of a type cannot be read; None if all can be."""
    return _find_problem(kind, set())


def _find_problem(kind: Any, seen: set[Any]) -> str | None:
    origin, parts = get_origin(kind), get_args(kind)
    if isinstance(kind, _ALIAS):
        return _find_problem(kind.__value__, seen)
    if isinstance(kind, NewType):
        return _find_problem(kind.__supertype__, seen)
    if is_union(kind):
        return _problem_of_union(kind, seen)
    if origin in (dict, Mapping) and parts[0] is str:
        return _find_problem(parts[1], seen)
    if origin in (list, Sequence, Annotated) or (origin is tuple and parts[1:] == (...,)):
        return _find_problem(parts[0], seen)
    if origin is Literal and all(part.__class__ in (str, int, bool) or isinstance(part, OpenEnum) for part in parts):
        return None
    plain: Any = origin or kind
    if isinstance(plain, type) and issubclass(plain, Model) and plain is not Model:
        if kind in seen:  # it contains itself
            return None
        seen.add(kind)
        return _problem_of_fields(plain, kind, seen)
    if kind in _PLAIN or _is_enum(kind) or (isinstance(plain, type) and issubclass(plain, datetime)):
        return None
    return _name(kind)


def _problem_of_union(union: Any, seen: set[Any]) -> str | None:
    members = [member for member in get_args(union) if member not in (NoneType, Unset) and not is_unknown(member)]
    for member in members:
        problem = _find_problem(member, seen)
        if problem is not None:
            return problem
    kinds = Counter(tag_of(get_origin(member) or member) or json_kind(member) for member in members)
    doubled = [kind for kind, times in kinds.items() if times > 1]
    return f"{union}, of which nothing tells two members apart" if doubled else None


def _problem_of_fields(plain: Any, cls: Any, seen: set[Any] | None = None) -> str | None:
    if plain.__module__.startswith(_OURS):  # they are tested, and there are many
        return None
    try:
        types = field_types(cls)
    except NameError as error:
        return f"{plain.__name__}, whose annotation {error.name} is not defined"
    for name, type_form in types.items():
        try:
            problem = _find_problem(type_form, {cls} if seen is None else seen)
        except (TypeError, RecursionError):
            problem = _name(type_form)
        field: Any = attrs.fields_dict(plain)[name]
        if problem is not None and field.converter is None:
            return f"{plain.__name__}.{name}: {problem}"
    names = Counter(map(wire_name, wire_fields(plain)))
    doubled = [name for name, times in names.items() if times > 1]
    return f"{plain.__name__}, which has two fields {doubled[0]!r} on the wire" if doubled else None


def _is_enum(kind: Any) -> bool:
    if not (isinstance(kind, type) and issubclass(kind, enum.Enum)) or kind is Unset:
        return False
    return issubclass(kind, OpenEnum) or all(member.value.__class__ in (str, int, float, bool) for member in kind)


def _name(kind: Any) -> str:
    """What to call it; a value is not shown, for it may be personal."""
    if get_origin(kind) is not None:
        return str(kind)
    return kind.__name__ if isinstance(kind, type) else f"a {type(kind).__name__}"
