"""The queue of the limiter for many processes: order, cancellation, waits, and what it does while Redis is unavailable.

What the scripts do on Redis itself is tested in tests/redis.
"""

import asyncio
import gc
import logging
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from itertools import chain, repeat
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from typing_extensions import override

from dixa_async import DixaClient
from dixa_async.config import RateLimit
from dixa_async.errors import ConfigurationError, UsageError, WaitTooLongError
from dixa_async.secret import Secret
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.redis.bucket import Permit, RedisBucket
from dixa_async.transport.limiter.redis.limiter import RedisLimiter
from dixa_async.transport.limiter.redis.scripts import GIVE_BACK, RESERVE, THROTTLED, Script
from dixa_async.transport.limiter.redis.settings import RedisRateLimit

from ..helpers.token_bucket import TokenBucket
from ..helpers.virtual_time import VirtualTimeLoop, now, run_virtual
from .fake_redis_runner import FakeRedisRunner

_LOGGER = "dixa_async.rate_limit"


def _limiter(
    runner: FakeRedisRunner,
    *,
    per_second: float = 10.0,
    burst: int = 3,
    share: float = 0.5,
    draw: Callable[[], float] = lambda: 0.5,
) -> RedisLimiter:
    bucket = RedisBucket(runner, RateLimit(per_second=per_second, burst=burst), share)
    fallback = LocalLimiter(RateLimit(per_second=per_second * share, burst=1, daily_quota=None))
    return RedisLimiter(bucket, fallback, draw=draw)


async def _assert_nothing_is_left(limiter: RedisLimiter) -> None:
    await asyncio.sleep(10)
    assert limiter.state.waiting == 0
    assert not limiter._max_waits
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_thousand_calls_at_once_are_never_throttled_in_order_and_on_time() -> None:
    runner, bucket, count, order = FakeRedisRunner(), TokenBucket(10, 4), 1000, list[int]()
    limiter = _limiter(runner)
    start = now()

    async def call(number: int) -> None:
        await limiter.acquire()
        assert bucket.take(now())
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(count)))
    assert order == list(range(count))
    assert now() - start <= 1.02 * (count - 4) / 10
    assert runner.runs.total() == count
    await _assert_nothing_is_left(limiter)


async def test_a_retried_call_has_priority_over_all_others() -> None:
    limiter, order = _limiter(FakeRedisRunner()), list[str]()

    async def call(name: str, priority: bool = False) -> None:
        await limiter.acquire(priority=priority)
        order.append(name)

    others = [asyncio.create_task(call("other")) for _ in range(100)]
    await asyncio.sleep(1)
    order.clear()
    await call("again", priority=True)
    assert len(order) <= 2
    await asyncio.gather(*others)


async def test_a_closing_client_waits_until_redis_was_updated() -> None:
    runner = FakeRedisRunner(delay=0.2)
    limiter = _limiter(runner)
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(5)]
    await asyncio.wait(waiting[:3])
    limiter.on_throttled(1.0)
    for task in waiting:
        task.cancel()
    await limiter.drain()
    assert runner.runs[THROTTLED] == 1
    assert runner.runs[RESERVE] - runner.runs[GIVE_BACK] == 3
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_burst_is_sent_at_once() -> None:
    limiter = _limiter(FakeRedisRunner(delay=0))
    start = now()
    for _ in range(5):
        await limiter.acquire()
    assert now() - start == pytest.approx(0.2, abs=1e-5)


_arrivals = st.sampled_from([0.0, 0.0, 0.0, 0.0005, 0.01, 0.1, 0.25, 1.0]) | st.floats(0, 0.5)
_max_waits = st.none() | st.integers(0, 30).map(lambda n: n / 10) | st.floats(0, 3)


@settings(max_examples=150)
@given(
    plan=st.lists(st.tuples(_arrivals, _max_waits, st.integers(0, 1)), min_size=1, max_size=60),
    delay=st.sampled_from([0.0, 0.001, 0.03]),
)
def test_whoever_arrives_or_is_cancelled_no_call_of_two_processes_is_throttled_or_overtaken(
    plan: list[tuple[float, float | None, int]], delay: float
) -> None:
    async def main() -> None:
        runner, bucket, loop = FakeRedisRunner(delay=delay), TokenBucket(10, 4), asyncio.get_running_loop()
        limiters = [_limiter(runner), _limiter(runner)]
        served: list[list[int]] = [[], []]

        async def call(number: int, process: int) -> None:
            await limiters[process].acquire()
            assert bucket.take(now())
            served[process].append(number)

        tasks: list[asyncio.Task[None]] = []
        for number, (pause, patience, process) in enumerate(plan):
            await asyncio.sleep(pause)
            tasks.append(asyncio.create_task(call(number, process)))
            if patience is not None:
                loop.call_at(loop.time() + patience, tasks[-1].cancel)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
        for process in (0, 1):
            mine = [number for number, (*_, owner) in enumerate(plan) if owner == process]
            assert served[process] == [number for number in mine if results[number] is None]
        for limiter in limiters:
            await _assert_nothing_is_left(limiter)
        assert runner.used == sum(len(each) for each in served)
        assert runner.runs[RESERVE] - runner.runs[GIVE_BACK] == runner.used

    run_virtual(main())


async def test_processes_get_the_same_share_however_many_of_their_calls_wait() -> None:
    runner = FakeRedisRunner()
    served = [0, 0]

    async def call(limiter: RedisLimiter, process: int) -> None:
        await limiter.acquire()
        served[process] += 1

    limiters = [_limiter(runner), _limiter(runner)]
    calls = [call(limiters[0], 0) for _ in range(500)] + [call(limiters[1], 1) for _ in range(50)]
    tasks = [asyncio.create_task(each) for each in calls]
    await asyncio.sleep(8)
    assert served[1] == pytest.approx(served[0], abs=3)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_a_permit_granted_in_the_tick_of_a_cancellation_goes_to_the_next_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner, burst=1)
    await limiter.acquire()
    second, third = asyncio.create_task(limiter.acquire()), asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0)
    waiter = limiter._queue.first()
    assert waiter is not None
    grant = limiter._grant

    def grant_and_cancel(permit: Permit | None) -> None:
        grant(permit)
        second.cancel()

    monkeypatch.setattr(limiter, "_grant", grant_and_cancel)
    start = now()
    await third
    assert second.cancelled()
    assert not waiter.cancelled()  # it had been granted
    assert now() - start == pytest.approx(0.1, abs=0.002)
    await _assert_nothing_is_left(limiter)


async def test_the_last_permit_is_returned_to_redis_when_no_caller_is_left() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner, burst=1)
    await limiter.acquire()
    full = runner.full
    gone = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0.05)
    assert runner.full > full
    gone.cancel()
    await asyncio.sleep(0.01)
    assert runner.full == full
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_ten_thousand_callers_cancelled_at_once_leave_nothing() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner)
    callers = [asyncio.create_task(limiter.acquire()) for _ in range(10_000)]
    await asyncio.sleep(0.55)
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    assert limiter.state.waiting == 0
    start = now()
    await limiter.acquire()
    assert now() - start <= 0.11
    await _assert_nothing_is_left(limiter)


async def test_a_blocked_loop_requests_a_new_permit_instead_of_using_one_much_too_late() -> None:
    runner, loop, bucket = FakeRedisRunner(delay=0), asyncio.get_running_loop(), TokenBucket(10, 4)
    assert isinstance(loop, VirtualTimeLoop)
    limiters = [_limiter(runner) for _ in range(4)]

    async def call(limiter: RedisLimiter) -> None:
        for _ in range(20):
            await limiter.acquire()
            assert bucket.take(now())

    calls = asyncio.gather(*(call(limiter) for limiter in limiters))
    for _ in range(5):
        await asyncio.sleep(0.77)
        loop.now += 1.5  # the machine stops, and all processes with it
    await calls


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_occasional_late_responses_cause_no_throttled_call(size: int, seed: int) -> None:
    random, bucket, count = Random(seed), TokenBucket(10, 4), 0
    runner = FakeRedisRunner(extra_delay=lambda: random.uniform(0.02, 0.17))
    limiters = [_limiter(runner) for _ in range(size)]
    for limiter in limiters * 3:
        await limiter.acquire()  # it gradually learns how far the clocks are apart
        count += 1
    await asyncio.sleep(1)
    end = now() + 60

    async def calls(limiter: RedisLimiter) -> None:
        nonlocal count
        while now() < end:
            await limiter.acquire()
            assert bucket.take(now())
            count += 1

    await asyncio.gather(*(calls(limiter) for limiter in limiters))
    await asyncio.sleep(1)
    assert count >= 60 * min(3 * size, 9.5)
    assert runner.used == count


async def test_a_redis_that_is_always_slow_delays_all_processes_equally() -> None:
    runner, bucket = FakeRedisRunner(delay=0.12), TokenBucket(10, 4)
    limiters = [_limiter(runner) for _ in range(4)]
    start = now()

    async def calls(limiter: RedisLimiter) -> None:
        for _ in range(100):
            await limiter.acquire()
            assert bucket.take(now())

    await asyncio.gather(*(calls(limiter) for limiter in limiters))
    assert now() - start <= 1.02 * 396 / 10
    assert runner.runs[RESERVE] == runner.runs.total() == 400


async def test_a_single_process_uses_all_permits_although_redis_became_slow() -> None:
    runner, bucket = FakeRedisRunner(extra_delay=chain(repeat(0, 2), repeat(0.125)).__next__), TokenBucket(10, 4)
    limiter = _limiter(runner)
    await limiter.acquire()
    start = now()
    for _ in range(40):
        await limiter.acquire()
        assert bucket.take(now())
    assert now() - start == pytest.approx(40 * 0.251)
    assert runner.runs[RESERVE] == runner.runs.total() == 41


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
async def test_a_clock_of_redis_that_is_set_changes_nothing(jump: float) -> None:
    runner, bucket = FakeRedisRunner(), TokenBucket(10, 4)
    limiters = [_limiter(runner) for _ in range(2)]
    start = now()

    async def calls(limiter: RedisLimiter) -> None:
        for _ in range(100):
            await limiter.acquire()
            assert bucket.take(now())

    asyncio.get_running_loop().call_later(5, runner.set_clock, jump)
    await asyncio.gather(*(calls(limiter) for limiter in limiters))
    assert now() - start <= 1.02 * 196 / 10


async def test_a_wait_that_would_be_too_long_is_rejected_at_once_and_reported() -> None:
    runner = FakeRedisRunner()
    other, limiter = _limiter(runner, burst=1), _limiter(runner, burst=1)
    full_at = asyncio.gather(*(other.acquire() for _ in range(3)))
    await limiter.acquire()
    runner.full += 2_000_000  # this many permits of other processes
    start = now()
    with pytest.raises(WaitTooLongError) as caught:
        await limiter.acquire(max_wait=1.0)
    assert now() - start <= 0.01
    assert caught.value.wait == pytest.approx(2.2, abs=0.11)
    assert caught.value.max_wait == 1.0
    await limiter.acquire(max_wait=2.5)
    await full_at


async def test_the_queue_of_the_process_counts_when_a_wait_is_predicted() -> None:
    limiter = _limiter(FakeRedisRunner(), burst=1)
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(20)]
    await asyncio.sleep(0.05)
    start = now()
    with pytest.raises(WaitTooLongError) as caught:
        await limiter.acquire(max_wait=1.0)
    assert now() == start
    assert caught.value.wait == pytest.approx(1.95, abs=0.01)
    await asyncio.gather(*waiting)


async def test_permits_of_other_processes_make_no_caller_wait_longer_than_allowed() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner, burst=1)
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(6)]
    await asyncio.sleep(0.05)
    start = now()
    last = asyncio.create_task(limiter.acquire(max_wait=1.0))
    await asyncio.sleep(0)
    runner.full += 5_000_000
    with pytest.raises(WaitTooLongError):
        await last
    assert now() - start <= 1.001
    await asyncio.gather(*waiting)
    await _assert_nothing_is_left(limiter)


@pytest.mark.parametrize(("asked", "pause"), [(None, 0.5), (7.0, 7.0), (1e9, 60.0)])
async def test_a_429_pauses_all_processes_and_slows_them_down(asked: float | None, pause: float) -> None:
    runner = FakeRedisRunner()
    one, other = _limiter(runner), _limiter(runner)
    await other.acquire()
    start = now()
    one.on_throttled(asked)
    assert one.state.next_in == pytest.approx(pause)
    await asyncio.gather(one.acquire(), other.acquire())
    assert pause <= now() - start <= pause + 0.2
    assert one.state.rate == other.state.rate == pytest.approx(7)
    assert one.state.throttled == 1
    assert other.state.throttled == 0


async def test_a_permit_that_was_taken_before_a_429_is_not_used_in_the_pause() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner, burst=1)
    await limiter.acquire()
    start = now()
    waiting = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0.05)
    limiter.on_throttled(3.0)
    await waiting
    assert now() - start >= 3.05


async def test_successes_are_reported_with_the_next_permit_and_only_when_the_rate_is_low() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner)
    await limiter.acquire()
    limiter.on_success()
    limiter.on_throttled(0.0)
    await limiter.acquire()
    assert runner.succeeded == 0
    for _ in range(30):
        limiter.on_success()
    runs = runner.runs.total()
    await limiter.acquire()
    assert runner.succeeded == 30
    assert runner.runs.total() == runs + 1


async def test_what_redis_missed_is_reported_when_it_is_back() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner)
    limiter.on_throttled(0.0)
    await limiter.acquire()
    for _ in range(30):
        limiter.on_success()
    limiter.bucket.forfeit()
    runner.gone = True
    await limiter.acquire()
    runner.gone = False
    await asyncio.sleep(5)
    await asyncio.gather(limiter.acquire(), limiter.acquire())
    assert not limiter.bucket.unavailable
    assert runner.succeeded == 30
    assert runner.used == 4 - 1


@pytest.mark.parametrize("forgets", [False, True])
async def test_without_redis_calls_continue_in_order_at_the_share_with_one_warning(
    caplog: pytest.LogCaptureFixture, *, forgets: bool
) -> None:
    caplog.set_level(logging.INFO, _LOGGER)
    runner = FakeRedisRunner()
    limiter = _limiter(runner)
    order, times = list[int](), list[float]()

    async def call(number: int) -> None:
        await limiter.acquire()
        order.append(number)
        times.append(now())

    calls = asyncio.gather(*(call(number) for number in range(200)))
    await asyncio.sleep(5)
    runner.gone = True
    lost = now()
    await asyncio.sleep(10)
    assert limiter.state.rate == 5.0
    runner.gone = False
    if forgets:
        runner.lose_all()
    back = now()
    await calls
    assert order == list(range(200))
    without_redis = [time for time in times if lost + 0.5 < time <= back]
    assert len(without_redis) == pytest.approx(9.5 * 5, abs=2)
    assert limiter.state.rate == 10.0
    assert limiter.state.requests_today == runner.used == 200
    texts = [record.getMessage() for record in caplog.records]
    assert texts == [
        "Redis does not respond (ConnectionError: gone):"
        " until it is back, this process sends at most 5 requests a second",
        "Redis is back: all processes share the rate limit again",
    ]
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.INFO]
    await _assert_nothing_is_left(limiter)


@pytest.mark.parametrize("lost_for", [0.4, 1.0, 3.1, 10.0])
async def test_processes_that_find_redis_again_at_different_times_keep_the_limit(lost_for: float) -> None:
    runner = FakeRedisRunner()
    limiters = [_limiter(runner, share=0.25, draw=repeat(n / 4).__next__) for n in range(4)]
    bucket, end = TokenBucket(10, 4), now() + 5 + lost_for + 10

    async def calls(limiter: RedisLimiter) -> None:
        while now() < end:
            await limiter.acquire()
            assert bucket.take(now())

    async def lose_redis() -> None:
        await asyncio.sleep(5)
        runner.gone = True
        await asyncio.sleep(lost_for)
        runner.gone = False
        runner.lose_all()

    await asyncio.gather(*(calls(limiter) for limiter in limiters), lose_redis())
    assert not any(limiter.bucket.limited_to_share for limiter in limiters)


async def test_a_429_while_redis_is_unavailable_pauses_and_slows_this_process() -> None:
    runner = FakeRedisRunner()
    runner.gone = True
    limiter = _limiter(runner)
    await limiter.acquire()
    start = now()
    limiter.on_throttled(2.0)
    await limiter.acquire()
    assert now() - start >= 2.0
    assert limiter.state.rate == pytest.approx(3.5)
    limiter.on_success()
    assert limiter.state.rate == pytest.approx(3.52)


async def test_a_429_that_cannot_be_reported_to_redis_counts_locally() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner)
    await limiter.acquire()
    runner.gone = True
    limiter.on_throttled(2.0)
    await limiter.acquire()
    assert limiter.state.rate == pytest.approx(3.5)


@pytest.mark.parametrize("after", [0.05, 0.1005])
async def test_closing_redis_after_all_callers_have_gone_logs_no_warning(
    caplog: pytest.LogCaptureFixture, after: float
) -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner, burst=1)
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(5)]
    await asyncio.sleep(after)  # a permit is held, or requested
    runner.gone = True
    for caller in waiting:
        caller.cancel()
    await _assert_nothing_is_left(limiter)
    assert not caplog.records


async def test_an_internal_error_reaches_the_caller_and_the_next_one_is_served() -> None:
    limiter = _limiter(FakeRedisRunner())
    reserve, broken = limiter.bucket.reserve, True

    async def fail_once(max_wait: float | None) -> Any:
        nonlocal broken
        if broken:
            broken = False
            raise LookupError
        return await reserve(max_wait)

    limiter.bucket.reserve = fail_once  # type: ignore[method-assign]
    results = await asyncio.gather(limiter.acquire(), limiter.acquire(), return_exceptions=True)
    assert isinstance(results[0], LookupError)
    assert results[1] is None


async def test_a_forked_process_reports_nothing_that_its_parent_reports() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner)
    limiter.on_throttled(0.0)
    await limiter.acquire()
    limiter.on_success()
    limiter.bucket.sent_without_redis()
    limiter.bucket.forfeit()
    limiter.bucket.forfeit()
    limiter.leave_to_parent()
    await limiter.acquire()
    assert runner.succeeded == 0
    assert runner.used == 2


async def test_tasks_that_someone_else_cancels_do_not_stop_the_limiter() -> None:
    limiter = _limiter(FakeRedisRunner(), burst=1)
    await limiter.acquire()
    first = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0.05)
    assert limiter._dispatcher is not None
    limiter._dispatcher.cancel()
    await asyncio.sleep(0)
    await limiter.acquire()
    await first
    await _assert_nothing_is_left(limiter)


def test_consecutive_loops_are_served_and_two_at_once_are_rejected() -> None:
    limiter = _limiter(FakeRedisRunner(), burst=1)
    first, second = VirtualTimeLoop(), VirtualTimeLoop()
    second.now = 5.0
    first.run_until_complete(limiter.acquire())
    waiting = first.create_task(limiter.acquire())
    first.run_until_complete(asyncio.sleep(0.01))
    with pytest.raises(UsageError, match="another event loop"):
        second.run_until_complete(limiter.acquire())
    first.run_until_complete(waiting)
    first.close()
    assert limiter.state.next_in == 0
    second.run_until_complete(limiter.acquire())
    assert limiter.state.waiting == 0
    second.close()


async def test_a_state_can_be_read_at_any_time() -> None:
    runner = FakeRedisRunner()
    limiter = _limiter(runner, burst=1)
    assert limiter.state.requests_today == 0
    assert limiter.state.next_in == 0
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(3)]
    await asyncio.sleep(0.05)
    state = limiter.state
    assert (state.rate, state.waiting, state.throttled) == (10, 2, 0)
    assert state.next_in == pytest.approx(0.05, abs=0.002)
    assert state.requests_today == 2  # one of them is taken for the next call
    await asyncio.gather(*waiting)


def test_a_process_has_one_limiter_for_a_redis_a_server_and_a_token() -> None:
    redis = Redis()
    limit = RedisRateLimit(redis=redis)
    one = limit.create_limiter("https://a.example.com", Secret("k"))
    assert limit.create_limiter("https://a.example.com", Secret("k")) is one
    assert RedisRateLimit(redis=redis, per_second=5).create_limiter("https://a.example.com", Secret("k")) is one
    assert one.state.rate == 5
    assert limit.create_limiter("https://a.example.com", Secret("l")) is not one
    assert limit.create_limiter("https://b.example.com", Secret("k")) is not one
    assert RedisRateLimit(redis=Redis()).create_limiter("https://a.example.com", Secret("k")) is not one


def test_settings_keep_their_limiter_from_one_client_to_the_next() -> None:
    limit = RedisRateLimit(redis=Redis())
    first = weakref.ref(limit.create_limiter("https://kept.example.com", Secret("k")))
    gc.collect()
    assert limit.create_limiter("https://kept.example.com", Secret("k")) is first()


async def test_the_shared_task_carries_no_context_of_the_caller_that_started_it() -> None:
    caller, seen = ContextVar("caller", default="nobody"), set[str]()
    runner = FakeRedisRunner()
    limiter, run = _limiter(runner), runner.run

    async def noting_run(script: Script, arguments: Sequence[int]) -> list[int]:
        seen.add(caller.get())
        return await run(script, arguments)

    runner.run = noting_run  # type: ignore[method-assign]
    caller.set("me")
    await limiter.acquire()
    limiter.on_throttled(0.0)
    await limiter.acquire()
    assert runner.runs[RESERVE] == 2
    assert runner.runs[THROTTLED] == 1
    assert seen == {"nobody"}


async def test_all_redis_clients_of_a_process_use_one_share_without_redis() -> None:
    clients = [Redis(unix_socket_path="/nowhere/redis.sock") for _ in range(2)]
    limiters = [
        RedisRateLimit(redis=redis).create_limiter("https://share.example.com", Secret("k")) for redis in clients
    ]
    await asyncio.gather(*(limiter.acquire() for limiter in limiters))
    start = now()
    await asyncio.gather(*(limiter.acquire() for limiter in limiters * 20))
    assert now() - start >= 39 / 5


def test_a_client_accepts_the_settings() -> None:
    limit = RedisRateLimit(redis=Redis(password="open sesame"), per_second=6)
    client = DixaClient("k", rate_limit=limit)
    assert client.rate_limit_state.rate == 6
    assert client.with_options(max_wait=3).config.rate_limit.max_wait == 3
    assert "sesame" not in repr(limit)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"redis": BlockingRedis()}, r"must be a redis\.asyncio\.Redis"),
        ({"redis": "redis://localhost"}, r"must be a redis\.asyncio\.Redis, .*not str"),
        ({"fallback_share": 0}, "fallback_share must be"),
        ({"fallback_share": 1.5}, "fallback_share must be"),
        ({"fallback_share": True}, "fallback_share must be"),
        ({"redis_timeout": 0}, "redis_timeout must be"),
        ({"redis_timeout": None}, "redis_timeout must be"),
        ({"key_prefix": ""}, "key_prefix must be"),
        ({"per_second": float("inf")}, "per_second must be"),
        ({"per_second": 0}, "per_second must be"),
    ],
)
def test_invalid_settings_are_rejected(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        RedisRateLimit(**{"redis": Redis(), **wrong})


def test_without_redis_py_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'dixa-async\[redis\]'"):
        RedisRateLimit(redis=None)  # type: ignore[arg-type]


def test_the_package_can_be_imported_without_redis_py() -> None:
    program = (
        "import sys; sys.modules['redis'] = None; import dixa_async.client, dixa_async.transport.limiter.redis.settings"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("cut_off", [1, 4])
async def test_processes_that_are_cut_off_send_their_share_and_no_more(cut_off: int) -> None:
    """The limit holds if Redis is unavailable to all; otherwise the shares of those cut off are added to it."""
    redis, times = FakeRedisRunner(), list[float]()

    class CutOff(FakeRedisRunner):
        @override
        async def run(self, script: Script, arguments: Sequence[int]) -> list[int]:
            raise ConnectionError("cut off")

    limiters = [_limiter(CutOff() if number < cut_off else redis, share=1 / 4) for number in range(4)]

    async def call_without_end(limiter: RedisLimiter) -> None:
        while True:
            await limiter.acquire()
            times.append(now())

    callers = [asyncio.create_task(call_without_end(limiter)) for limiter in limiters for _ in range(3)]
    start = now()
    await asyncio.sleep(60)
    for caller in callers:
        caller.cancel()
    sent = len([time for time in times if time > start + 10]) / 50
    assert sent == pytest.approx(10 if cut_off == 4 else 12.5, rel=0.03)
