"""``fake_leak REQUESTS``: bytes that stay in a `FakeDixa` for each request, once its log of requests is full."""

import asyncio
import gc
import math
import sys
import tracemalloc

from dixa_async.testing import FakeDixa

from .fake_requests import get, request

_HISTORY = 100
_WARM = 500


async def _used() -> int:
    """The bytes that are in use when nothing is under way."""
    for _ in range(3):
        gc.collect()
        await asyncio.sleep(0)
    return tracemalloc.get_traced_memory()[0]


async def main(requests: int) -> None:
    async with FakeDixa(company=20, rate=math.inf, daily_quota=math.inf, request_history=_HISTORY) as server:
        port, sent = int(server.url.rpartition(":")[2]), request(server, next(iter(server.state.conversations)))
        tracemalloc.start()
        await asyncio.to_thread(get, port, sent, _WARM)
        before = await _used()
        await asyncio.to_thread(get, port, sent, requests)
        print((await _used() - before) / requests)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
