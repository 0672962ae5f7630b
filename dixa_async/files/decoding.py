"""Files that a server sends compressed, although that was not asked for.

aiohttp decompresses too, but takes the start of a gzip stream for all of it.
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from ..errors import ConnectionLostError
from ..transport.body import BodyError
from .parts import is_encoded

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_PIECE: Final = 256 * 1024


class Decoder(Protocol):
    """Turns the body of a response into the file."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """The bytes of the file in the next bytes of the body.

        Raises:
            BodyError: they cannot be decompressed.
        """
        ...

    def end(self) -> None:
        """Take the end of the body.

        Raises:
            BodyError: it ends before the file does.
        """
        ...


def decoder_for(headers: Mapping[str, str]) -> Decoder:
    """The decoder for a response.

    Args:
        headers: those of the response.

    Returns:
        The decoder.

    Raises:
        BodyError: it is compressed in a way that is not supported.
    """
    if not is_encoded(headers):
        return _Plain()
    if headers["content-encoding"].strip().lower() in ("gzip", "x-gzip", "deflate"):
        return _Compressed()
    raise BodyError(
        ConnectionLostError, "the file is compressed in another way than with gzip, which was not asked for"
    )


def decoded_start(headers: Mapping[str, str], body: bytes) -> bytes:
    """The start of a body, decoded if that is possible.

    Args:
        headers: those of its response.
        body: what has arrived of it.

    Returns:
        At most 256 KiB.
    """
    try:
        return next(decoder_for(headers).decode(body), b"")
    except BodyError:
        return body


class _Plain:
    def decode(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> None:
        pass


class _Compressed:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:  # gzip allows one stream after the other
                self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
            yield from self._decode_stream(data)
            data = self._stream.unused_data

    def _decode_stream(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zlib.error:
                raise BodyError(ConnectionLostError, "the file is not compressed as its headers say") from None
            if not piece:
                return
            yield piece
            data = self._stream.unconsumed_tail

    def end(self) -> None:
        if not self._stream.eof:
            raise BodyError(ConnectionLostError, "the file is truncated: its compressed content does not end")
