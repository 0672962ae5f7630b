"""Builds a URL from a path template and arguments.

An argument is always one segment of the path, whatever it contains.
"""

import functools
import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Final, SupportsIndex, TypeAlias
from urllib.parse import quote, urlencode
from uuid import UUID

from .._ids import MAX_INT64, plain_id
from .._utc import utc_text
from ..errors import InvalidRequestError
from ..validation import check_conversation_id, check_datetime

PathValue: TypeAlias = str | int | SupportsIndex | UUID
QueryValue: TypeAlias = PathValue | bool | datetime | None

_WHOLE_NUMBERS: Final = frozenset({"conversationId", "csid"})
_UNRESERVED: Final = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.~-]+").fullmatch
"""Matches a segment of a path that needs no escaping, and is not ``.`` or ``..``."""


def build_url(base: str, template: str, path: Mapping[str, PathValue], query: Mapping[str, QueryValue]) -> str:
    """Make the URL of a call.

    Args:
        base: server and version, such as ``https://dev.dixa.io/beta``.
        template: the path, with ``{name}`` for each argument.
        path: the arguments of the path.
        query: the arguments of the query; those that are None are left out.

    Returns:
        The URL, fully escaped.

    Raises:
        InvalidRequestError: an argument is empty, of the wrong type, or missing.
    """
    first, arguments = _split(template)
    url = base + first
    for name, text in arguments:
        if name not in path:
            raise InvalidRequestError(f"{template} needs a value for {name}")
        url += path_segment(name, path[name], is_number=name in _WHOLE_NUMBERS) + text
    pairs = [(name, _query_text(name, value)) for name, value in query.items() if value is not None]
    try:
        return f"{url}?{urlencode(pairs, quote_via=quote)}" if pairs else url
    except UnicodeEncodeError:
        raise InvalidRequestError("the query holds a character that no URL can hold") from None


@functools.lru_cache(maxsize=512)
def _split(template: str) -> tuple[str, list[tuple[str, str]]]:
    """The text before the first argument of a template, and each argument with the text after it."""
    first, *others = re.split(r"\{([^}]*)\}", template)
    return first, list(zip(others[::2], others[1::2], strict=True))


def path_segment(name: str, value: PathValue, *, is_number: bool) -> str:
    """Escape one argument of a path.

    Args:
        name: its name in the template.
        value: the argument.
        is_number: whether it must be a whole number.

    Returns:
        One segment of a path.

    Raises:
        InvalidRequestError: it is empty, ``.`` or ``..``, of the wrong type, or not the whole number it should be.
    """
    if isinstance(value, str) and not is_number and _UNRESERVED(value):
        return value  # as nearly all IDs are: there is nothing to escape
    if type(value) is int and 0 <= value <= MAX_INT64:
        return str(value)
    name = _python_name(name)
    if is_number:
        return str(check_conversation_id(name, plain_id(value)))
    plain: object = plain_id(value)
    if isinstance(plain, bool) or not isinstance(plain, str | int):
        raise InvalidRequestError(f"{name} must be a str or an int, not {type(value).__name__}")
    text = _text(name, plain)
    # Servers resolve `.` and `..` even if they are escaped.
    if not text or text in (".", ".."):
        raise InvalidRequestError(f"{name} must be an ID, not {text!r}")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise InvalidRequestError(f"{name} holds a character that no URL can hold") from None


@functools.cache
def _python_name(name: str) -> str:
    """The name of an argument in Python: ``agent_id`` for ``agentId``."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda capital: f"_{capital[0]}", name).lower()


def _query_text(name: str, value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        check_datetime(name, value)
        return utc_text(value)
    plain: object = plain_id(value)
    if not isinstance(plain, str | int):
        raise InvalidRequestError(f"{name} must be a str, a number, a bool or a datetime, not {type(value).__name__}")
    return _text(name, plain)


def _text(name: str, value: str | int) -> str:
    try:
        return str(value)
    except ValueError:  # Python converts no int of more than a few thousand digits
        raise InvalidRequestError(f"{name} is too large a number") from None
