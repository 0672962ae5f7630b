"""How middlewares are put together."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from ..http import Request, Response

Send: TypeAlias = Callable[[Request], Awaitable[Response]]
"""Sends a request and gives the response: the session, or a middleware with all that is below it."""

Middleware: TypeAlias = Callable[[Request, Send], Awaitable[Response]]
"""Handles a request: passes it on, as it is or changed, once, several times or not at all, and returns a response."""


def chain(middlewares: Sequence[Middleware], send: Send) -> Send:
    """Put middlewares before what sends.

    Args:
        middlewares: the first one is the outermost.
        send: what they are put before.

    Returns:
        What sends through all of them.
    """
    for middleware in reversed(middlewares):
        send = _before(middleware, send)
    return send


def _before(middleware: Middleware, send: Send) -> Send:
    return lambda request: middleware(request, send)
