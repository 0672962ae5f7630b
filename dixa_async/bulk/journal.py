"""What a job has done, in a file that survives it.

The journal is an SQLite database with a row for each input. A row is written before a request leaves that must not be
sent twice, and again when its answer is there. So a job that was killed at any moment knows, when it is run again, what
was done, what never left, and what was sent without an answer.
"""

import os
import sqlite3
import uuid
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import ConfigurationError
from ..serialization import MismatchError, Serializer
from .journal_file import SCHEMA, VERSION, JournalError, State, job_of, refuse_other_file, sqlite_errors
from .outcomes import Done, Failed, Outcome


class Journal:
    """The journal of a job.

    ::

        with Journal("tagging.journal", job="tag refunds") as journal:
            async with bulk.run(tag, ids, journal=journal) as outcomes: ...

    One process can have it open; others can read it with `JournalView`. A process that is killed loses nothing of what
    it wrote; a machine that loses its power may lose the last seconds.

    Args:
        path: the file; it is made if it is not there, for its owner alone.
        job: the name of the job, not empty. A journal of another job is refused.

    Raises:
        JournalError: the file cannot be opened or written, or another process has it.
        ConfigurationError: it is no journal, or that of another job or of another version of this package, or `job` is
            no name.
    """

    def __init__(self, path: str | os.PathLike[str], *, job: str) -> None:
        if not isinstance(job, str) or not job:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"job must be a text that is not empty, not {job!r}")
        self._run = uuid.uuid4().hex
        self._serializer = Serializer.shared()
        self._path = path
        self._lock = self._database = None
        try:
            with sqlite_errors(path):
                refuse_other_file(path)
                self._lock = _take(f"{os.fspath(path)}.lock")
                self._database = _connect(path)
                self._database.execute("PRAGMA journal_mode=WAL")
                # A process that is killed loses nothing of what it wrote; it takes a loss of power to do that.
                self._database.execute("PRAGMA synchronous=NORMAL")
                self._open(self._database, job)
        except BaseException:
            self.close()
            raise

    def _open(self, database: sqlite3.Connection, job: str) -> None:
        if not database.execute("SELECT name FROM sqlite_master").fetchone():
            with self._together():
                for statement in SCHEMA:
                    database.execute(statement)
                database.execute("INSERT INTO job VALUES (?, ?)", (VERSION, job))
        name = job_of(database)
        if name != job:
            raise ConfigurationError(f"the journal is of the job {name!r}, not {job!r}: use another file")

    def begin_run(self) -> None:
        """Begin a run of the job: inputs of an earlier one are no duplicates."""
        self._run = uuid.uuid4().hex

    def end_run(self) -> None:
        """End the run."""

    def plan(self, key: str, item: object) -> State:
        """Note an input of this run. It is in the file with the next `save`, `sending` or `record`.

        Args:
            key: its key.
            item: the input.

        Returns:
            What an earlier run left of it; `PLANNED` if nothing; `DUPLICATE` if this run has the key already.
        """
        with sqlite_errors(self._path):
            self._begin()
            found = self._open_database.execute("SELECT state, run FROM inputs WHERE key = ?", (key,)).fetchone()
            if found is None:
                self._open_database.execute(
                    "INSERT INTO inputs (key, state, run, input) VALUES (?, ?, ?, ?)",
                    (key, State.PLANNED, self._run, self._json(item)),
                )
                return State.PLANNED
            state, run = found
            if run == self._run:
                return State.DUPLICATE
            self._open_database.execute("UPDATE inputs SET run = ? WHERE key = ?", (self._run, key))
            if state in (State.PLANNED, State.FAILED):  # it may have been mended since it was sent, if it was
                self._open_database.execute("UPDATE inputs SET input = ? WHERE key = ?", (self._json(item), key))
            return State(state)

    def save(self) -> None:
        """Write what was planned. A job that goes over what it has done already need not do it for each input."""
        with self._together():
            pass

    def sending(self, keys: Iterable[str]) -> None:
        """Note that writes are about to leave in one request."""
        sent = [(State.SENT, key) for key in keys]
        with self._together() as database:
            if database.executemany("UPDATE inputs SET state = ? WHERE key = ?", sent).rowcount != len(sent):
                raise JournalError("what is about to be sent is not in the journal: an error has undone it")

    def put_back(self, keys: Iterable[str]) -> None:
        """Note that the writes of one request were not applied: they are planned again."""
        with self._together() as database:
            database.executemany("UPDATE inputs SET state = ? WHERE key = ?", [(State.PLANNED, key) for key in keys])

    def record(self, outcomes: Iterable[Outcome[Any, Any]]) -> None:
        """Note what became of the inputs of one request."""
        with self._together() as database:
            database.executemany(
                "UPDATE inputs SET state = ?, result = ?, error = ?, attempts = attempts + ?, seconds = ?"
                " WHERE key = ?",
                [self._row(outcome) for outcome in outcomes],
            )

    def _row(self, outcome: Outcome[Any, Any]) -> tuple[Any, ...]:
        result = error = None
        if isinstance(outcome, Done):
            state, result = State.DONE, self._json(outcome.result)
        else:
            state = State.FAILED if isinstance(outcome, Failed) else State.UNKNOWN
            error = None if outcome.error is None else f"{type(outcome.error).__name__}: {outcome.error}"
        return state, result, error, outcome.attempts, outcome.seconds, outcome.key

    @contextmanager
    def _together(self) -> Generator[sqlite3.Connection]:
        """All that is written in the block is written, or nothing."""
        with sqlite_errors(self._path):
            database = self._open_database
            self._begin()
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:  # some errors have ended it already
                    database.execute("ROLLBACK")
                raise

    def _begin(self) -> None:
        if not self._open_database.in_transaction:
            self._open_database.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close the file."""
        if self._database is not None and self._database.in_transaction:
            with suppress(sqlite3.Error):  # of what was only planned, nothing was sent: nothing is lost with it
                self._database.execute("COMMIT")
        for connection in (self._database, self._lock):
            if connection is not None:
                connection.close()
        self._database = self._lock = None

    @property
    def _open_database(self) -> sqlite3.Connection:
        if self._database is None:
            raise JournalError(f"the journal {self._path} is closed")
        return self._database

    def _json(self, value: object) -> str | None:
        try:
            return self._serializer.encode(value).decode()
        except MismatchError:
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _connect(path: str | os.PathLike[str], timeout: float = 5.0) -> sqlite3.Connection:
    Path(path).touch(mode=0o600)  # SQLite would let everybody read it; what it makes beside it has the same mode
    return sqlite3.connect(path, isolation_level=None, timeout=timeout)


def _take(path: str) -> sqlite3.Connection:
    """Hold a file, so that no other process can: two with one journal would send everything twice.

    The system lets go of it when the process ends, however it ends.
    """
    lock = _connect(path, timeout=0)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise
    return lock
