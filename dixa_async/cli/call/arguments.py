"""The arguments of an operation on a command line: ``key=value``, ``key:=json``, ``key=@file``, ``key=-``."""

import inspect
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from ..._suggest import did_you_mean
from ...errors import InvalidRequestError
from .methods import Method
from .values import is_text, item_type, parse_json, parse_text, structured

_WORD: Final = re.compile(r"(\w+)(:?=)(.*)", re.DOTALL)
_LAST_LINE_BREAK: Final = re.compile(r"\r?\n\Z")


@attrs.frozen
class _Given:
    """A word of the command line."""

    text: str
    is_json: bool


def read_arguments(method: Method, words: Sequence[str]) -> dict[str, Any]:
    """Read the arguments of a method.

    Args:
        method: the method.
        words: such as ``conversation_id=42``.

    Returns:
        The arguments by name.

    Raises:
        InvalidRequestError: one is not known, is missing, cannot be read, or does not fit its type.
    """
    parameters = method.parameters
    given = _parse(method, words)
    missing = [
        name for name, each in parameters.items() if each.default is inspect.Parameter.empty and name not in given
    ]
    if missing:
        raise InvalidRequestError(f"{method.name} needs {', '.join(missing)}: --help explains them")
    return {name: _read(name, each, parameters[name].annotation) for name, each in given.items()}


def _parse(method: Method, words: Sequence[str]) -> Mapping[str, list[_Given]]:
    given = dict[str, list[_Given]]()
    reads_stdin = False
    for word in words:
        found = _WORD.fullmatch(word)
        if found is None:
            raise InvalidRequestError(f"{word[:40]} must be key=value, or key:=json")
        name, sign, text = found.groups()
        parameter = method.parameters.get(name)
        if parameter is None:
            hint = did_you_mean(name, method.parameters)
            takes = f": it takes {', '.join(method.parameters)}" if method.parameters else ": it takes none"
            raise InvalidRequestError(f"{method.name} has no argument {name}{hint or takes}")
        if name in given and item_type(parameter.annotation) is None:
            raise InvalidRequestError(f"{name} is given twice")
        if text == "-":
            if reads_stdin:
                raise InvalidRequestError(f"{name}: only one argument can be read from standard input")
            reads_stdin = True
        given.setdefault(name, []).append(_Given(text, is_json=sign == ":="))
    return {
        name: [_Given(_content(name, each.text), is_json=each.is_json) for each in words_of_name]
        for name, words_of_name in given.items()
    }


def _content(name: str, text: str) -> str:
    if text != "-" and not text.startswith("@"):
        return _decoded(name, "the value", text)
    source = "standard input" if text == "-" else text[1:]
    try:
        data = _standard_input() if text == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InvalidRequestError(f"{name}: {source} cannot be read: {error.strerror}") from None
    # Some editors put a byte order mark at the beginning. The line break at the end is that of the file.
    return _LAST_LINE_BREAK.sub("", _decoded(name, source, data).removeprefix("\ufeff"))


def _decoded(name: str, source: str, data: str | bytes) -> str:
    try:
        # Where the locale is not UTF-8, Python keeps the bytes of the command line as surrogates.
        return (data.encode(errors="surrogateescape") if isinstance(data, str) else data).decode()
    except UnicodeError:
        raise InvalidRequestError(f"{name}: {source} is not text in UTF-8") from None


def _standard_input() -> bytes:
    # Not decoded with the encoding of the terminal: a pipe has UTF-8, as a file has.
    return b"" if sys.stdin is None else sys.stdin.buffer.read()  # pyright: ignore[reportUnnecessaryComparison]


def _read(name: str, given: Sequence[_Given], type_form: Any) -> Any:
    item = item_type(type_form)
    if len(given) > 1 or (item is not None and is_text(item) and not _is_json_list(given[0])):
        # A list of texts can be given as ``names=a names=b``.
        value = [_parse_one(name, each, item) for each in given]
    else:
        value = _parse_one(name, given[0], type_form)
    return structured(name, value, type_form)


def _parse_one(name: str, given: _Given, type_form: Any) -> Any:
    return (parse_json if given.is_json else parse_text)(name, given.text, type_form)


def _is_json_list(given: _Given) -> bool:
    return given.is_json or given.text.lstrip().startswith("[")
