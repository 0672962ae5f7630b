"""Where the bytes of a download go: a path, an open file, or a program that iterates over them.

The event loop never waits for a disk: all files are written in threads.
"""

import asyncio
import errno
import inspect
import io
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TypeVar, TypeVarTuple

from ..errors import InvalidRequestError
from .names import numbered

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

_BUFFER: Final = 256 * 1024
"""Bytes to collect before a thread writes them."""


class Sink(Protocol):
    """Takes the bytes of a download, in order."""

    async def write(self, data: bytes) -> None:
        """Take the next bytes."""
        ...

    async def restart(self) -> bool:
        """Forget all bytes, as they will come again. False if they cannot be taken back."""
        ...


class PathSink:
    """Writes a new file, which has a temporary name in its folder until it is complete.

    Only its owner can read it, like all files of this package, until its mode is changed.

    Args:
        folder: the folder. It must exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None
        self._temporary: Path | None = None
        self._buffer = bytearray()

    async def open(self) -> None:
        """Create the file.

        Raises:
            OSError: it cannot be created.
        """
        await in_thread(self._open)

    async def write(self, data: bytes) -> None:
        """See `Sink`."""
        self._buffer += data
        if len(self._buffer) >= _BUFFER:
            await in_thread(self._flush)

    async def restart(self) -> bool:
        """See `Sink`."""
        self._buffer.clear()
        await in_thread(self._truncate)
        return True

    async def replace(self, path: Path) -> Path:
        """Give the complete file its name, in place of a file that has it.

        Args:
            path: its path, in the same folder.

        Returns:
            The path.

        Raises:
            OSError: it cannot be written.
        """
        return await in_thread(self._finish, os.replace, path)

    async def place(self, name: str) -> Path:
        """Give the complete file a name that no other file has.

        Args:
            name: the name. A number is added if it is taken.

        Returns:
            Its path.

        Raises:
            OSError: it cannot be written.
        """
        return await in_thread(self._finish, _move_to_free_name, self._folder / name)

    async def discard(self) -> None:
        """Delete the file, unless it has its name."""
        await in_thread(self._discard)

    def _open(self) -> None:
        descriptor, name = tempfile.mkstemp(prefix=".dixa-", suffix=".part", dir=self._folder)
        self._temporary = Path(name)
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    def _flush(self) -> None:
        _write_all(self._opened, self._buffer)
        self._buffer.clear()

    def _truncate(self) -> None:
        self._opened.seek(0)
        self._opened.truncate()

    def _finish(self, move: Callable[[Path, Path], Path | None], target: Path) -> Path:
        self._flush()
        # A file that has its name is complete, even after a power failure.
        os.fsync(self._opened.fileno())
        self._opened.close()
        assert self._temporary is not None  # noqa: S101 - it is set with the file
        path = move(self._temporary, target)
        self._temporary = None
        return path or target

    def _discard(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._temporary is not None:
            with suppress(OSError):
                self._temporary.unlink()
            self._temporary = None

    @property
    def _opened(self) -> BinaryIO:
        assert self._file is not None  # noqa: S101 - `open` is called first
        return self._file


class FileSink:
    """Writes to an open file.

    Args:
        file: the file.

    Raises:
        InvalidRequestError: it is not a binary file that can be written to.
    """

    def __init__(self, file: Any) -> None:
        write = getattr(file, "write", None)
        if not callable(write) or isinstance(file, io.TextIOBase):
            raise InvalidRequestError("to must be a path, or a file that is opened for writing in binary mode")
        if inspect.iscoroutinefunction(write):
            raise InvalidRequestError("to must be a plain file, not an async one: use `files.stream` for that")
        self._file = file

    async def write(self, data: bytes) -> None:
        """See `Sink`."""
        await in_thread(_write_all, self._file, data)

    async def restart(self) -> bool:
        """See `Sink`."""
        return False


async def in_thread(work: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
    """Run a function in a thread. A cancellation takes effect when the function has ended, as no thread can be stopped.

    Args:
        work: the function.
        arguments: its arguments.

    Returns:
        Its result.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    cancellation: asyncio.CancelledError | None = None
    while not working.done():
        try:
            await asyncio.wait({working})
        except asyncio.CancelledError as error:
            cancellation = error
    if cancellation is not None:
        working.exception()
        raise cancellation
    return working.result()


def _write_all(file: BinaryIO, data: bytes | bytearray) -> None:
    """Write all bytes. A file without a buffer may take fewer at once."""
    with memoryview(data) as view:
        written = 0
        while written < len(view):
            with view[written:] as rest:
                taken = file.write(rest)
            if taken is None:  # pyright: ignore[reportUnnecessaryComparison]
                if isinstance(file, io.RawIOBase):
                    raise BlockingIOError(errno.EAGAIN, "the file does not block, and takes no more bytes now")
                return  # some objects that are like files return None
            written += taken


def _move_to_free_name(temporary: Path, target: Path) -> Path:
    """Move a file to a name that is taken at once, so that two downloads never get the same one."""
    for number in count(1):
        path = target if number == 1 else target.with_name(numbered(target.name, number))
        try:
            path.touch(0o600, exist_ok=False)
        except FileExistsError:
            continue
        try:
            temporary.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
    raise AssertionError  # `count` never ends
