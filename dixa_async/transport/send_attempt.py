"""One attempt of a call: what leaves with it, and whether it has left."""

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any, Final, TypeVar

import aiohttp
from typing_extensions import override

from ..secret import Secret
from .resolver import LookupWaitError

T = TypeVar("T")


class NotSentAgainError(aiohttp.ClientError):
    """A broken connection, as an error after which aiohttp does not send the request again."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class SendAttempt:
    """One attempt of a call, of which several may be under way at once.

    Args:
        authorization: what it must send as its authorization.
        max_wait: seconds that it may wait before it leaves; None: as long as it takes.

    Attributes:
        authorization: as given.
        maybe_sent: whether some of it may have left.
    """

    __slots__ = ("_max_wait", "_wait", "authorization", "maybe_sent")

    def __init__(self, authorization: Secret, max_wait: float | None) -> None:
        self.authorization = authorization
        self.maybe_sent = True
        self._max_wait = max_wait
        self._wait: asyncio.Timeout | None = None

    async def within_max_wait(self, sending: Awaitable[T]) -> T:
        """Send through the connections of others, which are waited for no longer than `max_wait`.

        Args:
            sending: what sends, in a session that has `WATCH` among its traces.

        Returns:
            Its result.

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
        """Take note that it waits for a connection."""
        self.maybe_sent = False
        if self._wait is not None and self._max_wait is not None:
            self._wait.reschedule(asyncio.get_running_loop().time() + self._max_wait)

    async def leave(self) -> None:
        """Take note that it has a connection, and leaves now."""
        if self._wait is not None:
            if self._wait.expired():
                await asyncio.sleep(0)  # it has waited too long in this very tick, and is cancelled here
            self._wait.reschedule(None)
        self.maybe_sent = True


CURRENT_ATTEMPT: Final[ContextVar[SendAttempt]] = ContextVar("dixa_async.current_attempt")
"""The attempt that is about to leave."""


async def send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send the token along, and leave it to our own retry to send a request again.

    aiohttp would do it past the rate limit and the attempts.
    """
    request.headers["Authorization"] = CURRENT_ATTEMPT.get().authorization.reveal()
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise NotSentAgainError(error) from None
    finally:
        # It has left. Reports of errors show what is in the functions of a traceback, and this request is.
        del request.headers["Authorization"]


class CleanConnector(aiohttp.TCPConnector):
    """A pool of connections that can be used.

    It closes an idle connection on which something came that was not asked for: the next call would take it. And it
    notes that nothing has left as long as an attempt has no connection.
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
                await attempt.leave()
                return connection
            connection.close()

    @override
    async def close(self, *, abort_ssl: bool = False) -> None:
        for protocol in self._acquired:
            protocol.abort()  # else a server that does not read what is being sent would hold this up for ever
        await super().close(abort_ssl=abort_ssl)


async def _start(*_: object) -> None:
    CURRENT_ATTEMPT.get().start()


async def _leave(*_: object) -> None:
    await CURRENT_ATTEMPT.get().leave()


def _watch() -> aiohttp.TraceConfig:
    watch = aiohttp.TraceConfig()
    watch.on_request_start.append(_start)
    watch.on_request_headers_sent.append(_leave)
    return watch


WATCH: Final = _watch()
"""Notes when the attempt under way leaves, in a session of which the connector is not a `CleanConnector`."""
