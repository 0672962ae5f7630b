"""Logs one line for each call, at DEBUG, without secrets or personal data."""

import asyncio
import logging
from collections.abc import Awaitable

from ..http import Request, Response
from .chain import Send

logger: logging.Logger = logging.getLogger("dixa_async")


class LoggingMiddleware:
    """The middleware that logs calls.

    Args:
        bodies: whether bodies are logged too. They hold personal data.
    """

    def __init__(self, *, bodies: bool = False) -> None:
        self._bodies = bodies

    def __call__(self, request: Request, send: Send) -> Awaitable[Response]:
        """See `Middleware`."""
        return self._send_logged(request, send) if logger.isEnabledFor(logging.DEBUG) else send(request)

    async def _send_logged(self, request: Request, send: Send) -> Response:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            response = await send(request)
        except BaseException as error:
            self._log(request, None, type(error).__name__, loop.time() - started)
            raise
        self._log(request, response, None, loop.time() - started)
        return response

    def _log(self, request: Request, response: Response | None, error: str | None, seconds: float) -> None:
        operation, attempts = request.operation, request.call_state.attempts
        status = None if response is None else response.status
        attempts_seconds = sum(attempt.seconds for attempt in attempts)
        logger.debug(
            "%s %s -> %s in %.3f s (attempts: %d, %.3f s)",
            operation.method,
            operation.path,
            error or status,
            seconds,
            len(attempts),
            attempts_seconds,
            # The type of each is always the same, as stores of structured logs require.
            extra={
                "dixa_operation": operation.id,
                "dixa_method": operation.method,
                "dixa_path": operation.path,
                "dixa_status": status,
                "dixa_error": error,
                "dixa_seconds": seconds,
                "dixa_attempts": len(attempts),
                "dixa_attempts_seconds": attempts_seconds,
            },
        )
        if self._bodies:
            logger.debug("sent %r, received %r", request.body, None if response is None else response.body)
