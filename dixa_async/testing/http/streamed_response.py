"""A response whose body is sent in pieces, without its length."""

from collections.abc import Iterable, Mapping

from aiohttp import web
from typing_extensions import override


class StreamedResponse(web.StreamResponse):
    """A response whose body is made while it is sent.

    Args:
        pieces: the body.
        headers: the headers.

    Attributes:
        pieces: as passed.
    """

    def __init__(self, pieces: Iterable[bytes], *, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        self.enable_chunked_encoding()
        self.pieces: Iterable[bytes] = pieces

    @override
    async def write_eof(self, data: bytes = b"") -> None:
        """Send the body. aiohttp calls it when the handler has returned."""
        for piece in self.pieces:
            await self.write(piece)
        self.pieces = ()
        await super().write_eof(data)
