"""Prints objects as a table."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TextIO, cast, get_args

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


def write_table(objects: Sequence[object], out: TextIO, *, width: int | None = None) -> None:
    """Write a table with a row for each object, and as many columns as fit.

    Args:
        objects: models.
        out: where to.
        width: the width in characters; defaults to that of the terminal.
    """
    rows = [_row(each) for each in objects]
    console = Console(file=out, width=width)
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if any(row.get(name) for row in rows)]
    shown = names[: max(1, console.width // _NARROWEST)]
    table = Table()
    for name in shown:
        table.add_column(Text(printable(name)), no_wrap=True, min_width=6, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(printable(_cell(row.get(name)))) for name in shown))
    console.print(table)
    if names[len(shown) :]:
        rest = ", ".join(map(printable, names[len(shown) :]))
        console.print(Text(f"{len(names) - len(shown)} more columns do not fit, JSON has them: {rest}"))


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
