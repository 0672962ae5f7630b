"""The table of behaviours, and what they are made with."""

import functools
from typing import Final

from .raw_server import Behaviour, Exchange

BEHAVIOURS: Final[dict[str, Behaviour]] = {}
"""Every behaviour by the part of the path that asks for it."""


def before_reading(behaviour: Behaviour) -> Behaviour:
    """Enter a behaviour that starts when only the head of the request is there."""
    BEHAVIOURS[behaviour.__name__.replace("_", "-")] = behaviour
    return behaviour


def after_reading(behaviour: Behaviour) -> Behaviour:
    """Enter a behaviour that starts when the whole request is there."""

    @functools.wraps(behaviour)
    async def read_first(exchange: Exchange) -> None:
        await exchange.read()
        await behaviour(exchange)

    return before_reading(read_first)


def answering(name: str, data: bytes) -> None:
    """Enter a behaviour that always answers with the same bytes and keeps the connection."""

    async def answer_always(exchange: Exchange) -> None:
        await exchange.read()
        await exchange.send(data)

    BEHAVIOURS[name] = answer_always


def answer(
    body: bytes = b'{"data": {"ok": true}}', *headers: str, status: str = "200 OK", kind: str = "application/json"
) -> bytes:
    """A well-formed answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def head(*headers: str) -> bytes:
    """The head of an answer with status 200, of which no more is said than what is given."""
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode("latin-1")
