"""New settings for a limiter that is in use: requests that were sent already still count."""

import asyncio
import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import example, given, strategies as st

from dixa_async.config import RateLimit
from dixa_async.transport.limiter.local import LocalLimiter

from ..helpers.token_bucket import TokenBucket
from ..helpers.virtual_time import now, run_virtual

_Settings = tuple[float, int]
_RATES = st.sampled_from([0.5, 1.0, 3.0, 10.0, 20.0])
_SETTINGS = st.tuples(_RATES, st.integers(1, 8))
_CHANGES = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.3, 2.0]), _SETTINGS), min_size=1, max_size=8)
_THROTTLED = st.lists(st.tuples(st.floats(0, 5), st.none() | st.floats(0, 2)), max_size=3)


class _Observed:
    """When requests were sent, and which settings were in force."""

    def __init__(self, rate: float, burst: int) -> None:
        self._sends: list[float] = []
        self._settings = [(now(), rate, burst)]

    def change(self, rate: float, burst: int) -> None:
        self._settings.append((now(), rate, burst))

    def send(self) -> None:
        self._sends.append(now())

    def check(self) -> None:
        """In any period, no more was sent than the highest rate and the largest burst of that period allow."""
        ends = [start for start, _, _ in self._settings[1:]] + [math.inf]
        for first, begin in enumerate(self._sends):
            for last in range(first, len(self._sends)):
                end = self._sends[last]
                in_force = [
                    (rate, burst)
                    for (start, rate, burst), over in zip(self._settings, ends, strict=True)
                    if start <= end and over >= begin
                ]
                most = max(burst for _, burst in in_force) + max(rate for rate, _ in in_force) * (end - begin)
                assert last - first + 1 <= most + 1e-6


@given(_SETTINGS, _CHANGES, _THROTTLED)
@example((10.0, 3), [(0.05, (10.0, 1)), (0.05, (10.0, 3))] * 20, [])
@example((10.0, 3), [(0.05, (1.0, 3)), (0.05, (10.0, 3))] * 20, [])
@example((10.0, 3), [(0.0, (1.0, 3))], [])
@example((10.0, 8), [(0.0, (3.0, 1)), (0.0, (10.0, 8))], [(0.0, 0.0)])
def test_whatever_is_changed_no_more_is_sent_than_the_loosest_settings_in_force_allow(
    first: _Settings, changes: Sequence[tuple[float, _Settings]], throttled: Sequence[tuple[float, float | None]]
) -> None:
    async def call(limiter: LocalLimiter, observed: _Observed) -> None:
        while True:
            await limiter.acquire()
            observed.send()

    async def main() -> None:
        limiter, observed = LocalLimiter(RateLimit(per_second=first[0], burst=first[1])), _Observed(*first)
        for when, retry_after in throttled:
            asyncio.get_running_loop().call_later(when, limiter.on_throttled, retry_after)
        callers = [asyncio.create_task(call(limiter, observed)) for _ in range(3)]
        for pause, (rate, burst) in changes:
            await asyncio.sleep(pause)
            limiter.configure(RateLimit(per_second=rate, burst=burst))
            observed.change(rate, burst)
            limiter.on_success()
        await asyncio.sleep(3)
        for caller in callers:
            caller.cancel()
        observed.check()

    run_virtual(main())


@pytest.mark.parametrize("others", [(10, 1), (10, 2), (5, 3), (5, 1), (1, 1), (0.5, 3)])
async def test_a_change_back_and_forth_causes_no_429_and_costs_little_time(others: _Settings) -> None:
    settings = itertools.cycle([RateLimit(per_second=others[0], burst=others[1]), RateLimit()])
    limiter, server = LocalLimiter(RateLimit()), TokenBucket(10, 4)
    sent = 0

    async def call() -> None:
        nonlocal sent
        while True:
            await limiter.acquire()
            assert server.take(now())
            sent += 1

    callers = [asyncio.create_task(call()) for _ in range(5)]
    for _ in range(400):
        limiter.configure(next(settings))
        await asyncio.sleep(0.05)
    assert not any(caller.done() for caller in callers)
    assert sent >= 20 * others[0]
    for caller in callers:
        caller.cancel()


async def test_a_pause_is_kept_and_no_burst_follows() -> None:
    limiter = LocalLimiter(RateLimit(burst=1))
    limiter.on_throttled(2.0)
    start, times = now(), list[float]()

    async def call() -> None:
        await limiter.acquire()
        times.append(now() - start)

    calls = [asyncio.create_task(call()) for _ in range(3)]
    await asyncio.sleep(0.5)
    limiter.configure(RateLimit(per_second=1.0, burst=20))
    limiter.configure(RateLimit(per_second=5.0, burst=20))
    await asyncio.gather(*calls)
    assert times[0] == pytest.approx(2)
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.2 - 1e-9


async def test_after_no_limit_the_burst_counts_as_used() -> None:
    limiter = LocalLimiter(RateLimit(per_second=math.inf))
    for _ in range(100):
        await limiter.acquire()
    limiter.configure(RateLimit())
    start = now()
    for _ in range(11):
        await limiter.acquire()
    assert now() - start == pytest.approx(1)


async def test_a_higher_rate_applies_at_once_to_waiting_callers() -> None:
    limiter = LocalLimiter(RateLimit(per_second=0.1, burst=1))
    await limiter.acquire()
    start = now()
    waiting = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(1)
    limiter.configure(RateLimit(per_second=10, burst=1))
    await waiting
    assert now() - start == pytest.approx(1.1)
