"""How close to the limit of the server the rate limit comes, on real sockets and the real clock.

The server is another process, ten times as fast as Dixa. Tests have a clock that waits for the sockets; here nothing
waits, so a busy machine may earn a 429.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dixa_async import DixaClient, RateLimit
from dixa_async.testing import FakeDixa

RATE: Final = 100
BURST: Final = 4
CALLS: Final = 300
ROUNDS: Final = 5


async def _serve() -> None:
    async with FakeDixa(rate=RATE, burst=BURST) as server:
        print(server.url, server.api_key, flush=True)
        await asyncio.Event().wait()


@contextmanager
def _server() -> Iterator[tuple[str, str]]:
    """The address and the token."""
    command = [sys.executable, "-m", "tests.benchmarks.traffic", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url, token = process.stdout.readline().split()
            yield url, token
        finally:
            process.kill()


async def _report(url: str, token: str) -> None:
    ideal = (CALLS - BURST) / RATE
    async with DixaClient(token, base_url=url, rate_limit=RateLimit(per_second=RATE)) as dixa:
        await dixa.organization.get()
        refused = 0
        for _ in range(ROUNDS):
            await asyncio.sleep(1)  # the buckets are full again
            started = time.perf_counter()
            await asyncio.gather(*(dixa.organization.get() for _ in range(CALLS)))
            seconds = time.perf_counter() - started
            refused, before = dixa.rate_limit_state.refused, refused
            print(f"{CALLS} calls at {RATE} a second{seconds:8.2f} s{seconds / ideal:8.3f} x ideal", end="")
            print(f"{refused - before:6} refused")


def report() -> None:
    """Measure and print the table."""
    with _server() as (url, token):
        asyncio.run(_report(url, token))


if __name__ == "__main__":
    asyncio.run(_serve()) if sys.argv[1:] == ["serve"] else report()
