"""`reconcile` finds out in the same run what became of a write, and does not lose an outcome whatever it does."""

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from dixa_async import bulk
from dixa_async.bulk import Journal, State

from .simulated_dixa import Fault, SimulatedDixa
from .support import RejectedError, all_of, counts, error_of, send_request, summary


@pytest.mark.parametrize("has_journal", [True, False])
@pytest.mark.parametrize("fault", ["lost before", "lost after", "gateway before", "gateway after"])
async def test_a_write_without_a_response_is_reconciled_in_the_same_run(
    path: Path, fault: Fault, has_journal: bool
) -> None:
    dixa = SimulatedDixa()
    dixa.faults = {1: [fault], 3: [fault, fault]}
    with Journal(path, job="test") as journal:
        job = bulk.run(
            dixa.write, range(6), journal=journal if has_journal else None, reconcile=dixa.reconcile, order="input"
        )
        assert summary(await all_of(job)) == [(n, n * 10) for n in range(6)]
    assert dixa.applied == dict.fromkeys(range(6), 1)
    if has_journal:
        assert counts(path) == {State.SUCCEEDED: 6}


async def test_reconcile_is_called_after_a_delay() -> None:
    dixa = SimulatedDixa()
    dixa.faults = {0: ["gateway after"]}
    clock = asyncio.get_running_loop().time
    for delay in (0.0, 5.0, 60.0):
        dixa.faults = {0: ["gateway after"]}
        started = clock()
        await all_of(bulk.run(dixa.write, [0], reconcile=dixa.reconcile, reconcile_delay=delay))
        assert delay <= clock() - started < delay + 1


async def test_a_write_that_is_never_found_is_sent_again_a_few_times_only(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.fault = "gateway before"
    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(dixa.write, [0], journal=journal, reconcile=dixa.reconcile))
    assert summary(outcomes) == [(0, "Indeterminate")]
    assert len(dixa.requests) == 3
    assert counts(path) == {State.INDETERMINATE: 1}


@pytest.mark.parametrize("order", ["completion", "input"])
@pytest.mark.parametrize("asked", ["in this run", "in the next run"])
async def test_a_cancelled_reconcile_loses_no_outcome(
    path: Path, order: Literal["completion", "input"], asked: str
) -> None:
    dixa = SimulatedDixa()
    dixa.faults = {n: ["gateway after"] for n in (3, 50)}
    look_up: list[asyncio.Task[None]] = []

    async def reconcile(item: int) -> int | None:
        if not look_up:
            look_up.append(asyncio.create_task(asyncio.sleep(100)))
            asyncio.get_running_loop().call_later(1, look_up[0].cancel)
        await look_up[0]  # shared, and cancelled
        return None

    if asked == "in the next run":
        with Journal(path, job="test") as journal:
            await all_of(bulk.run(dixa.write, range(100), journal=journal))
        assert counts(path) == {State.SUCCEEDED: 98, State.INDETERMINATE: 2}
    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(dixa.write, range(100), journal=journal, reconcile=reconcile, order=order))
    indeterminate = [outcome for outcome in outcomes if isinstance(outcome, bulk.Indeterminate)]
    assert sorted(outcome.input for outcome in indeterminate) == [3, 50]
    assert all(isinstance(error_of(outcome), bulk.CallCancelledError) for outcome in indeterminate)
    assert len(outcomes) == (100 if asked == "in this run" else 2)
    assert counts(path) == {State.SUCCEEDED: 98, State.INDETERMINATE: 2}


async def test_a_reconcile_that_fails_leaves_the_write_indeterminate(path: Path) -> None:
    async def call(item: int) -> None:
        send_request("POST")
        raise TimeoutError

    async def reconcile(item: int) -> None:
        raise RejectedError(item)

    with Journal(path, job="test") as journal:
        (outcome,) = await all_of(bulk.run(call, [0], journal=journal, reconcile=reconcile))
    assert isinstance(outcome, bulk.Indeterminate)
    assert isinstance(outcome.error, RejectedError)
    assert counts(path) == {State.INDETERMINATE: 1}


async def test_reconcile_rides_out_an_outage_too(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.faults = {0: ["lost after"]}

    async def reconcile(item: int) -> int | None:
        await dixa.read(item)
        return await dixa.reconcile(item)

    asyncio.get_running_loop().call_later(1, setattr, dixa, "fault", "unreachable")
    asyncio.get_running_loop().call_later(30, setattr, dixa, "fault", None)
    with Journal(path, job="test") as journal:
        assert summary(await all_of(bulk.run(dixa.write, [0], journal=journal, reconcile=reconcile))) == [(0, 0)]
    assert dixa.applied == {0: 1}


async def test_a_chunk_is_reconciled_item_by_item(path: Path) -> None:
    applied: list[int] = []
    sent: list[list[int]] = []

    async def call(items: list[int]) -> None:
        sent.append(items)
        send_request("POST")
        if len(sent) == 1:
            applied.extend(items[:2])
            raise TimeoutError
        applied.extend(items)

    async def reconcile(item: int) -> bool:
        return item in applied

    with Journal(path, job="test") as journal:
        job = bulk.run_chunks(call, range(4), chunk_size=4, journal=journal, reconcile=reconcile)
        outcomes = await all_of(job)
    assert summary(outcomes) == [(0, True), (1, True), (2, None), (3, None)]
    assert sent == [[0, 1, 2, 3], [2, 3]]
    assert counts(path) == {State.SUCCEEDED: 4}
