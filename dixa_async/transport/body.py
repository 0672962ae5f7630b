"""Responses of aiohttp: their headers, and their bodies, whole up to a limit or as they come."""

from typing import Final

import aiohttp

from .._json import has_more_values
from ..errors import CallError, ResponseTooLargeError

_MAX_ERROR_BODY: Final = 64 * 1024
_FEWEST_MAX_VALUES: Final = 2**20
_BYTES_A_VALUE: Final = 16
"""Dixa's pages have about 30 bytes for each list, object or comma."""


class BodyError(Exception):
    """The body is not accepted.

    Args:
        error: the error that the call raises.
        message: what is wrong.
    """

    def __init__(self, error: type[CallError], message: str) -> None:
        super().__init__(message)
        self.error = error


def headers_of(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The headers of a response, with names in lower case. Values with the same name are joined by commas."""
    headers = response.headers
    plain = {name.lower(): value for name, value in headers.items()}
    if len(plain) == len(headers):
        return plain
    plain.clear()
    for name, value in headers.items():
        key = name.lower()
        plain[key] = f"{plain[key]}, {value}" if key in plain else value
    return plain


async def whole_body(content: aiohttp.StreamReader, max_bytes: int) -> bytes:
    """Read a whole body.

    Args:
        content: the body.
        max_bytes: the largest body that is accepted. It also limits how many JSON values it may hold.

    Returns:
        The bytes.

    Raises:
        BodyError: it is too large, or holds too many JSON values.
        aiohttp.ClientError: the connection is lost.
    """
    pieces: list[bytes] = []
    size = 0
    while not content.at_eof():
        piece = await content.readany()
        size += len(piece)
        if size > max_bytes:
            raise BodyError(ResponseTooLargeError, f"the response is larger than max_response_bytes, {max_bytes} bytes")
        pieces.append(piece)
    body = b"".join(pieces)
    max_values = max(_FEWEST_MAX_VALUES, max_bytes // _BYTES_A_VALUE)
    if has_more_values(body, max_values):
        raise BodyError(
            ResponseTooLargeError,
            f"the response holds more than {max_values} JSON values; a larger max_response_bytes allows more",
        )
    return body


async def next_bytes(content: aiohttp.StreamReader) -> bytes:
    """The bytes of a body that have arrived; none at its end.

    Args:
        content: the body.

    Returns:
        The bytes.

    Raises:
        aiohttp.ClientError: the connection is lost, or was closed while nothing was read.
    """
    try:
        return await content.readany()
    except RuntimeError:  # how aiohttp says that the session was closed while nothing was read
        raise aiohttp.ClientConnectionError("the connection was closed") from None


async def error_body(content: aiohttp.StreamReader) -> bytes:
    """The body of an error, or what is enough of it.

    Args:
        content: the body.

    Returns:
        Its first 64 KiB.

    Raises:
        aiohttp.ClientError: the connection is lost.
    """
    body = b""
    while len(body) < _MAX_ERROR_BODY and not content.at_eof():
        body += await next_bytes(content)
    return body[:_MAX_ERROR_BODY]
