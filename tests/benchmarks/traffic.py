"""How close to the limit of the server the rate limit comes, on real sockets and the real clock.

The server is another process, ten times as fast as Dixa. Most tests have a clock that waits for the sockets; here
nothing waits, so a busy machine may earn a 429. One test tries a few rounds of it.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dixa_async import DixaClient, RateLimit
from dixa_async.testing import FakeDixa
from dixa_async.transport.local_limiter import LocalLimiter

RATE: Final = 100
BURST: Final = 4
CALLS: Final = 300
ROUNDS: Final = 5
IDEAL: Final = (CALLS - BURST) / RATE
"""Seconds that a round takes at least."""


async def _serve() -> None:
    async with FakeDixa(rate=RATE, burst=BURST) as server:
        print(server.url, server.api_key, flush=True)
        await asyncio.Event().wait()


@contextmanager
def server() -> Iterator[tuple[str, str]]:
    """The server in a process of its own: its address and its token."""
    command = [sys.executable, "-m", "tests.benchmarks.traffic", "serve"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        try:
            url, token = process.stdout.readline().split()
            yield url, token
        finally:
            process.kill()


async def make_round(url: str, token: str) -> tuple[float, int]:
    """Make many calls at once.

    Returns:
        The seconds that they took, and how many requests were refused.
    """
    # Its own limiter: what an earlier round learned from a 429 would make this one slower.
    limiter = LocalLimiter(RateLimit(per_second=RATE))
    async with DixaClient(token, base_url=url, rate_limit=limiter) as dixa:
        await dixa.organization.get()
        await asyncio.sleep(1)  # the buckets are full again
        started = time.perf_counter()
        await asyncio.gather(*(dixa.organization.get() for _ in range(CALLS)))
        return time.perf_counter() - started, dixa.rate_limit_state.refused


def report() -> None:
    """Measure and print the table."""
    with server() as (url, token):
        for _ in range(ROUNDS):
            seconds, refused = asyncio.run(make_round(url, token))
            print(f"{CALLS} calls at {RATE} a second{seconds:8.2f} s{seconds / IDEAL:8.3f} x ideal", end="")
            print(f"{refused:6} refused")


if __name__ == "__main__":
    asyncio.run(_serve()) if sys.argv[1:] == ["serve"] else report()
