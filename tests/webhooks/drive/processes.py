"""The bots of a drive: processes that are killed and started again."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from .bot_settings import BotSettings

_ROOT: Final = Path(__file__).parents[3]


class Bot:
    """A process."""

    def __init__(self, module: str, settings: BotSettings) -> None:
        self._command = (sys.executable, "-m", f"{__package__}.{module}", settings.to_argument())
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it serves."""
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        self._process = await asyncio.create_subprocess_exec(
            *self._command, cwd=_ROOT, env=environment, stdout=PIPE, stderr=None
        )
        assert self._process.stdout is not None
        if await self._process.stdout.readline() != b"ready\n":
            raise RuntimeError("the bot did not start; it says why above")

    async def kill(self) -> None:
        """Kill it, as the machine does that runs out of memory."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """Let it end."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


@asynccontextmanager
async def running(bots: list[Bot]) -> AsyncIterator[None]:
    """Have bots run for as long as the block."""
    try:
        await asyncio.gather(*(bot.start() for bot in bots))
        yield
    finally:
        await asyncio.gather(*(bot.stop() for bot in bots))


def reserve_port() -> socket.socket:
    """A port that nobody else is given while the socket is open. It takes no connections."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved
