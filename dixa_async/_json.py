"""JSON to values and back, without loss: the only module that knows the parser.

msgspec is fast, and there are wheels of it for every supported Python. It is used where it is installed; what it
rejects, `_plain_json` reads or names the error of. So what is read, what is written, and the errors are the same
without it.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Final

from ._plain_json import BYTE_ORDER_MARK, NotJsonError as NotJsonError, read, write

_read_fast: Callable[[bytes], Any] | None = None
_write_fast: Callable[[Any], bytes] | None = None
_rejected: tuple[type[Exception], ...] = ()
try:
    from msgspec import MsgspecError, json as msgspec_json
except ImportError:
    pass
else:
    _read_fast, _write_fast = msgspec_json.Decoder().decode, msgspec_json.Encoder().encode
    _rejected = (MsgspecError, ValueError, RecursionError)
LIBRARY: Final = None if _read_fast is None else "msgspec"
"""What reads and writes JSON, if it is not the standard library alone."""

_PLAIN: Final = frozenset({str, int, float, bool, NoneType})
TIMES: Final[frozenset[Any]] = frozenset(cls for cls in datetime.__mro__ if cls.__name__ == "datetime")
"""The class itself. Tools that freeze the time replace the name, here too, with a subclass; in a set they do not."""

_ALL_BUT_SEPARATORS: Final = bytes(set(range(256)) - set(b"[{,"))
_ALL_BUT_SEPARATORS_AND_QUOTES: Final = bytes(set(range(256)) - set(b'[{,"'))
_STRING: Final = re.compile(rb'"[^"]*"')


def loads(body: bytes) -> Any:
    """Read JSON.

    Args:
        body: JSON in UTF-8.

    Returns:
        The value. Integers are exact.

    Raises:
        NotJsonError: it is not JSON.
    """
    if _read_fast is not None:
        try:
            return _read_fast(body.removeprefix(BYTE_ORDER_MARK))
        except _rejected:
            pass
    return read(body)


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


def dumps(value: Any, *, plain: bool = False) -> bytes:
    """Write JSON.

    Args:
        value: a JSON value. It may contain dates, times, UUIDs, and members of enums. Times are written in UTC.
        plain: whether the value is known to be plain; see `is_plain`. False means that it is found out.

    Returns:
        JSON on one line, as UTF-8.

    Raises:
        TypeError: JSON cannot represent it.
        ValueError: an integer has too many digits.
        RecursionError: it is nested too deeply.
    """
    if _write_fast is not None and (plain or is_plain(value)):
        try:
            return _write_fast(value)
        except _rejected:
            pass
    return write(value)


def is_plain(value: Any) -> bool:
    """Whether msgspec writes a value as `write` does. It also writes sets, bytes, and keys that are not strings."""
    if value.__class__ is dict:
        try:
            "".join(value)  # accepts only strings, and checks them faster than a loop
        except TypeError:
            return False
        items: Iterable[Any] = value.values()
    elif value.__class__ is list:
        items = value
    else:
        return value.__class__ in _PLAIN or (value.__class__ in TIMES and value.tzinfo is UTC)
    for item in items:  # noqa: SIM110  # `all` would take twice as long
        if item.__class__ not in _PLAIN and not is_plain(item):
            return False
    return True
