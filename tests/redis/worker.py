"""One process of a fleet: it takes turns as fast as it gets them, and writes down when.

Each line of its output is a time of the clock that all processes of the machine share, or what was logged.
"""

import argparse
import asyncio
import logging
import sys
import time

from redis.asyncio import Redis

from dixa_async.transport.redis_limiter import RedisRateLimit

CALLERS = 10


async def main(options: argparse.Namespace) -> None:
    redis = Redis.from_url(options.url)
    await redis.ping()
    settings = RedisRateLimit(redis=redis, per_second=options.rate, share_without_redis=options.share)
    limiter = settings.make_limiter("https://dixa.example.com", "token")

    async def call_on_and_on() -> None:
        while True:
            await limiter.acquire()
            print(time.monotonic(), flush=True)

    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    try:
        async with asyncio.timeout(options.seconds), asyncio.TaskGroup() as group:
            for _ in range(CALLERS):
                group.create_task(call_on_and_on())
    except TimeoutError:
        pass
    await redis.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--share", type=float)
    parser.add_argument("--seconds", type=float)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")
    asyncio.run(main(parser.parse_args()))
