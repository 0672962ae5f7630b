"""A process that forks while it waits for permits: both continue, each with its own connections.

Each line of its output says which process got a permit, and when on the clock of the machine.
"""

import asyncio
import logging
import os
import sys
import time

from redis.asyncio import Redis

from dixa_async.secret import Secret
from dixa_async.transport.limiter.protocol import Limiter
from dixa_async.transport.limiter.redis.settings import RedisRateLimit

PERMITS = 8


async def acquire_permits(who: str, limiter: Limiter) -> None:
    for _ in range(PERMITS):
        await limiter.acquire()
        sys.stdout.write(f"{who} {time.monotonic()}\n")  # in one write, since the other process writes too
        sys.stdout.flush()


async def main() -> None:
    redis = Redis.from_url(sys.argv[1])
    limiter = RedisRateLimit(redis=redis, redis_timeout=10).create_limiter("https://dixa.example.com", Secret("token"))
    tasks = [asyncio.create_task(acquire_permits("parent", limiter)) for _ in range(2)]
    await asyncio.sleep(0.25)
    child = os.fork()
    if child == 0:
        asyncio.run(acquire_permits("child", limiter))
        os._exit(0)
    await asyncio.gather(*tasks)
    await asyncio.to_thread(os.waitpid, child, 0)
    await redis.aclose()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stdout, format="%(message)s")
    asyncio.run(main())
