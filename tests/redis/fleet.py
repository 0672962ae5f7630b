"""Several processes that share a limit, and what a server would have seen of them."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from ..unit.support import Bucket

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
async def fleet(
    url: str, size: int, *, rate: float, seconds: float, share: float | None = None
) -> AsyncIterator[list[Worker]]:
    """Run processes that all begin at the same moment. At the end of the block they are waited for."""
    options = {"rate": rate, "seconds": seconds, "share": share or 1 / size}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
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
                        url,
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


def refusals(times: Iterable[float], rate: float, capacity: int = 4) -> int:
    """How many of the requests a server would have refused.

    The times are from clocks of one machine, and a little late: a worker notes a turn after it has it, as a request
    arrives after it was sent.
    """
    bucket = Bucket(rate, capacity)
    return sum(not bucket.take(time) for time in sorted(times))
