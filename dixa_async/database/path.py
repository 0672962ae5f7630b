"""The path of a database, the checks of the file that is there, and its errors."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from ..errors import ConfigurationError

FilePath: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]

BUSY_TIMEOUT: Final = 10.0
"""Seconds to wait for another reader or writer. Those of this package hold their locks for milliseconds."""
_HEADER_SIZE: Final = 512
"""No database is smaller. SQLite itself would overwrite a file of one byte."""


class DatabaseFileError(OSError):
    """The file was moved, replaced or damaged, or another process uses it."""


class NotDatabaseError(DatabaseFileError):
    """The file is not a database."""


def absolute_path(path: FilePath) -> str:
    """Check the path of a database.

    Args:
        path: the path.

    Returns:
        The absolute path, which stays valid when the process changes its working directory.

    Raises:
        ConfigurationError: it is not a path, or SQLite would not take it for the path of a file.
    """
    if not isinstance(path, str | bytes | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"the file must be given by its path, not by {path!r}")
    name = os.fsdecode(path)
    if not name or "\0" in name or name == ":memory:" or name.startswith("file:"):
        raise ConfigurationError(f"{name!r} is not the path of a file: pass one, such as 'tagging.journal'")
    return os.path.abspath(name)  # noqa: PTH100 - symlinks are not resolved: the given name is watched


def create(real: str) -> None:
    """Create the file for its owner only. SQLite would let everybody read it; its other files get the same mode."""
    if Path(real).exists():  # it may be open
        return
    with suppress(FileExistsError):
        os.close(os.open(real, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def check_file(real: str) -> None:
    """Reject a file that SQLite would take for a new database, or would never finish reading.

    Args:
        real: the path, with symlinks resolved.

    Raises:
        NotDatabaseError: it is not a regular file, or is not empty and too small for a database.
        OSError: the file does not exist.
    """
    status = Path(real).stat()
    if not stat.S_ISREG(status.st_mode):
        raise NotDatabaseError("it is not a regular file")
    if 0 < status.st_size < _HEADER_SIZE:
        raise NotDatabaseError("it is too small")


def uri(real: str, mode: str) -> str:
    """The URI of a file, with which SQLite does not create it.

    Args:
        real: the path, with symlinks resolved.
        mode: ``ro`` or ``rw``.
    """
    return f"{Path(real).as_uri()}?mode={mode}"


def identity_of(path: Path) -> tuple[int, int]:
    """The device and the inode of a file: the same for all of its names."""
    status = path.stat()
    return status.st_dev, status.st_ino


def is_locked(error: BaseException) -> bool:
    """Whether an error reports that another process, or another connection of this one, has locked the file."""
    return error_code(error) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_not_database(error: BaseException) -> bool:
    """Whether an error reports that a file is not a database."""
    return isinstance(error, NotDatabaseError) or error_code(error) & 0xFF == sqlite3.SQLITE_NOTADB


def error_code(error: BaseException) -> int:
    """The error code of SQLite; 0 for errors that are not SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0))
