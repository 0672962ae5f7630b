"""The limiter in one process: no 429, strict order, nothing lost by cancellation."""

import asyncio
import math

import pytest
from hypothesis import given, settings, strategies as st

from dixa_async.errors import WaitTooLongError
from dixa_async.transport.limiter.local import LocalLimiter

from ..helpers.token_bucket import TokenBucket
from ..helpers.virtual_time import VirtualTimeLoop, now, run_virtual
from .support import local_limiter

# Less than the resolution of the loop's clock: a timer that is later by this fires in the same iteration of the loop.
_SAME_TICK = 5e-10


async def _assert_nothing_is_left(limiter: LocalLimiter) -> None:
    await asyncio.sleep(3600)
    assert limiter.waiting == 0
    assert limiter._timer is None
    assert not limiter._queue._waiters


async def test_a_thousand_calls_at_once_are_never_throttled_in_order_and_on_time() -> None:
    limiter, bucket, count, order = local_limiter(), TokenBucket(10, 4), 1000, list[int]()
    start = now()

    async def call(number: int) -> None:
        await limiter.acquire()
        assert bucket.take(now())
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(count)))
    assert order == list(range(count))
    assert now() - start <= 1.02 * (count - 4) / 10
    await _assert_nothing_is_left(limiter)


async def test_the_burst_is_sent_at_once_and_refills_after_a_pause() -> None:
    limiter = local_limiter()
    for _ in range(2):
        start, times = now(), list[float]()
        for _ in range(5):
            await limiter.acquire()
            times.append(now() - start)
        assert times == pytest.approx([0, 0, 0, 0.1, 0.2])
        await asyncio.sleep(10)


async def test_without_a_limit_nobody_waits() -> None:
    limiter = local_limiter(math.inf)
    start = now()
    for _ in range(10_000):
        await limiter.acquire()
    assert now() == start
    limiter.on_throttled(2.0)
    await limiter.acquire()
    assert now() == pytest.approx(start + 2)


async def test_a_new_caller_does_not_overtake_waiting_ones_although_the_loop_was_blocked() -> None:
    limiter, loop, order = local_limiter(burst=1), asyncio.get_running_loop(), list[str]()
    assert isinstance(loop, VirtualTimeLoop)
    await limiter.acquire()

    async def call(name: str) -> None:
        await limiter.acquire()
        order.append(name)

    waiting = asyncio.create_task(call("waiting"))
    await asyncio.sleep(0)
    loop.now += 1  # someone else blocks the loop: the permit is overdue
    await call("newcomer")
    await waiting
    assert order == ["waiting", "newcomer"]


async def test_permits_granted_before_the_loop_was_blocked_count_when_they_are_used() -> None:
    limiter, bucket, loop = local_limiter(), TokenBucket(10, 4), asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)

    async def call() -> None:
        await limiter.acquire()
        await asyncio.sleep(0)  # a request is sent in the next iteration of the loop
        assert bucket.take(now())

    async def block_loop() -> None:
        loop.now += 60

    start = now()
    # Three have their permits, but have not been sent, when the loop is blocked.
    calls = [call() for _ in range(10)]
    await asyncio.gather(*calls[:6], block_loop(), *calls[6:])
    assert now() - start == pytest.approx(60.7)


async def test_cancelled_callers_use_no_permits() -> None:
    limiter = local_limiter()
    start = now()
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(100)]
    await asyncio.sleep(0)
    assert limiter.waiting == 97
    for task in waiting[3:99]:
        task.cancel()
    await waiting[99]
    assert now() - start == pytest.approx(0.1)
    await _assert_nothing_is_left(limiter)


async def test_a_permit_granted_in_the_tick_of_a_cancellation_goes_to_the_next_caller() -> None:
    limiter = local_limiter(burst=1)
    await limiter.acquire()
    second, third = asyncio.create_task(limiter.acquire()), asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0)
    waiter = next(iter(limiter._queue._waiters))
    due = limiter._ready_at()
    asyncio.get_running_loop().call_at(due + _SAME_TICK, second.cancel)
    await third
    assert second.cancelled()
    assert not waiter.cancelled()  # it had been granted
    assert now() == pytest.approx(due)
    await _assert_nothing_is_left(limiter)


async def test_a_released_permit_does_not_shorten_the_pause_after_a_429() -> None:
    limiter, loop = local_limiter(burst=1), asyncio.get_running_loop()
    await limiter.acquire()
    second, third = asyncio.create_task(limiter.acquire()), asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0)
    due = limiter._ready_at()
    loop.call_at(due + _SAME_TICK / 2, limiter.on_throttled, 7.0)
    loop.call_at(due + _SAME_TICK, second.cancel)
    await third
    assert second.cancelled()
    assert now() - due == pytest.approx(7)
    assert limiter.state.requests_today == 2
    await _assert_nothing_is_left(limiter)


async def test_a_permit_released_in_a_pause_causes_no_burst_after_it() -> None:
    limiter, loop, times = local_limiter(burst=3), asyncio.get_running_loop(), list[float]()

    async def call() -> None:
        await limiter.acquire()
        times.append(now())

    for _ in range(3):
        await limiter.acquire()
    cancelled, *others = [asyncio.create_task(call()) for _ in range(3)]
    await asyncio.sleep(0)
    due = now() + limiter.state.next_in
    loop.call_at(due + _SAME_TICK / 2, limiter.on_throttled, 7.0)
    loop.call_at(due + _SAME_TICK, cancelled.cancel)
    await asyncio.gather(*others)
    assert cancelled.cancelled()
    assert times == pytest.approx([due + 7, due + 7 + 1 / 7])
    await _assert_nothing_is_left(limiter)


async def test_callers_cancelled_in_a_long_pause_are_forgotten_before_its_end() -> None:
    limiter = local_limiter(burst=1)
    limiter.on_throttled(60)
    patient = [asyncio.create_task(limiter.acquire()) for _ in range(3)]
    for _ in range(50):
        hasty = [asyncio.create_task(limiter.acquire()) for _ in range(100)]
        await asyncio.sleep(0.01)
        for task in hasty:
            task.cancel()
    await asyncio.sleep(0)
    assert limiter.waiting == 3
    await asyncio.gather(*patient)
    await _assert_nothing_is_left(limiter)


_arrivals = st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.1, 0.25, 1.0]) | st.floats(0, 0.5)
# How long a caller waits. Permits come every 0.1 s: many of these waits end in the very tick of a permit.
_max_waits = st.none() | st.integers(0, 30).map(lambda n: n / 10 + _SAME_TICK) | st.floats(0, 3)


@settings(max_examples=150)
@given(plan=st.lists(st.tuples(_arrivals, _max_waits), min_size=1, max_size=60))
def test_whoever_arrives_or_is_cancelled_no_call_is_throttled_or_overtaken(
    plan: list[tuple[float, float | None]],
) -> None:
    async def main() -> None:
        limiter, bucket, loop, served = local_limiter(), TokenBucket(10, 4), asyncio.get_running_loop(), list[int]()

        async def call(number: int) -> None:
            await limiter.acquire()
            assert bucket.take(now())
            served.append(number)

        tasks: list[asyncio.Task[None]] = []
        for number, (pause, patience) in enumerate(plan):
            await asyncio.sleep(pause)
            tasks.append(asyncio.create_task(call(number)))
            if patience is not None:
                loop.call_at(loop.time() + patience, tasks[-1].cancel)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
        assert served == [number for number, result in enumerate(results) if result is None]
        await _assert_nothing_is_left(limiter)

    run_virtual(main())


@settings(max_examples=150)
@given(plan=st.lists(st.tuples(_arrivals, _max_waits, st.sampled_from([0.0, 0.0, 0.05, 0.3, 2.0])), max_size=60))
def test_however_the_loop_is_blocked_no_call_is_throttled(plan: list[tuple[float, float | None, float]]) -> None:
    async def main() -> None:
        limiter, bucket, loop = local_limiter(), TokenBucket(10, 4), asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)

        async def call() -> None:
            iterated = asyncio.Event()
            loop.call_soon(iterated.set)
            await limiter.acquire()
            await iterated.wait()  # a request is sent in the next iteration of the loop, or later
            assert bucket.take(now())

        def block_loop(seconds: float) -> None:
            loop.now += seconds

        tasks: list[asyncio.Task[None]] = []
        for pause, patience, held_up in plan:
            await asyncio.sleep(pause)
            tasks.append(asyncio.create_task(call()))
            if patience is not None:
                loop.call_at(loop.time() + patience, tasks[-1].cancel)
            loop.call_soon(block_loop, held_up)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
        await _assert_nothing_is_left(limiter)

    run_virtual(main())


@settings(max_examples=100)
@given(patiences=st.lists(_max_waits, min_size=1, max_size=60))
def test_the_others_are_served_as_if_cancelled_callers_had_never_arrived(patiences: list[float | None]) -> None:
    async def main() -> None:
        limiter, loop, times = local_limiter(), asyncio.get_running_loop(), list[float]()
        start = loop.time()

        async def call() -> None:
            await limiter.acquire()
            times.append(loop.time() - start)

        tasks = [asyncio.create_task(call()) for _ in patiences]
        for task, patience in zip(tasks, patiences, strict=True):
            if patience is not None:
                loop.call_at(start + patience, task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert times == pytest.approx([max(0, n - 2) / 10 for n in range(len(times))], abs=1e-6)

    run_virtual(main())


async def test_a_wait_that_would_be_too_long_is_rejected_at_once_and_reported() -> None:
    limiter = local_limiter(burst=1)
    await limiter.acquire()
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(10)]
    await asyncio.sleep(0)
    start = now()
    with pytest.raises(WaitTooLongError) as caught:
        await limiter.acquire(max_wait=1.0)
    assert now() == start
    assert caught.value.wait == pytest.approx(1.1)
    assert caught.value.max_wait == 1.0
    await limiter.acquire(max_wait=1.2)
    assert now() - start == pytest.approx(1.1)
    await asyncio.gather(*waiting)
    await _assert_nothing_is_left(limiter)


@given(queued=st.integers(0, 40), gone=st.sets(st.integers(0, 39)))
def test_the_predicted_wait_is_the_actual_one(queued: int, gone: set[int]) -> None:
    async def main() -> None:
        limiter = local_limiter()
        tasks = [asyncio.create_task(limiter.acquire()) for _ in range(queued)]
        await asyncio.sleep(0)
        for number in gone & set(range(queued)):
            tasks[number].cancel()
        await asyncio.sleep(0)
        predicted = 0.0
        try:
            await limiter.acquire(max_wait=1e-6)
        except WaitTooLongError as error:
            predicted = error.wait
            start = now()
            await limiter.acquire(max_wait=predicted + 1e-6)
            assert now() - start == pytest.approx(predicted, abs=1e-6)
        await asyncio.gather(*tasks, return_exceptions=True)

    run_virtual(main())


async def test_a_later_pause_makes_no_caller_wait_longer_than_allowed() -> None:
    limiter = local_limiter(burst=1)
    await limiter.acquire()
    start = now()
    waiting = asyncio.create_task(limiter.acquire(max_wait=2))
    await asyncio.sleep(0)
    limiter.on_throttled(30)
    with pytest.raises(WaitTooLongError) as caught:
        await waiting
    assert now() - start == pytest.approx(2)
    assert caught.value.wait == pytest.approx(30)
    await _assert_nothing_is_left(limiter)
