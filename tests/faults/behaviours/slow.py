"""Responses that do not arrive in time."""

import asyncio

from ..raw_server import Exchange
from ..registry import Section, forever, head, response

_section = Section("Too slow")


@_section.before_reading("never reads a long request to its end", slow=True, body=10_000_000)
async def never_read(_: Exchange) -> None:
    await forever()


@_section.after_reading("reads the request and stays silent", slow=True)
async def stalled_headers(_: Exchange) -> None:
    await forever()


@_section.after_reading("stops in the head of the response", slow=True)
async def stalled_in_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-")
    await forever()


@_section.after_reading("drips a head that never ends", slow=True)
async def dripped_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while True:
        await exchange.send(b"a")
        await asyncio.sleep(0.01)


@_section.after_reading("stops in the body", slow=True)
async def stalled_body(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 1000") + b'{"data": {')
    await forever()


@_section.after_reading("drips a body: never quiet for long enough to look dead, and never done", slow=True)
async def dripped_body(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 100000"))
    while True:
        await exchange.send(b" ")
        await asyncio.sleep(0.01)


@_section.after_reading("sends a whole body in chunks and never the last, empty chunk", slow=True)
async def stalled_before_last_chunk(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked") + b'16\r\n{"data": {"ok": true}}\r\n')
    await forever()


@_section.after_reading("sends no more than a status line and an empty line, and keeps the connection", slow=True)
async def status_line_only(exchange: Exchange) -> None:
    """The end of the connection would end the response, and never comes."""
    await exchange.send(b"HTTP/1.1 200 OK\r\n\r\n")
    await forever()


@_section.after_reading("sends interim responses without end, and no final one", slow=True)
async def endless_interim(exchange: Exchange) -> None:
    while True:
        await exchange.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await asyncio.sleep(0.001)


@_section.after_reading("sends the whole response byte by byte")
async def byte_by_byte(exchange: Exchange) -> None:
    for byte in response():
        await exchange.send(bytes([byte]))
        await asyncio.sleep(0)
