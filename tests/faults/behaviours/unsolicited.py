"""More than one response."""

import asyncio
from typing import Final

from ..raw_server import Exchange
from ..registry import Section, response

_section = Section("More than one response")
_UNSOLICITED: Final = response(b'{"data": {"unsolicited": true}}')

for _name, _description, _data in (
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
    ("unsolicited-response", "responds twice at once", response() + _UNSOLICITED),
    (
        "close-and-more",
        "announces that it closes the connection, and responds again",
        response(b"{}", "Connection: close") + _UNSOLICITED,
    ),
    ("more-bytes", "sends an extra empty line", response() + b"\r\n"),
    ("half-a-response", "responds, and begins another response", response() + _UNSOLICITED[:20]),
):
    _section.responding(_name, _description, _data)


@_section.after_reading("responds, and responds again a moment later", goes_on=True)
async def unsolicited_response_later(exchange: Exchange) -> None:
    await exchange.send(response())
    await asyncio.sleep(0.05)
    await exchange.send(_UNSOLICITED)


@_section.after_reading("responds, and a moment later begins another response", goes_on=True)
async def half_a_response_later(exchange: Exchange) -> None:
    await exchange.send(response())
    await asyncio.sleep(0.05)
    await exchange.send(b"HTTP/1.1 200 OK\r\nX-Swallow: ")


@_section.after_reading("responds, and a moment later responds with 408 and closes the connection", goes_on=True)
async def idle_timeout(exchange: Exchange) -> None:
    """Some servers end an idle connection like this."""
    await exchange.send(response())
    await asyncio.sleep(0.05)
    await exchange.send(response(b"", "Connection: close", status="408 Request Timeout"))
    await exchange.close()
