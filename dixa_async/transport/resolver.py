"""A DNS resolver that looks up the server once for all connections, and uses stale addresses during a new lookup.

A lookup is part of making a connection, so it counts against the timeouts of the attempt that needs it. It counts
against `max_wait` too, as a wait before the request.
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
"""Seconds. Older addresses are used, and looked up again in the background."""
_USABLE: Final = 300.0
"""Seconds. Older addresses are not used: a connection waits for the new ones."""

MAX_LOOKUP_WAIT: Final[ContextVar[float | None]] = ContextVar("dixa_async.max_lookup_wait", default=None)
"""Seconds that the current attempt may wait for a lookup; None means no limit but its timeouts."""


class LookupWaitError(Exception):
    """A lookup took longer than `MAX_LOOKUP_WAIT`. aiohttp does not wrap this error.

    Attributes:
        wait: how long the attempt has waited, in seconds.
    """

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class Resolver(AbstractResolver):
    """The resolver of one client."""

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
            return await _within_max_wait(self._resolve_now(host, port, family))
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
            # If nobody waits for it, the old addresses are used, and the next connection tries again.
            self._task.add_done_callback(ignore_failure)
        return self._task

    async def _find(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        self._addresses = await self._resolve_now(host, port, family)
        self._found_at = asyncio.get_running_loop().time()
        return self._addresses

    async def _resolve_now(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        if self._resolver is None:
            self._resolver = aiohttp.DefaultResolver()
        return await self._resolver.resolve(host, port, family)


async def _within_max_wait(lookup: Awaitable[list[ResolveResult]]) -> list[ResolveResult]:
    max_wait = MAX_LOOKUP_WAIT.get()
    if max_wait is None:
        return await lookup
    scope = asyncio.timeout(max_wait)
    try:
        async with scope:
            return await lookup
    except TimeoutError:
        if scope.expired():
            raise LookupWaitError(max_wait) from None
        raise


async def _result_of(task: asyncio.Task[list[ResolveResult]]) -> list[ResolveResult]:
    """The result of a lookup, which continues if this caller gives up: others wait for it too."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if task.cancelled():  # the task, not this caller
            raise OSError("the client was closed during the DNS lookup of its server") from None
        raise
