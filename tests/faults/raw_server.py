"""A raw HTTP server with bad manners: the path of a request names how it is treated.

``/beta/no-reply/42?x=1`` gets the behaviour ``no-reply``; what follows the name is free. The behaviours themselves are
in `behaviours`.
"""

import asyncio
import contextlib
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Self, TypeAlias

import attrs


@attrs.define
class Exchange:
    """One request, and the means to treat it badly."""

    server: "RawServer"
    method: str
    name: str
    """The behaviour that is asked for."""
    rest: str
    """What follows its name in the path."""
    headers: Mapping[str, str]
    """Of the request; names in lower case."""
    number: int
    """Which request of its connection it is, from 1."""
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    async def read(self) -> bytes:
        """Read the rest of the request. From here on, it counts as received."""
        length = int(self.headers.get("content-length", "0"))
        body = await self._reader.readexactly(length)
        self.server.received[self.method, self.name] += 1
        self.server.arrived.set()
        return body

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def close(self) -> None:
        """Send what is left, then FIN."""
        self._writer.close()
        await self._writer.wait_closed()

    async def reset(self) -> None:
        """Send RST."""
        at_once = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self._writer.transport.abort()
        await asyncio.sleep(0)


Behaviour: TypeAlias = Callable[[Exchange], Awaitable[None]]
"""Treats one request. If it returns without closing, the connection is kept for the next one."""


class RawServer:
    """The server, on a free port of 127.0.0.1.

    Attributes:
        url: its address, once it runs.
        received: how often a request was received whole, by method and behaviour.
        arrived: set when the first request was received whole.
        begun: how often the head of a request was received.
        connections: how many connections were accepted.
        elsewhere: the server that redirects lead to.
    """

    def __init__(self, behaviours: Mapping[str, Behaviour]) -> None:
        self.received: Counter[tuple[str, str]] = Counter()
        self.arrived = asyncio.Event()
        self.begun: Counter[tuple[str, str]] = Counter()
        self.connections = 0
        self.url = ""
        self.elsewhere = ""
        self._behaviours = behaviours
        self._handlers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        handler = asyncio.create_task(self._serve(reader, writer))
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = 0
        # The client goes away in the middle of things: that is what it is tested for.
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            try:
                while not writer.is_closing():
                    number += 1
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                    exchange = self._exchange(head, number, reader, writer)
                    self.begun[exchange.method, exchange.name] += 1
                    await self._behaviours[exchange.name](exchange)
            finally:
                writer.close()
                await writer.wait_closed()

    def _exchange(self, head: str, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
        request, *lines = head.splitlines()
        method, target, _ = request.split(" ")
        # The first part of the path is the version of the API.
        _, _, name, *rest = target.partition("?")[0].split("/")
        pairs = (line.split(": ", 1) for line in lines if line)
        headers = {key.lower(): value for key, value in pairs}
        return Exchange(self, method, name, "/".join(rest), headers, number, reader, writer)
