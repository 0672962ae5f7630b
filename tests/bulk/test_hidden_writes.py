"""Writes that a call sends indirectly: the journal has them before they are sent."""

import asyncio
from pathlib import Path

import pytest

from dixa_async import UsageError, bulk
from dixa_async.bulk import Journal, State

from .simulated_dixa import SimulatedDixa
from .support import all_of, counts, summary


async def test_the_writes_of_an_inner_job_are_in_the_outer_journal(path: Path) -> None:
    dixa = SimulatedDixa()

    async def call(item: int) -> int:
        async with bulk.run(dixa.write, [10 * item, 10 * item + 1]) as inner:
            return len([outcome async for outcome in inner])

    async def be_killed() -> None:
        with Journal(path, job="test") as journal:
            async with bulk.run(call, range(2), journal=journal) as job:
                await all_of(job)

    task = asyncio.create_task(be_killed())
    await asyncio.sleep(0.15)  # requests were sent, and no response has arrived
    task.cancel()
    await asyncio.wait([task])
    assert len(dixa.requests) == 4
    assert counts(path) == {State.SENT: 2}


async def test_the_writes_of_an_inner_job_with_a_journal_are_in_both(path: Path) -> None:
    dixa = SimulatedDixa()
    inner_path = path.with_suffix(".inner")

    async def call(item: int) -> None:
        with Journal(inner_path, job="inner") as journal:
            await all_of(bulk.run(dixa.write, range(3), journal=journal))
            dixa.fault = "gateway after"
            await dixa.write(7)

    with Journal(path, job="outer") as journal:
        assert summary(await all_of(bulk.run(call, [1], journal=journal))) == [(1, "Indeterminate")]
    assert counts(path) == {State.INDETERMINATE: 1}
    assert counts(inner_path) == {State.SUCCEEDED: 3}


async def test_a_call_is_over_when_all_of_its_requests_are(path: Path) -> None:
    slow = SimulatedDixa(seconds=50)  # it waits for its permit for a long time

    async def call(item: int) -> int:
        quick = SimulatedDixa()
        quick.fault = "rejected"
        await asyncio.gather(quick.write(item), slow.write(item))
        return item

    with Journal(path, job="test") as journal:
        job = bulk.run(call, [1], journal=journal)
        assert summary(await all_of(job)) == [(1, "Indeterminate")]
    assert slow.applied == {1: 1}
    assert job.counts.requests == 2
    assert counts(path) == {State.INDETERMINATE: 1}


async def test_a_call_whose_writes_were_all_rejected_has_failed(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.fault = "rejected"

    async def call(item: int) -> int:
        await asyncio.gather(dixa.write(item), dixa.write(item), return_exceptions=True)
        return await dixa.write(item)

    with Journal(path, job="test") as journal:
        (outcome,) = await all_of(bulk.run(call, [1], journal=journal))
    assert isinstance(outcome, bulk.Failed)
    assert outcome.attempts == 3
    assert counts(path) == {State.FAILED: 1}


class LongLivedWorker:
    """Sends the requests of whoever asks it."""

    def __init__(self, dixa: SimulatedDixa, *, tracks: bool) -> None:
        self._dixa = dixa
        self._tracks = tracks
        self._queue = asyncio.Queue[tuple[bulk.CurrentCall, int, asyncio.Future[int]]]()
        self.task = asyncio.create_task(self._work())

    async def ask(self, item: int) -> int:
        result: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((bulk.current_call(), item, result))
        return await result

    async def _work(self) -> None:
        while True:
            call, item, result = await self._queue.get()
            try:
                if self._tracks:
                    with call.track_requests():
                        value = await self._dixa.write(item)
                else:
                    value = await self._dixa.write(item)
            except Exception as error:
                result.set_exception(error)
            else:
                result.set_result(value)


@pytest.mark.parametrize(("tracks", "expected"), [(True, "Indeterminate"), (False, "Failed")])
async def test_requests_of_another_task_are_seen_if_it_tracks_them(path: Path, tracks: bool, expected: str) -> None:
    dixa = SimulatedDixa()
    worker = LongLivedWorker(dixa, tracks=tracks)
    dixa.fault = "gateway after"
    with Journal(path, job="test") as journal:
        assert summary(await all_of(bulk.run(worker.ask, [1], journal=journal))) == [(1, expected)]
    worker.task.cancel()


async def test_a_call_waits_for_the_requests_that_another_task_tracks(path: Path) -> None:
    dixa = SimulatedDixa()
    started: list[asyncio.Task[None]] = []

    async def call(item: int) -> int:
        handle = bulk.current_call()
        begun = asyncio.Event()

        async def send() -> None:
            with handle.track_requests():
                begun.set()
                await asyncio.sleep(10)
                await dixa.write(item)

        started.append(asyncio.create_task(send()))
        await begun.wait()
        raise TimeoutError

    with Journal(path, job="test") as journal:
        assert summary(await all_of(bulk.run(call, [1], journal=journal))) == [(1, "Indeterminate")]
    assert dixa.applied == {1: 1}


async def test_nothing_can_be_sent_for_a_call_that_is_over() -> None:
    handles: list[bulk.CurrentCall] = []

    async def call(item: int) -> None:
        handles.append(bulk.current_call())

    await all_of(bulk.run(call, [1]))
    with pytest.raises(UsageError, match="the call is over"), handles[0].track_requests():
        pass
    with pytest.raises(UsageError, match="must be called in a call of a bulk job"):
        bulk.current_call()


async def test_a_task_that_outlives_its_call_is_reported(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    dixa = SimulatedDixa()
    tasks: list[asyncio.Task[int]] = []

    async def send_later(item: int) -> int:
        await asyncio.sleep(10)
        return await dixa.write(item)

    async def call(item: int) -> None:
        tasks.append(asyncio.create_task(send_later(item)))

    with Journal(path, job="test") as journal:
        await all_of(bulk.run(call, [1], journal=journal))
        await tasks[0]
    (record,) = caplog.records
    assert "outlived the bulk call" in record.getMessage()
    assert "POST /things/{thingId}" in record.getMessage()


@pytest.mark.parametrize("pause", [None, 0.0, 1.0])
async def test_no_write_is_sent_after_its_call_has_failed(path: Path, pause: float | None) -> None:
    dixa, quick = SimulatedDixa(), SimulatedDixa(seconds=0.01)
    quick.fault = "rejected"

    async def read_and_write(item: int) -> None:
        await dixa.read(item)
        if pause is not None:
            await asyncio.sleep(pause)
        await dixa.write(item)

    async def call(item: int) -> None:
        await asyncio.gather(read_and_write(item), quick.write(item))

    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(call, [1, 2, 3], journal=journal))
        await asyncio.sleep(10)
    # Writes that follow without a pause are awaited; the others are not sent.
    assert {outcome.input for outcome in outcomes if isinstance(outcome, bulk.Indeterminate)} == set(dixa.applied)
    assert len(dixa.applied) == (3 if pause is None else 0)


async def test_no_write_is_sent_after_its_job_was_closed(path: Path) -> None:
    dixa = SimulatedDixa()
    tasks: list[asyncio.Task[int]] = []

    async def send_later(item: int) -> int:
        await asyncio.sleep(1)
        return await dixa.write(item)

    async def call(item: int) -> int:
        tasks.append(asyncio.create_task(send_later(item)))
        return await asyncio.shield(tasks[-1])

    with Journal(path, job="test") as journal:
        async with bulk.run(call, [1], journal=journal) as job:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(job), 0.5)
        assert summary(await all_of(bulk.run(dixa.write, [1], journal=journal))) == [(1, 10)]
        (error,) = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(error, UsageError)
    assert dixa.applied == {1: 1}
