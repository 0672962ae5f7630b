"""The limiter of one process on a real Redis: what it stores and shares, and what happens without Redis."""

import asyncio
import logging
import math
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from dixa_async import DixaClient, RetryPolicy, TooManyRequestsError
from dixa_async.errors import WaitTooLongError
from dixa_async.secret import Secret
from dixa_async.testing import FakeDixa
from dixa_async.transport.limiter.protocol import Limiter
from dixa_async.transport.limiter.redis.settings import RedisRateLimit

from ..helpers.redis_server import RedisServer
from ..helpers.send_times import too_early
from .forking import PERMITS

pytestmark = pytest.mark.clock

_SERVER = "https://dixa.example.com"
_TOKEN = "a-token-that-nobody-may-see"


_LONG = 10.0
"""Seconds for Redis, which no pause of the machine reaches."""


def _limiter(redis: Redis, *, per_second: float = 20.0, burst: int = 3, timeout: float = _LONG) -> Limiter:
    settings = RedisRateLimit(redis=redis, per_second=per_second, burst=burst, redis_timeout=timeout)
    return settings.create_limiter(_SERVER, Secret(_TOKEN))


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
async def other_redis(server: RedisServer) -> AsyncIterator[Redis]:
    """The client of another process."""
    client = Redis.from_url(server.url, decode_responses=True)
    yield client
    await client.aclose()


async def test_a_client_sends_its_calls_with_permits_from_redis(redis: Redis, server: RedisServer) -> None:
    limit = RedisRateLimit(redis=redis, per_second=50, redis_timeout=_LONG)
    async with (
        FakeDixa(rate=math.inf) as dixa_server,
        DixaClient(dixa_server.api_key, base_url=dixa_server.url, rate_limit=limit) as dixa,
    ):
        await asyncio.gather(*(dixa.agents.list() for _ in range(20)))
        assert dixa.rate_limit_state.requests_today == 20
    (key,) = server.client().keys()
    assert server.client().hget(key, "used") == "20"


async def test_exports_share_a_limit_of_their_own_through_redis(
    redis: Redis, other_redis: Redis, server: RedisServer
) -> None:
    limits = [RedisRateLimit(redis=each, per_second=50, redis_timeout=_LONG) for each in (redis, other_redis)]
    since = datetime(2026, 1, 1, tzinfo=UTC)

    async def export(dixa: DixaClient) -> None:
        assert [row async for row in dixa.exports.messages(since, since + timedelta(days=1))] == []

    async with FakeDixa(rate=math.inf, exports_per_minute=math.inf) as dixa_server, AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                DixaClient(dixa_server.api_key, base_url=dixa_server.url, rate_limit=limit, exports_per_minute=240)
            )
            for limit in limits
        ]
        start = _now()
        await asyncio.gather(*(export(dixa) for dixa in clients * 2), *(dixa.agents.list() for dixa in clients))
        assert _now() - start >= 0.74
    client = server.client()
    assert sorted(str(client.hget(key, "used")) for key in client.scan_iter()) == ["2", "4"]


async def test_the_key_and_what_is_in_it_show_no_token_and_expire(redis: Redis, server: RedisServer) -> None:
    await _limiter(redis).acquire()
    client = server.client()
    (key,) = client.keys()
    assert key.startswith("dixa-async:")
    assert _TOKEN not in key + str(client.hgetall(key))
    assert "dixa.example.com" not in key
    assert 0 < client.ttl(key) <= 90_000


async def test_permits_of_cancelled_callers_are_returned(redis: Redis, other_redis: Redis) -> None:
    limiter, other = _limiter(redis, per_second=0.1, burst=1), _limiter(other_redis, per_second=0.1, burst=1)
    await limiter.acquire()
    for _ in range(20):
        caller = asyncio.create_task(limiter.acquire())
        await asyncio.sleep(0.01)
        caller.cancel()
        await asyncio.wait([caller])
    await limiter.drain()
    with pytest.raises(WaitTooLongError) as caught:
        await other.acquire(max_wait=5)
    assert 5 < caught.value.wait <= 10  # not 210 s
    assert other.state.requests_today == 1


async def test_a_wait_that_is_too_long_because_of_other_processes_is_rejected_at_once(
    redis: Redis, other_redis: Redis
) -> None:
    limiter, other = _limiter(redis, per_second=0.1, burst=1), _limiter(other_redis, per_second=0.1, burst=1)
    await limiter.acquire()
    waiting = asyncio.create_task(limiter.acquire())
    await _until(lambda: limiter.state.requests_today == 2)
    start = _now()
    with pytest.raises(WaitTooLongError) as caught:
        await other.acquire(max_wait=12)
    assert _now() - start <= 6
    assert 12 < caught.value.wait <= 20
    assert other.state.requests_today == 2
    waiting.cancel()
    await limiter.drain()
    with pytest.raises(WaitTooLongError) as caught:
        await other.acquire(max_wait=5)
    assert 5 < caught.value.wait <= 10


async def test_a_429_of_one_process_pauses_and_slows_down_the_other(redis: Redis, other_redis: Redis) -> None:
    limiter, other = _limiter(redis), _limiter(other_redis)
    await other.acquire()
    assert other.state.rate == 20
    start = _now()
    limiter.on_throttled(2.0)
    limiter.on_throttled(0.2)
    await limiter.drain()
    with pytest.raises(WaitTooLongError) as caught:
        await other.acquire(max_wait=0.5)
    assert 0.5 < caught.value.wait <= 2.0
    await other.acquire()
    assert _now() - start >= 2.0
    assert other.state.rate == pytest.approx(14)
    for _ in range(50):
        other.on_success()
    await other.acquire()
    await limiter.acquire()
    assert limiter.state.rate == other.state.rate == pytest.approx(15)
    assert (limiter.state.throttled, other.state.throttled) == (2, 0)


async def test_the_limiter_works_after_redis_has_lost_the_scripts(redis: Redis, server: RedisServer) -> None:
    limiter = _limiter(redis)
    await limiter.acquire()
    server.client().script_flush()
    await limiter.acquire()
    assert limiter.state.requests_today == 2


@pytest.mark.parametrize("how", ["frozen", "killed"])
async def test_calls_continue_in_order_at_the_share_while_redis_is_unavailable_and_at_the_full_rate_afterwards(
    own_server: RedisServer, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    caplog.set_level(logging.INFO, "dixa_async.rate_limit")
    redis = Redis.from_url(own_server.url)
    limiter = _limiter(redis, timeout=2.0)
    order, times = list[int](), list[float]()

    async def call(number: int) -> None:
        await limiter.acquire()
        order.append(number)
        times.append(_now())

    await limiter.acquire()
    calls = [asyncio.create_task(call(number)) for number in range(1000)]
    await asyncio.sleep(0.5)
    own_server.freeze() if how == "frozen" else own_server.kill()
    await _until(lambda: len(caplog.records) == 1)
    lost = _now()
    await asyncio.sleep(2)
    seconds_without_redis = _now() - lost
    without_redis = sum(time > lost for time in times)
    own_server.thaw() if how == "frozen" else own_server.start()
    await _until(lambda: len(caplog.records) == 2)
    await _until(lambda: limiter.state.rate == 20)
    for task in calls:
        task.cancel()
    await asyncio.wait(calls)
    await limiter.drain()
    await redis.aclose()

    assert order == list(range(len(order)))
    assert 5 <= without_redis <= seconds_without_redis * 10 + 3
    warning, info = caplog.records
    assert (warning.levelno, info.levelno) == (logging.WARNING, logging.INFO)
    assert "this process sends at most 10 requests a second" in warning.getMessage()
    assert "is back" in info.getMessage()


def test_consecutive_event_loops_are_served_if_the_redis_client_is_closed_in_between(server: RedisServer) -> None:
    redis = Redis.from_url(server.url)
    limiter = _limiter(redis)

    async def use() -> None:
        await asyncio.gather(limiter.acquire(), limiter.acquire())
        await redis.aclose()

    for _ in range(3):
        asyncio.run(use())
    assert limiter.state.requests_today == 6


def test_a_forked_process_starts_afresh_and_leaves_the_connections_to_its_parent(server: RedisServer) -> None:
    command = [sys.executable, "-m", "tests.redis.forking", server.url]
    root = Path(__file__).parents[2]
    output = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True, text=True, timeout=60).stdout
    permits = [line.split() for line in output.splitlines()]
    assert Counter(who for who, _ in permits) == {"parent": 2 * PERMITS, "child": PERMITS}
    assert too_early([float(time) for _, time in permits], 10, 4) == []


async def test_an_unused_permit_of_a_closed_client_is_returned_before_redis_is_closed(
    server: RedisServer,
) -> None:
    redis = Redis.from_url(server.url)
    async with FakeDixa(rate=math.inf) as dixa_server:
        async with DixaClient(
            dixa_server.api_key, base_url=dixa_server.url, rate_limit=RedisRateLimit(redis=redis, redis_timeout=_LONG)
        ) as dixa:
            calls = [asyncio.create_task(dixa.organization.get()) for _ in range(10)]
            await asyncio.wait(calls[:4])
        await redis.aclose()
        await asyncio.gather(*calls, return_exceptions=True)
        (key,) = server.client().keys()
        assert server.client().hget(key, "used") == str(dixa_server.request_count)


async def test_a_429_reaches_redis_although_the_client_is_closed_immediately(server: RedisServer) -> None:
    redis = Redis.from_url(server.url)
    once = RetryPolicy(max_attempts=1)
    async with FakeDixa() as dixa_server:
        dixa_server.inject_fault(status=429)
        async with DixaClient(
            dixa_server.api_key,
            base_url=dixa_server.url,
            rate_limit=RedisRateLimit(redis=redis, redis_timeout=_LONG),
            retry=once,
        ) as dixa:
            with pytest.raises(TooManyRequestsError):
                await dixa.organization.get()
        await redis.aclose()
    (key,) = server.client().keys()
    assert int(server.client().hget(key, "rate")) > 0  # slowed down; 0 is the full rate
