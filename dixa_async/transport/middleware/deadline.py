"""A deadline for the whole call: its waits, its attempts, and the pauses between them."""

import asyncio
from collections.abc import Awaitable

from ...errors import CallTimeoutError
from ..http import Request, Response
from .chain import Send


class DeadlineMiddleware:
    """The middleware that ends a call after `Timeout.total`."""

    def __call__(self, request: Request, send: Send) -> Awaitable[Response]:
        """See `Middleware`."""
        total = request.timeout.total
        return send(request) if total is None else self._send_within(total, request, send)

    async def _send_within(self, total: float, request: Request, send: Send) -> Response:
        call_state = request.call_state
        # A middleware that sends twice gets no more time.
        if call_state.deadline is None:
            call_state.deadline = asyncio.get_running_loop().time() + total
        scope = asyncio.timeout_at(call_state.deadline)
        try:
            async with scope:
                return await send(request)
        except TimeoutError as error:
            if isinstance(error, CallTimeoutError) or not scope.expired():
                raise
            raise CallTimeoutError(
                f"the call took longer than {total:g} s in all",
                call=call_state.info(),
                maybe_applied=call_state.maybe_applied,
            ) from error
