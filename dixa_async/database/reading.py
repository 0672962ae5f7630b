"""A look at a database that another process may have."""

import os
import sqlite3

from .file import PATIENCE, FileTroubleError, error_code, refuse_other_file, uri


def open_to_read(path: str) -> sqlite3.Connection:
    """Open a database for a look at it.

    Whoever reads must not leave a read unfinished: the process that has the file waits for it when it writes.

    Args:
        path: its absolute path.

    Returns:
        A connection that cannot write.

    Raises:
        OtherFileError: it is no regular file, or too small for a database.
        OSError, sqlite3.DatabaseError: there is none, or it cannot be read; ``SQLITE_NOTADB``: it is no database.
    """
    real = os.path.realpath(path)
    refuse_other_file(real)
    try:
        return _connect(real, "ro")
    except sqlite3.DatabaseError as error:
        if error_code(error) != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
    try:
        return _connect(real, "rw")  # a process was killed while it wrote: SQLite undoes that
    except sqlite3.DatabaseError as error:
        if error_code(error) != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
        raise FileTroubleError("a process was killed while it wrote it: one who may write it must look first") from None


def _connect(real: str, mode: str) -> sqlite3.Connection:
    database = sqlite3.connect(uri(real, mode), uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        database.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        database.close()
        raise
    return database
