"""A receiver in aiohttp.web: as a handler of a route, or as a separate application."""

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import ClientPayloadError, web

from .body import read_body
from .errors import RefusalReason, WebhookRefusedError
from .headers import read_headers
from .receiver import Receiver
from .results import ReceiveResult


def aiohttp_handler(receiver: Receiver) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Make the handler of a route. The receiver must be opened and closed by the application.

    ::

        app.router.add_post("/dixa", aiohttp_handler(receiver))

    Args:
        receiver: the receiver.

    Returns:
        The handler, for POST.
    """

    async def handle(request: web.Request) -> web.Response:
        result = await _receive(receiver, request)
        # Without a keep-alive, what is left of a body that was refused is not read.
        response = web.Response(status=result.status, headers=result.headers or None, text=result.message or None)
        if result.status in (408, 413):
            response.force_close()
        return response

    return handle


def aiohttp_app(receiver: Receiver, path: str = "/") -> web.Application:
    """Make an application that opens the receiver when it starts, and closes it when it stops.

    ::

        app.add_subapp("/dixa", aiohttp_app(receiver))

    Args:
        receiver: the receiver.
        path: where it takes deliveries. ``/`` under the prefix of a sub-application is its prefix with a slash.

    Returns:
        The application, to run or to add to another one.
    """

    async def opened(_: web.Application) -> AsyncIterator[None]:
        async with receiver:
            yield

    app = web.Application()
    app.cleanup_ctx.append(opened)
    app.router.add_post(path, aiohttp_handler(receiver))
    return app


async def _receive(receiver: Receiver, request: web.Request) -> ReceiveResult:
    content = request.content
    try:
        headers = read_headers(request.headers)
        if content.is_eof():  # it came together with the headers, as most do: there is nothing to wait for
            return await receiver.receive(headers, content.read_nowait())
        refused = receiver.check(headers)
        if refused is not None:
            return refused
        chunks = content.iter_any()
        body = await read_body(chunks, max_size=receiver.max_body_size, timeout=receiver.body_timeout)
    except WebhookRefusedError as error:
        return receiver.refuse(error.reason)
    except (web.RequestPayloadError, ClientPayloadError, ConnectionError):
        return receiver.refuse(RefusalReason.BODY_INCOMPLETE)
    return await receiver.receive(headers, body)
