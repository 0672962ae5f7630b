"""Calls that take many inputs at once, and return an outcome for each."""

import asyncio
from pathlib import Path
from typing import assert_type

import pytest

from dixa_async import BadRequestError, ConfigurationError, ConnectionLostError, DixaClient, bulk
from dixa_async.bulk import ItemRejectedError, Journal, JournalView, State, UnknownItemOutcomeError
from dixa_async.models import (
    BulkEndUserPatch,
    EndUser,
    Failure,
    IntegrityFault,
    NewAgent,
    NewEndUser,
    NewInternalNote,
    NotFoundFault,
    Success,
    Unknown,
    ValidationFault,
)
from dixa_async.testing import FakeDixa

from .support import RejectedError, all_of, counts, error_of, new_conversation, send_request, summary, take


def person(name: str) -> NewEndUser:
    return NewEndUser(display_name=name, email=f"{name}@example.org")


def name_of(new: NewEndUser) -> str:
    return str(new.display_name)


async def test_outcomes_are_those_of_the_items_in_the_order_of_the_inputs(server: FakeDixa, dixa: DixaClient) -> None:
    people = [person(f"p{number}") for number in range(95)]
    people[33] = person("p1")
    outcomes = await all_of(bulk.run_chunks(dixa.end_users.create_many, people, chunk_size=10, key=name_of))
    assert [outcome.input for outcome in outcomes] == people
    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, bulk.Failed)] == [33]
    error = error_of(outcomes[33])
    assert isinstance(error, ItemRejectedError)
    assert isinstance(error.fault, IntegrityFault)
    assert error.fault.message in str(error)
    succeeded = [outcome for outcome in outcomes if isinstance(outcome, bulk.Succeeded)]
    assert_type(succeeded[0].result, EndUser)
    assert {user.display_name for user in server.end_users} >= {outcome.result.display_name for outcome in succeeded}
    assert server.request_count == 10


async def test_requests_are_counted_once_though_every_item_has_them(server: FakeDixa, dixa: DixaClient) -> None:
    job = bulk.run_chunks(dixa.end_users.create_many, [person(f"p{n}") for n in range(20)], chunk_size=10, key=name_of)
    outcomes = await all_of(job)
    assert {outcome.attempts for outcome in outcomes} == {1}
    assert job.counts.requests == 2
    assert job.counts.succeeded == 20


async def test_a_call_that_fails_fails_each_of_its_items(server: FakeDixa, dixa: DixaClient) -> None:
    server.inject_fault(status=400, path="/endusers/bulk")
    job = bulk.run_chunks(
        dixa.end_users.create_many, [person(f"p{n}") for n in range(15)], chunk_size=10, key=name_of, max_concurrency=1
    )
    outcomes = await all_of(job)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Failed"] * 10 + ["Succeeded"] * 5
    assert isinstance(error_of(outcomes[9]), BadRequestError)


async def test_a_call_that_may_have_been_applied_makes_each_of_its_items_indeterminate(
    server: FakeDixa, dixa: DixaClient, path: Path
) -> None:
    server.inject_fault(drop="after", path="/endusers/bulk")
    people = [person(f"p{n}") for n in range(15)]

    async def find(new: NewEndUser) -> EndUser | None:
        return next((user for user in server.end_users if user.email == new.email), None)

    async def run(*, reconciles: bool) -> list[bulk.Outcome[NewEndUser, EndUser]]:
        with Journal(path, job="people") as journal:
            return await all_of(
                bulk.run_chunks(
                    dixa.end_users.create_many,
                    people,
                    chunk_size=10,
                    key=name_of,
                    max_concurrency=1,
                    journal=journal,
                    reconcile=find if reconciles else None,
                )
            )

    outcomes = await run(reconciles=False)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Indeterminate"] * 10 + ["Succeeded"] * 5
    assert isinstance(error_of(outcomes[0]), ConnectionLostError)
    assert [type(outcome).__name__ for outcome in await run(reconciles=False)] == ["Indeterminate"] * 10
    requests = server.request_count
    assert [type(outcome).__name__ for outcome in await run(reconciles=True)] == ["Succeeded"] * 10
    assert server.request_count == requests
    assert counts(path) == {State.SUCCEEDED: 15}


@pytest.mark.parametrize("retry", [False, True])
async def test_rejected_items_are_retried_once_if_retry_rejected_is_set(retry: bool) -> None:
    sent: list[list[int]] = []

    async def call(items: list[int]) -> list[Success[int] | Failure[ValidationFault] | Unknown]:
        first = not sent
        sent.append(items)
        rejected = (3, 5) if first else (5,)
        return [Failure(ValidationFault(message="No")) if item in rejected else Success(item) for item in items]

    outcomes = await all_of(bulk.run_chunks(call, range(7), chunk_size=7, retry_rejected=retry))
    assert sent == [[0, 1, 2, 3, 4, 5, 6], [3, 5]][: retry + 1]
    failed = [outcome.input for outcome in outcomes if isinstance(outcome, bulk.Failed)]
    assert failed == ([5] if retry else [3, 5])


async def test_a_chunk_whose_items_are_all_rejected_is_not_retried() -> None:
    sent = 0

    async def call(items: list[int]) -> list[Success[int] | Failure[ValidationFault] | Unknown]:
        nonlocal sent
        sent += 1
        return [Failure(ValidationFault(message="No")) for _ in items]

    await all_of(bulk.run_chunks(call, range(7), chunk_size=7, retry_rejected=True))
    assert sent == 1


async def test_a_job_that_is_run_again_sends_only_the_remaining_inputs(path: Path) -> None:
    sent: list[list[int]] = []

    async def call(items: list[int]) -> None:
        send_request()
        sent.append(items)
        if 7 in items and len(sent) == 2:
            raise RejectedError

    async def run(numbers: range) -> list[tuple[int, object]]:
        with Journal(path, job="numbers") as journal:
            job = bulk.run_chunks(call, numbers, chunk_size=5, journal=journal, max_concurrency=1, retry_failed=True)
            return summary(await all_of(job))

    assert await run(range(8)) == [*((n, None) for n in range(5)), *((n, "Indeterminate") for n in range(5, 8))]
    assert await run(range(12)) == [*((n, "Indeterminate") for n in range(5, 8)), *((n, None) for n in range(8, 12))]
    assert sent == [[0, 1, 2, 3, 4], [5, 6, 7], [8, 9], [10, 11]]


async def test_inputs_read_before_an_input_error_are_sent() -> None:
    sent: list[list[int]] = []

    async def call(items: list[int]) -> None:
        sent.append(items)

    job = bulk.run_chunks(call, (10 // (7 - number) for number in range(9)), chunk_size=5)
    outcomes: list[bulk.Outcome[int, None]] = []
    with pytest.raises(bulk.InputError, match="ZeroDivisionError"):
        await take(job, outcomes)
    assert [len(items) for items in sent] == [5, 2]
    assert len(outcomes) == 7


@pytest.mark.parametrize("responses", [[], [Success(1)] * 4])
async def test_a_response_with_too_few_or_too_many_outcomes_is_indeterminate(responses: list[Success[int]]) -> None:
    async def call(items: list[int]) -> list[Success[int] | Failure[ValidationFault] | Unknown]:
        send_request()
        items.clear()  # the list is its own
        return [*responses]

    outcomes = await all_of(bulk.run_chunks(call, range(3), chunk_size=3))
    assert summary(outcomes) == [(number, "Indeterminate") for number in range(3)]
    assert f"{len(responses)} outcomes for 3 inputs" in str(error_of(outcomes[0]))


async def test_an_outcome_of_an_unknown_type_is_indeterminate() -> None:
    async def call(items: list[int]) -> list[Success[int] | Failure[ValidationFault] | Unknown]:
        return [Success(1), Unknown(type="BulkActionDelayed", raw={"_type": "BulkActionDelayed"})]

    outcomes = await all_of(bulk.run_chunks(call, range(2), chunk_size=2))
    assert summary(outcomes) == [(0, 1), (1, "Indeterminate")]
    assert isinstance(error_of(outcomes[1]), UnknownItemOutcomeError)


def test_an_invalid_chunk_size_is_rejected() -> None:
    async def call(items: list[int]) -> None:
        await asyncio.sleep(0)

    with pytest.raises(ConfigurationError, match="size must be a whole number of 1 or more, not 0"):
        bulk.run_chunks(call, [1], chunk_size=0)


async def test_every_endpoint_that_takes_many_can_be_used(server: FakeDixa, dixa: DixaClient, path: Path) -> None:
    number = await new_conversation(server, dixa)
    agents = [NewAgent(display_name=f"a{n}", email=f"a{n}@example.org") for n in range(25)]
    made = await all_of(bulk.run_chunks(dixa.agents.create_many, agents, chunk_size=10, key=lambda new: new.email))
    ids = [outcome.result.id for outcome in made if isinstance(outcome, bulk.Succeeded)]
    assert len(ids) == 25

    patches = [BulkEndUserPatch(id=user.id, first_name="Ada") for user in server.end_users]
    patches.append(BulkEndUserPatch(id=number_id(99), first_name="Nobody"))
    patched = await all_of(
        bulk.run_chunks(dixa.end_users.patch_many, patches, chunk_size=20, key=lambda patch: patch.id)
    )
    assert [type(outcome).__name__ for outcome in patched] == ["Succeeded"] * (len(patches) - 1) + ["Failed"]
    error = error_of(patched[-1])
    assert isinstance(error, ItemRejectedError)
    assert isinstance(error.fault, NotFoundFault)

    queue, team = server.queues[0].id, server.teams[0].id
    joined = await all_of(bulk.run_chunks(lambda some: dixa.queues.add_members(queue, some), ids, chunk_size=10))
    assert [outcome.input for outcome in joined if isinstance(outcome, bulk.Succeeded)] == ids
    assert set(ids) <= set(server.state.queue_members[queue])
    await all_of(bulk.run_chunks(lambda some: dixa.teams.add_members(team, some), ids, chunk_size=10))
    assert set(ids) <= set(server.state.team_members[team])

    notes = [NewInternalNote(message=f"note {n}") for n in range(12)]
    with Journal(path, job="notes") as journal:
        await all_of(
            bulk.run_chunks(
                lambda some: dixa.internal_notes.add_many(number, some),
                notes,
                chunk_size=5,
                key=lambda note: note.message,
                journal=journal,
                max_concurrency=1,
            )
        )
    assert [note.message for note in server.state.notes[number]] == [note.message for note in notes]
    with JournalView(path) as view:
        assert {row.result["message"] for row in view.rows()} == {note.message for note in notes}

    tagged = bulk.run_chunks(
        lambda names: dixa.tags.add_many_to_conversation(number, names), ["late", "gift", "vip"], chunk_size=2
    )
    assert summary(await all_of(tagged)) == [("late", None), ("gift", None), ("vip", None)]
    assert len(server.state.conversation_tags[number]) == 3


def number_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"
