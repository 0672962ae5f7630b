"""The file of a journal: its tables, and how to look at it."""

import enum
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import attrs
import orjson

from ..errors import ConfigurationError, DixaError

VERSION: Final = 1
_BEGINNING: Final = b"SQLite format 3\0"
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


class State(enum.StrEnum):
    """What is known of an input."""

    PLANNED = "planned"
    """Nothing was sent for it that must not be sent twice."""
    SENT = "sent"
    """A write was sent, and its answer is not there."""
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """A write was sent, and nobody knows what became of it."""
    DUPLICATE = "duplicate"
    """The same run has this key already. It is never written to the file."""


class JournalError(DixaError):
    """The journal cannot be read or written. What was written before is in it."""


@contextmanager
def sqlite_errors(path: str | PathLike[str]) -> Generator[None]:
    """Turn an error of SQLite into one that names the file."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError, UnicodeEncodeError) as error:
        is_taken = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        hint = "another process has it" if is_taken else str(error)
        raise JournalError(f"the journal {path} cannot be used: {hint}") from error


def refuse_other_file(path: str | PathLike[str]) -> None:
    """Refuse a file that is no database. SQLite itself would overwrite one that is very short.

    Raises:
        ConfigurationError: it is no database.
    """
    if not Path(path).is_file():
        return
    with Path(path).open("rb") as file:
        if file.read(len(_BEGINNING)) not in (_BEGINNING, b""):
            raise ConfigurationError(f"{path} is no journal: use another file")


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
        raise ConfigurationError(f"the journal has version {version}, and this package reads version {VERSION}")
    return str(name)


_ROWS: Final = "SELECT key, state, input, result, error, attempts, seconds FROM inputs"


@attrs.frozen(kw_only=True)
class Row:
    """What a journal holds of an input."""

    key: str
    state: State
    input: Any
    """The input as JSON; None if JSON cannot hold it."""
    result: Any
    """The result as JSON; None if there is none, or JSON cannot hold it."""
    error: str | None
    attempts: int
    seconds: float


class JournalView:
    """A look at a journal, also while its job runs.

    If its job does not run, this is the journal as it is now: look anew when the job has begun.

    Args:
        path: the file.

    Raises:
        JournalError: the file cannot be read.
        ConfigurationError: it is no journal, or that of another version of this package.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = path
        if not Path(path).is_file():
            raise JournalError(f"there is no journal {path}")
        with sqlite_errors(path):
            refuse_other_file(path)
            self._database = _open_to_read(Path(path).resolve())
            try:
                self.job = job_of(self._database)
            except BaseException:
                self._database.close()
                raise

    def counts(self) -> dict[State, int]:
        """How many inputs are in which state."""
        with sqlite_errors(self._path):
            rows = self._database.execute("SELECT state, COUNT(*) FROM inputs GROUP BY state ORDER BY state").fetchall()
        return {State(state): count for state, count in rows}

    def rows(self, *states: State) -> Iterator[Row]:
        """What is known of the inputs.

        Args:
            states: only those in these states; none given: all.

        Yields:
            A row for each input, by key.
        """
        wanted = states or tuple(State)
        marks = ", ".join("?" * len(wanted))
        query = f"{_ROWS} WHERE state IN ({marks}) ORDER BY key"
        with sqlite_errors(self._path):
            for key, state, item, result, error, attempts, seconds in self._database.execute(query, wanted):
                yield Row(
                    key=key,
                    state=State(state),
                    input=None if item is None else orjson.loads(item),
                    result=None if result is None else orjson.loads(result),
                    error=error,
                    attempts=attempts,
                    seconds=seconds,
                )

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _open_to_read(file: Path) -> sqlite3.Connection:
    # To read a journal that nobody writes, SQLite would make files beside it, leave them there, and fail if it may not.
    is_open = Path(f"{file}-wal").exists()
    return sqlite3.connect(f"{file.as_uri()}?mode=ro{'' if is_open else '&immutable=1'}", uri=True)
