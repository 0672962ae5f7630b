"""JSON by the standard library alone: what is read, what is written, and the errors are defined here.

`_json` does the same faster where msgspec is installed.

A text that contains half a character, which servers send when they truncate strings at any byte, is read: that half
becomes U+FFFD, the replacement character. As a lone surrogate, it would make a `str` that fails later and elsewhere,
when it is written to a file or sent.
"""

import json
import math
import re
from datetime import date, datetime, time
from enum import Enum
from json.encoder import encode_basestring
from typing import Any, Final, NoReturn
from uuid import UUID

from ._utc import utc_offset, utc_text

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_FIRST_HALF: Final = r"\\u[dD][89abAB][0-9a-fA-F]{2}"
_SECOND_HALF: Final = r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE_HALF: Final = re.compile(f"{_FIRST_HALF}(?!{_SECOND_HALF})|(?<!{_FIRST_HALF}){_SECOND_HALF}")
"""An escape that is half of a pair of surrogates, without the other half."""
_NEVER_DECODED: Final = "\ud800"
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


class _RejectedNumberError(ValueError):
    """A number that is not JSON, or that a float cannot hold.

    Attributes:
        text: the number.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def read(body: bytes) -> Any:
    """Read JSON.

    Args:
        body: JSON in UTF-8.

    Returns:
        The value. Integers are exact.

    Raises:
        NotJsonError: it is not JSON.
    """
    text = _repaired(_decoded(body.removeprefix(BYTE_ORDER_MARK)))
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotJsonError(error.lineno, error.colno) from None
    except _RejectedNumberError as error:
        place = json.JSONDecodeError("", text, _position(text, error.text))
        raise NotJsonError(place.lineno, place.colno) from None
    except (ValueError, RecursionError):  # an integer with too many digits, or nested too deeply
        raise NotJsonError(1, 1) from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        whole = _CUT_CHARACTER.sub("\ufffd".encode(), body)
    try:
        return whole.decode()
    except UnicodeDecodeError:  # another encoding
        raise NotJsonError(1, 1) from None


def _repaired(text: str) -> str:
    """Replace each half of a character in JSON by the replacement character."""
    if "\\u" not in text:
        return text
    # Escaped backslashes are put aside, so that each backslash begins an escape.
    escapes = text.replace(r"\\", _NEVER_DECODED)
    return _LONE_HALF.sub(r"\\ufffd", escapes).replace(_NEVER_DECODED, r"\\")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _reject(text)


def _reject(text: str) -> NoReturn:
    raise _RejectedNumberError(text)


_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_reject)


def _position(text: str, number: str) -> int:
    """Where a number is in JSON, outside of strings."""
    for found in re.finditer(rf'"(?:[^"\\]|\\.)*"|{re.escape(number)}', text):
        if found[0] == number:
            return found.start()
    return 0


def write(value: Any) -> bytes:
    """Write JSON.

    Args:
        value: a JSON value. It may contain dates, times, UUIDs, and members of enums.

    Returns:
        JSON on one line, as UTF-8.

    Raises:
        TypeError: JSON cannot represent it.
        ValueError: an integer has too many digits.
        RecursionError: it is nested too deeply.
    """
    pieces: list[str] = []
    _write(value, pieces)
    try:
        return "".join(pieces).encode()
    except UnicodeEncodeError:
        raise TypeError("str is not valid UTF-8: surrogates not allowed") from None


def _write(value: Any, pieces: list[str]) -> None:
    """Write a value. There are no other calls between two levels, so that as many as possible are written."""
    if isinstance(value, dict):
        before = "{"
        for key, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(key, str):
                raise TypeError("Dict key must be str")
            pieces += (before, encode_basestring(key), ":")
            _write(item, pieces)
            before = ","
        pieces.append("}" if value else "{}")
    elif isinstance(value, list | tuple):
        before = "["
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            pieces.append(before)
            _write(item, pieces)
            before = ","
        pieces.append("]" if value else "[]")
    else:
        pieces.append(_leaf(value))


def _leaf(value: Any) -> str:
    if isinstance(value, Enum):
        return write(value.value).decode()
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    return encode_basestring(_moment(value))


_CONSTANTS: Final = {None: "null", True: "true", False: "false"}


def _moment(value: object) -> str:
    if isinstance(value, datetime) and utc_offset(value) is not None:
        return utc_text(value)
    if isinstance(value, date | time) and value.__class__.__module__ == "datetime":
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a value of the class {type(value).__name__}")


def _float(number: float) -> str:
    """Write a float with as few digits as bring it back. Of numbers with an exponent, msgspec writes fewer signs."""
    if not math.isfinite(number):
        return "null"
    digits, _, exponent = float.__repr__(number).partition("e")
    if not exponent:
        return digits
    if int(exponent) == -5:
        sign = "-" if number < 0 else ""
        return f"{sign}0.0000{digits.removeprefix('-').replace('.', '')}"
    return f"{digits}e{int(exponent)}"
