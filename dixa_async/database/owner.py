"""A database that this process has."""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from .file import PATIENCE, FileTroubleError, create, identity_of, is_taken, refuse_other_file, uri

_PATIENCE_FOR_OWNER: Final = 0.5
"""Seconds to wait for the file. A process that has it has it for long; one that only looks does not."""
_UNSYNCED: Final = 10.0
"""Seconds after which a write waits for the disk."""


class _Connection(sqlite3.Connection):
    held: sqlite3.Cursor | None = None
    """The read that is not finished. The lock is kept by a file that somebody forgot to close, too."""


class DatabaseFile:
    """A database that this process has until it closes it. It is made if it is not there.

    Args:
        path: its absolute path.
        prepare: called once in the first transaction, to make tables and check what is there.
        durable: whether each transaction waits for the disk.

    Raises:
        OtherFileError: it is no regular file, or too small for a database.
        FileTroubleError: it is damaged, or was moved meanwhile.
        OSError, sqlite3.DatabaseError: it cannot be made or opened; ``SQLITE_NOTADB``: it is no database;
            ``SQLITE_BUSY``: another process has it.
    """

    def __init__(self, path: str, prepare: Callable[[sqlite3.Connection], None], *, durable: bool = False) -> None:
        self._process = os.getpid()
        real = os.path.realpath(path)
        self._names = (Path(path), Path(real))  # SQLite names its rollback journal by the second
        self._beside = Path(f"{real}-journal")
        self._mark = secrets.randbelow(2**31 - 1) + 1
        """Is in the file while it is open, and differs each time."""
        self._is_durable = durable
        self._syncs = True
        self._synced = 0.0
        self._database: _Connection | None = None
        create(real)
        refuse_other_file(real)
        self._identity = identity_of(self._names[1])
        database = sqlite3.connect(uri(real, "rw"), uri=True, isolation_level=None, timeout=0.0, factory=_Connection)
        try:
            _use_one_file(database)
            self._take(database, lambda: self._begin_use(database, prepare))
        except BaseException:
            database.close()
            raise
        self._database = database

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """Write in a transaction that goes on after the block; if the block fails, nothing of it is written.

        Yields:
            The connection.

        Raises:
            FileTroubleError: the file is closed, was moved, deleted or taken by another process, or this process is a
                fork of the one that opened it.
            sqlite3.DatabaseError: it cannot be written.
        """
        database = self._begin()
        try:
            yield database
        except BaseException:
            self._undo(database)
            raise

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """The same, and what was written is in the file after the block.

        Yields:
            The connection.

        Raises:
            FileTroubleError: see `writing`.
            sqlite3.DatabaseError: see `writing`.
        """
        with self.writing() as database:
            yield database
            database.execute("COMMIT")

    def close(self) -> None:
        """Write what has begun, and let go of the file."""
        database = self._database
        if database is None or os.getpid() != self._process:  # a fork must not touch it
            return
        try:
            with suppress(OSError, sqlite3.Error):
                if database.held is not None:
                    with self.transaction():
                        self._synced = 0.0
                    with self.transaction():
                        database.execute("PRAGMA user_version = 0")
                    database.execute("PRAGMA journal_mode = DELETE")  # which removes an empty file
        finally:
            self._database = None
            _release(database)
            database.close()

    def _begin(self) -> _Connection:
        database = self._database
        if database is None:
            raise FileTroubleError("it is closed")
        self._check_place()
        if not database.in_transaction:
            if database.held is None:
                self._take(database, lambda: self._check_mark(database))
            if not self._beside.exists():
                _renew_rollback_journal(database)
            self._sync_now_and_then(database)
            # With a read that is not finished, SQLite does not wait by itself.
            _insist(lambda: database.execute("BEGIN IMMEDIATE"), PATIENCE)
        return database

    def _undo(self, database: _Connection) -> None:
        if database.in_transaction:
            database.execute("ROLLBACK")
            return
        # After some errors, SQLite has ended the transaction, and with it the read that keeps the lock.
        _release(database)
        with suppress(OSError, sqlite3.Error):  # else the next write tries it
            self._take(database, lambda: self._check_mark(database))

    def _sync_now_and_then(self, database: sqlite3.Connection) -> None:
        """Have the next transaction wait for the disk, and with it all that was written before, or not."""
        now = time.monotonic()
        is_due = self._is_durable or now - self._synced >= _UNSYNCED
        if is_due != self._syncs:
            database.execute(f"PRAGMA synchronous = {'FULL' if is_due else 'OFF'}")
            self._syncs = is_due
        if is_due:
            self._synced = now

    def _take(self, database: _Connection, prepare: Callable[[], None]) -> None:
        """Take the lock, and keep it."""
        database.execute("PRAGMA busy_timeout = 0")  # to wait with half of the lock would stop the one that has it
        _insist(lambda: database.execute("BEGIN EXCLUSIVE"), _PATIENCE_FOR_OWNER)
        try:
            prepare()
            self._check_place()
            database.held = database.execute("SELECT 1 FROM sqlite_master UNION ALL VALUES (2), (3)")
            database.held.fetchone()
            database.execute("COMMIT")
        except BaseException:
            _release(database)
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        database.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")

    def _begin_use(self, database: sqlite3.Connection, prepare: Callable[[sqlite3.Connection], None]) -> None:
        if _mark_in(database):
            _check_whole(database)
        prepare(database)
        database.execute(f"PRAGMA user_version = {self._mark}")

    def _check_mark(self, database: sqlite3.Connection) -> None:
        if _mark_in(database) != self._mark:
            raise FileTroubleError("another process has had it since")

    def _check_place(self) -> None:
        if os.getpid() != self._process:
            raise FileTroubleError("another process has it: this one is its fork, and must open a file of its own")
        try:
            is_there = all(identity_of(name) == self._identity for name in self._names)
        except OSError:
            is_there = False
        if not is_there:
            raise FileTroubleError("it was moved, deleted or replaced while it was open")


def _release(database: _Connection) -> None:
    held, database.held = database.held, None
    if held is not None:
        held.close()


def _use_one_file(database: sqlite3.Connection) -> None:
    (mode,) = _insist(lambda: database.execute("PRAGMA journal_mode"), _PATIENCE_FOR_OWNER).fetchone()
    if mode != "wal":  # else it may be the database of another program
        (mode,) = database.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
    if mode != "truncate":
        raise FileTroubleError(
            f"another program has put it into SQLite's mode {mode!r}, in which it is not one file;"
            " the statement PRAGMA journal_mode = DELETE changes that"
        )
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA cache_spill = OFF")  # else readers would wait for a large transaction from its beginning


def _renew_rollback_journal(database: sqlite3.Connection) -> None:
    """Have SQLite make its file anew: it would go on with one that was deleted, which nobody finds after a kill."""
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("PRAGMA journal_mode = TRUNCATE")


def _mark_in(database: sqlite3.Connection) -> int:
    (mark,) = database.execute("PRAGMA user_version").fetchone()
    return int(mark)


def _check_whole(database: sqlite3.Connection) -> None:
    """Check a database that was not closed: it may be a copy without what is needed to undo a half of a write."""
    (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise FileTroubleError(f"it is damaged ({found}): was it copied while a process wrote it?")


def _insist(action: Callable[[], sqlite3.Cursor], seconds: float) -> sqlite3.Cursor:
    """Do something as soon as the file is free."""
    end = time.monotonic() + seconds
    while True:
        try:
            return action()
        except sqlite3.DatabaseError as error:
            if not is_taken(error) or time.monotonic() > end:
                raise
        time.sleep(0.005)
