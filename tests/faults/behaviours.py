"""What the raw server can do to a request, by name."""

import asyncio
import functools
import gzip
import zlib
from typing import Final

from .raw_server import Exchange
from .registry import BEHAVIOURS as BEHAVIOURS, after_reading, answer, answering, before_reading, head

# Good manners, to see that all is well afterwards.
answering("ok", answer())


@before_reading
async def repeat(exchange: Exchange) -> None:
    """Answer with what was sent."""
    await exchange.send(answer(await exchange.read()))


# Connections that break.


@before_reading
async def close_before_reading(exchange: Exchange) -> None:
    await exchange.close()


@before_reading
async def reset_before_reading(exchange: Exchange) -> None:
    await exchange.reset()


@after_reading
async def no_reply(exchange: Exchange) -> None:
    await exchange.close()


@after_reading
async def reset_after_reading(exchange: Exchange) -> None:
    await exchange.reset()


@after_reading
async def close_after_ok(exchange: Exchange) -> None:
    """Promise to keep the connection, and close it."""
    await exchange.send(answer())
    await exchange.close()


@before_reading
async def close_second_request(exchange: Exchange) -> None:
    """The race of an idle connection: it is closed while the next request is on its way."""
    if exchange.number > 1:
        await exchange.close()
        return
    await exchange.read()
    await exchange.send(answer())


@before_reading
async def reset_second_request(exchange: Exchange) -> None:
    if exchange.number > 1:
        await exchange.reset()
        return
    await exchange.read()
    await exchange.send(answer())


@after_reading
async def truncated(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 1000") + b'{"data": {')
    await exchange.close()


@after_reading
async def truncated_chunked(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked") + b'a\r\n{"data": {\r\n')
    await exchange.close()


@after_reading
async def reset_in_body(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 1000") + b'{"data": {')
    await exchange.reset()


@after_reading
async def truncated_without_length(exchange: Exchange) -> None:
    """The end of the connection is the end of the answer, so only the JSON tells that something is missing."""
    await exchange.send(head("Connection: close") + b'{"data": {')
    await exchange.close()


@after_reading
async def without_length(exchange: Exchange) -> None:
    await exchange.send(head("Connection: close") + b'{"data": {"ok": true}}')
    await exchange.close()


@before_reading
async def early_refusal(exchange: Exchange) -> None:
    """Answer while the request is still coming in, and close."""
    await exchange.send(answer(b'{"message": "too large"}', "Connection: close", status="413 Content Too Large"))
    await exchange.close()


# Too slow.


async def _forever() -> None:
    await asyncio.Event().wait()


@after_reading
async def stalled_headers(_: Exchange) -> None:
    await _forever()


@after_reading
async def stalled_in_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-")
    await _forever()


@after_reading
async def stalled_body(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 1000") + b'{"data": {')
    await _forever()


@after_reading
async def dripped_body(exchange: Exchange) -> None:
    """Never quiet for long enough to look dead, and never done."""
    await exchange.send(head("Content-Length: 100000"))
    while True:
        await exchange.send(b" ")
        await asyncio.sleep(0.01)


# Too much.


@functools.cache
def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = bytes(2**20)
    return b"".join([packer.compress(zeros) for _ in range(megabytes)]) + packer.flush()


@after_reading
async def gzip_bomb(exchange: Exchange) -> None:
    await exchange.send(answer(_bomb(300), "Content-Encoding: gzip"))


@after_reading
async def endless_body(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked"))
    while True:
        await exchange.send(b"10000\r\n" + b"1" * 0x10000 + b"\r\n")


@after_reading
async def endless_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"X-More: more\r\n" * 1000)


# Not HTTP, or not quite.

for _name, _data in {
    "garbage": b"\x16\x03\x01\x02\x00\x01 this is no HTTP\r\n\r\n",
    "http2": b"HTTP/2 200\r\n\r\n",
    "status-word": b"HTTP/1.1 fine OK\r\n\r\n",
    "huge-header": head("X-Huge: " + "a" * 100_000, "Content-Length: 2") + b"{}",
    "many-headers": head(*(f"X-{i}: a" for i in range(5000)), "Content-Length: 2") + b"{}",
    "header-without-colon": head("Nonsense", "Content-Length: 2") + b"{}",
    "header-with-nul": head("X-Nul: a\0b", "Content-Length: 2") + b"{}",
    "duplicate-content-length": head("Content-Length: 2", "Content-Length: 3") + b"{}",
    "negative-content-length": head("Content-Length: -2") + b"{}",
    "length-and-chunks": head("Content-Length: 2", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n",
    "bad-chunk": head("Transfer-Encoding: chunked") + b"xyz\r\n{}\r\n0\r\n\r\n",
    "invalid-gzip": answer(b"this is no gzip", "Content-Encoding: gzip"),
    "truncated-gzip": answer(gzip.compress(b'{"data": ' + b" " * 1000 + b"{}}")[:-12], "Content-Encoding: gzip"),
    "unknown-encoding": answer(b"xx", "Content-Encoding: br"),
}.items():
    answering(_name, _data)


# HTTP, but not the JSON that was to come.

for _name, _body in {
    "empty": b"",
    "truncated-json": b'{"data": {"id":',
    "deep-lists": b"[" * 1_000_000,
    "deep-objects": b'{"data":' * 1_000_000,
    "latin-1": '{"data": {"name": "Åse"}}'.encode("latin-1"),
    "utf-16": '{"data": {}}'.encode("utf-16"),
    "byte-order-mark": b'\xef\xbb\xbf{"data": {"ok": true}}',
    "nan": b'{"data": {"id": NaN}}',
    "huge-integer": b'{"data": {"id": ' + b"9" * 5000 + b"}}",
    "null": b"null",
    "bare-text": b'"fine"',
}.items():
    answering(_name, answer(_body))

answering("html", answer(b"<html><body>All is well</body></html>", kind="text/html"))
answering("no-content-type", head("Content-Length: 22") + b'{"data": {"ok": true}}')


# Statuses.


@after_reading
async def redirect(exchange: Exchange) -> None:
    """Lead elsewhere. The status stands behind the name: ``/redirect/307``."""
    location = f"Location: {exchange.server.elsewhere}/stolen"
    await exchange.send(answer(b"", location, status=f"{exchange.rest} Elsewhere"))


_BUSY: Final = b'{"message": "Too Many Requests"}'

answering("too-many", answer(_BUSY, status="429 Too Many Requests"))
answering("too-many-wait-long", answer(_BUSY, "Retry-After: 3600", status="429 Too Many Requests"))
answering("unavailable", answer(b"", status="503 Service Unavailable"))
answering("unavailable-wait", answer(b"", "Retry-After: 0", status="503 Service Unavailable"))
answering("server-error", answer(b"<h1>Oops</h1>", status="500 Internal Server Error", kind="text/html"))
answering("unknown-status", answer(b"", status="299 Fine Enough"))
answering("unknown-error-status", answer(b"", status="799 What"))


@after_reading
async def too_many_once(exchange: Exchange) -> None:
    first = exchange.server.received[exchange.method, exchange.name] == 1
    await exchange.send(answer(_BUSY, "Retry-After: 0", status="429 Too Many Requests") if first else answer())


answering("interim-100", b"HTTP/1.1 100 Continue\r\n\r\n" + answer())
answering("interim-103", b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" + answer())
answering("switching-protocols", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
answering("no-content", b"HTTP/1.1 204 No Content\r\n\r\n")
answering("no-content-with-body", b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")


# An answer to a question that was never asked.

_UNASKED: Final = answer(b'{"data": {"unasked": true}}')

answering("unasked-answer", answer() + _UNASKED)


@after_reading
async def unasked_answer_later(exchange: Exchange) -> None:
    await exchange.send(answer())
    await asyncio.sleep(0.05)
    await exchange.send(_UNASKED)


# The token comes back.


@after_reading
async def echo_in_error(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    body = f'{{"message": "no access for {token}"}}'.encode()
    await exchange.send(answer(body, f"X-Echo: {token}", status=f"403 {token}"))


@after_reading
async def echo_in_answer(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    await exchange.send(answer(f"<p>{token}</p>".encode(), f"X-Echo: {token}"))


@after_reading
async def echo_in_garbage(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    await exchange.send(f"HTTP/1.1 200 OK\r\n{token}\r\n\r\n".encode("latin-1"))


@after_reading
async def echo_in_unfinished_head(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    await exchange.send(f"HTTP/1.1 200 {token}\r\nX-Echo: {token}\r\n".encode("latin-1"))
    await exchange.close()
