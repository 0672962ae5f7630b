"""Several processes with one token, which call a Dixa of the test."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dixa_async.testing import FakeDixa

from .server import RedisServer

_WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """A process of the fleet."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.times: list[float] = []
        self.log: list[str] = []

    async def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        assert await self.process.stdout.readline() == b"ready\n"

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")

    async def read(self) -> None:
        """Take in what it writes, until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            text = line.decode().strip()
            if text[0].isdigit():
                self.times.append(float(text))
            else:
                self.log.append(text)


@asynccontextmanager
async def fleet(redis: RedisServer, dixa: FakeDixa, size: int, seconds: float) -> AsyncIterator[list[Worker]]:
    """Run processes that all begin at the same moment. At the end of the block they are waited for."""
    options = {
        "redis": redis.url,
        "dixa": dixa.url,
        "token": dixa.api_key,
        "share": str(1 / size),
        "seconds": str(seconds),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
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
                        *words,
                        stdin=pipe,
                        stdout=pipe,
                        cwd=_WORKER.parents[2],
                    )
                )
            )
        await asyncio.gather(*(worker.wait_until_ready() for worker in workers))
        reading = asyncio.gather(*(worker.read() for worker in workers))
        for worker in workers:
            worker.go()
        yield workers
        await reading
        await asyncio.gather(*(worker.process.wait() for worker in workers))
    finally:
        for worker in workers:
            if worker.process.returncode is None:
                worker.process.kill()
                await worker.process.wait()
