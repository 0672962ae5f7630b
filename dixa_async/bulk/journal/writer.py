"""The journal of a job that runs.

It is an SQLite database with a row for each input. The row is written before a request is sent that must not be sent
twice, and again when its response has arrived. So a job that was killed at any moment knows, when it is run again,
which inputs succeeded, which were never sent, and which were sent without a response.
"""

import asyncio
import sqlite3
import uuid
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from ..._error_text import describe_error
from ...database import DatabaseFile, FilePath, absolute_path
from ...errors import ConfigurationError, UsageError
from ...serialization import Serializer
from ..outcomes import Failed, Outcome, Succeeded
from ..state import State
from .schema import SCHEMA, VERSION, JournalError, job_of, journal_errors, to_cell

_MAX_PLANNED: Final = 1000
"""Inputs that are planned in one transaction, which is held in memory."""
_STORED_STATES: Final = frozenset(State) - {State.DUPLICATE}


class Journal:
    """The journal of a job.

    ::

        with Journal("tagging.journal", job="tag refunds") as journal:
            async with bulk.run(tag, ids, journal=journal) as outcomes: ...

    Only one process can have it open, whatever the path it uses; others can read it with `JournalView`. A process that
    is killed loses nothing that it wrote. A power failure can lose the last seconds, unless the journal is durable.
    Several jobs can use a journal one after the other.

    Args:
        path: the file. If it does not exist, it is created, readable and writable by its owner only.
        job: the name of the job, not empty. A journal of another job is rejected.
        durable: whether each write is synced to the disk, so that a power failure loses and damages nothing. A sync
            blocks the event loop for some milliseconds, on some disks for tens of them.

    Raises:
        JournalError: the file cannot be opened or written, is damaged, or is already open in this process or another.
        ConfigurationError: the file is not a journal, or is one of another job or of another version of this package,
            `path` is not a path, or `job` is not a non-empty str.
    """

    def __init__(self, path: FilePath, *, job: str, durable: bool = False) -> None:
        if not isinstance(job, str) or not job:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"job must be a non-empty str, not {job!r}")
        self._run = uuid.uuid4().hex
        self._loop: asyncio.AbstractEventLoop | None = None
        self._planned = 0
        self._path = absolute_path(path)
        with journal_errors(self._path):
            self._file = DatabaseFile(self._path, lambda database: _prepare(database, job), durable=durable)

    def begin_run(self) -> str:
        """Start a run of a job. Its inputs are not duplicates of those of an earlier run.

        Returns:
            The ID of the run.

        Raises:
            UsageError: another job uses this journal.
        """
        if self._loop is not None and not self._loop.is_closed():  # a job whose loop is closed has ended
            raise UsageError(
                f"another job uses the journal {self._path}: leave its block first, or use another journal"
            )
        self._loop = asyncio.get_running_loop()
        self._run = uuid.uuid4().hex
        return self._run

    def end_run(self, run: str) -> None:
        """End a run, so that another one can start.

        Args:
            run: the ID of the run. Nothing happens if another one has started since.
        """
        if run == self._run:
            self._loop = None

    def plan(self, key: str, item: object) -> State:
        """Add an input of this run. It is written with the next `save`, `sending` or `record` at the latest.

        Args:
            key: its key.
            item: the input. It is stored as None if JSON cannot hold it.

        Returns:
            The state in which an earlier run left it, `PLANNED` if there was none, or `DUPLICATE` if an earlier input
            of this run has the same key.

        Raises:
            ConfigurationError: the key is not a str.
            JournalError: the journal cannot be written, or its row of this key is damaged.
        """
        if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"a key must be a str, not {key!r}: pass key=, a function that returns one")
        with journal_errors(self._path), self._file.writing() as database:
            state = self._plan(database, to_cell(key), item)
        self._planned += 1
        if self._planned >= _MAX_PLANNED:
            self.save()
        return state

    def _plan(self, database: sqlite3.Connection, key: bytes, item: object) -> State:
        row = database.execute("SELECT state, run FROM inputs WHERE key = CAST(? AS TEXT)", (key,)).fetchone()
        if row is None:
            database.execute(
                "INSERT INTO inputs (key, state, run, input) VALUES (CAST(? AS TEXT), ?, ?, ?)",
                (key, State.PLANNED, self._run, _json(item)[0]),
            )
            return State.PLANNED
        state, run = row
        if state not in _STORED_STATES:
            raise JournalError(f"the journal {self._path} is damaged: an input has the unknown state {state!r}")
        if run == self._run:
            return State.DUPLICATE
        database.execute("UPDATE inputs SET run = ? WHERE key = CAST(? AS TEXT)", (self._run, key))
        if state in (State.PLANNED, State.FAILED):  # the caller may have corrected it since
            database.execute("UPDATE inputs SET input = ? WHERE key = CAST(? AS TEXT)", (_json(item)[0], key))
        return State(state)

    def save(self) -> None:
        """Write the inputs that were planned.

        Raises:
            JournalError: the journal cannot be written.
        """
        self._planned = 0
        with journal_errors(self._path), self._file.transaction():
            pass

    def sending(self, keys: Iterable[str]) -> None:
        """Note that a request with these inputs is about to be sent, which must not be sent twice.

        Args:
            keys: the keys of the inputs.

        Raises:
            JournalError: the journal cannot be written. The request must not be sent.
        """
        sent = [(State.SENT, to_cell(key)) for key in keys]
        with journal_errors(self._path), self._file.transaction() as database:
            statement = "UPDATE inputs SET state = ? WHERE key = CAST(? AS TEXT)"
            if database.executemany(statement, sent).rowcount != len(sent):
                raise JournalError(
                    "an input that is about to be sent is not in the journal: an earlier error has rolled it back"
                )

    def put_back(self, keys: Iterable[str]) -> None:
        """Note that the request with these inputs was not applied: they are planned again.

        Args:
            keys: the keys of the inputs.

        Raises:
            JournalError: the journal cannot be written.
        """
        with journal_errors(self._path), self._file.transaction() as database:
            statement = "UPDATE inputs SET state = ? WHERE key = CAST(? AS TEXT)"
            database.executemany(statement, [(State.PLANNED, to_cell(key)) for key in keys])

    def record(self, outcomes: Iterable[Outcome[Any, Any]]) -> list[str]:
        """Write the outcomes of the inputs of one request.

        Args:
            outcomes: the outcomes.

        Returns:
            The keys of the inputs whose result is not stored, since JSON cannot hold it. They succeeded all the same,
            and the `error` of their rows says why there is no result.

        Raises:
            JournalError: the journal cannot be written.
        """
        rows = [(outcome.key, _row(outcome)) for outcome in outcomes]
        with journal_errors(self._path), self._file.transaction() as database:
            database.executemany(
                "UPDATE inputs SET state = ?, result = ?, error = CAST(? AS TEXT), attempts = attempts + ?, seconds = ?"
                " WHERE key = CAST(? AS TEXT)",
                [row for _, row in rows],
            )
        return [key for key, (state, result, *_) in rows if state is State.SUCCEEDED and result is None]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _prepare(database: sqlite3.Connection, job: str) -> None:
    if not database.execute("SELECT name FROM sqlite_master").fetchone():
        for statement in SCHEMA:
            database.execute(statement)
        database.execute("INSERT INTO job VALUES (?, ?)", (VERSION, job))
    name = job_of(database)
    if name != job:
        raise ConfigurationError(f"the journal belongs to the job {name!r}, not {job!r}: use another file")


_Cells: TypeAlias = tuple[State, str | None, bytes | None, int, float, bytes]


def _row(outcome: Outcome[Any, Any]) -> _Cells:
    result = error = None
    if isinstance(outcome, Succeeded):
        state = State.SUCCEEDED
        result, error = _json(outcome.result)
    else:
        state = State.FAILED if isinstance(outcome, Failed) else State.INDETERMINATE
        error = None if outcome.error is None else describe_error(outcome.error)
    cell = None if error is None else to_cell(error)
    return state, result, cell, outcome.attempts, outcome.seconds, to_cell(outcome.key)


def _json(value: object) -> tuple[str | None, str | None]:
    """The JSON of a value, or why JSON cannot hold it."""
    try:
        return Serializer.shared().encode_unchecked(value).decode(), None
    except Exception as error:  # a value of any class must not keep the journal from being written
        return None, f"the result cannot be stored as JSON: {describe_error(error)}"
