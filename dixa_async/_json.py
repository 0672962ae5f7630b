"""JSON text to values and back, without loss: the one place that knows the parser.

orjson is fast, and loses two things. Of integers over 64 bits it makes floats; where some may be, the parser of the
standard library reads the text again. And it refuses all of a text that has half a character in it, which servers send
that cut texts anywhere; that half becomes U+FFFD, the character that Unicode has for this. The half itself would be
kept as a lone surrogate, and such a `str` fails later and far away, when it is written to a file or sent.
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
"""A number that may need more than 64 bits, and not a text of digits."""

_NO_SIGNS: Final = bytes(set(range(256)) - set(b"[{,"))
_NO_SIGNS_OR_QUOTES: Final = bytes(set(range(256)) - set(b'[{,"'))
_TEXT: Final = re.compile(rb'"[^"]*"')

_FIRST_HALF: Final = rb"\\u[dD][89abAB][0-9a-fA-F]{2}"
_SECOND_HALF: Final = rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE_HALF: Final = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (_FIRST_HALF, _SECOND_HALF, _FIRST_HALF, _SECOND_HALF))
"""An escape that is half of a pair of surrogates, without the other half."""
_NEVER_IN_UTF8: Final = b"\xff"
_CUT_CHARACTER: Final = re.compile(rb'(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})(?=")')
"""The first bytes of a character at the end of a text. Elsewhere, they are a sign of another encoding."""


class NotJsonError(ValueError):
    """A text that is not JSON, and the place where this shows.

    Attributes:
        line: the line, from 1.
        column: the column, from 1.
    """

    def __init__(self, line: int, column: int) -> None:
        # Position only: the message of the parser may hold a part of the text.
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
    """Read JSON, as fast as it goes.

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
        problem = error
    mended = _mended(body)
    if mended != body or may_have_long_integers(body):  # it may be a number that no float can hold
        return _loads_exact(mended)
    raise NotJsonError(problem.lineno, problem.colno) from None


def loads_exact(body: bytes) -> Any:
    """Read JSON with integers of any length.

    Args:
        body: JSON in UTF-8.

    Returns:
        The value.

    Raises:
        NotJsonError: it is not JSON.
    """
    return _loads_exact(_mended(body))


def _loads_exact(mended: bytes) -> Any:
    try:
        text = mended.removeprefix(_BYTE_ORDER_MARK).decode()
        return json.loads(text, parse_float=_finite, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NotJsonError(error.lineno, error.colno) from None
    except (ValueError, RecursionError):  # another encoding, a number that cannot be held, or too deep
        raise NotJsonError(1, 1) from None


def key_as_parsed(key: str) -> str:
    """The object that `loads_fast` makes of a key: the same one each time, for keys of ordinary length.

    Args:
        key: the key of an object.

    Returns:
        An equal text.
    """
    parsed: str = next(iter(orjson.loads(orjson.dumps({key: None}))))
    return parsed


def may_have_long_integers(body: bytes) -> bool:
    """Whether there may be an integer in JSON that needs more than 64 bits.

    Args:
        body: JSON in UTF-8.

    Returns:
        Whether a number of 19 digits or more is in it. It is found in a tenth of the time of reading.
    """
    return _LONG in body.translate(_ZERO_FOR_DIGITS) and _LONG_INTEGER.search(body) is not None


def has_more_values(body: bytes, limit: int) -> bool:
    """Whether there are more values in JSON than a number, without parsing it.

    A short text can hold so many that they take thirty times its size in memory.

    Args:
        body: JSON in UTF-8.
        limit: how many there may be.

    Returns:
        Whether there are more. Each list, each object and each comma counts as one.
    """
    if len(body) <= limit or len(body.translate(None, _NO_SIGNS)) <= limit:
        return False
    # What is in texts is no sign of a value. Only for texts that hold signs is time spent on each: whether a sign is in
    # a text depends on the number of quotes before it, and that stays even or odd when two of them go.
    escapes_out = body.replace(rb"\\", b"").replace(rb"\"", b"")
    signs = escapes_out.translate(None, _NO_SIGNS_OR_QUOTES).replace(b'""', b"")
    if signs.count(b'"') // 2 > 2 * limit + 1:  # each value has a text or two: a key, and itself
        return True
    return len(_TEXT.sub(b"", signs)) > limit


def dumps(value: Any, default: Callable[[object], str] | None = None) -> bytes:
    """Write JSON.

    Args:
        value: a JSON value. Times are written in UTC.
        default: writes a value that is not JSON, or raises TypeError.

    Returns:
        JSON in one line, as UTF-8.

    Raises:
        TypeError: JSON cannot hold it.
    """
    try:
        return orjson.dumps(value, default, option=orjson.OPT_UTC_Z)
    except TypeError:
        return orjson.dumps(_with_long_integers(value), default, option=orjson.OPT_UTC_Z)


def _with_long_integers(value: Any) -> Any:
    """A JSON value in which the integers that orjson refuses are written already."""
    if isinstance(value, dict):
        return {key: _with_long_integers(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_with_long_integers(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return orjson.Fragment(json.dumps(value))
    return value


def _mended(body: bytes) -> bytes:
    """JSON in which half a character is the character for what cannot be read."""
    if _NEVER_IN_UTF8 in body:
        return body
    whole = _CUT_CHARACTER.sub("\ufffd".encode(), body)
    # An escaped backslash is out of the way, so that each backslash begins an escape.
    escapes = whole.replace(rb"\\", _NEVER_IN_UTF8)
    return _LONE_HALF.sub(rb"\\ufffd", escapes).replace(_NEVER_IN_UTF8, rb"\\")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse(text)
    return number


def _refuse(_: str) -> NoReturn:
    raise ValueError("no float can hold it")
