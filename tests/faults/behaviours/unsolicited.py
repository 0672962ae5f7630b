"""More than one response."""

import asyncio
from typing import Final

from ..raw_server import Exchange
from ..registry import Section, response

_section = Section("More than one response")
_UNASKED: Final = response(b'{"data": {"unasked": true}}')

for _name, _words, _data in (
    ("interim-100", "responds with 100, then well", b"HTTP/1.1 100 Continue\r\n\r\n" + response()),
    (
        "interim-103",
        "responds with 103, then well",
        b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" + response(),
    ),
    (
        "switching-protocols",
        "responds with 101 and changes the protocol",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ),
    ("unasked-answer", "responds twice at once", response() + _UNASKED),
    (
        "close-and-more",
        "says that it closes the connection, and responds again",
        response(b"{}", "Connection: close") + _UNASKED,
    ),
    ("more-bytes", "sends an empty line too many", response() + b"\r\n"),
    ("half-an-answer", "responds, and begins another response", response() + _UNASKED[:20]),
):
    _section.answering(_name, _words, _data)


@_section.after_reading("responds, and a moment later again", goes_on=True)
async def unasked_answer_later(exchange: Exchange) -> None:
    await exchange.send(response())
    await asyncio.sleep(0.05)
    await exchange.send(_UNASKED)


@_section.after_reading("responds, and a moment later begins another response", goes_on=True)
async def half_an_answer_later(exchange: Exchange) -> None:
    await exchange.send(response())
    await asyncio.sleep(0.05)
    await exchange.send(b"HTTP/1.1 200 OK\r\nX-Swallow: ")


@_section.after_reading("responds, and a moment later responds with 408 and closes the connection", goes_on=True)
async def idle_timeout(exchange: Exchange) -> None:
    """As some servers end a connection that is idle for too long."""
    await exchange.send(response())
    await asyncio.sleep(0.05)
    await exchange.send(response(b"", "Connection: close", status="408 Request Timeout"))
    await exchange.close()
