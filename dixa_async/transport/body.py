"""Bodies that are read as they come, from a connection that may be closed meanwhile."""

from typing import Final

import aiohttp

_MAX_ERROR_BODY: Final = 64 * 1024


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
