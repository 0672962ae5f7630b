"""A server that responds as a test says, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeAlias

from aiohttp import web

Reply: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class ScriptedServer:
    """Uses one reply after the other, and the last one again and again."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[web.BaseRequest] = []
        self.url = ""

    def script(self, *replies: Reply) -> None:
        self.replies = [*replies]

    def headers(self, name: str) -> list[str | None]:
        """The values of a header in all requests."""
        return [request.headers.get(name) for request in self.requests]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return await reply(request)


@asynccontextmanager
async def scripted_server(host: str = "127.0.0.1") -> AsyncGenerator[ScriptedServer]:
    scripted = ScriptedServer()
    runner = web.ServerRunner(web.Server(scripted.handle), shutdown_timeout=0.01)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, 0).start()
        address = runner.addresses[0]
        scripted.url = f"http://{host}:{address[1]}"
        yield scripted
    finally:
        await runner.cleanup()


def reply(status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
    async def respond(_: web.BaseRequest) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return respond


def cut(
    body: bytes, sent: int, headers: Mapping[str, str] | None = None, *, status: int = 200, length: int | None = None
) -> Reply:
    """Declare the whole body, but send a part of it."""

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers=headers)
        response.content_length = len(body) if length is None else length
        await response.prepare(request)
        await response.write(body[:sent])
        await asyncio.sleep(0.01)  # so that the client takes what was sent before it notices the end
        assert request.transport is not None
        request.transport.close()
        return response

    return respond
