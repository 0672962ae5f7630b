"""The addresses of the server: looked up before requests have their turns, and remembered.

A request has its turn, and then a connection is made. If all of them had to wait for one slow look-up in between, those
that had their turns one after the other would leave in a bunch, and the server would refuse most.
"""

import asyncio
import contextvars
import math
import socket
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

_FRESH: Final = 10.0
"""Seconds. Older addresses are looked up anew when they are used."""
_USABLE: Final = 300.0
"""Seconds. Older addresses are not used; a connection waits for the new ones."""


class Names(AbstractResolver):
    """Looks up the server of a client.

    Attributes:
        awaited: the look-up that connections wait for; None if there is none.
    """

    def __init__(self) -> None:
        self._resolver: AbstractResolver | None = None
        self._server: tuple[str, int] | None = None
        self._addresses: list[ResolveResult] = []
        self._found_at = -math.inf
        self._task: asyncio.Task[list[ResolveResult]] | None = None
        self.awaited: asyncio.Task[list[ResolveResult]] | None = None

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if self._server is None:
            self._server = (host, port)
        elif self._server != (host, port):  # a middleware sends a request elsewhere
            return await self._ask(host, port, family)
        age = asyncio.get_running_loop().time() - self._found_at
        if age <= _FRESH:
            return self._addresses
        task = self._look_up(host, port, family)
        if age <= _USABLE:
            return self._addresses
        self.awaited = task
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():  # and not the caller
                raise OSError("the client was closed while the server was looked up") from None
            raise

    @override
    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._resolver is not None:
            await self._resolver.close()

    def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> asyncio.Task[list[ResolveResult]]:
        if self._task is None or self._task.done():
            find = self._find(host, port, family)
            self._task = asyncio.get_running_loop().create_task(find, context=contextvars.Context())
            self._task.add_done_callback(self._end)
        return self._task

    async def _find(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        self._addresses = await self._ask(host, port, family)
        self._found_at = asyncio.get_running_loop().time()
        return self._addresses

    async def _ask(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        if self._resolver is None:
            self._resolver = aiohttp.DefaultResolver()
        return await self._resolver.resolve(host, port, family)

    def _end(self, task: asyncio.Task[list[ResolveResult]]) -> None:
        self.awaited = None
        # If nobody waits for it, a failure is no news: the old addresses are used, and the next connection tries again.
        if not task.cancelled():
            task.exception()
