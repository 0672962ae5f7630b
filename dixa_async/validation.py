"""Checks of what a caller gives: each names the argument, and says what is wanted."""

import functools
import sys
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, SupportsIndex, TypeAlias, TypeVar
from uuid import UUID

from ._ids import MAX_INT64, plain_id
from ._suggest import suggest
from ._utc import utc_offset
from .errors import DixaWarning, InvalidRequestError

T = TypeVar("T")

ConversationId: TypeAlias = int | str | SupportsIndex
"""A conversation ID: an int, also one of numpy, or a str of digits."""

_MAX_DIGITS: Final = len(str(MAX_INT64))


def check_list(name: str, values: Iterable[T]) -> list[T]:
    """A list for a body.

    Args:
        name: what the caller calls the argument.
        values: the argument.

    Returns:
        The list.

    Raises:
        InvalidRequestError: it is none, or a text, of which each letter would become a value.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a list, not {type(values).__name__}")
    return list(values)


def check_map(name: str, values: Mapping[str, T]) -> dict[str, T]:
    """A map for a body.

    Args:
        name: what the caller calls the argument.
        values: the argument.

    Returns:
        The map.

    Raises:
        InvalidRequestError: it is none.
    """
    if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a mapping such as a dict, not {type(values).__name__}")
    return dict(values)


def check_conversation_id(name: str, value: ConversationId) -> int:
    """A conversation ID.

    Args:
        name: what the caller calls the argument.
        value: the argument: an int, what stands for one, or a str of digits.

    Returns:
        The number.

    Raises:
        InvalidRequestError: it is none.
    """
    plain: object = plain_id(value)
    if isinstance(plain, bool) or not isinstance(plain, str | int):
        raise InvalidRequestError(f"{name} must be a str or an int, not {type(value).__name__}")
    if isinstance(plain, int):
        number = plain
    elif plain.isascii() and plain.isdigit() and len(plain) <= _MAX_DIGITS:
        number = int(plain)
    else:
        raise InvalidRequestError(f"{name} must be a whole number such as 1234, not {plain[:40]!r}")
    if not 0 <= number <= MAX_INT64:
        raise InvalidRequestError(f"{name} must be a whole number from 0 to {MAX_INT64}")
    return number


def check_select_path(name: str, value: str | Iterable[str]) -> list[str]:
    """The path of what is selected in a custom attribute, from the top down.

    Args:
        name: what the caller calls the argument.
        value: one of the values of the argument. A text is a path of one step.

    Returns:
        The path.

    Raises:
        InvalidRequestError: it is none.
    """
    if isinstance(value, str | UUID):  # pyright: ignore[reportUnnecessaryIsInstance]
        return [str(value)]
    if isinstance(value, bytes) or not isinstance(value, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be texts or lists of texts, not {type(value).__name__}")
    return [plain_id(step) for step in value]


def to_milliseconds(name: str, duration: timedelta) -> int:
    """A duration for a body.

    Args:
        name: what the caller calls the argument.
        duration: the argument.

    Returns:
        Its milliseconds.

    Raises:
        InvalidRequestError: it is none, or negative.
    """
    if not isinstance(duration, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a timedelta, not {type(duration).__name__}")
    if duration < timedelta():
        raise InvalidRequestError(f"{name} must be a timedelta of 0 or more, not a negative one")
    return duration // timedelta(milliseconds=1)


def check_str(name: str, value: str | None) -> str | None:
    """A text for a query, or a word of an `OpenEnum`.

    Args:
        name: what the caller calls the argument.
        value: the argument; None if it is not given.

    Returns:
        The argument.

    Raises:
        InvalidRequestError: it is no text.
    """
    text: object = plain_id(value)
    if text is not None and not isinstance(text, str):
        raise InvalidRequestError(f"{name} must be a str, not {type(value).__name__}")
    return text


def check_bool(name: str, value: bool | None) -> bool | None:
    """True or False for a query.

    Args:
        name: what the caller calls the argument.
        value: the argument; None if it is not given.

    Returns:
        The argument.

    Raises:
        InvalidRequestError: it is another value, which may well be meant as the opposite of its truth: ``"no"``.
    """
    if value is not None and not isinstance(value, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be True or False, not {type(value).__name__}")
    return value


def check_datetime(name: str, value: datetime | None) -> datetime | None:
    """A time for a query.

    Args:
        name: what the caller calls the argument.
        value: the argument; None if it is not given.

    Returns:
        The argument.

    Raises:
        InvalidRequestError: it is no datetime, or has no time zone.
    """
    if value is None:
        return None
    if not isinstance(value, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a datetime with a time zone, not {type(value).__name__}")
    if utc_offset(value) is None:
        raise InvalidRequestError(f"{name} must be a datetime with a time zone, not one without")
    return value


def warn_if_unlisted(name: str, value: object, words: type[StrEnum]) -> None:
    """Warn of a word that Dixa may not know: it would find nothing, and say nothing.

    It is sent all the same, for Dixa adds to its words. Each word is warned of once.

    Args:
        name: what the caller calls the argument.
        value: the argument. What is no text is left to other checks.
        words: the words that are known.
    """
    if isinstance(value, str) and value not in {word.value for word in words}:
        _warn_once(name, str(value), words)


@functools.lru_cache(maxsize=256)
def _warn_once(name: str, value: str, words: type[StrEnum]) -> None:
    near = suggest(value, [word.value for word in words])
    hint = "" if near is None else f"; did you mean {near!r}?"
    message = f"{name} was given {value[:40]!r}, which is no {words.__name__} that is known{hint}"
    warnings.warn(message, DixaWarning, stacklevel=_callers_level())


def _callers_level() -> int:
    """The stack level, as `warnings.warn` counts it, of the line that called the package."""
    frame, level = sys._getframe(1), 1  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(f"{__package__}."):
        frame, level = frame.f_back, level + 1
    return level


def mutually_exclusive(**filters: object) -> None:
    """Refuse filters that Dixa does not take together.

    Args:
        filters: the filters by name; None is one that is not used.

    Raises:
        InvalidRequestError: more than one is used.
    """
    used = [name for name, value in filters.items() if value is not None]
    if len(used) > 1:
        raise InvalidRequestError(f"{' and '.join(used)} cannot be used together")
