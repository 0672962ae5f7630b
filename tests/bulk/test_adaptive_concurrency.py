"""How many calls a job runs at once: as many as keep the rate limit full at the latency there is."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Literal

import pytest

from dixa_async import RateLimit, bulk
from dixa_async.transport.limiter.local import LocalLimiter

from .support import all_of, send_request

RATE = 10


class Server:
    """Calls that wait for a permit, and then take a while."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.limiter = LocalLimiter(RateLimit(per_second=RATE))
        self.running = 0
        self.most = 0
        self._draw = random.Random(4)

    async def __call__(self, number: int) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.limiter.acquire()
            send_request("GET")
            await asyncio.sleep(self.latency * self._draw.uniform(0.5, 1.5))
        finally:
            self.running -= 1


@pytest.mark.parametrize("order", ["completion", "input"])
@pytest.mark.parametrize("latency", [0.02, 0.2, 1.0, 5.0])
async def test_the_whole_limit_is_used_with_few_more_calls_than_necessary(
    latency: float, order: Literal["completion", "input"]
) -> None:
    count, server = 1000, Server(latency)
    start = asyncio.get_running_loop().time()
    await all_of(bulk.run(server, range(count), order=order))
    late = asyncio.get_running_loop().time() - start - count / RATE
    assert late <= 4.5 * latency  # the number of calls doubles with each response, until there are enough
    assert latency * RATE <= server.most <= 1.5 * latency * RATE + 7


async def test_when_responses_become_quick_again_fewer_calls_run() -> None:
    server = Server(5.0)

    async def numbers() -> AsyncIterator[int]:
        for number in range(2000):
            if number == 1000:
                server.latency = 0.2
            if number == 1500:
                server.most = 0
            yield number

    await all_of(bulk.run(server, numbers()))
    assert server.most <= 10
