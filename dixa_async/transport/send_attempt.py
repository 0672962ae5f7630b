"""One attempt of a call: adds the token to its request, and knows whether it may have been sent."""

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any, Final, TypeVar

import aiohttp
from typing_extensions import override

from ..secret import Secret
from .resolver import LookupWaitError

T = TypeVar("T")

_TICKS: Final = 3
"""Iterations of the event loop after which a protocol knows of an aborted connection, also with TLS."""


class NotSentAgainError(aiohttp.ClientError):
    """Wraps the error of a broken connection, so that aiohttp does not send the request again."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class SendAttempt:
    """One attempt of a call.

    Args:
        authorization: the value of its Authorization header; None for an attempt without one.
        max_wait: seconds that it may wait before it is sent; None means no limit.

    Attributes:
        authorization: as passed.
        maybe_sent: whether a part of it may have been sent.
    """

    __slots__ = ("_max_wait", "_wait", "authorization", "maybe_sent")

    def __init__(self, authorization: Secret | None, max_wait: float | None) -> None:
        self.authorization: Secret | None = authorization
        self.maybe_sent: bool = True
        self._max_wait = max_wait
        self._wait: asyncio.Timeout | None = None

    async def within_max_wait(self, sending: Awaitable[T]) -> T:
        """Send through a session that others use too, and wait no longer than `max_wait` for a connection.

        Args:
            sending: sends the request, in a session that has `ATTEMPT_TRACE` among its traces.

        Returns:
            The result of `sending`.

        Raises:
            LookupWaitError: the wait was longer.
        """
        if self._max_wait is None:
            return await sending
        self._wait = asyncio.timeout(None)
        try:
            async with self._wait:
                return await sending
        except TimeoutError:
            if self._wait.expired():
                raise LookupWaitError(self._max_wait) from None
            raise

    def start(self) -> None:
        """Record that it waits for a connection."""
        self.maybe_sent = False
        if self._wait is not None and self._max_wait is not None:
            self._wait.reschedule(asyncio.get_running_loop().time() + self._max_wait)

    async def begin_sending(self) -> None:
        """Record that it has a connection, and is being sent."""
        if self._wait is not None:
            if self._wait.expired():
                await asyncio.sleep(0)  # it has waited too long in this tick, and is cancelled here
            self._wait.reschedule(None)
        self.maybe_sent = True


CURRENT_ATTEMPT: Final[ContextVar[SendAttempt]] = ContextVar("dixa_async.current_attempt")
"""The current attempt."""


async def send_with_token(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """The aiohttp middleware that adds the token, and keeps aiohttp from sending a request again by itself.

    Such a request would bypass the rate limit and would not be counted as an attempt.
    """
    authorization = CURRENT_ATTEMPT.get().authorization
    if authorization is not None:
        request.headers["Authorization"] = authorization.reveal()
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise NotSentAgainError(error) from None
    finally:
        # It was sent. Error reports show the local variables of a traceback, and the request is one of them.
        request.headers.pop("Authorization", None)


class CleanConnector(aiohttp.TCPConnector):
    """A pool that closes idle connections on which unsolicited data arrived.

    The next call would take the data for its response. It also records when an attempt has a connection, as nothing
    can have been sent before.
    """

    @override
    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> aiohttp.connector.Connection:
        attempt = CURRENT_ATTEMPT.get()
        attempt.start()
        while True:
            connection = await super().connect(req, traces, timeout)
            if connection.protocol is None or not connection.protocol.should_close:
                await attempt.begin_sending()
                return connection
            connection.close()

    @override
    async def close(self, *, abort_ssl: bool = False) -> None:
        for protocol in self._acquired:
            if protocol.transport is not None:
                protocol.transport.abort()  # else a server that does not read a request would block this forever
        for _ in range(_TICKS):
            # Else those that read a body would never learn of it: aiohttp forgets them, and their time limit.
            await asyncio.sleep(0)
        await super().close(abort_ssl=abort_ssl)


async def _start(*_: object) -> None:
    CURRENT_ATTEMPT.get().start()


async def _begin_sending(*_: object) -> None:
    await CURRENT_ATTEMPT.get().begin_sending()


def _attempt_trace() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_start)
    trace.on_request_headers_sent.append(_begin_sending)
    return trace


ATTEMPT_TRACE: Final = _attempt_trace()
"""Records when the current attempt is sent, in a session without a `CleanConnector`."""
