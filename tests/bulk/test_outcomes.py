"""What a job reports of calls that go to a server: attempts, time, and whether a write may have been applied."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from dixa_async import CallError, ConnectionLostError, DixaClient, DixaError, RateLimit, StatusError, bulk
from dixa_async.models import AddedMessage, InboundMessage, NewEndUser, TextContent
from dixa_async.testing import FakeDixa

from ..helpers.clients import connect
from ..helpers.patient_loop import run_patiently
from .support import all_of, error_of, new_conversation

_NOTES = "/conversations/{conversationId}/notes"


async def test_many_reads_keep_within_the_limit_and_return_models(server: FakeDixa, dixa: DixaClient) -> None:
    ids = [user.id for user in server.end_users] * 5
    outcomes = await all_of(bulk.run(dixa.end_users.get, ids, order="input"))
    assert [outcome.result.id for outcome in outcomes if isinstance(outcome, bulk.Succeeded)] == ids
    assert {outcome.attempts for outcome in outcomes} == {1}
    assert all(0 < outcome.seconds < 5 for outcome in outcomes)


async def test_attempts_are_the_requests_that_were_sent(server: FakeDixa, dixa: DixaClient) -> None:
    server.inject_fault(status=503, times=2)
    job = bulk.run(dixa.end_users.get, [server.end_users[0].id])
    (outcome,) = await all_of(job)
    assert isinstance(outcome, bulk.Succeeded)
    assert outcome.attempts == 3 == job.counts.requests


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_a_rejected_write_failed(server: FakeDixa, dixa: DixaClient, status: int) -> None:
    number = await new_conversation(server, dixa)
    server.inject_fault(status=status, method="POST", times=10)
    (outcome,) = await all_of(bulk.run(lambda text: dixa.internal_notes.add(number, text), ["a"]))
    assert isinstance(outcome, bulk.Failed)
    assert isinstance(outcome.error, StatusError)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_write_that_may_have_been_applied_behind_a_gateway_is_indeterminate_and_is_not_sent_again(
    server: FakeDixa, dixa: DixaClient, status: int, path: Path
) -> None:
    number = await new_conversation(server, dixa)
    server.inject_fault(status=status, method="POST", apply=True)
    for _ in range(2):
        with bulk.Journal(path, job="notes") as journal:
            add = bulk.run(
                lambda text: dixa.internal_notes.add(number, text), ["a"], journal=journal, retry_failed=True
            )
            (outcome,) = await all_of(add)
        assert isinstance(outcome, bulk.Indeterminate)
    assert len(server.state.notes[number]) == 1


async def test_a_write_with_a_503_and_retry_after_was_not_applied(server: FakeDixa, dixa: DixaClient) -> None:
    number = await new_conversation(server, dixa)
    server.inject_fault(status=503, headers={"Retry-After": "3600"}, method="POST")
    with pytest.raises(bulk.CannotContinueError, match="asks to wait for 3600 s, which is longer"):
        await all_of(bulk.run(lambda text: dixa.internal_notes.add(number, text), ["a"]))
    assert server.state.notes.get(number, []) == []


async def test_a_write_whose_response_was_lost_is_indeterminate_and_is_not_sent_again(
    server: FakeDixa, dixa: DixaClient
) -> None:
    number = await new_conversation(server, dixa)
    server.inject_fault(drop="after", method="POST", path=_NOTES)
    outcomes = await all_of(bulk.run(lambda text: dixa.internal_notes.add(number, text), ["a", "b"]))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Indeterminate", "Succeeded"]
    (indeterminate,) = [outcome for outcome in outcomes if isinstance(outcome, bulk.Indeterminate)]
    assert isinstance(indeterminate.error, ConnectionLostError)
    assert len(server.state.notes[number]) == 2


async def test_a_write_that_took_too_long_for_its_caller_is_indeterminate(server: FakeDixa, dixa: DixaClient) -> None:
    number = await new_conversation(server, dixa)
    server.inject_fault(delay=5, method="POST", path=_NOTES)

    async def call(text: str) -> None:
        async with asyncio.timeout(0.2):
            await dixa.internal_notes.add(number, text)

    (outcome,) = await all_of(bulk.run(call, ["a"]))
    assert isinstance(outcome, bulk.Indeterminate)
    assert isinstance(outcome.error, TimeoutError)


async def test_a_read_whose_response_was_lost_failed(server: FakeDixa, dixa: DixaClient) -> None:
    server.inject_fault(drop="after", times=10)
    (outcome,) = await all_of(bulk.run(dixa.end_users.get, [server.end_users[0].id]))
    assert isinstance(outcome, bulk.Failed)
    assert outcome.attempts == 4


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 504, "apply": True}])
async def test_a_retry_safe_write_failed_although_it_may_have_been_applied(
    server: FakeDixa, dixa: DixaClient, fault: dict[str, Any]
) -> None:
    number = await new_conversation(server, dixa)
    server.inject_fault(**fault, method="PUT", times=10)
    (outcome,) = await all_of(
        bulk.run(lambda tag_id: dixa.tags.add_to_conversation(number, tag_id), [server.tags[0].id])
    )
    assert isinstance(outcome, bulk.Failed)
    assert isinstance(outcome.error, CallError)
    assert outcome.error.maybe_applied


@pytest.mark.parametrize("ends", ["rejected", "lost", "raises"])
async def test_a_call_that_failed_after_its_first_write_is_indeterminate(
    server: FakeDixa, dixa: DixaClient, ends: str
) -> None:
    number = await new_conversation(server, dixa)

    async def call(text: str) -> AddedMessage:
        await dixa.internal_notes.add(number, text)
        if ends == "raises":
            raise DixaError(text)
        return await dixa.messages.add(number, InboundMessage(content=TextContent(text)))

    if ends == "rejected":
        server.inject_fault(status=400, path="/conversations/{conversationId}/messages")
    elif ends == "lost":
        server.inject_fault(drop="before", path="/conversations/{conversationId}/messages")
    (outcome,) = await all_of(bulk.run(call, ["a"]))
    assert isinstance(outcome, bulk.Indeterminate)
    assert error_of(outcome) is not None


async def test_a_call_that_reads_and_whose_write_is_rejected_failed(server: FakeDixa, dixa: DixaClient) -> None:
    taken = server.end_users[0].email or ""

    async def call(name: str) -> None:
        await dixa.end_users.list()
        await dixa.end_users.create(NewEndUser(display_name=name, email=taken))

    (outcome,) = await all_of(bulk.run(call, ["a"]))
    assert isinstance(outcome, bulk.Failed)
    assert outcome.attempts == 2


def test_a_job_uses_the_whole_limit_without_a_429() -> None:
    async def main() -> None:
        clock = asyncio.get_running_loop().time
        async with FakeDixa(clock=clock) as limited, connect(limited, rate_limit=RateLimit()) as dixa:
            started = clock()
            outcomes = await all_of(bulk.run(dixa.end_users.get, (limited.end_users[n % 48].id for n in range(300))))
            assert clock() - started <= 1.01 * (300 - 3) / 10
            assert limited.throttled_count == 0
        assert len(outcomes) == 300

    run_patiently(main())
