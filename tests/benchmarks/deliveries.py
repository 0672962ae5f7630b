"""Deliveries over connections that stay open: prepared bytes, and next to no work for the machine."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from dixa_async.testing.event_builders import conversation, message_added, signed

SECRET: Final = "5a" * 32
AT_ONCE: Final = 50
_CONVERSATIONS: Final = 500


def prepare(number: int) -> list[bytes]:
    """Requests that deliver different messages, signed just now."""
    now = datetime.now(UTC)
    return [_request(message_added(conversation(each % _CONVERSATIONS), at=now)) for each in range(number)]


def _request(event: object) -> bytes:
    headers, body = signed(event, SECRET)  # type: ignore[arg-type]
    lines = ["POST /hooks HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def deliver(port: int, requests: Sequence[bytes]) -> float:
    """Deliver all of them, `AT_ONCE` at a time.

    Returns:
        The seconds that it took.
    """
    left = iter(requests)

    async def one_by_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for request in left:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 204 "):
                raise RuntimeError(f"not accepted: {head!r}")

    connections = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(AT_ONCE)))
    try:
        started = time.perf_counter()
        await asyncio.gather(*(one_by_one(*connection) for connection in connections))
        return time.perf_counter() - started
    finally:
        for _, writer in connections:
            writer.close()
            await writer.wait_closed()
