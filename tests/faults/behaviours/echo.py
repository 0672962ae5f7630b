"""Responses that contain the token."""

from ..raw_server import Exchange
from ..registry import Section, response

_section = Section("The token is echoed")


@_section.after_reading("responds with 403 and the token in the message, a header and the status line")
async def echo_in_error(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    body = f'{{"message": "no access for {token}"}}'.encode()
    await exchange.send(response(body, f"X-Echo: {token}", status=f"403 {token}"))


@_section.after_reading("sends the token in a body that cannot be read")
async def echo_in_response(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    await exchange.send(response(f"<p>{token}</p>".encode(), f"X-Echo: {token}"))


@_section.after_reading("sends the token in something that is not HTTP")
async def echo_in_garbage(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    await exchange.send(f"HTTP/1.1 200 OK\r\n{token}\r\n\r\n".encode("latin-1"))


@_section.after_reading("sends the token in a head that ends too early")
async def echo_in_unfinished_head(exchange: Exchange) -> None:
    token = exchange.headers["authorization"]
    await exchange.send(f"HTTP/1.1 200 {token}\r\nX-Echo: {token}\r\n".encode("latin-1"))
    await exchange.close()
