"""Runs several processes with one token, which call the FakeDixa of a test."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dixa_async.testing import FakeDixa

from ..helpers.redis_server import RedisServer
from ..helpers.send_times import Pause

_WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """One of the processes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.send_times: list[float] = []
        self.pauses: list[Pause] = []
        self.log: list[str] = []

    async def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        while (line := await self.process.stdout.readline()) != b"ready\n":
            assert line.startswith(b"paused"), line

    def go(self, seconds: float) -> None:
        """Start a round."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{seconds}\n".encode())

    async def read(self) -> None:
        """Read its output until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            match line.decode().split():
                case ["sent", time]:
                    self.send_times.append(float(time))
                case ["paused", began, ended]:
                    self.pauses.append(Pause(float(began), float(ended)))
                case _:
                    self.log.append(line.decode().strip())

    def finish(self) -> None:
        """End when the last round is over."""
        assert self.process.stdin is not None
        self.process.stdin.close()


@asynccontextmanager
async def run_processes(redis: RedisServer, dixa: FakeDixa, size: int, seconds: float) -> AsyncIterator[list[Worker]]:
    """Run processes that all start at the same moment, and wait for them at the end of the block.

    Args:
        redis: where they share the limit.
        dixa: what they call.
        size: how many there are.
        seconds: how long the first round takes, which starts with the block.
    """
    options = {
        "redis": redis.url,
        "dixa": dixa.url,
        "token": dixa.api_key,
        "share": str(1 / size),
    }
    arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
    workers: list[Worker] = []
    try:
        for _ in range(size):
            pipe = asyncio.subprocess.PIPE
            workers.append(
                Worker(
                    await asyncio.create_subprocess_exec(
                        sys.executable,
                        "-m",
                        "tests.redis.worker",
                        *arguments,
                        stdin=pipe,
                        stdout=pipe,
                        cwd=_WORKER.parents[2],
                    )
                )
            )
        await asyncio.gather(*(worker.wait_until_ready() for worker in workers))
        reading = asyncio.gather(*(worker.read() for worker in workers))
        for worker in workers:
            worker.go(seconds)
        yield workers
        for worker in workers:
            worker.finish()
        await reading
        await asyncio.gather(*(worker.process.wait() for worker in workers))
    finally:
        for worker in workers:
            if worker.process.returncode is None:
                worker.process.kill()
                await worker.process.wait()
