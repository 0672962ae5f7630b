"""One process of a fleet: it calls Dixa as fast as it may, and writes down when it had an answer.

Each line of its output is a time of the clock that all processes of the machine share, or what was logged.
"""

import argparse
import asyncio
import logging
import sys
import time

from redis.asyncio import Redis

from dixa_async import DixaClient, RedisRateLimit

CALLERS = 10


async def main(options: argparse.Namespace) -> None:
    redis = Redis.from_url(options.redis)
    await redis.ping()
    limit = RedisRateLimit(redis=redis, share_without_redis=options.share)
    async with DixaClient(options.token, base_url=options.dixa, rate_limit=limit) as dixa:

        async def call_on_and_on() -> None:
            while True:
                await dixa.organization.get()
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
    parser.add_argument("--redis")
    parser.add_argument("--dixa")
    parser.add_argument("--token")
    parser.add_argument("--share", type=float)
    parser.add_argument("--seconds", type=float)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")
    asyncio.run(main(parser.parse_args()))
