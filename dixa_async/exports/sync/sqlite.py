"""A copy in an SQLite file."""

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from typing_extensions import override

from ...database import DatabaseFile, FilePath, absolute_path, is_locked, is_not_database
from ...errors import ConfigurationError
from ..rows import ExportedConversation, ExportedMessage
from .errors import StoreError, StoreLockedError
from .plan import KINDS, Coverage, Kind
from .sqlite_schema import CONVERSATIONS, ERASE_MESSAGES, MESSAGES, prepare
from .store import ExportedRow, Store, Written, sum_of, time_text, without_content

_UPDATED_AT: Final = CONVERSATIONS.columns.index("updated_at")
_ANONYMIZED_AT: Final = CONVERSATIONS.columns.index("anonymized_at")


class SqliteStore(Store):
    """A copy in an SQLite file, with the tables `conversations` and `messages` and the view `conversation_messages`.

    Times are ISO 8601 in UTC, such as ``2026-01-31T08:30:00.000Z``; lists and objects are JSON. Fields that this
    version of the package does not know are in the column `extra`. Only its owner can read a new file. Other programs
    can read it while it is written.

    Args:
        path: the file. It is created if it does not exist.

    Raises:
        ConfigurationError: it is not the path of a file.
    """

    def __init__(self, path: FilePath) -> None:
        self._path = absolute_path(path)
        self._file: DatabaseFile | None = None

    @override
    def __repr__(self) -> str:
        return f"SqliteStore({self._path!r})"

    def open(self) -> Mapping[Kind, Coverage]:
        """See `Store`."""
        if self._file is not None:
            raise StoreLockedError(f"the copy {self._path} is in use: another sync has this store")
        with self._errors():
            # A copy can be made again, but not without noticing that it must be.
            self._file = DatabaseFile(self._path, prepare, durable=True)
            try:
                return self._read_coverage()
            except BaseException:
                self.close()
                raise

    def write(self, rows: Sequence[ExportedRow], covered: tuple[Kind, Coverage] | None) -> Written:
        """See `Store`."""
        written = list[Written]()
        with self._errors(), self._opened.transaction() as database:
            for row in rows:
                if isinstance(row, ExportedConversation):
                    written.append(_write_conversation(database, row))
                else:
                    written.append(_write_message(database, row))
            if covered is not None:
                kind, coverage = covered
                database.execute(
                    "INSERT OR REPLACE INTO coverage VALUES (?, ?, ?)",
                    (kind, time_text(coverage.since), time_text(coverage.until)),
                )
            total = sum_of(written)
            if total.anonymized or total.anonymized_messages:
                database.execute("UPDATE dixa_copy SET has_traces = 1")  # until a run has come to its end
        return total

    def finish(self) -> None:
        """See `Store`."""
        with self._errors():
            with self._opened.transaction() as database:
                (has_traces,) = database.execute("SELECT has_traces FROM dixa_copy").fetchone()
            if has_traces:
                self._opened.vacuum()
                with self._opened.transaction() as database:
                    database.execute("UPDATE dixa_copy SET has_traces = 0")

    def close(self) -> None:
        """See `Store`."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _read_coverage(self) -> dict[Kind, Coverage]:
        with self._opened.transaction() as database:
            found = dict[str, tuple[str, str]](
                (kind, (since, until))
                for kind, since, until in database.execute("SELECT kind, since, until FROM coverage")
            )
        try:
            return {kind: Coverage(*map(datetime.fromisoformat, found[kind])) for kind in KINDS if kind in found}
        except (TypeError, ValueError) as error:
            raise StoreError(f"the copy {self._path} is damaged: its table coverage has {error}") from None

    @property
    def _opened(self) -> DatabaseFile:
        if self._file is None:
            raise StoreError(f"the copy {self._path} is not open")
        return self._file

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, OverflowError) as error:
            if is_not_database(error):
                raise ConfigurationError(f"{self._path} is not a copy of Dixa ({error}): use another file") from error
            if is_locked(error):
                raise StoreLockedError(
                    f"the copy {self._path} is in use: another sync writes it, or a program reads it for long"
                ) from error
            raise StoreError(f"the copy {self._path} cannot be used: {error}") from error


def _write_conversation(database: sqlite3.Connection, row: ExportedConversation) -> Written:
    cells = CONVERSATIONS.cells(row)
    before = database.execute(CONVERSATIONS.select, (row.id,)).fetchone()
    if before is not None and (before == cells or _is_older(cells, before)):
        return Written()
    database.execute(CONVERSATIONS.upsert, cells)
    erased = 0
    if row.anonymized_at is not None:
        erased = database.execute(ERASE_MESSAGES, (row.id,)).rowcount
    return Written(
        new=int(before is None),
        changed=int(before is not None),
        anonymized=int(before is not None and before[_ANONYMIZED_AT] is None and row.anonymized_at is not None),
        anonymized_messages=erased,
    )


def _is_older(cells: Sequence[str | None], before: Sequence[str | None]) -> bool:
    """Whether a row is older than what the copy has."""
    if (cells[_ANONYMIZED_AT] is None) != (before[_ANONYMIZED_AT] is None):
        return cells[_ANONYMIZED_AT] is None
    updated_at, updated_before = cells[_UPDATED_AT], before[_UPDATED_AT]
    return updated_at is not None and updated_before is not None and updated_at < updated_before


def _write_message(database: sqlite3.Connection, row: ExportedMessage) -> Written:
    found = database.execute("SELECT anonymized_at FROM conversations WHERE id = ?", (row.csid,)).fetchone()
    if found is not None and found[0] is not None:
        row = without_content(row)
    cells = MESSAGES.cells(row)
    before = database.execute(MESSAGES.select, (row.id,)).fetchone()
    if before == cells:
        return Written()
    database.execute(MESSAGES.upsert, cells)
    return Written(new=int(before is None), changed=int(before is not None))
