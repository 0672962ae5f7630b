"""The table of behaviours, and helpers to define them."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, TypeAlias

import attrs

from dixa_async import DixaClient

from .clients import call
from .raw_server import Behaviour, Exchange, RawServer

BEHAVIOURS: Final[dict[str, Behaviour]] = {}
"""Every behaviour by the part of the path that requests it."""

Setting: TypeAlias = Callable[[RawServer, DixaClient], AbstractAsyncContextManager[None]]
"""What prepares the server for a call, and restores it afterwards."""


@asynccontextmanager
async def idle_connection(server: RawServer, dixa: DixaClient) -> AsyncIterator[None]:
    """The client has a connection from an earlier call, as it usually does."""
    await server.listen()
    await call(dixa, "GET", "ok")
    yield


@attrs.frozen(kw_only=True)
class Fault:
    """A behaviour that the client must survive, and what a test of it needs to know."""

    name: str
    description: str
    """What the server does, for the table."""
    section: str
    slow: bool = False
    """Whether it ends only when the client times out."""
    goes_on: bool = False
    """Whether the server does more after the call. The next call waits for that."""
    body: int = 0
    """Minimum size of a request body in bytes."""
    setting: Setting = idle_connection


FAULTS: Final[dict[str, Fault]] = {}
"""The behaviours in the tables of the documentation, by name."""


class Section:
    """Adds faults of one kind to the tables.

    Args:
        title: the heading of the section.
    """

    def __init__(self, title: str) -> None:
        self._title = title

    def before_reading(
        self,
        description: str,
        *,
        slow: bool = False,
        goes_on: bool = False,
        body: int = 0,
        setting: Setting = idle_connection,
        name: str = "",
    ) -> Callable[[Behaviour], Behaviour]:
        """Add a behaviour that starts once the head of the request has arrived."""

        def enter(behaviour: Behaviour) -> Behaviour:
            key = name or behaviour.__name__.replace("_", "-")
            FAULTS[key] = Fault(
                name=key,
                description=description,
                section=self._title,
                slow=slow,
                goes_on=goes_on,
                body=body,
                setting=setting,
            )
            BEHAVIOURS[key] = behaviour
            return behaviour

        return enter

    def after_reading(
        self, description: str, *, slow: bool = False, goes_on: bool = False, name: str = ""
    ) -> Callable[[Behaviour], Behaviour]:
        """Add a behaviour that starts once the whole request has arrived."""

        def enter(behaviour: Behaviour) -> Behaviour:
            @functools.wraps(behaviour)
            async def read_first(exchange: Exchange) -> None:
                await exchange.read()
                await behaviour(exchange)

            return self.before_reading(description, slow=slow, goes_on=goes_on, name=name)(read_first)

        return enter

    def responding(self, name: str, description: str, data: bytes, *, slow: bool = False) -> None:
        """Add a behaviour that always responds with the same bytes and keeps the connection open."""
        self.before_reading(description, name=name, slow=slow)(always(data))

    def responding_in_order(self, name: str, description: str, *responses: bytes) -> None:
        """Add a behaviour that sends responses in order, and repeats the last one."""

        @self.after_reading(description, name=name)
        async def respond_in_order(exchange: Exchange) -> None:
            number = exchange.server.received[exchange.method, exchange.name]
            await exchange.send(responses[min(number, len(responses)) - 1])


async def forever() -> None:
    """Do nothing more, and keep the connection open."""
    await asyncio.Event().wait()


def always(data: bytes) -> Behaviour:
    """A behaviour that always responds with the same bytes and keeps the connection open."""

    async def respond_always(exchange: Exchange) -> None:
        await exchange.read()
        await exchange.send(data)

    return respond_always


def response(
    body: bytes = b'{"data": {"ok": true}}', *headers: str, status: str = "200 OK", kind: str = "application/json"
) -> bytes:
    """A well-formed response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def head(*headers: str) -> bytes:
    """The head of a response with status 200 and only the given headers."""
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode("latin-1")
