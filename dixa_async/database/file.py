"""A database that this process has open for writing."""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from .path import BUSY_TIMEOUT, DatabaseFileError, check_file, create, identity_of, is_locked, uri

_LOCK_TIMEOUT: Final = 0.5
"""Seconds to wait for the lock. A writer holds it until it closes the file; a reader, for milliseconds."""
_SYNC_INTERVAL: Final = 10.0
"""Seconds after which a write is synced to the disk."""


class _Connection(sqlite3.Connection):
    lock_cursor: sqlite3.Cursor | None = None
    """The unfinished read that holds the lock. It lives with the connection, even if nobody closes the file."""


class DatabaseFile:
    """A database that only this process can write until it closes it. It is created if it does not exist.

    Args:
        path: its absolute path.
        prepare: called once in the first transaction, to create the tables or check those that exist.
        durable: whether each transaction is synced to the disk.

    Raises:
        NotDatabaseError: it is not a regular file, or too small for a database.
        DatabaseFileError: it is damaged, or was moved while it was opened.
        OSError, sqlite3.DatabaseError: it cannot be created or opened. ``SQLITE_NOTADB``: it is not a database.
            ``SQLITE_BUSY``: another process has it open.
    """

    def __init__(self, path: str, prepare: Callable[[sqlite3.Connection], None], *, durable: bool = False) -> None:
        self._process = os.getpid()
        real = os.path.realpath(path)
        self._paths = (Path(path), Path(real))  # SQLite names its rollback journal after the second
        self._rollback_journal = Path(f"{real}-journal")
        self._session_id = secrets.randbelow(2**31 - 1) + 1
        """In the file as long as it is open, and different each time."""
        self._is_durable = durable
        self._is_syncing = True
        self._synced_at = 0.0
        self._database: _Connection | None = None
        create(real)
        check_file(real)
        self._identity = identity_of(self._paths[1])
        database = sqlite3.connect(uri(real, "rw"), uri=True, isolation_level=None, timeout=0.0, factory=_Connection)
        try:
            _use_rollback_journal(database)
            self._acquire_lock(database, lambda: self._start_session(database, prepare))
        except BaseException:
            database.close()
            raise
        self._database = database

    @contextmanager
    def writing(self) -> Generator[_Connection]:
        """Write in a transaction that stays open after the block. If the block raises, it is rolled back.

        Yields:
            The connection.

        Raises:
            DatabaseFileError: the file is closed, was moved or deleted, was opened by another process, or this process
                is a fork of the one that opened it.
            sqlite3.DatabaseError: it cannot be written.
        """
        database = self._begin()
        try:
            yield database
        except BaseException:
            self._roll_back(database)
            raise

    @contextmanager
    def transaction(self) -> Generator[_Connection]:
        """Write in a transaction that is committed at the end of the block, with what `writing` wrote before.

        Yields:
            The connection.

        Raises:
            DatabaseFileError: see `writing`.
            sqlite3.DatabaseError: see `writing`.
        """
        with self.writing() as database:
            yield database
            database.execute("COMMIT")

    def vacuum(self) -> None:
        """Commit the open transaction, and write the file anew: nothing stays in its free parts.

        ``PRAGMA secure_delete`` alone leaves parts of rows that SQLite has moved to other pages. Meanwhile the disk
        needs room for two more files of this size, and readers may have to wait.

        Raises:
            DatabaseFileError: see `writing`.
            sqlite3.DatabaseError: see `writing`. ``SQLITE_BUSY``: a process has read it for too long.
        """
        with self.transaction() as database:
            pass
        _release_lock(database)  # it does not run while a read is unfinished
        try:
            database.execute("PRAGMA cache_spill = ON")  # else the whole file would be in memory
            database.execute("VACUUM")
        finally:
            database.execute("PRAGMA cache_spill = OFF")
            self._acquire_lock(database, lambda: self._check_session(database))

    def close(self) -> None:
        """Commit the open transaction, and release the file."""
        database = self._database
        if database is None or os.getpid() != self._process:  # a fork must not touch it
            return
        try:
            with suppress(OSError, sqlite3.Error):
                if database.lock_cursor is not None:
                    with self.transaction():
                        self._synced_at = 0.0
                    with self.transaction():
                        database.execute("PRAGMA user_version = 0")
                    database.execute("PRAGMA journal_mode = DELETE")  # which removes an empty file
        finally:
            self._database = None
            _release_lock(database)
            database.close()

    def _begin(self) -> _Connection:
        database = self._database
        if database is None:
            raise DatabaseFileError("it is closed")
        self._check_identity()
        if not database.in_transaction:
            if database.lock_cursor is None:
                self._acquire_lock(database, lambda: self._check_session(database))
            if not self._rollback_journal.exists():
                _renew_rollback_journal(database)
            self._set_sync(database)
            # SQLite itself does not wait for locks while a read of the same connection is unfinished.
            _retry_while_locked(lambda: database.execute("BEGIN IMMEDIATE"), BUSY_TIMEOUT)
        return database

    def _roll_back(self, database: _Connection) -> None:
        if database.in_transaction:
            database.execute("ROLLBACK")
            return
        # After some errors, SQLite has ended the transaction, and with it the read that holds the lock.
        _release_lock(database)
        with suppress(OSError, sqlite3.Error):  # the next write tries again
            self._acquire_lock(database, lambda: self._check_session(database))

    def _set_sync(self, database: sqlite3.Connection) -> None:
        """Sync the next transaction, and with it all that was written before, if the last sync is long ago."""
        now = time.monotonic()
        is_due = self._is_durable or now - self._synced_at >= _SYNC_INTERVAL
        if is_due != self._is_syncing:
            database.execute(f"PRAGMA synchronous = {'FULL' if is_due else 'OFF'}")
            self._is_syncing = is_due
        if is_due:
            self._synced_at = now

    def _acquire_lock(self, database: _Connection, prepare: Callable[[], None]) -> None:
        """Acquire the lock, and hold it with an unfinished read."""
        database.execute("PRAGMA busy_timeout = 0")  # waiting with half a lock would block the one who has it
        _retry_while_locked(lambda: database.execute("BEGIN EXCLUSIVE"), _LOCK_TIMEOUT)
        try:
            prepare()
            self._check_identity()
            database.lock_cursor = database.execute("SELECT 1 FROM sqlite_master UNION ALL VALUES (2), (3)")
            database.lock_cursor.fetchone()
            database.execute("COMMIT")
        except BaseException:
            _release_lock(database)
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        database.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000:.0f}")

    def _start_session(self, database: sqlite3.Connection, prepare: Callable[[sqlite3.Connection], None]) -> None:
        if _session_id_in(database):
            _check_integrity(database)
        prepare(database)
        database.execute(f"PRAGMA user_version = {self._session_id}")

    def _check_session(self, database: sqlite3.Connection) -> None:
        if _session_id_in(database) != self._session_id:
            raise DatabaseFileError("another process has opened it since")

    def _check_identity(self) -> None:
        if os.getpid() != self._process:
            raise DatabaseFileError("it was opened before this process was forked: open another file in the fork")
        try:
            is_unchanged = all(identity_of(path) == self._identity for path in self._paths)
        except OSError:
            is_unchanged = False
        if not is_unchanged:
            raise DatabaseFileError("it was moved, deleted or replaced while it was open")


def _release_lock(database: _Connection) -> None:
    cursor, database.lock_cursor = database.lock_cursor, None
    if cursor is not None:
        cursor.close()


def _use_rollback_journal(database: sqlite3.Connection) -> None:
    (mode,) = _retry_while_locked(lambda: database.execute("PRAGMA journal_mode"), _LOCK_TIMEOUT).fetchone()
    if mode != "wal":  # it may be the database of another program: it is not changed
        (mode,) = database.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
    if mode != "truncate":
        raise DatabaseFileError(
            f"another program has set its journal_mode to {mode!r}, with which it is not a single file:"
            " run PRAGMA journal_mode = DELETE on it"
        )
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA cache_spill = OFF")  # else a large transaction would block readers from its start


def _renew_rollback_journal(database: sqlite3.Connection) -> None:
    """Have SQLite create the file again: writes to a deleted file could not be rolled back."""
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("PRAGMA journal_mode = TRUNCATE")


def _session_id_in(database: sqlite3.Connection) -> int:
    (session_id,) = database.execute("PRAGMA user_version").fetchone()
    return int(session_id)


def _check_integrity(database: sqlite3.Connection) -> None:
    """Check a database that was not closed: it may be a copy without the rollback journal of a half-finished write."""
    (result,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if result != "ok":
        raise DatabaseFileError(f"it is damaged ({result}): was it copied while a process wrote it?")


def _retry_while_locked(action: Callable[[], sqlite3.Cursor], seconds: float) -> sqlite3.Cursor:
    """Run a statement as soon as the file is not locked any more.

    Raises:
        sqlite3.DatabaseError: it is still locked after `seconds`, or the statement fails.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return action()
        except sqlite3.DatabaseError as error:
            if not is_locked(error) or time.monotonic() > end:
                raise
        time.sleep(0.005)
