"""A job of many calls that do nothing: ``growing_job.py COUNT ORDER`` prints how its memory grew, and its CPU time."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Literal, cast

from dixa_async import bulk


def resident() -> int:
    """The memory of this process, in KiB."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


async def call(number: int) -> int:
    return number


async def main(count: int, order: str) -> None:
    taken = first = 0
    started = time.process_time()
    async for _ in bulk.run(call, iter(range(count)), order=cast("Literal['completion', 'input']", order)):
        taken += 1
        if taken == count // 10:
            first = resident()
    print(taken, resident() - first, (time.process_time() - started) / count * 1e6)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
