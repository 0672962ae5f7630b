"""Strings, numbers, enum values and times, read without coercion.

The default hooks of cattrs would turn null into ``"None"``, ``"false"`` into True and ``"7"`` into 7.
"""

import enum
import math
from datetime import date, datetime
from operator import attrgetter
from types import NoneType
from typing import Annotated, Any, Literal, NoReturn, get_args, get_origin
from uuid import UUID

from cattrs import Converter

from ..models.base import EpochMilliseconds, OpenEnum, StringOrNumber, TaggedEnum, Unknown, Unset
from .lossless import check_lossless
from .times import in_utc, parse_epoch_milliseconds, parse_sent_time, parse_time
from .unknowns import raw_of
from .validation_error import StructureHook, ValidationError, expected

(_STRING_OR_NUMBER,) = get_args(StringOrNumber)[1:]
(_EPOCH_MILLISECONDS,) = get_args(EpochMilliseconds)[1:]


def register_primitives(converter: Converter) -> None:
    """Register the hooks of values that are not objects, lists or unions."""
    for primitive, hook in ((str, _str), (bool, _bool), (int, _int), (float, _float)):
        converter.register_structure_hook(primitive, hook)
    converter.register_structure_hook(NoneType, lambda value, _: value)  # in a union, which has already checked it
    # An OpenEnum is a str, and cattrs considers base classes: without a hook it would be read as a plain str.
    converter.register_structure_hook(OpenEnum, _open_enum)
    converter.register_unstructure_hook(OpenEnum, attrgetter("_value_"))
    converter.register_unstructure_hook(TaggedEnum, lambda member: {"_type": member._value_})
    converter.register_structure_hook_func(_is_literal, _literal)
    converter.register_structure_hook_factory(_is_open_enum_literal, _open_enum_literal)
    converter.register_structure_hook(UUID, _uuid)
    converter.register_unstructure_hook(UUID, str)
    converter.register_structure_hook_func(_is_date, _date)
    converter.register_unstructure_hook_func(_is_date, date.isoformat)
    converter.register_structure_hook_func(_is_time, parse_time)
    converter.register_unstructure_hook_func(_is_time, in_utc)
    converter.register_unstructure_hook(Unknown, raw_of)
    converter.register_unstructure_hook(Unset, _reject_unset)
    converter.register_structure_hook_func(lambda t: t is object or t is Any, _anything)
    converter.register_structure_hook_func(_is_string_or_number, _string_or_number)
    converter.register_structure_hook_func(is_epoch_milliseconds, parse_epoch_milliseconds)


def register_strict_primitives(converter: Converter) -> None:
    """Register the hooks of values that a request may contain and a response cannot."""
    converter.register_structure_hook(str, _str_subclass)
    converter.register_structure_hook_func(_is_time, parse_sent_time)
    converter.register_structure_hook_func(lambda t: t is object or t is Any, lambda value, _: _json_value(value))


def _reject_unset(_: Unset) -> NoReturn:
    # As a field it was already left out. JSON would write it as the string "UNSET".
    raise ValidationError("UNSET is only allowed as the value of a field")


def _is_time(type_form: Any) -> bool:
    """Whether it is datetime, or the subclass that a tool which freezes the time has replaced it with."""
    return isinstance(type_form, type) and issubclass(type_form, datetime)


def _is_string_or_number(type_form: Any) -> bool:
    return get_origin(type_form) is Annotated and _STRING_OR_NUMBER in get_args(type_form)


def is_epoch_milliseconds(type_form: Any) -> bool:
    """Whether it is `EpochMilliseconds`."""
    return get_origin(type_form) is Annotated and _EPOCH_MILLISECONDS in get_args(type_form)


def _is_date(type_form: Any) -> bool:
    return isinstance(type_form, type) and issubclass(type_form, date) and not _is_time(type_form)


def _is_open_enum_literal(type_form: Any) -> bool:
    return _is_literal(type_form) and isinstance(get_args(type_form)[0], OpenEnum)


def _open_enum_literal(type_form: Any) -> StructureHook:
    """The hook of a Literal of some members of an `OpenEnum`."""
    members: dict[str, OpenEnum] = {member.value: member for member in get_args(type_form)}

    def read(value: Any, _: Any = None) -> OpenEnum:
        if not isinstance(value, str):
            raise expected(" or ".join(members), value)
        if value not in members:
            raise ValidationError(f"expected {' or '.join(members)}, got another string")
        return members[value]

    return read


def _str(value: Any, _: Any) -> str:
    if value.__class__ is str:
        return value
    raise expected("str", value)


def _str_subclass(value: Any, _: Any) -> str:
    """A str, also of a subclass, such as a StrEnum. JSON has no such classes."""
    if isinstance(value, str):
        return value
    raise expected("str", value)


def _anything(value: Any, _: Any = None) -> Any:
    return value


def _json_value(value: Any) -> Any:
    """Any JSON."""
    check_lossless(value)
    return value


def _bool(value: Any, _: Any) -> bool:
    if value.__class__ is bool:
        return value
    raise expected("bool", value)


def _int(value: Any, _: Any) -> int:
    if value.__class__ is int:
        return value
    raise expected("int", value)


def _float(value: Any, _: Any) -> float:
    if value.__class__ is float or value.__class__ is int:
        if math.isfinite(value):
            return float(value)
        raise ValidationError("expected a number that JSON can represent")
    raise expected("float", value)


def _string_or_number(value: Any, _: Any) -> str:
    if value.__class__ is int or value.__class__ is float:
        return str(value)
    return _str(value, str)


def _uuid(value: Any, _: Any) -> UUID:
    try:
        return UUID(_str(value, str))
    except ValueError:
        raise ValidationError("expected a UUID, got another string") from None


def _date(value: Any, _: Any) -> date:
    try:
        return date.fromisoformat(_str(value, str))
    except ValueError:
        raise ValidationError("expected a date such as 2021-12-01, got another string") from None


def is_closed_enum(type_form: Any) -> bool:
    """Whether a type is an enum other than an `OpenEnum`: it accepts only the values that it lists."""
    if not (isinstance(type_form, type) and issubclass(type_form, enum.Enum)):
        return False
    return type_form is not Unset and not issubclass(type_form, OpenEnum)


def _is_literal(type_form: Any) -> bool:
    origin: Any = get_origin(type_form)
    return origin is Literal


def read_member(value: Any, cls: type[enum.Enum]) -> enum.Enum:
    """Read a member of an enum other than an `OpenEnum`, by its value."""
    # In Python, True equals 1; in JSON, it does not.
    if any(value.__class__ is member.value.__class__ for member in cls):
        try:
            return cls(value)
        except ValueError:
            pass
    raise expected(f"a value of {cls.__name__}", value)


def _literal(value: Any, literal: Any) -> Any:
    for each in get_args(literal):
        if value.__class__ is each.__class__ and value == each:
            return each
    raise expected(f"one of {', '.join(map(repr, get_args(literal)))}", value)


def _open_enum(value: Any, cls: type[OpenEnum]) -> OpenEnum:
    if value.__class__ is dict:
        # Some of Dixa's servers may write an enum value as an object with nothing but its `_type`.
        value = value.get("_type")
    if value.__class__ is not str:
        raise expected("str", value)
    # The lookup is eight times faster than calling the enum, which is needed only for values that are not listed.
    known = cls._value2member_map_.get(value)
    return cls(value) if known is None else known  # type: ignore[return-value]  # pyright: ignore[reportReturnType]
