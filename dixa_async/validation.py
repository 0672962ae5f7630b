"""Checks of arguments. Each error names the argument, and says what is expected."""

import functools
import sys
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, SupportsIndex, TypeAlias, TypeVar
from uuid import UUID

from ._ids import MAX_INT64, plain_id
from ._suggest import did_you_mean
from ._utc import utc_offset
from .errors import DixaWarning, InvalidRequestError

T = TypeVar("T")

ConversationId: TypeAlias = int | str | SupportsIndex
"""A conversation ID: an int, also one of numpy, or a str of digits."""

_MAX_DIGITS: Final = len(str(MAX_INT64))


def check_list(name: str, values: Iterable[T]) -> list[T]:
    """Check a list for a body.

    Args:
        name: the name of the argument.
        values: its value.

    Returns:
        The list.

    Raises:
        InvalidRequestError: it is not a list, or it is a str, of which each character would become a value.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a list, not {type(values).__name__}")
    return list(values)


def check_map(name: str, values: Mapping[str, T]) -> dict[str, T]:
    """Check a mapping for a body.

    Args:
        name: the name of the argument.
        values: its value.

    Returns:
        The mapping, as a dict.

    Raises:
        InvalidRequestError: it is not a mapping.
    """
    if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a mapping such as a dict, not {type(values).__name__}")
    return dict(values)


def check_conversation_id(name: str, value: ConversationId) -> int:
    """Check a conversation ID.

    Args:
        name: the name of the argument.
        value: its value: an int, an integer of another class, or a str of digits.

    Returns:
        The conversation ID, from 0 to `MAX_INT64`.

    Raises:
        InvalidRequestError: it is not a conversation ID.
    """
    plain: object = plain_id(value)
    if isinstance(plain, bool) or not isinstance(plain, str | int):
        raise InvalidRequestError(f"{name} must be a str or an int, not {type(value).__name__}")
    if isinstance(plain, str) and not (plain.isascii() and plain.isdigit() and len(plain) <= _MAX_DIGITS):
        raise InvalidRequestError(f"{name} must be a whole number such as 1234, not {plain[:40]!r}")
    conversation_id = int(plain)
    if not 0 <= conversation_id <= MAX_INT64:
        raise InvalidRequestError(f"{name} must be a whole number from 0 to {MAX_INT64}")
    return conversation_id


def check_select_path(name: str, value: str | Iterable[str]) -> list[str]:
    """Check the path of the selected option of a custom attribute.

    Args:
        name: the name of the argument.
        value: one of its values. A str is a path of one step.

    Returns:
        The path, from the top down.

    Raises:
        InvalidRequestError: it is neither a str nor a list of str.
    """
    if isinstance(value, str | UUID):  # pyright: ignore[reportUnnecessaryIsInstance]
        return [str(value)]
    if isinstance(value, bytes) or not isinstance(value, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be strings or lists of strings, not {type(value).__name__}")
    return [plain_id(step) for step in value]


def to_milliseconds(name: str, duration: timedelta) -> int:
    """Convert a duration for a body.

    Args:
        name: the name of the argument.
        duration: its value.

    Returns:
        The duration in milliseconds.

    Raises:
        InvalidRequestError: it is not a timedelta, or it is negative.
    """
    if not isinstance(duration, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a timedelta, not {type(duration).__name__}")
    if duration < timedelta():
        raise InvalidRequestError(f"{name} must be a timedelta of 0 or more, not negative")
    return duration // timedelta(milliseconds=1)


def check_str(name: str, value: str | None) -> str | None:
    """Check a str for a query, or a value of an `OpenEnum`.

    Args:
        name: the name of the argument.
        value: its value, or None if it was not given.

    Returns:
        The value.

    Raises:
        InvalidRequestError: it is not a str.
    """
    text: object = plain_id(value)
    if text is not None and not isinstance(text, str):
        raise InvalidRequestError(f"{name} must be a str, not {type(value).__name__}")
    return text


def check_bool(name: str, value: bool | None) -> bool | None:
    """Check a bool for a query.

    Args:
        name: the name of the argument.
        value: its value, or None if it was not given.

    Returns:
        The value.

    Raises:
        InvalidRequestError: it is not a bool. A truthy value may mean the opposite: ``"no"``.
    """
    if value is not None and not isinstance(value, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be True or False, not {type(value).__name__}")
    return value


def check_datetime(name: str, value: datetime | None) -> datetime | None:
    """Check a time for a query.

    Args:
        name: the name of the argument.
        value: its value, or None if it was not given.

    Returns:
        The value.

    Raises:
        InvalidRequestError: it is not a datetime, or it has no time zone.
    """
    if value is None:
        return None
    if not isinstance(value, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(f"{name} must be a datetime with a time zone, not {type(value).__name__}")
    if utc_offset(value) is None:
        raise InvalidRequestError(f"{name} must be a datetime with a time zone, not one without")
    return value


def warn_if_unlisted(name: str, value: object, enum: type[StrEnum]) -> None:
    """Warn about a value that an enum does not list: Dixa may not know it, and would silently find nothing.

    It is sent all the same, because Dixa adds values. The warning is issued once for each value.

    Args:
        name: the name of the argument.
        value: its value. Anything but a str is left to other checks.
        enum: the enum of the known values.
    """
    if isinstance(value, str) and value not in {member.value for member in enum}:
        _warn_once(name, str(value), enum)


@functools.lru_cache(maxsize=256)
def _warn_once(name: str, value: str, enum: type[StrEnum]) -> None:
    hint = did_you_mean(value, [member.value for member in enum])
    message = f"{name} got {value[:40]!r}, which is not a known {enum.__name__}{hint}"
    warnings.warn(message, DixaWarning, stacklevel=_callers_level())


def _callers_level() -> int:
    """The stack level, as `warnings.warn` counts it, of the line that called the package."""
    frame, level = sys._getframe(1), 1  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(f"{__package__}."):
        frame, level = frame.f_back, level + 1
    return level


def mutually_exclusive(**filters: object) -> None:
    """Reject filters that Dixa does not accept together.

    Args:
        filters: the filters by name; None for one that is not used.

    Raises:
        InvalidRequestError: more than one is used.
    """
    used = [name for name, value in filters.items() if value is not None]
    if len(used) > 1:
        raise InvalidRequestError(f"{' and '.join(used)} cannot be used together")
