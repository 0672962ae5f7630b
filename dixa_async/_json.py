"""JSON to values and back, without loss: the only module that knows the parser.

orjson is fast, but falls short in two cases. It turns integers over 64 bits into floats; where there may be some, the
parser of the standard library reads the text again. And it rejects a whole text that contains half a character, which
servers send when they truncate strings at any byte; that half becomes U+FFFD, the replacement character. As a lone
surrogate, it would make a `str` that fails later and elsewhere, when it is written to a file or sent.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

import orjson

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_ZERO_FOR_DIGITS: Final = bytes(ord("0") if chr(byte).isascii() and chr(byte).isdigit() else 0 for byte in range(256))
_LONG: Final = b"0" * 19
_LONG_INTEGER: Final = re.compile(rb"(?:^|[:,\[\s])-?[0-9]{19}")
"""A number that may need more than 64 bits, but not a string of digits."""

_ALL_BUT_SEPARATORS: Final = bytes(set(range(256)) - set(b"[{,"))
_ALL_BUT_SEPARATORS_AND_QUOTES: Final = bytes(set(range(256)) - set(b'[{,"'))
_STRING: Final = re.compile(rb'"[^"]*"')

_FIRST_HALF: Final = rb"\\u[dD][89abAB][0-9a-fA-F]{2}"
_SECOND_HALF: Final = rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE_HALF: Final = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (_FIRST_HALF, _SECOND_HALF, _FIRST_HALF, _SECOND_HALF))
"""An escape that is half of a pair of surrogates, without the other half."""
_NEVER_IN_UTF8: Final = b"\xff"
_CUT_CHARACTER: Final = re.compile(rb'(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})(?=")')
"""The first bytes of a character at the end of a string. Elsewhere, they are a sign of another encoding."""


class NotJsonError(ValueError):
    """The text is not JSON.

    Attributes:
        line: the line of the error, from 1.
        column: the column of the error, from 1.
    """

    def __init__(self, line: int, column: int) -> None:
        # Only the position: the message of the parser may contain a part of the text.
        super().__init__(f"not JSON (line {line}, column {column})")
        self.line = line
        self.column = column


def loads(body: bytes) -> Any:
    """Read JSON.

    Args:
        body: JSON in UTF-8.

    Returns:
        The value. Integers are exact.

    Raises:
        NotJsonError: it is not JSON.
    """
    return loads_exact(body) if may_have_long_integers(body) else loads_fast(body)


def loads_fast(body: bytes) -> Any:
    """Read JSON as fast as possible.

    Args:
        body: JSON in UTF-8.

    Returns:
        The value. An integer that needs more than 64 bits is a float.

    Raises:
        NotJsonError: it is not JSON.
    """
    try:
        return orjson.loads(body.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        parse_error = error
    repaired = _repaired(body)
    if repaired != body or may_have_long_integers(body):  # it may be a number that a float cannot hold
        return _loads_exact(repaired)
    raise NotJsonError(parse_error.lineno, parse_error.colno) from None


def loads_exact(body: bytes) -> Any:
    """Read JSON with integers of any length.

    Args:
        body: JSON in UTF-8.

    Returns:
        The value.

    Raises:
        NotJsonError: it is not JSON.
    """
    return _loads_exact(_repaired(body))


def _loads_exact(repaired: bytes) -> Any:
    try:
        text = repaired.removeprefix(_BYTE_ORDER_MARK).decode()
        return json.loads(text, parse_float=_finite, parse_constant=_reject)
    except json.JSONDecodeError as error:
        raise NotJsonError(error.lineno, error.colno) from None
    except (ValueError, RecursionError):  # another encoding, a number out of range, or nested too deeply
        raise NotJsonError(1, 1) from None


def key_as_parsed(key: str) -> str:
    """The str object that `loads_fast` returns for a key: the same one each time, for keys of ordinary length.

    Args:
        key: the key of an object.

    Returns:
        An equal str.
    """
    parsed: str = next(iter(orjson.loads(orjson.dumps({key: None}))))
    return parsed


def may_have_long_integers(body: bytes) -> bool:
    """Whether JSON may contain an integer that needs more than 64 bits.

    Args:
        body: JSON in UTF-8.

    Returns:
        Whether it contains a number of 19 digits or more. The search takes a tenth of the time of reading.
    """
    return _LONG in body.translate(_ZERO_FOR_DIGITS) and _LONG_INTEGER.search(body) is not None


def has_more_values(body: bytes, limit: int) -> bool:
    """Whether JSON contains more values than a limit, without parsing it.

    The values of a short text can take thirty times its size in memory.

    Args:
        body: JSON in UTF-8.
        limit: the maximum number of values.

    Returns:
        Whether there are more. Each list, each object and each comma counts as one.
    """
    if len(body) <= limit or len(body.translate(None, _ALL_BUT_SEPARATORS)) <= limit:
        return False
    # Separators in strings do not count. Only strings that contain some are matched one by one: whether a separator is
    # in a string depends on the number of quotes before it being odd, which removing two of them does not change.
    unescaped = body.replace(rb"\\", b"").replace(rb"\"", b"")
    separators = unescaped.translate(None, _ALL_BUT_SEPARATORS_AND_QUOTES).replace(b'""', b"")
    if separators.count(b'"') // 2 > 2 * limit + 1:  # a value has at most two strings: its key and itself
        return True
    return len(_STRING.sub(b"", separators)) > limit


def dumps(value: Any, default: Callable[[object], str] | None = None) -> bytes:
    """Write JSON.

    Args:
        value: a JSON value. Times are written in UTC.
        default: formats a value of another class as a str, or raises TypeError.

    Returns:
        JSON on one line, as UTF-8.

    Raises:
        TypeError: JSON cannot represent it.
    """
    try:
        return orjson.dumps(value, default, option=orjson.OPT_UTC_Z)
    except TypeError:
        return orjson.dumps(_with_long_integers(value), default, option=orjson.OPT_UTC_Z)


def _with_long_integers(value: Any) -> Any:
    """A JSON value in which the integers that orjson rejects are already written."""
    if isinstance(value, dict):
        return {key: _with_long_integers(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_with_long_integers(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return orjson.Fragment(json.dumps(value))
    return value


def _repaired(body: bytes) -> bytes:
    """Replace each half of a character in JSON by the replacement character."""
    if _NEVER_IN_UTF8 in body:
        return body
    whole = _CUT_CHARACTER.sub("\ufffd".encode(), body)
    # Escaped backslashes are put aside, so that each backslash begins an escape.
    escapes = whole.replace(rb"\\", _NEVER_IN_UTF8)
    return _LONE_HALF.sub(rb"\\ufffd", escapes).replace(_NEVER_IN_UTF8, rb"\\")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _reject(text)
    return number


def _reject(_: str) -> NoReturn:
    raise ValueError("a float cannot hold it")
