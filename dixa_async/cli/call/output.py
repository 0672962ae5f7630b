"""Prints JSON that is safe on any terminal, and in any encoding."""

import json
from typing import Any, TextIO

from ...conversion import to_dict


def write_document(value: object, out: TextIO) -> None:
    """Write a value as one JSON document.

    Args:
        value: models, or lists of them.
        out: where to.
    """
    _write(to_dict(value), out, indent=2)


def write_line(value: object, out: TextIO) -> None:
    """Write a value as one line of JSON.

    Args:
        value: models, or lists of them.
        out: where to.
    """
    _write(to_dict(value), out, indent=None)


def _write(value: Any, out: TextIO, *, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    print(_escaped(text, getattr(out, "encoding", None) or "utf-8"), file=out, flush=True)


def _escaped(text: str, encoding: str) -> str:
    """Escape, as JSON does, what a terminal would obey and what the encoding lacks."""
    text = text.replace("\x7f", "\\u007f")  # the one control character in ASCII that JSON does not escape
    if text.isascii():
        return text
    return "".join(each if each == "\n" or _is_safe(encoding, each) else json.dumps(each)[1:-1] for each in text)


def _is_safe(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return character.isprintable()
