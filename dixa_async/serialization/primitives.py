"""Texts, numbers, words and times, read without guessing.

What cattrs does by itself would turn null into ``"None"``, ``"false"`` into True and ``"7"`` into 7.
"""

import enum
import math
from datetime import date, datetime
from types import NoneType
from typing import Annotated, Any, Literal, NoReturn, get_args, get_origin
from uuid import UUID

from cattrs import Converter

from ..models.base import OpenEnum, StringOrNumber, TaggedEnum, Unknown, Unset
from .doubts import DOUBTS
from .lossless import refuse_losses
from .times import in_utc, parse_sent_time, parse_time
from .unknowns import raw_of
from .validation_error import StructureHook, ValidationError, expected

_LARGE = 2.0**63
"""No integer of more than 64 bits is smaller."""
(_STRING_OR_NUMBER,) = get_args(StringOrNumber)[1:]


def register_primitives(converter: Converter) -> None:
    """Teach a converter the values that are not objects, lists or unions."""
    for primitive, hook in ((str, _text), (bool, _bool), (int, _int), (float, _float)):
        converter.register_structure_hook(primitive, hook)
    converter.register_structure_hook(NoneType, lambda value, _: value)  # in a union, which has looked already
    # An OpenEnum is a str, and cattrs looks at base classes: without its own hook it would be read as a plain str.
    converter.register_structure_hook(OpenEnum, _word)
    converter.register_unstructure_hook(OpenEnum, lambda word: word._value_)
    converter.register_unstructure_hook(TaggedEnum, lambda word: {"_type": word._value_})
    converter.register_structure_hook_func(_is_literal, _literal)
    converter.register_structure_hook_factory(_is_literal_of_words, _some_words)
    converter.register_structure_hook(UUID, _uuid)
    converter.register_unstructure_hook(UUID, str)
    converter.register_structure_hook_func(_is_date, _date)
    converter.register_unstructure_hook_func(_is_date, date.isoformat)
    converter.register_structure_hook_func(_is_time, parse_time)
    converter.register_unstructure_hook_func(_is_time, in_utc)
    converter.register_unstructure_hook(Unknown, raw_of)
    converter.register_unstructure_hook(Unset, _refuse_unset)
    converter.register_structure_hook_func(lambda t: t is object or t is Any, _anything)
    converter.register_structure_hook_func(_is_number_as_text, _text_or_number)


def register_strict_primitives(converter: Converter) -> None:
    """Teach a converter what a request may hold and a response cannot."""
    converter.register_structure_hook(str, _text_of_any_class)
    converter.register_structure_hook_func(_is_time, parse_sent_time)
    converter.register_structure_hook_func(lambda t: t is object or t is Any, lambda value, _: _json_value(value))


def _refuse_unset(_: Unset) -> NoReturn:
    # As a field it is left out before it comes here. JSON would take it for the text "UNSET".
    raise ValidationError("UNSET stands where a value belongs")


def _is_time(type_form: Any) -> bool:
    """Whether it is datetime, or what a tool that freezes the time has put in its place."""
    return isinstance(type_form, type) and issubclass(type_form, datetime)


def _is_number_as_text(type_form: Any) -> bool:
    return get_origin(type_form) is Annotated and _STRING_OR_NUMBER in get_args(type_form)


def _is_date(type_form: Any) -> bool:
    return isinstance(type_form, type) and issubclass(type_form, date) and not _is_time(type_form)


def _is_literal_of_words(type_form: Any) -> bool:
    return _is_literal(type_form) and isinstance(get_args(type_form)[0], OpenEnum)


def _some_words(type_form: Any) -> StructureHook:
    """Some words of an `OpenEnum`, and no others."""
    words: dict[str, OpenEnum] = {word.value: word for word in get_args(type_form)}

    def read(value: Any, _: Any = None) -> OpenEnum:
        if not isinstance(value, str):
            raise expected(" or ".join(words), value)
        if value not in words:
            raise ValidationError(f"expected {' or '.join(words)}, got another word")
        return words[value]

    return read


def _text(value: Any, _: Any) -> str:
    if value.__class__ is str:
        return value
    raise expected("str", value)


def _text_of_any_class(value: Any, _: Any) -> str:
    """A text, also of a class of the caller's own, such as a StrEnum. JSON has no such classes."""
    if isinstance(value, str):
        return value
    raise expected("str", value)


def _anything(value: Any, _: Any = None) -> Any:
    DOUBTS.met = True
    return value


def _json_value(value: Any) -> Any:
    """Any JSON."""
    refuse_losses(value)
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
            DOUBTS.met = DOUBTS.met or abs(value) >= _LARGE
            return float(value)
        raise ValidationError("expected a number that JSON can hold")
    raise expected("float", value)


def _text_or_number(value: Any, _: Any) -> str:
    if value.__class__ is int or value.__class__ is float:
        DOUBTS.met = True
        return str(value)
    return _text(value, str)


def _uuid(value: Any, _: Any) -> UUID:
    try:
        return UUID(_text(value, str))
    except ValueError:
        raise ValidationError("expected a UUID, got another text") from None


def _date(value: Any, _: Any) -> date:
    try:
        return date.fromisoformat(_text(value, str))
    except ValueError:
        raise ValidationError("expected a date such as 2021-12-01, got another text") from None


def is_closed_enum(type_form: Any) -> bool:
    """Whether a type is an enum other than ours, which takes no word that it does not list."""
    if not (isinstance(type_form, type) and issubclass(type_form, enum.Enum)):
        return False
    return type_form is not Unset and not issubclass(type_form, OpenEnum)


def _is_literal(type_form: Any) -> bool:
    origin: Any = get_origin(type_form)
    return origin is Literal


def read_member(value: Any, members: type[enum.Enum]) -> enum.Enum:
    """Read a member of an enum other than ours, by its value."""
    # JSON's true is no 1, though Python's is.
    if any(value.__class__ is member.value.__class__ for member in members):
        try:
            return members(value)
        except ValueError:
            pass
    raise expected(f"a value of {members.__name__}", value)


def _literal(value: Any, literal: Any) -> Any:
    for each in get_args(literal):
        if value.__class__ is each.__class__ and value == each:
            return each
    raise expected(f"one of {', '.join(map(repr, get_args(literal)))}", value)


def _word(value: Any, words: type[OpenEnum]) -> OpenEnum:
    if value.__class__ is dict:
        # Some of Dixa's servers may write a word as an object that holds nothing but its `_type`.
        value = value.get("_type")
    if value.__class__ is not str:
        raise expected("str", value)
    # The look-up is eight times faster than calling the enum, which is left for words that are not listed.
    known = words._value2member_map_.get(value)
    return words(value) if known is None else known  # type: ignore[return-value]  # pyright: ignore[reportReturnType]
