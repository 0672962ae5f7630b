"""Faults as text, for a command line. Public.

::

    POST /conversations/*/messages: 504 applied, 5 %, seed 7
    GET /agents: delay 2 s, 3 times
    getConversationsConversationid: unknown type at $.data._type, once
    *: dropped after, 1 %

A fault is an operation, a colon and a space, and parts that are separated by commas, in any order. The operation is a
method and a path below the version, in which ``*`` is any one segment of the path; or ``*`` for any method or any path;
or the ID of an operation; or ``*`` alone for all requests.

What goes wrong:

- ``504``: the response has this status, and the request is not applied. ``504 applied``: it is.
- ``body "text"``, ``header "Retry-After: 3"``: of that response. The text is a JSON string.
- ``delay 2 s``: the request waits before it is handled.
- ``dropped before``, ``dropped after``: the connection is dropped before the request is applied, or after it.
- ``wrong type``, ``unknown type``, ``new enum value``, ``missing field``: one place in the JSON of the response is
  changed. The seed chooses it, or ``at $.data[0].createdAt`` names it.
- ``cut off after 20 bytes``: the response promises its whole body, and ends early.
- ``100 bytes/s``: the body of the response is sent slowly.

For how many requests:

- ``once``, ``3 times``: for this many; otherwise for all.
- ``5 %``: for some of them, by chance.
- ``seed 7``: what chance begins with; otherwise 0.
"""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from .http.faults import FaultRule

__all__ = ["FaultRule", "parse_fault"]

_Reader: TypeAlias = Callable[[re.Match[str]], Mapping[str, Any]]
"""Returns the fields of the rule that a part sets."""

_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_NUMBER: Final = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"

_OPERATION: Final = re.compile(r"\s*(\S+?(?:[ \t]+\S+?)?)\s*:(?=\s|$)\s*")
_SEPARATOR: Final = re.compile(r"\s*,\s*")


def _response(found: re.Match[str]) -> Mapping[str, Any]:
    return {"status": int(found[1]), "apply": found[2] is not None}


def _body(found: re.Match[str]) -> Mapping[str, Any]:
    return {"body": json.loads(found[1]).encode(errors="surrogateescape")}


def _header(found: re.Match[str]) -> Mapping[str, Any]:
    name, colon, value = json.loads(found[1]).partition(":")
    if not colon:
        raise ValueError('write a header like "Retry-After: 3"')
    return {"headers": {name.strip(): value.strip()}}


def _mutation(found: re.Match[str]) -> Mapping[str, Any]:
    return {"mutation": "_".join(found[1].split()), "at": found[2]}


_SOURCES: Final[tuple[tuple[str, _Reader], ...]] = (
    (r"(\d{3})(\s+applied)?", _response),
    (rf"body\s+({_STRING})", _body),
    (rf"header\s+({_STRING})", _header),
    (rf"delay\s+({_NUMBER})\s*s", lambda found: {"delay": float(found[1])}),
    (r"dropped\s+(before|after)", lambda found: {"drop": found[1]}),
    (r"(wrong\s+type|unknown\s+type|new\s+enum\s+value|missing\s+field)(?:\s+at\s+([^\s,]+))?", _mutation),
    (r"cut\s+off\s+after\s+(\d+)\s+bytes?", lambda found: {"cut_off": int(found[1])}),
    (rf"({_NUMBER})\s+bytes/s", lambda found: {"bytes_per_second": float(found[1])}),
    (rf"({_NUMBER})\s*%", lambda found: {"probability": float(Decimal(found[1]) / 100)}),
    (r"once", lambda _: {"times": 1}),
    (r"(\d+)\s+times?", lambda found: {"times": int(found[1])}),
    (r"seed\s+(\d+)", lambda found: {"seed": int(found[1])}),
)
_PARTS: Final = [(re.compile(rf"{source}(?=\s*(?:,|$))", re.ASCII), read) for source, read in _SOURCES]
"""The parts of a fault, and what reads each."""
_EXAMPLES: Final = (
    '504, 504 applied, body "text", header "Retry-After: 3", delay 2 s, dropped before, dropped after, wrong type,'
    " unknown type, new enum value, missing field, cut off after 20 bytes, 100 bytes/s, once, 3 times, 5 %, seed 7"
)


def parse_fault(text: str) -> FaultRule:
    """Read a fault from its text, which this module describes. ``str(rule)`` writes it.

    ::

        dixa_server.fault(parse_fault("POST /conversations/*/messages: 504 applied, 5 %, seed 7"))

    Args:
        text: the text.

    Returns:
        The fault.

    Raises:
        ValueError: it cannot be read, or contradicts itself. The message shows the place.
    """
    operation = _OPERATION.match(text)
    if operation is None:
        raise _unreadable(text, 0, "begin with an operation and a colon, such as 'POST /conversations/*/messages: '")
    fields: dict[str, Any] = {}
    position = operation.end()
    while True:
        end, part = _read_part(text, position)
        before, more = fields.get("headers", {}), part.get("headers", {})
        if (fields.keys() & part.keys()) - {"headers"} or before.keys() & more.keys():
            raise _unreadable(text, position, "this is the second part of its kind")
        fields |= {**part, "headers": before | more}
        if end == len(text.rstrip()):
            break
        separator = _SEPARATOR.match(text, end)
        if separator is None:
            raise _unreadable(text, end, "put a comma between two parts")
        position = separator.end()
    try:
        return FaultRule(operation=operation[1], **fields)
    except ValueError as error:
        raise ValueError(f"the fault {text!r} cannot be used: {error}") from None


def _read_part(text: str, position: int) -> tuple[int, Mapping[str, Any]]:
    for pattern, read in _PARTS:
        found = pattern.match(text, position)
        if found is not None:
            try:
                return found.end(), read(found)
            except ValueError as error:
                raise _unreadable(text, position, str(error)) from None
            except ArithmeticError:  # of a decimal, whose exponent has a limit
                raise _unreadable(text, position, "the number cannot be read: its exponent is too long") from None
    raise _unreadable(text, position, f"write one of: {_EXAMPLES}")


def _unreadable(text: str, position: int, advice: str) -> ValueError:
    line = "".join(" " if character.isspace() else character for character in text)
    return ValueError(f"the fault cannot be read at column {position + 1}: {advice}\n  {line}\n  {' ' * position}^")
