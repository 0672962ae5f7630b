"""The tables of a journal, how text is stored in them, and the errors of its file."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from ...database import is_locked, is_not_database
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
    """The journal cannot be read or written. What was written before is kept."""


@contextmanager
def journal_errors(path: str) -> Generator[None]:
    """Convert an error of the file into one that names the file.

    Args:
        path: the path of the journal.

    Raises:
        ConfigurationError: the file is not a database.
        JournalError: the file cannot be used.
    """
    try:
        yield
    except (sqlite3.DatabaseError, OSError, UnicodeEncodeError) as error:
        if is_not_database(error):
            raise ConfigurationError(f"{path} is not a journal ({error}): use another file") from error
        reason = "another process has it open, or another Journal of this one" if is_locked(error) else str(error)
        raise JournalError(f"the journal {path} cannot be used: {reason}") from error


def job_of(database: sqlite3.Connection) -> str:
    """The name of the job that a journal belongs to.

    Raises:
        ConfigurationError: the database is not a journal, or is one of another version of this package.
    """
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"job", "inputs"} <= tables:
        raise ConfigurationError("the file is an SQLite database, but not a journal: use another file")
    row = database.execute("SELECT version, name FROM job").fetchone()
    if row is None:
        raise ConfigurationError("the journal does not name its job: use another file")
    version, name = row
    if version != VERSION:
        raise ConfigurationError(f"the journal has version {version!r}, and this package reads version {VERSION}")
    if not isinstance(name, str):
        raise ConfigurationError("the name of the job in the journal is not text: use another file")
    return name


# Any `str` is stored, and no two become the same. SQLite is passed bytes, and casts them to text: by itself, the
# sqlite3 module rejects half of a surrogate pair.


def to_cell(text: str) -> bytes:
    """The bytes of a text, for ``CAST(? AS TEXT)``."""
    return text.encode("utf-8", "surrogatepass")


def from_cell(cell: bytes) -> str:
    """The text of a cell.

    Raises:
        UnicodeDecodeError: the cell is not text.
    """
    return cell.decode("utf-8", "surrogatepass")
