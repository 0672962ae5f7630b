"""The addresses of the server: looked up before requests have their turns, and remembered.

A request has its turn, and then a connection is made. If all of them had to wait for one slow look-up in between, those
that had their turns one after the other would leave in a bunch, and the server would refuse most.
"""

import asyncio
import contextvars
import math
import socket
from collections.abc import Awaitable
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from .chain import Send
from .http import Request, Response
from .limiter import Limiter
from .waits import Waits

_FRESH: Final = 10.0
"""Seconds. Older addresses are looked up anew when they are used."""
_USABLE: Final = 300.0
"""Seconds. Older addresses are not used; a connection waits for the new ones."""


class Names(AbstractResolver):
    """Looks up the server of a client."""

    def __init__(self) -> None:
        self._resolver: AbstractResolver | None = None
        self._server: tuple[str, int] | None = None
        self._addresses: list[ResolveResult] = []
        self._found_at = -math.inf
        self._task: asyncio.Task[list[ResolveResult]] | None = None

    @property
    def awaited(self) -> asyncio.Task[list[ResolveResult]] | None:
        """The look-up that connections wait for; None if there is none."""
        task = self._task
        return task if task is not None and not task.done() and self._age() > _USABLE else None

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if self._server is None:
            self._server = (host, port)
        elif self._server != (host, port):  # a middleware sends a request elsewhere
            return await self._ask(host, port, family)
        age = self._age()
        if age <= _FRESH:
            return self._addresses
        task = self._look_up(host, port, family)
        if age <= _USABLE:
            return self._addresses
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

    def _age(self) -> float:
        return asyncio.get_running_loop().time() - self._found_at

    def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> asyncio.Task[list[ResolveResult]]:
        if self._task is None or self._task.done():
            find = self._find(host, port, family)
            self._task = asyncio.get_running_loop().create_task(find, context=contextvars.Context())
            self._task.add_done_callback(_look_at_error)
        return self._task

    async def _find(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        self._addresses = await self._ask(host, port, family)
        self._found_at = asyncio.get_running_loop().time()
        return self._addresses

    async def _ask(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        if self._resolver is None:
            self._resolver = aiohttp.DefaultResolver()
        return await self._resolver.resolve(host, port, family)


def _look_at_error(task: asyncio.Task[list[ResolveResult]]) -> None:
    """If nobody waits for it, a failure is no news: the old addresses are used, and the next connection tries again."""
    if not task.cancelled():
        task.exception()


class NameLookup:
    """The middleware that lets no request have its turn while the server is looked up.

    Args:
        names: looks it up, when the first connection is made.
        limiter: tells the rate.
        waits: those of the client.
    """

    def __init__(self, names: Names, limiter: Limiter, waits: Waits) -> None:
        self._names = names
        self._limiter = limiter
        self._waits = waits

    def __call__(self, request: Request, send: Send) -> Awaitable[Response]:
        """See `Middleware`."""
        task = self._names.awaited
        return send(request) if task is None else self._send_after(task, request, send)

    async def _send_after(self, task: asyncio.Task[list[ResolveResult]], request: Request, send: Send) -> Response:
        await self._waits.wait_for(self._wait, task, request.timeout.connect)
        return await send(request)

    async def _wait(self, task: asyncio.Task[list[ResolveResult]], timeout: float | None) -> None:
        """Wait until a look-up has ended, however. What became of it the connection will tell."""
        await asyncio.wait([task], timeout=timeout)
        # The request that began it had its turn then, and leaves only now.
        await asyncio.sleep(1 / self._limiter.state.rate)
