"""A receiver as an ASGI application, for uvicorn, Starlette, FastAPI and other ASGI servers and frameworks."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

from .body import read_body
from .errors import RefusalReason, WebhookRefusedError
from .headers import read_headers
from .receiver import Receiver
from .results import ReceiveResult

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class AsgiApp:
    """A receiver as an ASGI application. It takes deliveries by POST at any path.

    A server that starts it opens and closes the receiver with it. Where it is mounted in another application, whose
    framework does not do so, that application opens the receiver: ``async with receiver`` in its lifespan.

    ::

        app = AsgiApp(receiver)  # uvicorn bot:app
        app.mount("/dixa", AsgiApp(receiver))  # in Starlette or FastAPI

    Args:
        receiver: the receiver.
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a connection (ASGI).

        Args:
            scope: the scope of the connection.
            receive: returns the next message.
            send: sends a message.
        """
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            result = await self._respond(scope, receive)
            if result is not None:
                await _send(send, result)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            raise NotImplementedError(f"dixa_async does not speak {scope['type']!r}")

    async def _live(self, receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as stack:
            await receive()
            try:
                await stack.enter_async_context(self._receiver)
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
            try:
                await stack.aclose()
            except Exception as error:
                await send({"type": "lifespan.shutdown.failed", "message": f"{type(error).__name__}: {error}"})
                return
            await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, scope: Message, receive: Receive) -> ReceiveResult | None:
        """The response, or None if the client has disconnected."""
        if scope["method"] != "POST":
            return ReceiveResult(status=405, headers={"Allow": "POST"}, message="deliveries come by POST")
        limit, timeout = self._receiver.max_body_size, self._receiver.body_timeout
        try:
            headers = read_headers(scope["headers"])
            refused = self._receiver.check(headers)
            if refused is not None:
                return refused
            body = await read_body(_chunks(receive), max_size=limit, timeout=timeout)
        except WebhookRefusedError as error:
            refused = self._receiver.refuse(error.reason)
            return None if error.reason is RefusalReason.BODY_INCOMPLETE else refused
        return await self._receiver.receive(headers, body)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] != "http.request":  # http.disconnect
            raise WebhookRefusedError(RefusalReason.BODY_INCOMPLETE)
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


async def _send(send: Send, result: ReceiveResult) -> None:
    body = result.message.encode()
    headers: Iterable[tuple[str, str]] = result.headers.items()
    if body:
        headers = (*headers, ("Content-Type", "text/plain; charset=utf-8"))
    if result.status != 204:
        headers = (*headers, ("Content-Length", str(len(body))))
    if result.status in (408, 413):  # what is left of the body is not read
        headers = (*headers, ("Connection", "close"))
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": result.status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
