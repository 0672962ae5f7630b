"""Which strings may be written as they are."""

import functools
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from ..._lazy_index import INDEX
from ...models.base import Model, OpenEnum
from ...serialization.unions import tag_of
from .kinds import Kind
from .pseudonyms import MARK, has_shape, is_uuid
from .readable import readable

_MODELS: Final = "dixa_async.models"
_FEWEST_DIGITS: Final = 7
"""A shorter number is nobody's phone number."""
_LONGEST_WORD: Final = 200

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch
_ENUM_VALUE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}").fullmatch
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}|[0-9]{1,6}").fullmatch
_BETWEEN_DIGITS: Final = r"(?:[^\w:]|_){0,3}"  # a colon is in times, and not in phone numbers
_NO_WORD: Final = re.compile(rf"@|://|www\.|{MARK}|\d(?:{_BETWEEN_DIGITS}\d){{{_FEWEST_DIGITS - 1},}}").search
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?(?:\[[A-Za-z_/]{1,40}\])?"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
).fullmatch


def looks_like_id(value: str) -> bool:
    """Whether a string can be an ID of Dixa."""
    return _ID(value) is not None


def looks_like_word(value: str) -> bool:
    """Whether a string is a word of an organization: a short text without an address, a URL or a number of a person."""
    if is_uuid(value):
        return True
    read = readable(value)
    return len(value) <= _LONGEST_WORD and not (_NO_WORD(value) or _NO_WORD(read) or has_shape(read))


def looks_like_enum_value(value: str) -> bool:
    """Whether a string is written like a value of an enum, or like a `_type`."""
    return _ENUM_VALUE(value) is not None


def looks_like_key(value: str) -> bool:
    """Whether a string is like a name in a program, or a UUID."""
    return _KEY(value) is not None or is_uuid(value)


def looks_like_time(value: str) -> bool:
    """Whether a string is a time or a date."""
    return _TIME(value) is not None


def may_be_kept(value: str, kind: Kind) -> bool:
    """Whether a string of some kind can be written as it is."""
    if kind is Kind.ID:
        return looks_like_id(value)
    return kind is Kind.WORD and looks_like_word(value)


def may_be_kept_untyped(value: str) -> bool:
    """Whether a string that no type describes is nobody's data."""
    if not value or value.isspace() or value in ("true", "false") or is_uuid(value):
        return True
    if value.isdigit():
        return len(value) < _FEWEST_DIGITS
    return looks_like_enum_value(value) and value in known_words()


def is_short_number(value: float) -> bool:
    """Whether a number is too short for a phone number, and too imprecise for a place."""
    return abs(value) < 10 ** (_FEWEST_DIGITS - 1) and sum(map(str.isdigit, repr(value))) < _FEWEST_DIGITS


@functools.cache
def known_words() -> frozenset[str]:
    """All enum values and tags of the models, which are nobody's data."""
    for module in INDEX[_MODELS]:
        import_module(f"{_MODELS}.{module}")
    words = {str(value) for cls in _subclasses(OpenEnum) for value in cls.__members__.values()}
    return frozenset(words | {tag for cls in _subclasses(Model) if (tag := tag_of(cls)) is not None})


def _subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    for subclass in cls.__subclasses__():
        if subclass.__module__.startswith(f"{_MODELS}."):
            yield subclass
        yield from _subclasses(subclass)
