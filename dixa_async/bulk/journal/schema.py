"""The tables of a journal, how texts are kept in them, and the errors of its file."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from ...database import is_other_file, is_taken
from ...errors import ConfigurationError, DixaError

VERSION: Final = 2
SCHEMA: Final = (
    "CREATE TABLE job (version INTEGER NOT NULL, name TEXT NOT NULL)",
    """CREATE TABLE inputs (
        key TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        run TEXT NOT NULL,
        input TEXT,
        result TEXT,
        error TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
)


class JournalError(DixaError):
    """The journal cannot be read or written. What was written before is in it."""


@contextmanager
def journal_errors(path: str) -> Generator[None]:
    """Turn an error of the file into one that names it.

    Args:
        path: the path of the journal.

    Raises:
        ConfigurationError: it is no database.
        JournalError: it cannot be used.
    """
    try:
        yield
    except (sqlite3.DatabaseError, OSError, UnicodeEncodeError) as error:
        if is_other_file(error):
            raise ConfigurationError(f"{path} is no journal ({error}): use another file") from error
        hint = "another process has it, or another Journal of this one" if is_taken(error) else str(error)
        raise JournalError(f"the journal {path} cannot be used: {hint}") from error


def job_of(database: sqlite3.Connection) -> str:
    """The name of the job that a journal is of.

    Raises:
        ConfigurationError: the database is no journal, or that of another version of this package.
    """
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"job", "inputs"} <= tables:
        raise ConfigurationError("the file is an SQLite database, and no journal: use another file")
    found = database.execute("SELECT version, name FROM job").fetchone()
    if found is None:
        raise ConfigurationError("the journal names no job: use another file")
    version, name = found
    if version != VERSION:
        raise ConfigurationError(f"the journal has version {version!r}, and this package reads version {VERSION}")
    if not isinstance(name, str):
        raise ConfigurationError("the journal names its job by something else than a text: use another file")
    return name


# Any text of Python is kept, and no two become one. SQLite gets the bytes, and is told that they are text: by itself,
# the module refuses half of a surrogate pair.


def to_cell(text: str) -> bytes:
    """What is given to SQLite for ``CAST(? AS TEXT)``."""
    return text.encode("utf-8", "surrogatepass")


def from_cell(cell: bytes) -> str:
    """The text of a cell.

    Raises:
        UnicodeDecodeError: it is none.
    """
    return cell.decode("utf-8", "surrogatepass")
