"""The journal of a job that runs.

It is an SQLite database with a row for each input. A row is written before a request leaves that must not be sent
twice, and again when its response is there. So a job that was killed at any moment knows, when it is run again, what
was done, what never left, and what was sent without a response.
"""

import asyncio
import sqlite3
import uuid
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from ...database import DatabaseFile, FilePath, absolute
from ...errors import ConfigurationError, UsageError
from ...serialization import Serializer
from ..outcomes import Failed, Outcome, Succeeded, described_error
from ..state import State
from .schema import SCHEMA, VERSION, JournalError, job_of, journal_errors, to_cell

_MOST_PLANNED: Final = 1000
"""Inputs that are planned in one transaction: it is held in memory."""
_WRITTEN: Final = frozenset(State) - {State.DUPLICATE}


class Journal:
    """The journal of a job.

    ::

        with Journal("tagging.journal", job="tag refunds") as journal:
            async with bulk.run(tag, ids, journal=journal) as outcomes: ...

    One process can have it open, by whatever name; others can read it with `JournalView`. A process that is killed
    loses nothing of what it wrote; a machine that loses its power may lose the last seconds of it, unless it is
    durable. Jobs can use a journal one after the other.

    Args:
        path: the file; it is made if it is not there, for its owner alone.
        job: the name of the job, not empty. A journal of another job is refused.
        durable: whether each write waits for the disk, so that a loss of power loses and damages nothing. It blocks the
            event loop for some milliseconds each time, on some disks for tens of them.

    Raises:
        JournalError: the file cannot be opened or written, is damaged, or is open already, here or in another process.
        ConfigurationError: it is no journal, or that of another job or of another version of this package, or `path` or
            `job` cannot be used as such.
    """

    def __init__(self, path: FilePath, *, job: str, durable: bool = False) -> None:
        if not isinstance(job, str) or not job:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"job must be a text that is not empty, not {job!r}")
        self._run = uuid.uuid4().hex
        self._loop: asyncio.AbstractEventLoop | None = None
        self._planned = 0
        self._path = absolute(path)
        with journal_errors(self._path):
            self._file = DatabaseFile(self._path, lambda database: _prepare(database, job), durable=durable)

    def begin_run(self) -> str:
        """Begin a run of a job: its inputs are no duplicates of those of an earlier run.

        Returns:
            The name of the run.

        Raises:
            UsageError: another job runs with this journal.
        """
        if self._loop is not None and not self._loop.is_closed():  # without its loop, it runs no more
            raise UsageError(
                f"another job runs with the journal {self._path}: leave its block first, or use another journal"
            )
        self._loop = asyncio.get_running_loop()
        self._run = uuid.uuid4().hex
        return self._run

    def end_run(self, run: str) -> None:
        """End a run, so that another one can begin.

        Args:
            run: the name of the run. Nothing happens if it is not the last one.
        """
        if run == self._run:
            self._loop = None

    def plan(self, key: str, item: object) -> State:
        """Note an input of this run. It is in the file with the next `save`, `sending` or `record`, or before.

        Args:
            key: its key.
            item: the input. What JSON cannot hold is left out.

        Returns:
            What an earlier run left of it; `PLANNED` if nothing; `DUPLICATE` if this run has the key already.

        Raises:
            ConfigurationError: the key is no text.
            JournalError: the journal cannot be written, or is damaged in this place.
        """
        if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"a key must be a text, not {key!r}: pass key=, a function that returns one")
        with journal_errors(self._path), self._file.writing() as database:
            state = self._plan(database, to_cell(key), item)
        self._planned += 1
        if self._planned >= _MOST_PLANNED:
            self.save()
        return state

    def _plan(self, database: sqlite3.Connection, key: bytes, item: object) -> State:
        found = database.execute("SELECT state, run FROM inputs WHERE key = CAST(? AS TEXT)", (key,)).fetchone()
        if found is None:
            database.execute(
                "INSERT INTO inputs (key, state, run, input) VALUES (CAST(? AS TEXT), ?, ?, ?)",
                (key, State.PLANNED, self._run, _json(item)[0]),
            )
            return State.PLANNED
        state, run = found
        if state not in _WRITTEN:
            raise JournalError(f"the journal {self._path} is damaged: it has an input in the state {state!r}")
        if run == self._run:
            return State.DUPLICATE
        database.execute("UPDATE inputs SET run = ? WHERE key = CAST(? AS TEXT)", (self._run, key))
        if state in (State.PLANNED, State.FAILED):  # it may have been mended since it was sent, if it was
            database.execute("UPDATE inputs SET input = ? WHERE key = CAST(? AS TEXT)", (_json(item)[0], key))
        return State(state)

    def save(self) -> None:
        """Write what was planned. A job that goes over what it has done already need not do it for each input.

        Raises:
            JournalError: it cannot be written.
        """
        self._planned = 0
        with journal_errors(self._path), self._file.transaction():
            pass

    def sending(self, keys: Iterable[str]) -> None:
        """Note that writes are about to leave in one request.

        Args:
            keys: the keys of its inputs.

        Raises:
            JournalError: it cannot be written: the request must not leave.
        """
        sent = [(State.SENT, to_cell(key)) for key in keys]
        with journal_errors(self._path), self._file.transaction() as database:
            statement = "UPDATE inputs SET state = ? WHERE key = CAST(? AS TEXT)"
            if database.executemany(statement, sent).rowcount != len(sent):
                raise JournalError("what is about to be sent is not in the journal: an error has undone it")

    def put_back(self, keys: Iterable[str]) -> None:
        """Note that the writes of one request were not applied: they are planned again.

        Args:
            keys: the keys of its inputs.

        Raises:
            JournalError: it cannot be written.
        """
        with journal_errors(self._path), self._file.transaction() as database:
            statement = "UPDATE inputs SET state = ? WHERE key = CAST(? AS TEXT)"
            database.executemany(statement, [(State.PLANNED, to_cell(key)) for key in keys])

    def record(self, outcomes: Iterable[Outcome[Any, Any]]) -> list[str]:
        """Note what became of the inputs of one request.

        Args:
            outcomes: an outcome for each.

        Returns:
            The keys of those whose result cannot be kept, since JSON cannot hold it. They are done all the same, and
            their rows say why as their `error`.

        Raises:
            JournalError: it cannot be written.
        """
        noted = [(outcome.key, _row(outcome)) for outcome in outcomes]
        with journal_errors(self._path), self._file.transaction() as database:
            database.executemany(
                "UPDATE inputs SET state = ?, result = ?, error = CAST(? AS TEXT), attempts = attempts + ?, seconds = ?"
                " WHERE key = CAST(? AS TEXT)",
                [row for _, row in noted],
            )
        return [key for key, (state, result, *_) in noted if state is State.SUCCEEDED and result is None]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _prepare(database: sqlite3.Connection, job: str) -> None:
    if not database.execute("SELECT name FROM sqlite_master").fetchone():
        for statement in SCHEMA:
            database.execute(statement)
        database.execute("INSERT INTO job VALUES (?, ?)", (VERSION, job))
    name = job_of(database)
    if name != job:
        raise ConfigurationError(f"the journal is of the job {name!r}, not {job!r}: use another file")


_Values: TypeAlias = tuple[State, str | None, bytes | None, int, float, bytes]


def _row(outcome: Outcome[Any, Any]) -> _Values:
    result = error = None
    if isinstance(outcome, Succeeded):
        state = State.SUCCEEDED
        result, error = _json(outcome.result)
    else:
        state = State.FAILED if isinstance(outcome, Failed) else State.INDETERMINATE
        error = None if outcome.error is None else described_error(outcome.error)
    told = None if error is None else to_cell(error)
    return state, result, told, outcome.attempts, outcome.seconds, to_cell(outcome.key)


def _json(value: object) -> tuple[str | None, str | None]:
    """The JSON of a value, or why it has none."""
    try:
        return Serializer.shared().encode_unchecked(value).decode(), None
    except Exception as error:  # whatever it is made of, it must not keep the journal from being written
        return None, f"the result cannot be kept as JSON: {described_error(error)}"
