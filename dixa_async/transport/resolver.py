"""The addresses of the server: looked up once for all connections, remembered, and used while newer ones are looked up.

A look-up is part of making a connection, so it counts against the times of the attempt that needs it. It counts against
`max_wait` as well, for it is a wait before the request.
"""

import asyncio
import math
import socket
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from .tasks import ignore_failure, start_task

_FRESH: Final = 10.0
"""Seconds. Older addresses are looked up anew when they are used."""
_USABLE: Final = 300.0
"""Seconds. Older addresses are not used; a connection waits for the new ones."""

MAX_LOOKUP_WAIT: Final[ContextVar[float | None]] = ContextVar("dixa_async.max_lookup_wait", default=None)
"""Seconds that the attempt under way may wait for a look-up; None: as long as it may take to connect."""


class LookupWaitError(Exception):
    """A look-up took longer than `MAX_LOOKUP_WAIT`. aiohttp lets it through as it is.

    Attributes:
        wait: how long it was waited for, in seconds.
    """

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class Resolver(AbstractResolver):
    """Looks up the server of a client."""

    def __init__(self) -> None:
        self._resolver: AbstractResolver | None = None
        self._server: tuple[str, int] | None = None
        self._addresses: list[ResolveResult] = []
        self._found_at = -math.inf
        self._task: asyncio.Task[list[ResolveResult]] | None = None

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if self._server is None:
            self._server = (host, port)
        elif self._server != (host, port):  # a middleware sends a request elsewhere
            return await _within_max_wait(self._ask(host, port, family))
        age = asyncio.get_running_loop().time() - self._found_at
        if age <= _FRESH:
            return self._addresses
        task = self._look_up(host, port, family)
        if age <= _USABLE:
            return self._addresses
        return await _within_max_wait(_result_of(task))

    @override
    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._resolver is not None:
            await self._resolver.close()

    def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> asyncio.Task[list[ResolveResult]]:
        if self._task is None or self._task.done():
            self._task = start_task(self._find(host, port, family))
            # If nobody waits for it, the old addresses are used, and the next connection retries.
            self._task.add_done_callback(ignore_failure)
        return self._task

    async def _find(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        self._addresses = await self._ask(host, port, family)
        self._found_at = asyncio.get_running_loop().time()
        return self._addresses

    async def _ask(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        if self._resolver is None:
            self._resolver = aiohttp.DefaultResolver()
        return await self._resolver.resolve(host, port, family)


async def _within_max_wait(look_up: Awaitable[list[ResolveResult]]) -> list[ResolveResult]:
    max_wait = MAX_LOOKUP_WAIT.get()
    if max_wait is None:
        return await look_up
    scope = asyncio.timeout(max_wait)
    try:
        async with scope:
            return await look_up
    except TimeoutError:
        if scope.expired():
            raise LookupWaitError(max_wait) from None
        raise


async def _result_of(task: asyncio.Task[list[ResolveResult]]) -> list[ResolveResult]:
    """What a look-up finds. Others wait for it too, so it goes on though this caller gives up."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if task.cancelled():  # and not the caller
            raise OSError("the client was closed while the server was looked up") from None
        raise
