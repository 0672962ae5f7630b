"""Reads the body of a delivery as it arrives, up to a size and a time limit."""

import asyncio
from collections.abc import AsyncIterator

from .errors import RefusalReason, WebhookRefusedError


async def read_body(chunks: AsyncIterator[bytes], *, max_size: int, timeout: float) -> bytes:
    """Read a body.

    Args:
        chunks: the parts of the body.
        max_size: the largest body, in bytes.
        timeout: seconds that it may take to arrive.

    Returns:
        The body.

    Raises:
        WebhookRefusedError: the body is larger, or takes longer.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(timeout):
            async for chunk in chunks:
                body += chunk
                if len(body) > max_size:
                    raise WebhookRefusedError(RefusalReason.BODY_TOO_LARGE)
    except TimeoutError:
        raise WebhookRefusedError(RefusalReason.BODY_TOO_SLOW) from None
    return bytes(body)
