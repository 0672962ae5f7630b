"""A job that is run again goes on from its journal."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from dixa_async import ConfigurationError, UsageError, bulk
from dixa_async.bulk import Journal, JournalView, State

from .simulated_dixa import SimulatedDixa
from .support import Calls, RejectedError, all_of, counts, error_of, send_request, summary


def set_state(path: Path, key: str, state: State) -> None:
    """Set the state of an input, as a killed process would have left it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE inputs SET state = ? WHERE key = ?", (state, key))


async def echo(item: object) -> object:
    return item


async def run(path: Path, calls: Callable[..., object], count: int, **settings: object) -> list[tuple[int, object]]:
    with Journal(path, job="test") as journal:
        job = bulk.run(calls, range(count), journal=journal, order="input", **settings)  # type: ignore[arg-type,var-annotated]
        return summary(await all_of(job))


async def test_inputs_that_succeeded_or_failed_are_not_sent_again(path: Path) -> None:
    calls = Calls(fails=(3,))
    assert await run(path, calls, 5) == [(0, 0), (1, 10), (2, 20), (3, "Failed"), (4, 40)]
    assert await run(path, calls, 7) == [(5, 50), (6, 60)]
    assert calls.inputs == list(range(7))
    assert counts(path) == {State.SUCCEEDED: 6, State.FAILED: 1}


@pytest.mark.parametrize("ends", ["itself", "block"])
async def test_previously_failed_inputs_are_counted_separately_and_reported_at_the_end(
    path: Path, ends: str, caplog: pytest.LogCaptureFixture
) -> None:
    await run(path, Calls(fails=(1, 3)), 5)
    assert not caplog.records
    with Journal(path, job="test") as journal:
        async with bulk.run(Calls(), range(6), journal=journal, order="input") as job:
            async for outcome in job:
                assert outcome.input == 5
                if ends == "block":
                    break
    assert (job.counts.succeeded, job.counts.skipped, job.counts.previously_failed, job.counts.finished) == (1, 3, 2, 6)
    assert [record.getMessage() for record in caplog.records] == [
        "2 inputs failed in an earlier run and were skipped: pass retry_failed=True to retry them"
    ]


async def test_failed_inputs_are_sent_again_if_retry_failed_is_set(path: Path) -> None:
    await run(path, Calls(fails=(1, 3)), 5)
    assert await run(path, Calls(fails=(3,)), 5, retry_failed=True) == [(1, 10), (3, "Failed")]
    with JournalView(path) as view:
        (failed,) = view.rows(State.FAILED)
        assert (failed.key, failed.input, failed.error) == ("3", 3, "RejectedError: 3")
        assert [row.error for row in view.rows(State.SUCCEEDED)] == [None] * 4


async def test_the_journal_holds_a_corrected_input_as_it_was_last_sent(path: Path) -> None:
    async def refuse(item: str) -> None:
        raise RejectedError(item)

    for item in ("1 bad", "1 still bad"):
        with Journal(path, job="test") as journal:
            job = bulk.run(refuse, [item], key=lambda item: item[0], journal=journal, retry_failed=True)
            assert summary(await all_of(job)) == [(item, "Failed")]
        with JournalView(path) as view:
            assert [row.input for row in view.rows(State.FAILED)] == [item]


@pytest.mark.parametrize("breaks", ["stop", "block", "cancel"])
async def test_a_job_that_ends_early_goes_on_where_it_was(path: Path, breaks: str) -> None:
    seen: dict[int, object] = {}
    first = Calls(fails=(20,) if breaks == "stop" else (), writes=True)

    async def part() -> None:
        with Journal(path, job="test") as journal:
            async with bulk.run(
                first, range(100), journal=journal, max_failures=1, max_concurrency=10, reconcile=never
            ) as job:
                async for outcome in job:
                    seen.update(summary([outcome]))
                    if breaks == "block" and len(seen) == 20:
                        break

    async def never(number: int) -> None:
        return None

    if breaks == "cancel":
        task = asyncio.create_task(part())
        await asyncio.sleep(4.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    elif breaks == "stop":
        with pytest.raises(bulk.TooManyFailuresError):
            await part()
    else:
        await part()
    assert 10 < len(seen) < 50
    with JournalView(path) as view:
        succeeded = {row.input for row in view.rows(State.SUCCEEDED)}
    assert set(seen) <= succeeded | {20}
    second = Calls(writes=True)
    await run(path, second, 100, retry_failed=True, reconcile=never)
    assert set(second.inputs) == set(range(100)) - succeeded
    assert counts(path) == {State.SUCCEEDED: 100}


@contextmanager
def left_behind(path: Path, state: State) -> Iterator[None]:
    """A journal in which input 1 was left in a state by a process that was killed."""
    with Journal(path, job="test") as journal:
        for number in range(3):
            journal.plan(str(number), number)
    set_state(path, "1", state)
    yield


async def test_planned_inputs_are_sent(path: Path) -> None:
    with left_behind(path, State.PLANNED):
        assert await run(path, Calls(), 3) == [(0, 0), (1, 10), (2, 20)]


@pytest.mark.parametrize("state", [State.SENT, State.INDETERMINATE])
async def test_a_write_without_a_response_is_indeterminate_and_is_never_sent_again(path: Path, state: State) -> None:
    with left_behind(path, state):
        for _ in range(2):
            calls = Calls()
            assert (1, "Indeterminate") in await run(path, calls, 3, retry_failed=True)
            assert 1 not in calls.inputs
            assert counts(path)[State.INDETERMINATE] == 1


async def test_why_a_write_is_indeterminate_stays_in_the_journal(path: Path) -> None:
    async def call(number: int) -> None:
        send_request()
        raise RejectedError(number)

    assert await run(path, call, 1) == [(0, "Indeterminate")]
    assert await run(path, call, 1) == [(0, "Indeterminate")]
    with JournalView(path) as view:
        assert [row.error for row in view.rows(State.INDETERMINATE)] == ["RejectedError: 0"]


@pytest.mark.parametrize("state", [State.SENT, State.INDETERMINATE])
@pytest.mark.parametrize(
    ("found", "expected", "sent"), [(111, 111, False), (None, 10, True), (RejectedError(), "Indeterminate", False)]
)
async def test_reconcile_is_called_for_a_write_without_a_response(
    path: Path, state: State, found: int | RejectedError | None, expected: object, sent: bool
) -> None:
    asked = []

    async def reconcile(number: int) -> int | None:
        asked.append(number)
        if isinstance(found, RejectedError):
            raise found
        return found

    with left_behind(path, state):
        calls = Calls()
        assert await run(path, calls, 3, reconcile=reconcile) == [(0, 0), (1, expected), (2, 20)]
    assert asked == [1]
    assert (1 in calls.inputs) == sent


async def test_the_second_input_with_a_key_is_not_sent(path: Path) -> None:
    for expected in (["Succeeded", "Succeeded", "Failed"], ["Failed"]):
        calls = Calls()
        with Journal(path, job="test") as journal:
            outcomes = await all_of(
                bulk.run(calls, [1, 2, 11], key=lambda number: str(number % 10), journal=journal, order="input")
            )
        assert [type(outcome).__name__ for outcome in outcomes] == expected
        error = error_of(outcomes[-1])
        assert isinstance(error, bulk.DuplicateKeyError)
        assert error.key == "1"
        assert 11 not in calls.inputs


async def test_jobs_can_use_a_journal_one_after_the_other(path: Path) -> None:
    calls = Calls(fails=(1,))
    with Journal(path, job="test") as journal:
        job = bulk.run(calls, range(3), journal=journal, order="input")
        assert summary(await all_of(job)) == [(0, 0), (1, "Failed"), (2, 20)]
        async with bulk.run(calls, [5], journal=journal) as left_early:
            async for _ in left_early:
                break
        job = bulk.run(calls, [*range(4), 5, 3], journal=journal, order="input")
        assert summary(await all_of(job)) == [(3, 30), (3, "Failed")]
        assert (job.counts.skipped, job.counts.previously_failed) == (3, 1)
    assert calls.inputs == [0, 1, 2, 5, 3]


@pytest.mark.parametrize("pause", [0.0, 5.0], ids=["while calls run", "when none runs"])
async def test_a_job_that_is_dropped_frees_its_journal(path: Path, pause: float) -> None:
    dixa = SimulatedDixa()

    async def take_one(journal: Journal) -> None:
        async for _ in bulk.run(dixa.write, range(4), journal=journal):
            await asyncio.sleep(pause)
            break

    with Journal(path, job="test") as journal:
        await take_one(journal)
        if not pause:
            await asyncio.sleep(0.1)
        outcomes = await all_of(bulk.run(dixa.write, range(20), journal=journal, reconcile=dixa.reconcile))
    assert all(isinstance(outcome, bulk.Succeeded) for outcome in outcomes)
    assert dixa.applied == dict.fromkeys(range(20), 1)


def test_a_job_whose_loop_has_ended_frees_its_journal(path: Path) -> None:
    dixa = SimulatedDixa()

    async def take(journal: Journal, count: int) -> None:
        job = bulk.run(dixa.write, range(count), journal=journal, reconcile=dixa.reconcile)
        await anext(job)
        if count < 20:
            raise KeyboardInterrupt
        await all_of(job)

    with Journal(path, job="test") as journal:
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(take(journal, 4))
        asyncio.run(take(journal, 20))
    assert dixa.applied == dict.fromkeys(range(20), 1)


async def test_two_jobs_cannot_use_a_journal_at_once(path: Path) -> None:
    calls = Calls()
    with Journal(path, job="test") as journal:
        async with bulk.run(calls, range(50), journal=journal, max_concurrency=2) as first:
            await anext(aiter(first))
            with pytest.raises(UsageError, match="another job uses the journal"):
                await all_of(bulk.run(calls, range(50, 60), journal=journal))
            assert len(await all_of(first)) == 49
        await all_of(bulk.run(calls, range(50, 60), journal=journal))
    assert sorted(calls.inputs) == [*range(60)]


class Nameless:
    """Its text is a place in memory, which is another one in every run."""


@pytest.mark.parametrize("item", [Nameless(), (1, Nameless()), lambda: None], ids=["itself", "inside", "function"])
@pytest.mark.parametrize("size", [1, 2])
async def test_an_input_without_a_stable_key_ends_a_job_with_a_journal(path: Path, item: object, size: int) -> None:
    sent: list[object] = []

    async def call(items: list[object]) -> None:
        sent.extend(items)

    with Journal(path, job="test") as journal, pytest.raises(ConfigurationError, match="in every run: pass key="):
        await all_of(bulk.run_chunks(call, [1, item], chunk_size=size, journal=journal))
    assert item not in sent


async def test_a_str_or_a_custom_key_may_look_like_a_memory_address(path: Path) -> None:
    text = "<a.B object at 0x7f00>"
    with Journal(path, job="test") as journal:
        assert summary(await all_of(bulk.run(echo, [text], journal=journal))) == [(text, text)]
        job = bulk.run(echo, [item := Nameless()], journal=journal, key=lambda _: f"{text} 2")
        assert summary(await all_of(job)) == [(item, item)]
        assert summary(await all_of(bulk.run(echo, [item]))) == [(item, item)]  # nor is it a matter without a journal


async def test_the_journal_can_be_read_while_the_job_runs(path: Path) -> None:
    with Journal(path, job="test") as journal, JournalView(path) as view:
        assert view.job == "test"
        async for _ in bulk.run(Calls(writes=True), range(20), journal=journal, max_concurrency=5):
            found = view.counts()
            assert set(found) <= {State.SENT, State.PLANNED, State.SUCCEEDED}
        assert view.counts() == {State.SUCCEEDED: 20}


async def test_a_write_is_recorded_before_it_is_sent(path: Path) -> None:
    async def call(number: int) -> None:
        send_request("GET")
        assert State.SENT not in counts(path)
        request = send_request("POST")
        assert counts(path) == {State.SENT: 1}
        send_request(request=request)

    assert await run(path, call, 1) == [(0, None)]


async def test_an_outcome_says_that_its_result_cannot_be_stored(path: Path) -> None:
    with Journal(path, job="test") as journal:
        job = bulk.run(echo, [{1, 2}, "a"], key=lambda item: type(item).__name__, journal=journal, order="input")
        outcomes = await all_of(job)
    assert [isinstance(outcome, bulk.Succeeded) and outcome.is_result_kept for outcome in outcomes] == [False, True]
    with JournalView(path) as view:
        (unkept,) = [row for row in view.rows(State.SUCCEEDED) if row.error is not None]
    assert unkept.key == "set"
    assert unkept.error is not None
    assert "cannot be stored as JSON" in unkept.error


async def test_inputs_and_results_that_json_cannot_hold_are_stored_as_none(path: Path) -> None:
    with Journal(path, job="test") as journal:
        await all_of(bulk.run(echo, [{1, 2}, "\ud800"], key=lambda item: type(item).__name__, journal=journal))
    with JournalView(path) as view:
        assert [(row.key, row.input, row.result) for row in view.rows()] == [("set", None, None), ("str", None, None)]
