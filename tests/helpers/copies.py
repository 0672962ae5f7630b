"""Reads the copies that `Sync` makes, as a person who knows only the documentation would."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

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
