"""The table of an inbox in a file, and the errors of the file."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from ...database import is_locked, is_not_database
from ...errors import ConfigurationError
from .errors import InboxError

VERSION: Final = 1
SCHEMA: Final = (
    "CREATE TABLE inbox (version INTEGER NOT NULL)",
    """CREATE TABLE events (
        arrival INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        message_key TEXT UNIQUE,
        state TEXT NOT NULL,
        event_type TEXT NOT NULL,
        message_id TEXT,
        conversation_id INTEGER,
        occurred_at TEXT,
        received_at TEXT NOT NULL,
        put_at REAL NOT NULL,
        body BLOB,
        attempts INTEGER NOT NULL DEFAULT 0,
        retry_at REAL,
        reason TEXT,
        parked_at REAL
    )""",
    "CREATE INDEX unfinished ON events (state) WHERE state <> 'done'",
    "CREATE INDEX old ON events (put_at)",
)


@contextmanager
def inbox_errors(path: str) -> Generator[None]:
    """Turn an error of the file into one that names it.

    Args:
        path: the path of the inbox.

    Raises:
        ConfigurationError: it is no database.
        InboxError: it cannot be used.
    """
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        if is_not_database(error):
            raise ConfigurationError(f"{path} is no inbox ({error}): use another file") from error
        hint = "another process has it, or another inbox of this one" if is_locked(error) else str(error)
        raise InboxError(f"the inbox {path} cannot be used: {hint}") from error


def prepare(database: sqlite3.Connection) -> None:
    """Make the table in a new file, and check that of an old one.

    Raises:
        ConfigurationError: the database is no inbox, or that of another version of this package.
    """
    # What is deleted is personal data: no free page keeps it.
    database.execute("PRAGMA secure_delete = ON")
    if not database.execute("SELECT name FROM sqlite_master").fetchone():
        for statement in SCHEMA:
            database.execute(statement)
        database.execute("INSERT INTO inbox VALUES (?)", (VERSION,))
    check(database)


def check(database: sqlite3.Connection) -> None:
    """Check that a database is an inbox.

    Raises:
        ConfigurationError: it is none, or that of another version of this package.
    """
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"inbox", "events"} <= tables:
        raise ConfigurationError("the file is an SQLite database, and no inbox: use another file")
    found = database.execute("SELECT version FROM inbox").fetchone()
    version = None if found is None else found[0]
    if version != VERSION:
        raise ConfigurationError(f"the inbox has version {version!r}, and this package reads version {VERSION}")
