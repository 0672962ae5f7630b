"""A mistake in the caller's own functions ends the job, and burns no input."""

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from dixa_async import ConfigurationError, bulk
from dixa_async.bulk import Journal, JournalView, State

from .simulated_dixa import SimulatedDixa
from .support import Calls, all_of, counts, error_of, send_request, summary, take


async def test_a_mistake_in_the_call_ends_the_job_at_once(path: Path) -> None:
    called: list[int] = []

    async def call(item: int) -> int:
        called.append(item)
        return item.emial  # type: ignore[attr-defined,no-any-return]

    with (
        Journal(path, job="test") as journal,
        pytest.raises(bulk.UnexpectedError, match="emial") as caught,
    ):
        await all_of(bulk.run(call, range(48), journal=journal))
    assert isinstance(caught.value.__cause__, AttributeError)
    assert (caught.value.input, caught.value.key) == (0, "0")
    assert called == [0]
    assert set(counts(path)) == {State.PLANNED}
    with Journal(path, job="test") as journal:
        assert len(await all_of(bulk.run(Calls(), range(48), journal=journal))) == 48


async def test_a_mistake_in_a_job_inside_the_call_ends_the_outer_job(path: Path) -> None:
    async def inner(item: int) -> int:
        return item.emial  # type: ignore[attr-defined,no-any-return]

    async def call(item: int) -> None:
        await all_of(bulk.run(inner, [item]))

    with Journal(path, job="test") as journal, pytest.raises(bulk.UnexpectedError, match="emial"):
        await all_of(bulk.run(call, range(48), journal=journal))
    assert set(counts(path)) == {State.PLANNED}


async def test_a_journal_inside_the_call_that_cannot_be_used_ends_the_outer_job(path: Path, tmp_path: Path) -> None:
    async def call(item: int) -> None:
        with Journal(tmp_path / "none" / "inner.journal", job="inner") as inner:
            await all_of(bulk.run(Calls(), [item], journal=inner))

    with (
        Journal(path, job="test") as journal,
        pytest.raises(bulk.CannotContinueError, match=r"inside the call cannot be used: JournalError: .*run the job"),
    ):
        await all_of(bulk.run(call, range(48), journal=journal))
    assert set(counts(path)) == {State.PLANNED}


async def test_an_exception_group_of_call_errors_fails_its_input(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.faults[1] = ["rejected"]

    async def call(item: int) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(dixa.write(item))
            if item == 2:
                group.create_task(asyncio.wait_for(asyncio.Event().wait(), 0.05))
            if item == 3:
                raise KeyError(item)

    with Journal(path, job="test") as journal, pytest.raises(bulk.UnexpectedError, match="ExceptionGroup"):
        await all_of(bulk.run(call, range(4), journal=journal, max_concurrency=1))
    assert counts(path) == {State.SUCCEEDED: 1, State.FAILED: 2, State.PLANNED: 1}


async def test_a_mistake_after_a_write_leaves_the_input_indeterminate(path: Path) -> None:
    async def call(item: int) -> int:
        send_request("POST")
        raise KeyError(item)

    outcomes: list[bulk.Outcome[int, int]] = []
    with Journal(path, job="test") as journal, pytest.raises(bulk.UnexpectedError, match="KeyError: 0"):
        await take(bulk.run(call, range(5), journal=journal, max_concurrency=1), outcomes)
    assert summary(outcomes) == [(0, "Indeterminate")]
    assert counts(path) == {State.INDETERMINATE: 1}


async def test_running_calls_are_finished_and_their_outcomes_returned(path: Path) -> None:
    async def call(item: int) -> int:
        await asyncio.sleep(item)
        return 1 // (item - 2)

    outcomes: list[bulk.Outcome[int, int]] = []
    with Journal(path, job="test") as journal, pytest.raises(bulk.UnexpectedError, match="ZeroDivisionError"):
        await take(bulk.run(call, range(48), journal=journal, order="input"), outcomes)
    succeeded = counts(path)[State.SUCCEEDED]
    assert len(outcomes) == succeeded
    assert counts(path) == {State.SUCCEEDED: succeeded, State.PLANNED: 1}


@pytest.mark.parametrize("call_errors", [ZeroDivisionError, (KeyError, ArithmeticError), Exception])
async def test_call_errors_sets_which_errors_fail_an_input(path: Path, call_errors: Any) -> None:
    async def call(item: int) -> int:
        return 10 // item

    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(call, range(3), journal=journal, call_errors=call_errors, order="input"))
    assert summary(outcomes) == [(0, "Failed"), (1, 10), (2, 5)]
    assert isinstance(error_of(outcomes[0]), ZeroDivisionError)


async def test_a_timeout_of_the_caller_fails_its_input() -> None:
    async def call(item: int) -> int:
        async with asyncio.timeout(1):
            await asyncio.sleep(item)
        return item

    assert summary(await all_of(bulk.run(call, [0, 5], order="input"))) == [(0, 0), (5, "Failed")]


async def test_a_mistake_in_reconcile_ends_the_job_and_leaves_the_write_indeterminate(path: Path) -> None:
    async def reconcile(item: int) -> int:
        raise AttributeError("emial")

    async def call(item: int) -> int:
        send_request("POST")
        raise TimeoutError

    outcomes: list[bulk.Outcome[int, int]] = []
    with Journal(path, job="test") as journal, pytest.raises(bulk.UnexpectedError, match="AttributeError: emial"):
        await take(bulk.run(call, range(9), journal=journal, reconcile=reconcile, max_concurrency=1), outcomes)
    assert summary(outcomes) == [(0, "Indeterminate")]
    assert counts(path) == {State.INDETERMINATE: 1}


def sync_call(item: int) -> int:
    return item


async def gives_many(item: int) -> AsyncIterator[int]:
    yield item


def gives_few(item: int) -> Iterator[int]:
    yield item


@pytest.mark.parametrize("call", [5, "add", None, print, gives_many, gives_few])
@pytest.mark.parametrize("run", [bulk.run, functools.partial(bulk.run_chunks, chunk_size=2)])
def test_a_call_that_cannot_be_awaited_is_rejected_before_any_input_is_read(call: Any, run: Any) -> None:
    def inputs() -> Iterator[int]:
        raise AssertionError("an input was read")
        yield 1

    with pytest.raises(ConfigurationError, match="call must be an async function"):
        run(call, inputs())


async def test_a_coroutine_in_place_of_the_function_is_rejected() -> None:
    coroutine = Calls()(1)
    with pytest.raises(ConfigurationError, match="not a coroutine: pass it uncalled"):
        bulk.run(coroutine, [1])  # type: ignore[arg-type]
    coroutine.close()


async def test_a_function_that_is_not_async_ends_the_job_with_its_first_input(path: Path) -> None:
    called: list[int] = []

    def call(item: int) -> int:
        called.append(item)
        return item

    with (
        Journal(path, job="test") as journal,
        pytest.raises(bulk.CannotContinueError, match="but returned int instead of an awaitable"),
    ):
        await all_of(bulk.run(call, range(48), journal=journal))  # type: ignore[arg-type]
    assert called == [0]
    assert set(counts(path)) == {State.PLANNED}


@pytest.mark.parametrize(
    "settings",
    [
        {"call_errors": "all"},
        {"call_errors": (KeyError, 5)},
        {"max_denied": 0},
        {"outage_timeout": -1},
        {"outage_timeout": None},
        {"reconcile_delay": "5"},
    ],
)
def test_invalid_settings_are_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"{next(iter(settings))} must be "):
        bulk.run(Calls(), [1], **settings)


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


async def test_an_error_without_a_readable_message_fails_its_input_only(path: Path) -> None:
    async def call(item: int) -> int:
        if item == 1:
            raise UnspeakableError
        return item

    for call_errors in (UnspeakableError, TimeoutError):
        with Journal(path.with_suffix("." + call_errors.__name__), job="test") as journal:
            job = bulk.run(call, range(3), journal=journal, call_errors=call_errors, order="input", max_concurrency=1)
            if call_errors is UnspeakableError:
                assert summary(await all_of(job)) == [(0, 0), (1, "Failed"), (2, 2)]
                continue
            with pytest.raises(bulk.UnexpectedError, match="Unspeakable"):
                await all_of(job)
    with JournalView(path.with_suffix(".UnspeakableError")) as view:
        assert [row.key for row in view.rows(State.FAILED)] == ["1"]
