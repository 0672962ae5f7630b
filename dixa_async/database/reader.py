"""Reads a database that another process may be writing."""

import os
import sqlite3

from .path import BUSY_TIMEOUT, DatabaseFileError, check_file, error_code, uri


def open_read_only(path: str) -> sqlite3.Connection:
    """Open a database to read it.

    Readers must finish each read at once: the process that writes the file waits for them.

    Args:
        path: its absolute path.

    Returns:
        A connection that cannot write.

    Raises:
        NotDatabaseError: it is not a regular file, or too small for a database.
        OSError, sqlite3.DatabaseError: it does not exist or cannot be read. ``SQLITE_NOTADB``: it is not a database.
    """
    real = os.path.realpath(path)
    check_file(real)
    try:
        return _connect(real, "ro")
    except sqlite3.DatabaseError as error:
        if error_code(error) != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
    try:
        return _connect(real, "rw")  # a process was killed while it wrote: SQLite rolls that back
    except sqlite3.DatabaseError as error:
        if error_code(error) != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
        raise DatabaseFileError(
            "a process was killed while it wrote it: open it first as a user who may write it"
        ) from None


def _connect(real: str, mode: str) -> sqlite3.Connection:
    database = sqlite3.connect(uri(real, mode), uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)
    try:
        database.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        database.close()
        raise
    return database
