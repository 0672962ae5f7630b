"""A download that a program iterates over."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Final, Self

from typing_extensions import override

from ..errors import UsageError

_QUEUED: Final = 2
"""Pieces that wait for the program. While they do, nothing more is received."""


class QueueSink:
    """Hands the bytes of a download, which runs in a task of its own, to the program."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(_QUEUED)
        self._last: Exception | None = None
        self._is_over = False

    async def write(self, data: bytes) -> None:
        """See `Sink`."""
        await self._items.put(data)

    async def restart(self) -> bool:
        """See `Sink`."""
        return False

    def close(self) -> None:
        """Forget the bytes that were not read. To read on is an error, instead of a wait that never ends."""
        while not self._items.empty():
            self._items.get_nowait()
        self._items.put_nowait(
            UsageError("the stream was left before its end: iterate over it in the `async with` block")
        )

    async def end(self, error: Exception | None) -> None:
        """Record that there are no more bytes, and why."""
        await self._items.put(error)

    async def read(self) -> bytes | None:
        """The next bytes; None at the end of the file. An error of the download is raised each time."""
        if not self._is_over:
            item = await self._items.get()
            if isinstance(item, bytes):
                return item
            self._is_over, self._last = True, item
        if self._last is not None:
            raise self._last
        return None


class FileStream:
    """The content of a file, in pieces of bytes. `Files.stream` makes it.

    Attributes:
        size: the bytes of the whole file; None if the server does not say, or compresses the file.
        content_type: its media type, as the server declares it.
        name: its name as the server gives it, made safe for every file system.
        received: the bytes of the pieces so far.
    """

    def __init__(
        self, sink: QueueSink, first: bytes | None, *, size: int | None, headers: Mapping[str, str], name: str
    ) -> None:
        self._sink = sink
        self._first = first
        self._hash = hashlib.sha256()
        self.size: int | None = size
        self.content_type: str | None = headers.get("content-type")
        self.name: str = name
        self.received: int = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of the pieces so far, in hexadecimal: that of the file once the iteration has ended."""
        return self._hash.hexdigest()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece, self._first = self._first, None
        if piece is None and (piece := await self._sink.read()) is None:
            raise StopAsyncIteration
        self._hash.update(piece)
        self.received += len(piece)
        return piece

    @override
    def __repr__(self) -> str:
        return f"<FileStream: {self.received} of {'unknown' if self.size is None else self.size} bytes>"
