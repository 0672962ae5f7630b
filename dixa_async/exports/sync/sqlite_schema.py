"""The tables of a copy in SQLite, which people query."""

import sqlite3
from typing import Any, Final

import attrs

from ..._json import dumps
from ...errors import ConfigurationError
from ...models.base import Model, wire_fields
from ..rows import ExportedConversation, ExportedMessage
from .store import KEPT_OF_ANONYMIZED, row_values, wire_name

VERSION: Final = 1

_TYPES: Final = {
    "csid": "INTEGER NOT NULL",
    "duration": "NUMERIC",
    "handling_duration": "NUMERIC",
    "is_automated_message": "INTEGER",
    "rating_score": "INTEGER",
    "total_duration": "NUMERIC",
}
"""The types of the columns that are not text."""
_RENAMED: Final = {name: f"{name}_addresses" for name in ("from", "to", "cc", "bcc")}
"""Fields whose columns have other names, most of them since theirs is a word of SQL."""
_EXTRA: Final = "extra"
_LARGEST: Final = 2**63


@attrs.frozen
class _Column:
    name: str
    wire_name: str
    type: str

    def cell(self, value: Any) -> Any:
        """A JSON value as the database has it."""
        if self.wire_name in _RENAMED and value.__class__ is str:
            value = [value]  # one recipient, where others have a list
        if value is None or value.__class__ is str:
            return value
        if value.__class__ in (list, dict):
            return dumps(value).decode()
        return str(value) if self.type == "TEXT" or abs(value) >= _LARGEST else value


class Table:
    """The table of one kind of rows. Its columns are the fields of the model, and `extra`.

    Args:
        name: its name.
        model: the rows.
        id_type: the type of its primary key.
    """

    def __init__(self, name: str, model: type[Model], id_type: str) -> None:
        self.name: str = name
        fields = [(field.name, wire_name(field)) for field in wire_fields(model)]
        self._columns = [
            _Column(_RENAMED.get(name, name), name, id_type if attribute == "id" else _TYPES.get(attribute, "TEXT"))
            for attribute, name in fields
        ]
        self._known = frozenset(name for _, name in fields)
        self.columns: tuple[str, ...] = (*(column.name for column in self._columns), _EXTRA)
        named, marks = ", ".join(f'"{name}"' for name in self.columns), ", ".join("?" * len(self.columns))
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in self.columns[1:])
        self.select: str = f"SELECT {named} FROM {name} WHERE id = ?"  # noqa: S608 - nothing comes from others
        self.upsert: str = f"INSERT INTO {name} ({named}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}"  # noqa: S608

    def cells(self, row: Model) -> tuple[Any, ...]:
        """A row as values of the columns."""
        values = row_values(row)
        cells = [column.cell(values.get(column.wire_name)) for column in self._columns]
        extra = {name: value for name, value in values.items() if name not in self._known}
        return (*cells, dumps(extra).decode() if extra else None)

    def create(self, database: sqlite3.Connection) -> None:
        """Create it, or add the columns of fields that a newer version of the package knows."""
        types = [*((column.name, column.type) for column in self._columns), (_EXTRA, "TEXT")]
        columns = ", ".join(f'"{name}" {column_type}' for name, column_type in types)
        database.execute(f"CREATE TABLE IF NOT EXISTS {self.name} ({columns})")
        found = {name for _, name, *_ in database.execute(f"PRAGMA table_info({self.name})")}
        for name, column_type in types:
            if name not in found:
                database.execute(f'ALTER TABLE {self.name} ADD COLUMN "{name}" {column_type}')


CONVERSATIONS: Final = Table("conversations", ExportedConversation, "INTEGER PRIMARY KEY")
MESSAGES: Final = Table("messages", ExportedMessage, "TEXT PRIMARY KEY NOT NULL")

_ERASED: Final = [name for name in MESSAGES.columns if name not in KEPT_OF_ANONYMIZED]
ERASE_MESSAGES: Final = (
    f"UPDATE messages SET {', '.join(f'{name} = NULL' for name in _ERASED)} "  # noqa: S608
    f"WHERE csid = ? AND coalesce({', '.join(_ERASED)}) IS NOT NULL"
)
"""Removes the content of the messages of a conversation."""

_OTHERS: Final = (
    "CREATE TABLE coverage (kind TEXT PRIMARY KEY NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL)",
    "CREATE INDEX conversations_by_creation ON conversations (created_at)",
    "CREATE INDEX conversations_by_update ON conversations (updated_at)",
    "CREATE INDEX conversations_by_requester ON conversations (requester_id)",
    "CREATE INDEX conversations_by_assignee ON conversations (assignee_id)",
    "CREATE INDEX messages_by_conversation ON messages (csid, created_at)",
    "CREATE INDEX messages_by_creation ON messages (created_at)",
    """CREATE VIEW conversation_messages AS SELECT
        conversations.id AS conversation_id, conversations.subject, conversations.status,
        conversations.initial_channel, conversations.queue_name, conversations.requester_id,
        conversations.requester_name, conversations.assignee_id, conversations.assignee_name,
        conversations.created_at AS conversation_created_at, conversations.closed_at, conversations.anonymized_at,
        messages.id AS message_id, messages.created_at AS message_created_at, messages.direction,
        messages.author_name, messages.is_automated_message, messages.text
    FROM conversations LEFT JOIN messages ON messages.csid = conversations.id""",
    "CREATE TABLE dixa_copy (version INTEGER NOT NULL, has_traces INTEGER NOT NULL)",
)


def prepare(database: sqlite3.Connection) -> None:
    """Create the tables in a new file, and check those of an old one.

    Raises:
        ConfigurationError: the database is not a copy, or one of another version of this package.
    """
    # Most of what is replaced is then gone at once. `SqliteStore.finish` removes the rest.
    database.execute("PRAGMA secure_delete = ON")
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if tables:
        _check(database, tables)
    CONVERSATIONS.create(database)
    MESSAGES.create(database)
    if not tables:
        for statement in _OTHERS:
            database.execute(statement)
        database.execute("INSERT INTO dixa_copy VALUES (?, 0)", (VERSION,))


def _check(database: sqlite3.Connection, tables: set[str]) -> None:
    if not {"dixa_copy", "coverage", CONVERSATIONS.name, MESSAGES.name} <= tables:
        raise ConfigurationError("the file is an SQLite database, but not a copy of Dixa: use another file")
    found = database.execute("SELECT version FROM dixa_copy").fetchone()
    version = None if found is None else found[0]
    if version != VERSION:
        raise ConfigurationError(f"the copy has version {version!r}, and this package writes version {VERSION}")
