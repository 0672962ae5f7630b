"""How close to the limit of the server the rate limit comes, on real sockets and the real clock.

The server is another process, ten times as fast as Dixa. Most tests have a clock that waits for the sockets; here
nothing waits, so on a busy machine the server may see together what was sent apart, and refuse it.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import fmean
from typing import Final

import aiohttp

from dixa_async import DixaClient, RateLimit
from dixa_async.testing import FakeDixa
from dixa_async.transport.limiter.local import LocalLimiter

from ..helpers.send_times import recording_send_times
from . import fresh
from .figures import Effort, Result, spread
from .measurements import TRAFFIC

RATE: Final = 100
BURST: Final = 4
CALLS: Final = 300
ROUNDS: Final = 5
IDEAL: Final = (CALLS - BURST) / RATE
"""Seconds that a round takes at least."""


async def _serve(rate: float) -> None:
    async with FakeDixa(rate=rate, burst=BURST) as server:
        print(server.url, server.api_key, flush=True)
        await asyncio.Event().wait()


@contextmanager
def server(rate: float = RATE) -> Iterator[tuple[str, str]]:
    """Run the server in its own process; yields its URL and its token."""
    with fresh.server("traffic", rate) as line:
        url, token = line.split()
        yield url, token


async def make_round(url: str, token: str) -> tuple[list[float], int]:
    """Make many calls at once.

    Returns:
        When the requests were sent, and how many of them were throttled.
    """
    # Its own limiter: a 429 in an earlier round would slow this one down.
    limiter = LocalLimiter(RateLimit(per_second=RATE))
    send_times: list[float] = []
    async with (
        aiohttp.ClientSession(trace_configs=[recording_send_times(send_times.append)]) as session,
        DixaClient(token, base_url=url, rate_limit=limiter, session=session) as dixa,
    ):
        await dixa.organization.get()
        await asyncio.sleep(1)  # until the buckets are full again
        send_times.clear()
        await asyncio.gather(*(dixa.organization.get() for _ in range(CALLS)))
        return send_times, dixa.rate_limit_state.throttled


def measure(effort: Effort) -> Iterator[Result]:
    ratios: list[float] = []
    throttled = 0
    with server() as (url, token):
        for _ in range(effort.of(ROUNDS)):
            send_times, throttled_count = asyncio.run(make_round(url, token))
            ratios.append((send_times[-1] - send_times[0]) / IDEAL)
            throttled += throttled_count
    shown = f"{fmean(ratios) * IDEAL:.2f} s / {IDEAL:.2f} s; {throttled} of {len(ratios) * CALLS} throttled"
    yield Result(TRAFFIC, f"{RATE} a second", spread(ratios), shown=shown)


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
