"""Copies: their rows, as a person who knows only the documentation would read them, and what to write into them."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dixa_async import from_json
from dixa_async.exports import ExportedConversation, ExportedMessage
from dixa_async.exports.sync import Coverage, ExportedRow, Written
from dixa_async.exports.sync.open_store import to_store

Rows = dict[tuple[str, int | str], dict[str, Any]]


def rows_of(path: Path) -> Rows:
    """The rows of a copy by what they are and their ID, without fields that are null."""
    return _of_json_lines(path) if path.suffix == ".jsonl" else _of_sqlite(path)


def _of_json_lines(path: Path) -> Rows:
    rows: Rows = {}
    for text in path.read_bytes().splitlines():
        line = json.loads(text)
        kind = line.pop("_kind")
        if kind in ("conversation", "message"):
            rows[kind, line["id"]] = line
    return rows


def _of_sqlite(path: Path) -> Rows:
    rows: Rows = {}
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        for kind in ("conversation", "message"):
            for cells in database.execute(f"SELECT * FROM {kind}s"):
                rows[kind, cells["id"]] = _row(dict(cells))
    return rows


def _row(cells: dict[str, Any]) -> dict[str, Any]:
    extra: dict[str, Any] = json.loads(cells.pop("extra") or "{}")
    row = {name.removesuffix("_addresses"): _value(value) for name, value in cells.items() if value is not None}
    return row | extra


def _value(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("[", "{")):
        return json.loads(value)
    return value


SINCE = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = round(SINCE.timestamp() * 1000)
SECRET = "Ada Lovelace, 4 St James's Square"


def conversation(number: int, updated: int = 0, **others: Any) -> ExportedConversation:
    row = {"id": number, "created_at": FIRST, "initial_channel": "email", "requester_id": "u", **others}
    return from_json(json.dumps({"updated_at": FIRST + updated, **row}), ExportedConversation)


def message(name: str, csid: int = 1, **others: Any) -> ExportedMessage:
    row = {"id": name, "csid": csid, "created_at": FIRST + 5, "text": "Hello", **others}
    return from_json(json.dumps(row), ExportedMessage)


def covers(days: int) -> Coverage:
    return Coverage(SINCE, SINCE + timedelta(days=days))


class Copy:
    """A copy in a file, opened for each write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = to_store(path)

    def write(self, *rows: ExportedRow, finish: bool = True) -> Written:
        kind: Any = "messages" if rows and isinstance(rows[0], ExportedMessage) else "conversations"
        self.store.open()
        try:
            written = self.store.write(rows, (kind, covers(1)))
            if finish:
                self.store.finish()
        finally:
            self.store.close()
        return written

    def rows(self) -> dict[tuple[str, int | str], dict[str, Any]]:
        return rows_of(self.path)

    def has(self, text: str) -> bool:
        return text.encode() in self.path.read_bytes()
