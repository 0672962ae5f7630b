"""One of several processes: it calls Dixa as fast as the limit allows, and reports when its requests are sent.

Each line of its input starts a round of a number of seconds. Each line of its output is the time of a request, or of a
pause of the machine, on the clock that all processes of the machine share; or what was logged.
"""

import argparse
import asyncio
import logging
import sys
from contextlib import suppress

import aiohttp
import redis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from dixa_async import DixaClient, RedisRateLimit

from ..helpers.send_times import Pause, noting_pauses, recording_send_times

CALLERS = 10
LATE = 0.05
"""Seconds: half of the time between two permits, after which a permit counts as too late."""

NO_RETRY = AsyncRetry(NoBackoff(), 0)
"""Errors of Redis are noticed at once, so the timeout can be longer than any pause of the machine."""


def report(*parts: object) -> None:
    sys.stdout.write(" ".join(map(str, parts)) + "\n")  # at once, for there are two threads
    sys.stdout.flush()


def report_pause(pause: Pause) -> None:
    report("paused", pause.began, pause.ended)


async def call_for(seconds: float, dixa: DixaClient) -> None:
    async def call_repeatedly() -> None:
        while True:
            await dixa.organization.get()

    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for _ in range(CALLERS):
                group.create_task(call_repeatedly())


async def main(options: argparse.Namespace) -> None:
    redis_client = Redis.from_url(options.redis, retry=NO_RETRY)
    await redis_client.ping()
    limit = RedisRateLimit(redis=redis_client, fallback_share=options.share, redis_timeout=10)
    async with (
        aiohttp.ClientSession(trace_configs=[recording_send_times(lambda time: report("sent", time))]) as session,
        DixaClient(options.token, base_url=options.dixa, rate_limit=limit, session=session) as dixa,
    ):
        report("ready")
        while seconds := await asyncio.to_thread(sys.stdin.readline):
            await call_for(float(seconds), dixa)
    await redis_client.aclose()


def touch_redis(client: redis.Redis) -> None:
    with suppress(redis.ConnectionError):
        client.ping()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis")
    parser.add_argument("--dixa")
    parser.add_argument("--token")
    parser.add_argument("--share", type=float)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")
    chosen = parser.parse_args()
    with (
        redis.Redis.from_url(chosen.redis, retry=Retry(NoBackoff(), 0)) as other,
        noting_pauses(report_pause, LATE, lambda: touch_redis(other)),
    ):
        asyncio.run(main(chosen))
