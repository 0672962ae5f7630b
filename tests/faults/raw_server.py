"""A raw HTTP server that misbehaves: the path of a request names how it is handled.

``/beta/no-reply/42?x=1`` gets the behaviour ``no-reply``; what follows the name is free. The behaviours themselves are
in `behaviours`.
"""

import asyncio
import contextlib
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Self, TypeAlias

import attrs


@attrs.define
class Exchange:
    """One request, and the means to mishandle it."""

    server: "RawServer"
    method: str
    name: str
    """The behaviour that is asked for."""
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
        """Send what is buffered, then FIN."""
        self._writer.close()
        await self._writer.wait_closed()

    def half_close(self) -> None:
        """Send FIN, and continue reading."""
        self._writer.write_eof()

    async def reset(self) -> None:
        """Send RST."""
        await reset(self._writer)


async def reset(writer: asyncio.StreamWriter) -> None:
    """Send RST on a connection."""
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()
    await asyncio.sleep(0)


Behaviour: TypeAlias = Callable[[Exchange], Awaitable[None]]
"""Treats one request. If it returns without closing, the connection is kept for the next one."""

Greeting: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Treats a connection before anything is read from it."""


class RawServer:
    """The server, on a free port of 127.0.0.1.

    Attributes:
        url: its address.
        received: how often a request was received whole, by method and behaviour.
        arrived: set when the first request was received whole.
        started: how often the head of a request was received.
        connections: how many connections were accepted.
        elsewhere: the server that redirects lead to.
        greeting: what is done to a new connection, or None.
        socket: where it listens, or will.
    """

    def __init__(self, behaviours: Mapping[str, Behaviour], *, listening: bool = True) -> None:
        self.received: Counter[tuple[str, str]] = Counter()
        self.arrived = asyncio.Event()
        self.started: Counter[tuple[str, str]] = Counter()
        self.connections = 0
        self.elsewhere = ""
        self.greeting: Greeting | None = None
        self.socket = socket.create_server(("127.0.0.1", 0)) if listening else _bound_socket()
        host, port = self.socket.getsockname()
        self.url = f"http://{host}:{port}"
        self._listening = listening
        self._behaviours = behaviours
        self._handlers: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._under_way = 0
        self._at_rest = asyncio.Event()

    async def __aenter__(self) -> Self:
        if self._listening:
            await self.listen()
        return self

    async def listen(self) -> None:
        """Accept connections. Until then, they are refused."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, sock=self.socket)

    async def at_rest(self) -> None:
        """Wait until all requests have been handled, and what was sent has arrived."""
        await self._at_rest.wait()
        await asyncio.sleep(0.05)

    def stop_listening(self) -> None:
        """Refuse new connections."""
        if self._server is not None:
            self._server.close()

    def hang_up(self) -> None:
        """End all connections at once, without reading what arrives on them."""
        for writer in self._writers:
            writer.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    async def __aexit__(self, *_: object) -> None:
        if self._server is None:
            self.socket.close()
            return
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
        self._writers.add(writer)
        # The client disconnects at any point: that is what the tests are about.
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            try:
                if self.greeting is not None:
                    await self.greeting(writer)
                while not writer.is_closing():
                    number += 1
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                    exchange = self._exchange(head, number, reader, writer)
                    self.started[exchange.method, exchange.name] += 1
                    with self._handling():
                        await self._behaviours[exchange.name](exchange)
            finally:
                self._writers.discard(writer)
                writer.close()
                await writer.wait_closed()

    @contextlib.contextmanager
    def _handling(self) -> Iterator[None]:
        self._under_way += 1
        self._at_rest.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._at_rest.set()

    def _exchange(self, head: str, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
        request, *lines = head.splitlines()
        method, target, _ = request.split(" ")
        # The first part of the path is the version of the API.
        name = target.partition("?")[0].split("/")[2]
        pairs = (line.split(": ", 1) for line in lines if line)
        headers = {key.lower(): value for key, value in pairs}
        return Exchange(self, method, name, headers, number, reader, writer)


def _bound_socket() -> socket.socket:
    """A socket with a port that no one else gets, and that refuses connections."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound
