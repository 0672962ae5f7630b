"""Connections that are refused, or lost before the server handles them."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from dixa_async import DixaClient

from ..raw_server import Greeting, RawServer, reset
from ..registry import Section, Setting, always, idle_connection, response

_section = Section("No connection, or not for long")
_well = always(response())


@contextlib.asynccontextmanager
async def _refused(server: RawServer, _: DixaClient) -> AsyncIterator[None]:
    yield
    await server.listen()


@contextlib.asynccontextmanager
async def _left_waiting(server: RawServer, _: DixaClient) -> AsyncIterator[None]:
    """A server that accepts no connections and whose backlog is full."""
    server.socket.listen(0)
    with contextlib.ExitStack() as crowd:
        for _number in range(2):
            waiting = crowd.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.socket.getsockname())
        yield
    server.socket.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            server.socket.accept()[0].close()
    await server.listen()


def _greeted(greeting: Greeting) -> Setting:
    @contextlib.asynccontextmanager
    async def setting(server: RawServer, _: DixaClient) -> AsyncIterator[None]:
        await server.listen()
        server.greeting = greeting
        yield
        server.greeting = None

    return setting


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


@contextlib.asynccontextmanager
async def _hung_up(server: RawServer, dixa: DixaClient) -> AsyncIterator[None]:
    """The race of an idle connection: its end is in transit while the request is sent."""
    async with idle_connection(server, dixa):
        server.hang_up()
        yield


for _name, _description, _setting in (
    ("refuse", "refuses the connection", _refused),
    ("close-on-arrival", "accepts the connection and closes it", _greeted(_close)),
    ("reset-on-arrival", "accepts the connection and resets it", _greeted(reset)),
    ("hang-up", "closes an idle connection just as the request is sent", _hung_up),
):
    _section.before_reading(_description, name=_name, setting=_setting)(_well)

_section.before_reading(
    "never accepts the connection, because its backlog is full", name="never-accept", setting=_left_waiting, slow=True
)(_well)
