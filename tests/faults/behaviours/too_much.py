"""Endless or huge responses."""

import functools
import gzip
import zlib

from ..raw_server import Exchange
from ..registry import Section, head, response

_section = Section("Too much")


@functools.cache
def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = bytes(2**20)
    return b"".join([packer.compress(zeros) for _ in range(megabytes)]) + packer.flush()


@_section.after_reading("compresses 300 MB into a small gzip body")
async def gzip_bomb(exchange: Exchange) -> None:
    await exchange.send(response(_bomb(300), "Content-Encoding: gzip"))


@_section.after_reading("compresses 300 MB into the small gzip body of a 500")
async def gzip_bomb_in_error(exchange: Exchange) -> None:
    await exchange.send(response(_bomb(300), "Content-Encoding: gzip", status="500 Internal Server Error"))


@_section.after_reading("compresses a million empty lists into a small gzip body")
async def many_lists(exchange: Exchange) -> None:
    await exchange.send(response(gzip.compress(b"[" + b"[]," * 1_000_000 + b"[]]"), "Content-Encoding: gzip"))


@_section.after_reading("sends a body without end")
async def endless_body(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked"))
    while True:
        await exchange.send(b"10000\r\n" + b"1" * 0x10000 + b"\r\n")


@_section.after_reading("sends headers without end")
async def endless_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"X-More: more\r\n" * 1000)


@_section.after_reading("sends one header without end")
async def endless_header(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nX-More: ")
    while True:
        await exchange.send(b"more" * 10_000)


@_section.after_reading("sends trailers without end after the last chunk")
async def endless_trailers(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n")
    while True:
        await exchange.send(b"X-More: more\r\n" * 1000)


@_section.after_reading("sends a chunk extension without end", slow=True)
async def endless_chunk_extension(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked") + b"2;more=")
    while True:
        await exchange.send(b"more" * 10_000)


_section.responding(
    "huge-header", "sends a header of 100 000 bytes", head("X-Huge: " + "a" * 100_000, "Content-Length: 2") + b"{}"
)
_section.responding(
    "many-headers", "sends 5000 headers", head(*(f"X-{i}: a" for i in range(5000)), "Content-Length: 2") + b"{}"
)
_section.responding("deep-lists", "sends a million opening brackets", response(b"[" * 1_000_000))
_section.responding("deep-objects", "sends a million nested objects", response(b'{"data":' * 1_000_000))
