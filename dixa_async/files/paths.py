"""Paths to which files are downloaded, which are checked before anything is sent."""

import os
import stat
from pathlib import Path
from typing import Any, Final

from ..errors import InvalidRequestError

_SEPARATORS: Final = tuple({os.sep, os.altsep or os.sep})


def path_of(name: str, value: str | os.PathLike[Any]) -> Path:
    """Check that a text or an object is a path.

    Args:
        name: the name of the argument, for the error.
        value: the path.

    Returns:
        The path.

    Raises:
        InvalidRequestError: it is empty, in bytes, or no file can have it.
    """
    text = os.fspath(value)
    if not isinstance(text, str):
        raise InvalidRequestError(f"{name} must be a path as a text, not as {type(text).__name__}")
    if not text or "\0" in text:
        raise InvalidRequestError(f"{name} must be a path, not an empty text, and without a NUL character")
    return Path(text)


def is_folder(value: str | os.PathLike[Any], path: Path) -> bool:
    """Whether a path is that of a folder, and not that of a file, which there may be or not.

    Args:
        value: the path as it was passed.
        path: the same.

    Returns:
        Whether it is.

    Raises:
        InvalidRequestError: it is neither: a device, a pipe or a socket, or a folder that does not exist.
        OSError: it cannot be looked at.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISDIR(mode):
        return True
    if not stat.S_ISREG(mode):
        # It would be replaced by a file: /dev/null, for all programs.
        raise InvalidRequestError("to must be a path of a file, not of a device or a pipe: open it, and pass it open")
    if os.fspath(value).endswith(_SEPARATORS):
        raise InvalidRequestError("to must be a folder that exists, if it ends with a separator")
    return False
