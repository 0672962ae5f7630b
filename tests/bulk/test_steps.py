"""Steps of the consumer that are cancelled, and a job that is stopped."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dixa_async import bulk
from dixa_async.bulk import Journal, State

from .simulated_dixa import SimulatedDixa
from .support import Calls, all_of, counts, send_request, summary


@pytest.mark.parametrize("limit", [0.2, 0.95, 1.0, 1.05])
@pytest.mark.parametrize("order", ["completion", "input"])
async def test_a_cancelled_step_loses_nothing_and_cancels_nothing(path: Path, limit: float, order: str) -> None:
    calls = Calls()
    outcomes: list[bulk.Outcome[int, int]] = []
    cut_off = 0
    with Journal(path, job="test") as journal:
        job = bulk.run(calls, range(20), journal=journal, order=order)  # type: ignore[arg-type]
        while True:
            try:
                outcomes.append(await asyncio.wait_for(anext(job), limit))
            except TimeoutError:
                cut_off += 1
                await asyncio.sleep(0.01)
            except StopAsyncIteration:
                break
    assert sorted(outcome.input for outcome in outcomes) == list(range(20)) == sorted(calls.inputs)
    assert counts(path) == {State.SUCCEEDED: 20}
    assert cut_off > 0 or limit > 1


async def test_cancelling_the_consumer_cancels_no_call_until_the_block_is_left() -> None:
    calls = Calls(seconds=10)
    async with bulk.run(calls, range(4)) as job:
        step = asyncio.ensure_future(anext(job))
        await asyncio.sleep(1)
        step.cancel()
        await asyncio.wait([step])
        assert calls.running == 4
        assert len(await all_of(job)) == 4


async def test_a_job_that_is_dropped_cancels_its_running_calls() -> None:
    calls = Calls(seconds=10)

    async def take_one() -> None:
        async for _ in bulk.run(calls, range(50)):
            break

    await take_one()
    await asyncio.sleep(0.1)
    assert calls.running == 0
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


@pytest.mark.parametrize("order", ["completion", "input"])
async def test_a_stopped_job_finishes_its_running_calls_and_starts_no_more(path: Path, order: str) -> None:
    dixa = SimulatedDixa()
    with Journal(path, job="test") as journal:
        job = bulk.run(dixa.write, range(1000), journal=journal, order=order)  # type: ignore[arg-type]
        outcomes = []
        async for outcome in job:
            outcomes.append(outcome)
            if len(outcomes) == 30:
                job.stop()
                begun = job.counts.started
    assert len(outcomes) == sum(dixa.applied.values()) == job.counts.succeeded
    assert begun == job.counts.started <= len(outcomes) + 1  # one may have been about to begin
    assert counts(path)[State.SUCCEEDED] == len(outcomes)
    assert set(counts(path)) <= {State.SUCCEEDED, State.PLANNED}
    assert dict(summary(outcomes)) == {n: n * 10 for n in dixa.applied}
    with Journal(path, job="test") as journal:
        await all_of(bulk.run(dixa.write, range(1000), journal=journal))
    assert dixa.applied == dict.fromkeys(range(1000), 1)


async def test_a_stopped_job_does_not_wait_for_inputs_for_an_outage_or_to_reconcile(path: Path) -> None:
    async def few_inputs() -> AsyncIterator[int]:
        for number in range(2):
            yield number
        await asyncio.Event().wait()

    dixa = SimulatedDixa()
    dixa.faults = {0: ["unreachable"] * 100, 1: ["gateway after"]}
    clock = asyncio.get_running_loop().time
    with Journal(path, job="test") as journal:
        job = bulk.run(
            dixa.write, few_inputs(), journal=journal, reconcile=dixa.reconcile, reconcile_delay=1e6, order="input"
        )
        asyncio.get_running_loop().call_later(1.5, job.stop)
        started = clock()
        outcomes = await all_of(job)
    assert clock() - started < 2
    assert summary(outcomes) == [(1, "Indeterminate")]
    assert counts(path) == {State.PLANNED: 1, State.INDETERMINATE: 1}


async def test_a_job_that_is_stopped_before_it_starts_does_nothing() -> None:
    calls = Calls()
    job = bulk.run(calls, range(5))
    job.stop()
    assert await all_of(job) == []
    assert calls.inputs == []


async def test_a_job_that_is_closed_while_somebody_waits_for_it_ends() -> None:
    job = bulk.run(Calls(seconds=100), range(5))
    waiting = asyncio.create_task(all_of(job))
    await asyncio.sleep(1)
    await job.aclose()
    assert await waiting == []


async def test_a_call_that_closes_its_own_job_does_not_wait_for_itself() -> None:
    async def call(item: int) -> None:
        await job.aclose()

    job = bulk.run(call, range(5))
    with pytest.raises(bulk.CannotContinueError, match=r"job\.stop\(\)"):
        await all_of(job)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_first_signal_stops_the_job_and_the_second_one_has_its_previous_effect(
    number: signal.Signals,
) -> None:
    received: list[int] = []
    before = signal.signal(number, lambda number, _: received.append(number))
    try:
        dixa = SimulatedDixa()
        job = bulk.run(dixa.write, range(1000))
        with bulk.stop_on_signals(job):
            outcomes = []
            async for outcome in job:
                outcomes.append(outcome)
                if len(outcomes) == 10:
                    os.kill(os.getpid(), number)
        assert 10 < len(outcomes) < 100
        assert received == []
        job = bulk.run(dixa.write, range(1000))
        with bulk.stop_on_signals(job):
            async for _ in job:
                os.kill(os.getpid(), number)
        assert received != []
        os.kill(os.getpid(), number)
        assert received[-1] == number
    finally:
        signal.signal(number, before)


async def test_a_step_after_the_end_is_the_end() -> None:
    async def call(item: int) -> None:
        send_request("POST")
        raise RuntimeError

    job = bulk.run(call, [1])
    assert summary([await anext(job)]) == [(1, "Indeterminate")]
    with pytest.raises(bulk.UnexpectedError):
        await anext(job)
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            await anext(job)
