"""Prints objects as a table."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TextIO, cast, get_args

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..._utc import utc_text
from ...conversion import to_dict
from ...models import Conversation, Message
from ...rows import conversation_row, message_row
from ..terminal import printable

_CONVERSATIONS: Final[tuple[type[Any], ...]] = get_args(Conversation)
_NARROWEST: Final = 16
"""The width that a column should have, with its borders."""
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_BORDERS: Final = 3
"""The width of the borders of a column."""


def write_table(objects: Sequence[object], out: TextIO, *, width: int | None = None) -> None:
    """Write a table with a row for each object, and as many columns as fit.

    Args:
        objects: models.
        out: where to.
        width: the width in characters; defaults to that of the terminal.
    """
    rows = [_row(each) for each in objects]
    console = Console(file=out, width=width)
    names = [
        name
        for name in dict.fromkeys(name for row in rows for name in row)
        if any(row.get(name) not in _EMPTY for row in rows)
    ]
    shown = names[: max(1, console.width // _NARROWEST)]
    columns = [[printable(name), *(printable(_cell(row.get(name))) for row in rows)] for name in shown]
    table = Table()
    for column, column_width in zip(columns, _widths(columns, console.width), strict=True):
        table.add_column(Text(column[0]), no_wrap=True, width=column_width, overflow="ellipsis")
    for number in range(1, len(rows) + 1):
        table.add_row(*(Text(column[number]) for column in columns))
    console.print(table)
    if names[len(shown) :]:
        rest = ", ".join(map(printable, names[len(shown) :]))
        console.print(Text(f"{len(names) - len(shown)} more columns do not fit, JSON has them: {rest}"))


def _widths(columns: Sequence[Sequence[str]], width: int) -> list[int]:
    """The width of each column: only the widest are cut, all to the same width."""
    widths = [min(width, max(map(cell_len, column))) for column in columns]
    available = width - len(columns) * _BORDERS - 1
    while sum(widths) > available and max(widths) > 1:
        widest = max(widths)
        widths = [min(each, widest - 1) for each in widths]
    return widths


def _row(value: object) -> Mapping[str, Any]:
    if isinstance(value, Message):
        return message_row(value)
    if isinstance(value, _CONVERSATIONS):
        return conversation_row(cast("Conversation", value))
    return _flat(to_dict(value))


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """The fields of an object, with those of the objects in it: ``assignment.agentId``."""
    if not isinstance(value, Mapping):
        return {prefix.rstrip(".") or "value": value}
    flat = dict[str, Any]()
    for name, field in value.items():  # pyright: ignore[reportUnknownVariableType]
        flat |= _flat(field, f"{prefix}{name}.")
    return flat


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return utc_text(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
