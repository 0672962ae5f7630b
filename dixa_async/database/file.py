"""The path of a database, what is there, and what is wrong with it."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from ..errors import ConfigurationError

FilePath: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]

PATIENCE: Final = 10.0
"""Seconds to wait for who reads or writes meanwhile. Those of this package do so for milliseconds."""
_HEADER_SIZE: Final = 512
"""No database is smaller. SQLite itself would overwrite a file of one byte."""


class FileTroubleError(OSError):
    """The file is not what it was, or another process has it."""


class OtherFileError(FileTroubleError):
    """The file is something else than a database."""


def absolute(path: FilePath) -> str:
    """Check the path of a database.

    Args:
        path: the path.

    Returns:
        The absolute path, which stays the same when the process changes its directory.

    Raises:
        ConfigurationError: it is no path, or one in which SQLite would see something else than a file.
    """
    if not isinstance(path, str | bytes | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"the file must be given by its path, not by {path!r}")
    name = os.fsdecode(path)
    if not name or "\0" in name or name == ":memory:" or name.startswith("file:"):
        raise ConfigurationError(f"{name!r} is no path of a file: pass one, such as 'tagging.journal'")
    return os.path.abspath(name)  # noqa: PTH100 - through links, the name that was given is watched


def create(real: str) -> None:
    """Make a file for its owner alone. SQLite would let everybody read it; what it makes beside it has its mode."""
    if Path(real).exists():  # it may be open
        return
    with suppress(FileExistsError):
        os.close(os.open(real, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def refuse_other_file(real: str) -> None:
    """Refuse what SQLite would take for a new database, or would not end to read.

    Args:
        real: the path, without links.

    Raises:
        OtherFileError: it is no regular file, or too small for a database and not empty.
        OSError: there is nothing.
    """
    found = Path(real).stat()
    if not stat.S_ISREG(found.st_mode):
        raise OtherFileError("it is no regular file")
    if 0 < found.st_size < _HEADER_SIZE:
        raise OtherFileError("it is too small")


def uri(real: str, mode: str) -> str:
    """Name a file for SQLite, which then makes no new one.

    Args:
        real: the path, without links.
        mode: ``ro`` or ``rw``.
    """
    return f"{Path(real).as_uri()}?mode={mode}"


def identity_of(path: Path) -> tuple[int, int]:
    """What a file is, by whatever name: its device and its inode."""
    found = path.stat()
    return found.st_dev, found.st_ino


def is_taken(error: BaseException) -> bool:
    """Whether an error says that another process, or another connection of this one, has the file."""
    return error_code(error) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_other_file(error: BaseException) -> bool:
    """Whether an error says that a file is no database."""
    return isinstance(error, OtherFileError) or error_code(error) & 0xFF == sqlite3.SQLITE_NOTADB


def error_code(error: BaseException) -> int:
    """The number by which SQLite calls an error; 0 if it is none of SQLite."""
    return int(getattr(error, "sqlite_errorcode", 0))
