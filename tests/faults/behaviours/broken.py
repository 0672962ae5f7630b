"""Connections that break."""

from ..raw_server import Exchange
from ..registry import Section, forever, head, response

_section = Section("Connections that break")


@_section.before_reading("closes the connection before it has read the request")
async def close_before_reading(exchange: Exchange) -> None:
    await exchange.close()


@_section.before_reading("resets the connection before it has read the request")
async def reset_before_reading(exchange: Exchange) -> None:
    await exchange.reset()


@_section.after_reading("reads the request and closes the connection")
async def no_reply(exchange: Exchange) -> None:
    await exchange.close()


@_section.after_reading("reads the request and resets the connection")
async def reset_after_reading(exchange: Exchange) -> None:
    await exchange.reset()


@_section.after_reading("reads the request and closes its half of the connection", goes_on=True)
async def half_close_without_response(exchange: Exchange) -> None:
    exchange.half_close()


@_section.after_reading("responds, announces that it keeps the connection, and closes it")
async def close_after_ok(exchange: Exchange) -> None:
    await exchange.send(response())
    await exchange.close()


@_section.after_reading("responds and closes its half of the connection", goes_on=True)
async def half_close_after_ok(exchange: Exchange) -> None:
    await exchange.send(response())
    exchange.half_close()


@_section.before_reading("closes a connection at its second request")
async def close_second_request(exchange: Exchange) -> None:
    if exchange.number > 1:
        await exchange.close()
        return
    await exchange.read()
    await exchange.send(response())


@_section.before_reading("resets a connection at its second request")
async def reset_second_request(exchange: Exchange) -> None:
    if exchange.number > 1:
        await exchange.reset()
        return
    await exchange.read()
    await exchange.send(response())


@_section.after_reading("closes the connection in the head of the response")
async def close_in_head(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    await exchange.close()


@_section.after_reading("closes the connection in a body with a length")
async def truncated(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 1000") + b'{"data": {')
    await exchange.close()


@_section.after_reading("resets the connection in a body with a length")
async def reset_in_body(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 1000") + b'{"data": {')
    await exchange.reset()


@_section.after_reading("closes the connection in a chunk of the body")
async def truncated_chunked(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked") + b'a\r\n{"data": {\r\n')
    await exchange.close()


@_section.after_reading("sends a whole body in chunks and closes the connection without the last, empty chunk")
async def without_last_chunk(exchange: Exchange) -> None:
    await exchange.send(head("Transfer-Encoding: chunked") + b'16\r\n{"data": {"ok": true}}\r\n')
    await exchange.close()


@_section.after_reading("closes the connection in a body without a length")
async def truncated_without_length(exchange: Exchange) -> None:
    """The end of the connection ends the response, so only the JSON shows that something is missing."""
    await exchange.send(head("Connection: close") + b'{"data": {')
    await exchange.close()


@_section.after_reading("ends a body without a length by closing the connection, as it may")
async def without_length(exchange: Exchange) -> None:
    await exchange.send(head("Connection: close") + b'{"data": {"ok": true}}')
    await exchange.close()


@_section.before_reading("responds with 413 before it has read the request, and closes the connection")
async def early_rejection(exchange: Exchange) -> None:
    await exchange.send(response(b'{"message": "too large"}', "Connection: close", status="413 Content Too Large"))
    await exchange.close()


@_section.before_reading("responds with 413 before it has read the request, and resets the connection")
async def early_rejection_and_reset(exchange: Exchange) -> None:
    await exchange.send(response(b'{"message": "too large"}', status="413 Content Too Large"))
    await exchange.reset()


@_section.before_reading(
    "responds with 413 to a long request, does not read it, and keeps the connection", body=10_000_000
)
async def early_rejection_and_keep(exchange: Exchange) -> None:
    await exchange.send(response(b'{"message": "too large"}', status="413 Content Too Large"))
    if int(exchange.headers.get("content-length", "0")):
        await forever()  # the rest of the body precedes the next request


@_section.after_reading("breaks the first connection and responds on the next one")
async def broken_once(exchange: Exchange) -> None:
    if exchange.server.received[exchange.method, exchange.name] == 1:
        await exchange.close()
    else:
        await exchange.send(response())
