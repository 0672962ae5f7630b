"""What is not about an input is not its failure: it waits, or the job ends and the next run does the rest."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest

from dixa_async import AuthenticationError, DixaClient, DixaError, PermissionDeniedError, bulk
from dixa_async.bulk import Journal, State
from dixa_async.models import Failure, Success
from dixa_async.testing import FakeDixa

from ..helpers.clients import connect
from .simulated_dixa import Fault, SimulatedDixa
from .support import all_of, counts, error_of, new_conversation, summary, take

COUNT = 60
_NOTES = "/conversations/{conversationId}/notes"


async def run(path: Path, dixa: SimulatedDixa, breaks_after: int = COUNT, fault: Fault | None = None) -> list[object]:
    """Run the job of 60 writes. After some of them, the fault sets in."""
    outcomes: list[bulk.Outcome[int, int]] = []

    async def write(item: int) -> int:
        if sum(dixa.applied.values()) >= breaks_after:
            dixa.fault = fault
        return await dixa.write(item)

    with Journal(path, job="test") as journal:
        await take(bulk.run(write, range(COUNT), journal=journal), outcomes)
    return [type(outcome).__name__ for outcome in outcomes]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("unauthorized", "rejects the token: AuthenticationError: .* a valid token, and run the job again"),
        ("denied", "denied several calls in a row: PermissionDeniedError: .* run the job again"),
        ("quota", "quota is used up: QuotaExhaustedError: .* after 2026-11-29 00:00 UTC, run the job again"),
        ("closed", "ClientClosedError: the client is closed.*run the job again"),
        ("misused", "UsageError: .*run the job again"),
        ("misconfigured", "ConfigurationError: .*run the job again"),
        ("tls", "TlsError: .*run the job again"),
        ("unreachable", "unreachable, or throttled .* outage_timeout, 300 s: ConnectError.*run the job"),
        ("throttled", "unreachable, or throttled .* outage_timeout, 300 s: TooManyRequests.*run the job"),
    ],
)
async def test_an_error_of_every_input_ends_the_job_and_the_next_run_does_the_rest(
    path: Path, fault: Fault, message: str
) -> None:
    dixa = SimulatedDixa()
    with pytest.raises(bulk.CannotContinueError, match=message):
        await run(path, dixa, 10, fault)
    applied = sum(dixa.applied.values())
    assert 10 <= applied < 20
    assert counts(path)[State.SUCCEEDED] == applied
    assert set(counts(path)) == {State.SUCCEEDED, State.PLANNED}
    dixa.fault = None
    assert await run(path, dixa) == ["Succeeded"] * (COUNT - applied)
    assert dixa.applied == dict.fromkeys(range(COUNT), 1)
    assert counts(path) == {State.SUCCEEDED: COUNT}


@pytest.mark.parametrize("fault", ["unreachable", "throttled"])
async def test_a_short_outage_is_ridden_out_with_one_call_at_a_time(path: Path, fault: Fault) -> None:
    dixa = SimulatedDixa()
    clock = asyncio.get_running_loop().time
    asyncio.get_running_loop().call_later(2.0, setattr, dixa, "fault", fault)
    asyncio.get_running_loop().call_later(62.0, setattr, dixa, "fault", None)
    started = clock()
    assert await run(path, dixa) == ["Succeeded"] * COUNT
    assert counts(path) == {State.SUCCEEDED: COUNT}
    during = [moment - started for moment, _ in dixa.requests if 3.0 < moment - started < 62.0]
    assert 3 <= len(during) <= 8
    assert min(later - earlier for earlier, later in itertools.pairwise(during)) >= 1.0
    assert clock() - started < 100


async def test_an_outage_ends_the_job_after_outage_timeout(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.fault = "unreachable"
    clock = asyncio.get_running_loop().time
    for outage_timeout in (0.0, 20.0):
        started = clock()
        with Journal(path, job="test") as journal, pytest.raises(bulk.CannotContinueError):
            await all_of(bulk.run(dixa.write, range(5), journal=journal, outage_timeout=outage_timeout))
        assert outage_timeout <= clock() - started < outage_timeout + 1
    assert set(counts(path)) == {State.PLANNED}


async def test_an_input_that_alone_cannot_connect_fails(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.faults[3] = ["unreachable"] * 1000
    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(dixa.write, range(40), journal=journal))
    assert [outcome.input for outcome in outcomes if not isinstance(outcome, bulk.Succeeded)] == [3]
    assert counts(path) == {State.SUCCEEDED: 39, State.FAILED: 1}


async def test_an_input_that_alone_is_denied_fails(path: Path) -> None:
    dixa = SimulatedDixa()
    for item in (3, 4, 20, 39):
        dixa.faults[item] = ["denied"]
    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(dixa.write, range(40), journal=journal, max_denied=3))
    failed = [outcome for outcome in outcomes if isinstance(outcome, bulk.Failed)]
    assert sorted(outcome.input for outcome in failed) == [3, 4, 20, 39]
    assert all(isinstance(outcome.error, PermissionDeniedError) for outcome in failed)
    assert counts(path) == {State.SUCCEEDED: 36, State.FAILED: 4}


async def test_max_denied_sets_how_many_denials_end_the_job(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.fault = "denied"
    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(dixa.write, range(40), journal=journal, max_denied=None))
    assert len(outcomes) == 40
    assert counts(path) == {State.FAILED: 40}


@pytest.mark.parametrize("order", ["completion", "input"])
async def test_outcomes_of_denied_inputs_are_in_order(order: Literal["completion", "input"]) -> None:
    dixa = SimulatedDixa()
    dixa.faults = {item: ["denied"] for item in (0, 1, 7)}
    outcomes = await all_of(bulk.run(dixa.write, range(10), order=order))
    expected: dict[int, object] = {n: "Failed" if n in (0, 1, 7) else n * 10 for n in range(10)}
    assert dict(summary(outcomes)) == expected
    if order == "input":
        assert [outcome.input for outcome in outcomes] == list(range(10))


@pytest.mark.parametrize("fault", ["unauthorized", "denied", "unreachable"])
async def test_an_exception_group_is_classified_by_its_errors(path: Path, fault: Fault) -> None:
    dixa = SimulatedDixa()
    dixa.fault = fault

    async def call(item: int) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(dixa.write(item))

    with Journal(path, job="test") as journal, pytest.raises(bulk.CannotContinueError):
        await all_of(bulk.run(call, range(COUNT), journal=journal, call_errors=(DixaError, ExceptionGroup)))
    assert set(counts(path)) == {State.PLANNED}


async def test_an_input_error_of_a_job_inside_the_call_is_classified_by_its_cause(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.fault = "unauthorized"

    async def pages() -> AsyncIterator[int]:
        yield await dixa.read(1)

    async def call(item: int) -> None:
        await all_of(bulk.run(dixa.write, pages()))

    with Journal(path, job="test") as journal, pytest.raises(bulk.CannotContinueError, match="rejects the token"):
        await all_of(bulk.run(call, range(COUNT), journal=journal))
    assert set(counts(path)) == {State.PLANNED}


async def test_an_input_that_is_throttled_again_and_again_is_sent_when_it_can_be(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.faults = {item: ["throttled"] * (1 + item % 4) for item in range(0, COUNT, 3)}
    assert await run(path, dixa) == ["Succeeded"] * COUNT
    assert counts(path) == {State.SUCCEEDED: COUNT}


async def test_an_input_that_alone_is_always_throttled_ends_the_job(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.faults = {3: ["throttled"] * 100_000}

    async def slowly() -> AsyncIterator[int]:
        for item in range(10_000):
            yield item
            await asyncio.sleep(2)

    with Journal(path, job="test") as journal, pytest.raises(bulk.CannotContinueError, match="300 s: TooManyRequests"):
        await all_of(bulk.run(dixa.write, slowly(), journal=journal))
    assert counts(path)[State.PLANNED] >= 1
    assert set(counts(path)) == {State.SUCCEEDED, State.PLANNED}


async def test_denials_are_counted_though_nothing_runs_between_them(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.fault = "denied"
    outcomes: list[bulk.Outcome[int, int]] = []

    async def now_and_then() -> AsyncIterator[int]:
        for item in range(COUNT):
            await asyncio.sleep(1)
            yield item

    with Journal(path, job="test") as journal, pytest.raises(bulk.CannotContinueError):
        await take(bulk.run(dixa.write, now_and_then(), journal=journal), outcomes)
    assert len(outcomes) < 10
    assert counts(path)[State.FAILED] == len(outcomes)


async def test_inputs_without_a_call_do_not_show_that_others_are_allowed(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.faults = {item: ["lost after"] for item in range(0, COUNT, 4)}
    with Journal(path, job="test") as journal:
        await all_of(bulk.run(dixa.write, range(0, COUNT, 4), journal=journal))
        dixa.fault = "denied"
        outcomes: list[bulk.Outcome[int, int]] = []
        inputs = [same for item in range(COUNT) for same in (item, item)]
        with pytest.raises(bulk.CannotContinueError):
            await take(bulk.run(dixa.write, inputs, journal=journal, reconcile=dixa.reconcile), outcomes)
    assert not any(
        isinstance(error_of(outcome), PermissionDeniedError) for outcome in outcomes if type(outcome) is bulk.Failed
    )
    assert State.FAILED not in counts(path)


async def test_items_that_succeeded_before_the_rest_of_their_chunk_was_denied_have_outcomes(path: Path) -> None:
    dixa = SimulatedDixa()

    async def call(items: list[int]) -> list[Success[int] | Failure[str]]:
        if len(items) == 1:
            dixa.faults[items[0]] = ["denied"]
        await dixa.write(items[0])
        return [Success(items[0]), Failure("no")]

    outcomes: list[bulk.Outcome[int, int]] = []
    with Journal(path, job="test") as journal:
        job = bulk.run_chunks(call, range(COUNT), chunk_size=2, retry_rejected=True, journal=journal)
        with pytest.raises(bulk.CannotContinueError):
            await take(job, outcomes)
    assert sorted(outcome.input for outcome in outcomes) == sorted(dixa.applied)
    assert counts(path)[State.SUCCEEDED] == len(outcomes)
    assert set(counts(path)) == {State.SUCCEEDED, State.PLANNED}


async def test_writes_without_a_response_are_indeterminate_and_limited_in_number(path: Path) -> None:
    dixa = SimulatedDixa()
    with pytest.raises(bulk.CannotContinueError):
        await run(path, dixa, 20, "gateway after")
    states = counts(path)
    assert states[State.INDETERMINATE] < 25
    assert states[State.SUCCEEDED] + states[State.INDETERMINATE] == sum(dixa.applied.values())
    assert sum(dixa.applied.values()) == len(dixa.applied)


async def test_a_call_that_is_denied_after_its_first_write_is_indeterminate_and_ends_the_job_all_the_same(
    path: Path,
) -> None:
    dixa = SimulatedDixa()

    async def call(item: int) -> int:
        await dixa.write(item)
        dixa.fault = "unauthorized"
        return await dixa.write(item)

    outcomes: list[bulk.Outcome[int, int]] = []
    with Journal(path, job="test") as journal, pytest.raises(bulk.CannotContinueError):
        await take(bulk.run(call, range(5), journal=journal, max_concurrency=1), outcomes)
    assert summary(outcomes) == [(0, "Indeterminate")]
    assert isinstance(error_of(outcomes[0]), AuthenticationError)
    assert counts(path) == {State.INDETERMINATE: 1}


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_ends_in_the_middle_loses_no_input(
    server: FakeDixa, dixa: DixaClient, path: Path, status: int
) -> None:
    number = await new_conversation(server, dixa)

    async def add(text: str) -> None:
        if len(server.state.notes.get(number, [])) >= 10:
            server.inject_fault(status=status, method="POST", path=_NOTES, times=1000)
        await dixa.internal_notes.add(number, text)

    texts = [str(n) for n in range(COUNT)]
    with Journal(path, job="notes") as journal, pytest.raises(bulk.CannotContinueError):
        await all_of(bulk.run(add, texts, journal=journal))
    assert State.FAILED not in counts(path)
    server.clear_faults()
    with Journal(path, job="notes") as journal:
        await all_of(bulk.run(add_to(dixa, number), texts, journal=journal))
    assert sorted(note.message for note in server.state.notes[number]) == sorted(texts)


def add_to(dixa: DixaClient, number: int) -> Callable[[str], Awaitable[str]]:
    async def add(text: str) -> str:
        return (await dixa.internal_notes.add(number, text)).id

    return add


async def test_a_client_that_was_closed_in_the_middle_loses_no_input(server: FakeDixa, path: Path) -> None:
    texts = [str(n) for n in range(COUNT)]
    outcomes: list[bulk.Outcome[str, str]] = []

    async def run_until_closed(number: int) -> None:
        with Journal(path, job="notes") as journal:
            async for outcome in bulk.run(add_to(first, number), texts, journal=journal):
                outcomes.append(outcome)
                if len(outcomes) == 10:
                    await first.aclose()

    async with connect(server) as first:
        number = await new_conversation(server, first)
        with pytest.raises(bulk.CannotContinueError, match="ClientClosedError: the client"):
            await run_until_closed(number)
    assert State.FAILED not in counts(path)
    async with connect(server) as second:
        with Journal(path, job="notes") as journal:
            await all_of(bulk.run(add_to(second, number), texts, journal=journal))
    states = counts(path)
    assert states[State.SUCCEEDED] + states.get(State.INDETERMINATE, 0) == COUNT


async def test_an_error_that_ends_a_job_inside_the_call_ends_the_outer_one_with_the_same_message(path: Path) -> None:
    dixa = SimulatedDixa()
    dixa.fault = "unauthorized"

    async def call(item: int) -> None:
        await all_of(bulk.run(dixa.write, [item]))

    with Journal(path, job="test") as journal, pytest.raises(bulk.CannotContinueError) as caught:
        await all_of(bulk.run(call, range(COUNT), journal=journal))
    assert str(caught.value).count("run the job again") == 1
    assert set(counts(path)) == {State.PLANNED}
