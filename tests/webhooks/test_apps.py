"""The receiver behind real servers, on real sockets."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import httpx
import pytest
import uvicorn
from aiohttp import web
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from dixa_async.testing import event_builders as build
from dixa_async.webhooks import AsgiApp, InboxFullError, Receiver, aiohttp_app, aiohttp_handler, aiohttp_web

from .conftest import SECRET
from .inboxes import ListInbox

Serve: TypeAlias = Callable[[Receiver], Any]
"""Serves a receiver, and gives the address where it takes deliveries."""


@asynccontextmanager
async def _aiohttp(app: web.Application, path: str) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    listener = _listener()
    await web.SockSite(runner, listener).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{path}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _uvicorn(app: Any, path: str) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
    listener = _listener()
    # Not `serve`, which takes the signals of the process.
    task = asyncio.create_task(server._serve([listener]))
    while not server.started:
        assert not task.done()
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{path}"
    finally:
        server.should_exit = True
        await task


def _listener() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


@asynccontextmanager
async def aiohttp_sub_app(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.add_subapp("/hooks", aiohttp_app(receiver, "/dixa"))
    async with _aiohttp(app, "/hooks/dixa") as url:
        yield url


@asynccontextmanager
async def aiohttp_route(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application(client_max_size=10)  # what aiohttp itself would read
    app.router.add_post("/dixa", aiohttp_handler(receiver))
    async with receiver, _aiohttp(app, "/dixa") as url:
        yield url


@asynccontextmanager
async def asgi_alone(receiver: Receiver) -> AsyncIterator[str]:
    async with _uvicorn(AsgiApp(receiver), "/any/path") as url:
        yield url


@asynccontextmanager
async def starlette_mount(receiver: Receiver) -> AsyncIterator[str]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with receiver:
            yield

    app = Starlette(routes=[Mount("/dixa", AsgiApp(receiver))], lifespan=lifespan)
    async with _uvicorn(app, "/dixa/") as url:
        yield url


@asynccontextmanager
async def fastapi_mount(receiver: Receiver) -> AsyncIterator[str]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with receiver:
            yield

    app = FastAPI(lifespan=lifespan)
    app.mount("/dixa", AsgiApp(receiver))
    async with _uvicorn(app, "/dixa/") as url:
        yield url


each_server = pytest.mark.parametrize(
    "serve", [aiohttp_sub_app, aiohttp_route, asgi_alone, starlette_mount, fastapi_mount], ids=lambda s: s.__name__
)


@pytest.fixture(autouse=True)
def _wanted(receiver: Receiver) -> None:
    @receiver.on()
    async def every(event: object) -> None: ...


async def test_a_body_that_came_with_its_headers_is_not_waited_for(
    receiver: Receiver, inbox: ListInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object, **__: object) -> bytes:
        raise AssertionError("a timer was set for a body that was there")

    monkeypatch.setattr(aiohttp_web, "read_body", never)
    headers, body = build.signed(build.message_added(), SECRET)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    async with _aiohttp(aiohttp_app(receiver, "/hooks"), "/hooks") as url:
        response = await _talk(url, lines + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert response.startswith(b"HTTP/1.1 204")
    assert [event.body for event in inbox.events] == [body]


@each_server
class TestServer:
    async def test_a_delivery_is_acknowledged_when_it_is_safe(
        self, serve: Serve, receiver: Receiver, inbox: ListInbox
    ) -> None:
        headers, body = build.signed(build.message_added(), SECRET)
        async with serve(receiver) as url, httpx.AsyncClient() as client:
            response = await client.post(url, content=body, headers=headers)
            assert (response.status_code, response.content) == (204, b"")
            assert [event.body for event in inbox.events] == [body]
            inbox.fault = InboxFullError("full")
            response = await client.post(url, content=body, headers=headers)
            assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
        assert not inbox.is_open

    async def test_what_is_refused_says_why_and_nothing_else(
        self, serve: Serve, receiver: Receiver, inbox: ListInbox
    ) -> None:
        headers, body = build.signed(build.message_added(), SECRET)
        async with serve(receiver) as url, httpx.AsyncClient() as client:
            odd = httpx.Headers({"X-DIXA-SIGNATURE": "t=1,v1=é"}, encoding="utf-8")
            forged = await client.post(url, content=body, headers=odd)
            assert (forged.status_code, "X-DIXA-SIGNATURE" in forged.text) == (400, True)
            assert (await client.post(url, content=body + b" ", headers=headers)).status_code == 401
            assert (await client.post(url, content=body)).status_code == 401
            repeated = [*headers.items(), ("x-dixa-signature", "t=1")]
            assert (await client.post(url, content=body, headers=repeated)).status_code == 400
            assert (await client.get(url)).status_code == 405
            bomb = gzip.compress(bytes(10**6))
            encoded = headers | {"Content-Encoding": "gzip"}
            assert (await client.post(url, content=bomb, headers=encoded)).status_code == 400
        assert inbox.events == []

    async def test_a_large_body_is_refused_before_it_is_read(
        self, serve: Serve, receiver: Receiver, inbox: ListInbox
    ) -> None:
        async with serve(receiver) as url:
            announced = await _talk(url, b"Content-Length: 52428800\r\n\r\n")
            assert announced.startswith(b"HTTP/1.1 413")
            # One that does not say how large it is, and never ends.
            chunk = b"2710\r\n" + bytes(10_000) + b"\r\n"
            unannounced = await _talk(url, b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11)
            assert unannounced.startswith(b"HTTP/1.1 413")
        assert inbox.events == []

    async def test_a_slow_body_is_waited_for_but_not_forever(
        self, serve: Serve, receiver: Receiver, inbox: ListInbox
    ) -> None:
        headers, body = build.signed(build.message_added(), SECRET)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        head = lines + b"Content-Length: %d\r\n\r\n" % len(body)
        async with serve(receiver) as url:
            slow = await _talk(url, head + body[:5], body[5:90], body[90:])
            assert slow.startswith(b"HTTP/1.1 204")
            stuck = await _talk(url, head + body[:-1])
            assert stuck.startswith(b"HTTP/1.1 408")
        assert len(inbox.events) == 1

    async def test_a_client_that_goes_away_leaves_nothing_behind(
        self, serve: Serve, receiver: Receiver, inbox: ListInbox, caplog: pytest.LogCaptureFixture
    ) -> None:
        headers, body = build.signed(build.message_added(), SECRET)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        async with serve(receiver) as url:
            for _ in range(3):
                _, writer = await _send(url, lines + b"Content-Length: %d\r\n\r\n" % len(body) + body[:-1])
                writer.close()
            async with httpx.AsyncClient() as client:
                assert (await client.post(url, content=body, headers=headers)).status_code == 204
        assert len(inbox.events) == 1
        assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def _send(url: str, *parts: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a request, part by part."""
    parsed = httpx.URL(url)
    reader, writer = await asyncio.open_connection(parsed.host, parsed.port)
    writer.write(f"POST {parsed.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".encode())
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.05)
    return reader, writer


async def _talk(url: str, *parts: bytes) -> bytes:
    reader, writer = await _send(url, *parts)
    response = await asyncio.wait_for(reader.read(1000), 10)
    writer.close()
    return response


class TestAsgi:
    """What a server does not show."""

    async def test_a_receiver_that_cannot_open_is_a_failed_startup(self, receiver: Receiver) -> None:
        class Broken(ListInbox):
            async def __aenter__(self) -> Any:
                raise OSError("no such directory")

        app = AsgiApp(Receiver(SECRET, Broken()))
        assert await _events(app, {"type": "lifespan"}, {"type": "lifespan.startup"}) == [
            {"type": "lifespan.startup.failed", "message": "OSError: no such directory"}
        ]

    async def test_a_receiver_that_cannot_close_is_a_failed_shutdown(self) -> None:
        class Broken(ListInbox):
            async def __aexit__(self, *_: object) -> None:
                raise OSError("the disk is full")

        app = AsgiApp(Receiver(SECRET, Broken()))
        sent = await _events(app, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
        assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.failed"]

    async def test_a_client_that_has_gone_gets_no_response(self, opened: Receiver) -> None:
        scope = {"type": "http", "method": "POST", "headers": []}
        assert await _events(AsgiApp(opened), scope, {"type": "http.disconnect"}) == []

    async def test_a_websocket_is_closed(self, opened: Receiver) -> None:
        sent = await _events(AsgiApp(opened), {"type": "websocket"}, {"type": "websocket.connect"})
        assert [message["type"] for message in sent] == ["websocket.close"]

    async def test_what_is_not_known_is_an_error_of_the_server(self, opened: Receiver) -> None:
        with pytest.raises(NotImplementedError, match="'quic'"):
            await _events(AsgiApp(opened), {"type": "quic"})


async def _events(app: Callable[..., Awaitable[None]], scope: dict[str, Any], *given: dict[str, Any]) -> list[Any]:
    """What an application sends, given what it receives."""
    incoming = iter(given)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return next(incoming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
