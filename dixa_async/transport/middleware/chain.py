"""What a middleware is, and how middlewares are chained."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from ...errors import ConfigurationError
from ..http import SEND_OBSERVER, Request, Response

Send: TypeAlias = Callable[[Request], Awaitable[Response]]
"""Sends a request and returns the response: the session, or a middleware with everything inside it."""

Middleware: TypeAlias = Callable[[Request, Send], Awaitable[Response]]
"""Handles a request: sends it, as it is or changed, once, several times or not at all, and returns a response."""


def chain(middlewares: Sequence[Middleware], send: Send) -> Send:
    """Put middlewares around a `Send`.

    Args:
        middlewares: the first one is the outermost.
        send: what the innermost one calls.

    Returns:
        A `Send` that passes all of them.
    """
    for middleware in reversed(middlewares):
        send = _around(middleware, send)
    return send


def _around(middleware: Middleware, send: Send) -> Send:
    return lambda request: middleware(request, send)


async def send_observed(send: Send, request: Request) -> Response:
    """Send a request, and let the observer of the current task know when its call begins and ends.

    Args:
        send: what sends it, with all attempts.
        request: the request.

    Returns:
        The response.
    """
    observer = SEND_OBSERVER.get()
    if observer is None:
        return await send(request)
    observer.begin(request.call_state)
    try:
        return await send(request)
    finally:
        observer.end(request.call_state)


def check_middleware(middleware: Any) -> tuple[Middleware, ...]:
    """Check custom middlewares.

    Args:
        middleware: what was passed to the client.

    Returns:
        The middlewares.

    Raises:
        ConfigurationError: it is not a list of functions.
    """
    if not isinstance(middleware, Sequence) or not all(map(callable, middleware)):  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigurationError("middleware must be a list of functions `async (request, send) -> response`")
    return tuple(middleware)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
