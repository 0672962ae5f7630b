"""Very many concurrent callers: their memory, and how fast they are served."""

import asyncio
import gc
import math
import tracemalloc

import pytest

from dixa_async import DixaClient, RateLimit
from dixa_async.testing import FakeDixa

from ..benchmarks import traffic
from ..helpers.clients import connect, statuses
from ..helpers.patient_loop import run_patiently
from ..helpers.send_times import Pause, noting_pauses, slowness, too_early

pytestmark = pytest.mark.clock


async def _give_up(dixa: DixaClient, callers: int) -> None:
    """Make calls, let them wait, and cancel all of them at once."""
    calls = [asyncio.create_task(dixa.organization.get()) for _ in range(callers)]
    await asyncio.sleep(0.1)
    assert dixa.rate_limit_state.waiting > callers / 2
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    assert dixa.rate_limit_state.waiting == 0


async def test_ten_thousand_callers_who_give_up_at_once_leave_nothing_behind() -> None:
    async with (
        FakeDixa(rate=1000, burst=1000, request_history=10) as server,
        connect(server, rate_limit=RateLimit(per_second=50)) as dixa,
    ):
        # The first time, asyncio allocates memory for this many tasks, and keeps it.
        await _give_up(dixa, 10_000)
        gc.collect()
        tracemalloc.start()
        try:
            await _give_up(dixa, 10_000)
            gc.collect()
            current, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak > 10_000_000
        assert current < 100_000
        assert (await dixa.organization.get()).name
        assert server.throttled_count == 0


def test_three_hundred_calls_at_ten_times_the_speed_use_the_whole_rate_and_none_is_throttled() -> None:
    async def main() -> None:
        clock = asyncio.get_running_loop().time
        async with (
            FakeDixa(rate=100, burst=4, clock=clock) as server,
            connect(server, rate_limit=RateLimit(per_second=100)) as dixa,
        ):
            started = clock()
            await asyncio.gather(*(dixa.organization.get() for _ in range(300)))
            assert statuses(server) == [200] * 300
            assert clock() - started <= 1.01 * (300 - 4) / 100

    run_patiently(main())


def test_the_same_holds_on_the_real_clock() -> None:
    pauses: list[Pause] = []
    # The limiter's burst of 3 makes up for a delay of two permits, and may just have been sent when a pause begins.
    with traffic.server(rate=math.inf) as (url, token), noting_pauses(pauses.append, 2 / traffic.RATE):
        send_times, _ = asyncio.run(traffic.make_round(url, token))
    assert too_early(send_times, traffic.RATE, traffic.BURST, pauses, held=3) == []
    assert slowness(send_times, pauses, traffic.RATE, traffic.BURST) <= 1.03
