"""Machines with taskiq workers, which can be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .programs import RECIPES

_ROOT = Path(__file__).parents[2]


class Machine:
    """A machine with a worker, whose processes can be killed together."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log = asyncio.create_task(self._read())
        self.is_ready = asyncio.Event()
        self.log = ""

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log += line.decode()
            if b"Listening started" in line:
                self.is_ready.set()

    async def die(self) -> None:
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._log


@asynccontextmanager
async def running_machines(count: int, module: str, variables: dict[str, str]) -> AsyncIterator[list[Machine]]:
    """Have machines run a taskiq worker each, for as long as the block.

    Args:
        count: how many.
        module: where the broker is.
        variables: further environment variables.
    """
    command = ["worker", "--workers", "1", "--max-async-tasks", "10", f"{module}:broker"]
    running: list[Machine] = []
    try:
        for _ in range(count):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "taskiq",
                *command,
                cwd=RECIPES,
                env={**os.environ, **variables, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(_ROOT)},
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            running.append(Machine(process))
        async with asyncio.timeout(30):
            await asyncio.gather(*(machine.is_ready.wait() for machine in running))
        yield running
    finally:
        for machine in running:
            await machine.die()
