"""``tokens URL CLIENTS WAY``: bytes that stay for each client that was opened, used once and closed.

The way is ``own``, a token for each, or ``same``, one token for all.
"""

import asyncio
import gc
import sys
import tracemalloc

from dixa_async import DixaClient

_WARM = 50
_PAUSE = 2.0
"""Seconds. What is known of a token may be kept while its limit needs it: for 10 a second, that is a moment."""


async def use(url: str, token: str) -> None:
    async with DixaClient(token, base_url=url, rate_limit=1000) as dixa:
        await dixa.organization.get()


async def settled(url: str) -> int:
    """The bytes that are in use when nothing is under way."""
    await asyncio.sleep(_PAUSE)
    await use(url, "last")
    for _ in range(3):
        gc.collect()
        await asyncio.sleep(0)
    return tracemalloc.get_traced_memory()[0]


async def main(url: str, clients: int, way: str) -> None:
    tracemalloc.start()
    for number in range(_WARM):
        await use(url, f"warm-{number}" if way == "own" else "warm")
    before = await settled(url)
    for number in range(clients):
        await use(url, f"token-{number}" if way == "own" else "token")
    print((await settled(url) - before) / clients)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
