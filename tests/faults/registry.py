"""The table of behaviours, and what they are made with."""

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
"""Every behaviour by the part of the path that asks for it."""

Setting: TypeAlias = Callable[[RawServer, DixaClient], AbstractAsyncContextManager[None]]
"""What goes before a call, and what puts the server right again after it."""


@asynccontextmanager
async def idle_connection(server: RawServer, dixa: DixaClient) -> AsyncIterator[None]:
    """The client has a connection from an earlier call, as it mostly has."""
    await server.listen()
    await call(dixa, "GET", "ok")
    yield


@attrs.frozen(kw_only=True)
class Fault:
    """A behaviour that the client must outlive, and what one needs to know to try it."""

    name: str
    words: str
    """What the server does, for the table."""
    section: str
    slow: bool = False
    """Whether it ends only when the client has waited long enough."""
    goes_on: bool = False
    """Whether the server does more when the call is over. The next call waits for that."""
    body: int = 0
    """Bytes that a request with a body has at least."""
    setting: Setting = idle_connection


FAULTS: Final[dict[str, Fault]] = {}
"""The behaviours of which the documentation has a table, by name."""


class Section:
    """Enters faults of one kind into the tables.

    Args:
        title: what they have in common.
    """

    def __init__(self, title: str) -> None:
        self._title = title

    def before_reading(
        self,
        words: str,
        *,
        slow: bool = False,
        goes_on: bool = False,
        body: int = 0,
        setting: Setting = idle_connection,
        name: str = "",
    ) -> Callable[[Behaviour], Behaviour]:
        """Enter a behaviour that starts when only the head of the request is there."""

        def enter(behaviour: Behaviour) -> Behaviour:
            key = name or behaviour.__name__.replace("_", "-")
            FAULTS[key] = Fault(
                name=key, words=words, section=self._title, slow=slow, goes_on=goes_on, body=body, setting=setting
            )
            BEHAVIOURS[key] = behaviour
            return behaviour

        return enter

    def after_reading(
        self, words: str, *, slow: bool = False, goes_on: bool = False, name: str = ""
    ) -> Callable[[Behaviour], Behaviour]:
        """Enter a behaviour that starts when the whole request is there."""

        def enter(behaviour: Behaviour) -> Behaviour:
            @functools.wraps(behaviour)
            async def read_first(exchange: Exchange) -> None:
                await exchange.read()
                await behaviour(exchange)

            return self.before_reading(words, slow=slow, goes_on=goes_on, name=name)(read_first)

        return enter

    def answering(self, name: str, words: str, data: bytes, *, slow: bool = False) -> None:
        """Enter a behaviour that always responds with the same bytes and keeps the connection."""
        self.before_reading(words, name=name, slow=slow)(always(data))

    def answering_in_turn(self, name: str, words: str, *responses: bytes) -> None:
        """Enter a behaviour that gives one response after the other, and the last one from then on."""

        @self.after_reading(words, name=name)
        async def answer_in_turn(exchange: Exchange) -> None:
            turn = exchange.server.received[exchange.method, exchange.name]
            await exchange.send(responses[min(turn, len(responses)) - 1])


async def forever() -> None:
    """Do nothing more, and keep the connection."""
    await asyncio.Event().wait()


def always(data: bytes) -> Behaviour:
    """A behaviour that always responds with the same bytes and keeps the connection."""

    async def answer_always(exchange: Exchange) -> None:
        await exchange.read()
        await exchange.send(data)

    return answer_always


def response(
    body: bytes = b'{"data": {"ok": true}}', *headers: str, status: str = "200 OK", kind: str = "application/json"
) -> bytes:
    """A well-formed response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def head(*headers: str) -> bytes:
    """The head of a response with status 200, with nothing more than what is given."""
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode("latin-1")
