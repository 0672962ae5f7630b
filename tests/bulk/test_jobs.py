"""What a job does with its inputs, its calls and its consumer."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import pytest

from dixa_async import ConfigurationError, bulk

from .support import Calls, RejectedError, all_of, error_of, send_request, summary, take


async def slow_inputs(count: int) -> AsyncIterator[int]:
    for number in range(count):
        await asyncio.sleep(0.1)
        yield number


class Reading:
    """Inputs that note how many were read."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count
        self.read = 0

    def __iter__(self) -> Iterator[int]:
        for number in itertools.count() if self._count is None else range(self._count):
            self.read += 1
            yield number

    async def slowly(self) -> AsyncIterator[int]:
        for number in self:
            await asyncio.sleep(0)
            yield number


@pytest.mark.parametrize("order", ["completion", "input"])
@pytest.mark.parametrize("source", ["list", "generator", "async"])
async def test_every_input_has_one_outcome(order: Literal["completion", "input"], source: str) -> None:
    inputs: Any = {"list": list(range(50)), "generator": (n for n in range(50)), "async": slow_inputs(50)}[source]
    calls = Calls(fails=(7, 30))
    outcomes = await all_of(bulk.run(calls, inputs, order=order))
    expected: dict[int, object] = {n: "Failed" if n in calls.fails else n * 10 for n in range(50)}
    assert len(outcomes) == 50
    assert dict(summary(outcomes)) == expected
    assert {outcome.key for outcome in outcomes} == {str(n) for n in range(50)}
    assert sorted(calls.inputs) == list(range(50))


async def test_in_the_order_of_completion_the_quick_come_first() -> None:
    async def call(seconds: float) -> None:
        await asyncio.sleep(seconds)

    outcomes = await all_of(bulk.run(call, [3.0, 1.0, 2.0]))
    assert [outcome.input for outcome in outcomes] == [1.0, 2.0, 3.0]


async def test_in_the_order_of_the_inputs_a_slow_call_delays_a_limited_number_of_others() -> None:
    reading = Reading(1000)

    async def call(number: int) -> int:
        await asyncio.sleep(100 if number == 0 else 1)
        return number

    job = bulk.run(call, reading, order="input", max_concurrency=20)
    assert [outcome.input async for outcome in job] == list(range(1000))
    job = bulk.run(call, reading := Reading(1000), order="input", max_concurrency=20)
    async with job:
        await anext(aiter(job))
        assert reading.read <= 41


@pytest.mark.parametrize("is_async", [False, True])
async def test_inputs_are_read_as_outcomes_are_taken(is_async: bool) -> None:
    reading = Reading()  # there is no end of it
    calls = Calls()
    async with bulk.run(calls, reading.slowly() if is_async else reading, max_concurrency=10) as job:
        taken = 0
        async for _ in job:
            taken += 1
            await asyncio.sleep(5)  # a slow consumer
            assert reading.read <= taken + 11
            if taken == 30:
                break
    assert calls.running == 0


async def test_no_more_than_max_concurrency_calls_run_at_once() -> None:
    calls = Calls(seconds=1.0)
    await all_of(bulk.run(calls, range(300), max_concurrency=25))
    assert calls.most == 25


async def test_without_a_wait_for_the_limit_more_and_more_calls_run_at_once() -> None:
    calls = Calls(seconds=1.0)
    await all_of(bulk.run(calls, range(300)))
    assert 50 < calls.most <= 100


@pytest.mark.parametrize(("max_failures", "most"), [(1, 1), (3, 3)])
async def test_a_job_stops_after_max_failures(max_failures: int, most: int) -> None:
    calls = Calls(fails=tuple(range(5, 1000)))
    outcomes: list[bulk.Outcome[int, int]] = []
    with pytest.raises(bulk.TooManyFailuresError, match=f"after {most} failures") as caught:
        await take(bulk.run(calls, range(1000), max_failures=max_failures, max_concurrency=1), outcomes)
    assert caught.value.failures == most
    assert calls.inputs == list(range(5 + max_failures))
    assert len(outcomes) == 5 + max_failures


async def test_a_job_that_stops_returns_the_outcomes_of_running_calls_and_does_not_wait_for_inputs() -> None:
    async def few_inputs() -> AsyncIterator[int]:
        for number in range(8):
            yield number
        await asyncio.Event().wait()

    outcomes: list[bulk.Outcome[int, int]] = []
    calls = Calls(fails=(2,))
    with pytest.raises(bulk.TooManyFailuresError):
        await take(bulk.run(calls, few_inputs(), max_failures=1), outcomes)
    assert sorted(outcome.input for outcome in outcomes) == sorted(calls.inputs)


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("order", ["completion", "input"])
async def test_inputs_that_raise_are_reported_after_the_last_outcome(
    is_async: bool, order: Literal["completion", "input"]
) -> None:
    def inputs() -> Iterator[int]:
        yield from range(10)
        raise ValueError("line 11 is broken")

    async def later() -> AsyncIterator[int]:
        for number in inputs():
            yield number

    outcomes: list[bulk.Outcome[int, int]] = []
    with pytest.raises(bulk.InputError, match="ValueError: line 11 is broken") as caught:
        await take(bulk.run(Calls(), later() if is_async else inputs(), order=order), outcomes)
    assert isinstance(caught.value.__cause__, ValueError)
    assert sorted(outcome.input for outcome in outcomes) == list(range(10))


async def test_a_key_that_raises_is_reported_after_the_last_outcome() -> None:
    def key(number: int) -> str:
        return {0: "a", 1: "b"}[number]

    outcomes: list[bulk.Outcome[int, int]] = []
    with pytest.raises(bulk.InputError, match="KeyError: 2"):
        await take(bulk.run(Calls(), range(5), key=key), outcomes)
    assert [outcome.key for outcome in outcomes] == ["a", "b"]


async def test_leaving_the_block_cancels_the_running_calls() -> None:
    calls = Calls(seconds=100)
    async with bulk.run(calls, range(1000)) as job:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await anext(job)
        assert calls.running == 4
    assert calls.running == 0
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_consumer_that_raises_leaves_nothing_behind() -> None:
    calls = Calls()

    async def consume() -> None:
        async with bulk.run(calls, slow_inputs(1000)) as job:
            async for outcome in job:
                raise RejectedError(outcome.input)

    with pytest.raises(RejectedError):
        await consume()
    assert calls.running == 0
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_cancelled_twice_it_still_ends() -> None:
    class Stubborn(Calls):
        async def __call__(self, item: int) -> int:
            try:
                return await super().__call__(item)
            except asyncio.CancelledError:
                await asyncio.sleep(10)
                raise

    async def consume() -> None:
        async with bulk.run(calls, range(100)) as job:
            await all_of(job)

    calls = Stubborn(seconds=100)
    task = asyncio.create_task(consume())
    await asyncio.sleep(1)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(1)
    assert task.cancelled()
    assert calls.running == 0


async def test_a_call_that_was_cancelled_from_outside_has_an_outcome() -> None:
    async def call(number: int) -> None:
        if number == 1:
            send_request("POST")
        if number < 2:
            raise asyncio.CancelledError

    outcomes = await all_of(bulk.run(call, range(4), order="input"))
    assert summary(outcomes) == [(0, "Failed"), (1, "Indeterminate"), (2, None), (3, None)]
    assert isinstance(error_of(outcomes[0]), bulk.CallCancelledError)


async def test_a_job_can_be_iterated_over_once() -> None:
    job = bulk.run(Calls(), range(3))
    assert len(await all_of(job)) == 3
    assert await all_of(job) == []


async def test_no_inputs_are_no_outcomes() -> None:
    assert await all_of(bulk.run(Calls(), [])) == []


async def test_a_progress_that_raises_does_not_end_the_job(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def update(self, counts: bulk.Counts) -> None:
            raise RejectedError

        close = update

    assert len(await all_of(bulk.run(Calls(), range(3), progress=Broken()))) == 3
    assert len(caplog.records) == 4


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_concurrency": 0}, "max_concurrency must be a whole number of 1 or more, not 0"),
        ({"max_failures": 0}, "max_failures must be a whole number of 1 or more, not 0"),
        ({"order": "size"}, "order must be 'completion' or 'input', not 'size'"),
        ({"key": None}, "key must be a function that returns the key of an input, not None"),
        ({"key": "id"}, "key must be a function that returns the key of an input, not 'id'"),
        ({"journal": "x.journal"}, "journal must be a Journal or None, not 'x.journal'"),
        ({"reconcile": True}, "reconcile must be an async function or None, not True"),
        ({"progress": 5}, "progress must have the methods update and close, or be None, not 5"),
        ({"progress": bulk.PlainProgress}, "progress must have the methods update and close, or be None, not <class"),
    ],
)
def test_invalid_settings_are_rejected(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        bulk.run(Calls(), [1], **settings)
