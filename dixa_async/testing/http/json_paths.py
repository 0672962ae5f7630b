"""Paths into JSON, in the form in which the client's errors show them: ``$.data[3].createdAt``."""

import re
from typing import Any, Final, NoReturn, TypeAlias

JsonPath: TypeAlias = tuple[str | int, ...]
"""The names and indexes that lead to a value."""

_STEP: Final = re.compile(r"\.([\w-]+)|\[(\d{1,9})\]", re.ASCII)


def parse_path(text: str) -> JsonPath:
    """Read a path.

    Args:
        text: the path, with or without ``$.`` at its start.

    Returns:
        The path.

    Raises:
        ValueError: it is not a path, or is empty.
    """
    rest = text.removeprefix("$")
    if rest == text and not text.startswith(("[", ".")):
        rest = f".{text}"
    steps: list[str | int] = []
    position = 0
    while position < len(rest):
        step = _STEP.match(rest, position)
        if step is None:
            raise ValueError(f"write the path like $.data[0].createdAt, not {text!r}")
        steps.append(step[1] if step[1] is not None else int(step[2]))
        position = step.end()
    if not steps:
        raise ValueError("the path must name a field, such as $.data[0].createdAt")
    return tuple(steps)


def format_path(path: JsonPath) -> str:
    """Write a path as text."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def look_up(document: Any, path: JsonPath) -> Any:
    """The value at a path.

    Raises:
        LookupError: nothing is at this path.
    """
    for step in path:
        leads_on = isinstance(document, dict if isinstance(step, str) else list)
        document = document[step] if leads_on else _nothing_at(path)
    return document


def _nothing_at(path: JsonPath) -> NoReturn:
    raise LookupError(f"there is nothing at {format_path(path)}")
