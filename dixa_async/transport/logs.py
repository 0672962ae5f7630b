"""One line for each call, at DEBUG, with nothing secret and nothing personal in it."""

import asyncio
import logging

from .chain import Send
from .http import Request, Response

logger = logging.getLogger("dixa_async")


class Logs:
    """The middleware that logs calls.

    Args:
        bodies: whether bodies are logged too. They hold personal data.
    """

    def __init__(self, *, bodies: bool = False) -> None:
        self._bodies = bodies

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        if not logger.isEnabledFor(logging.DEBUG):
            return await send(request)
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            response = await send(request)
        except BaseException as error:
            _log(request, type(error).__name__, loop.time() - started)
            raise
        _log(request, response.status, loop.time() - started)
        if self._bodies:
            logger.debug("sent %r, received %r", request.body, response.body)
        return response


def _log(request: Request, outcome: int | str, seconds: float) -> None:
    operation, attempts = request.operation, len(request.trace.attempts)
    logger.debug(
        "%s %s -> %s in %.3f s, attempts: %d",
        operation.method,
        operation.path,
        outcome,
        seconds,
        attempts,
        extra={
            "dixa_operation": operation.id,
            "dixa_outcome": outcome,
            "dixa_seconds": seconds,
            "dixa_attempts": attempts,
        },
    )
