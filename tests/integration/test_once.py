"""Messages, conversations and notes that are written once, on a server that loses responses."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dixa_async import (
    ConnectionLostError,
    DixaClient,
    DixaError,
    IndeterminateWriteError,
    InvalidRequestError,
    NotFoundError,
    OnceOutcome,
    Timeout,
)
from dixa_async.models import (
    Channel,
    ChatConversation,
    Direction,
    InboundMessage,
    NewCallbackConversation,
    NewEmailConversation,
    OutboundMessage,
    TextContent,
)
from dixa_async.resources import once
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW, connect

ADD: Final = "/conversations/{conversationId}/messages"
NOTES: Final = "/conversations/{conversationId}/notes"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "FIRST_PAUSE", 0.001)


@pytest.fixture
def conversation_id(server: FakeDixa) -> int:
    return chat(server)


def chat(server: FakeDixa, number: int = 1) -> int:
    return server.add_conversation(
        ChatConversation(id=number, requester_id=server.end_users[0].id, channel=Channel.WIDGET_CHAT, created_at=NOW)
    ).id


def outbound(server: FakeDixa, text: str = "Hello") -> OutboundMessage:
    return OutboundMessage(agent_id=server.agents[0].id, content=TextContent(text))


def external_ids(server: FakeDixa, conversation_id: int) -> list[str | None]:
    return [message.external_id for message in server.state.messages[conversation_id]]


async def test_a_message_is_added_once_and_then_found(dixa: DixaClient, server: FakeDixa, conversation_id: int) -> None:
    message = outbound(server)
    first = await dixa.messages.add_once(conversation_id, message, external_id="e-1")
    assert first.outcome == OnceOutcome.SENT
    assert first.value.external_id == "e-1"
    second = await dixa.messages.add_once(conversation_id, message, external_id="e-1")
    assert second.outcome == OnceOutcome.FOUND
    assert second.value.message_id == first.value.message_id
    assert second.value.author_id == server.agents[0].id
    assert second.value.direction is Direction.OUTBOUND
    assert message.external_id != "e-1"  # the caller's own is left as it is
    assert external_ids(server, conversation_id) == ["e-1"]


FAULTS: Final[dict[str, dict[str, Any]]] = {
    "lost after it": {"drop": "after"},
    "lost before it": {"drop": "before"},
    "500 without it": {"status": 500},
    "504 and applied": {"status": 504, "apply": True},
    "unreadable": {"body": b"<html>", "apply": True},
    "429": {"status": 429},
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=5),
    failed_reads=st.integers(0, 3),
    dedupe=st.sampled_from(["external_id", "read_back"]),
    keeps_duplicates=st.booleans(),
    outbounds=st.booleans(),
)
def test_whatever_is_lost_there_is_one_message_or_a_typed_error(
    faults: list[str], failed_reads: int, dedupe: once.Dedupe, keeps_duplicates: bool, outbounds: bool
) -> None:

    async def main() -> None:
        async with FakeDixa(
            rate=float("inf"), accept_duplicate_external_ids=keeps_duplicates and dedupe == "read_back"
        ) as server:
            conversation_id = chat(server)
            for fault in faults:
                server.inject_fault(method="POST", path=ADD, **FAULTS[fault])
            if failed_reads:
                server.inject_fault(method="GET", path=ADD, status=403, times=failed_reads)
            message = outbound(server) if outbounds else InboundMessage(content=TextContent("Hello"))
            async with connect(server) as dixa:
                try:
                    result = await dixa.messages.add_once(
                        conversation_id, message, external_id="e", dedupe=dedupe, max_attempts=3
                    )
                except DixaError as error:
                    assert len(external_ids(server, conversation_id)) <= 1
                    if not isinstance(error, IndeterminateWriteError):
                        assert external_ids(server, conversation_id) == []
                else:
                    assert external_ids(server, conversation_id) == ["e"]
                    assert result.value.message_id == server.state.messages[conversation_id][0].id

    asyncio.run(main())


async def test_a_message_that_this_version_cannot_read_is_found_all_the_same(
    dixa: DixaClient, server: FakeDixa, conversation_id: int
) -> None:
    page = b'{"data": [{"id": "m", "externalId": "e", "authorId": 7, "attributes": "new"}, 5]}'
    server.inject_fault(method="GET", path=ADD, body=page)
    result = await dixa.messages.add_once(conversation_id, outbound(server), external_id="e", look_first=True)
    assert (result.outcome, result.value.message_id) == (OnceOutcome.FOUND, "m")
    assert server.applied("POST", ADD) == 0


async def test_it_is_found_on_a_later_page(dixa: DixaClient, server: FakeDixa, conversation_id: int) -> None:
    first = b'{"data": [], "meta": {"next": "/beta/x?pageKey=k"}}'
    server.inject_fault(method="GET", path=ADD, body=first)
    server.inject_fault(method="GET", path=ADD, body=b'{"data": [{"id": "m", "authorId": "a", "externalId": "e"}]}')
    result = await dixa.messages.add_once(conversation_id, outbound(server), external_id="e", look_first=True)
    assert result.value.message_id == "m"


async def test_an_external_id_of_another_conversation_is_indeterminate(
    dixa: DixaClient, server: FakeDixa, conversation_id: int
) -> None:
    await dixa.messages.add_once(chat(server, 2), outbound(server), external_id="e")
    with pytest.raises(IndeterminateWriteError, match="is used"):
        await dixa.messages.add_once(conversation_id, outbound(server), external_id="e")
    assert external_ids(server, conversation_id) == []


async def test_what_cannot_be_sent_is_refused_before(dixa: DixaClient, server: FakeDixa) -> None:
    message = outbound(server)
    other = OutboundMessage(agent_id="a", content=TextContent("x"), external_id="other")
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (message, {"external_id": ""}),
        (message, {"external_id": 5}),
        ("Hello", {"external_id": "e"}),
        (other, {"external_id": "e"}),
        (message, {"external_id": "e", "dedupe": "no"}),
        (message, {"external_id": "e", "max_attempts": 0}),
    ]
    for each, options in wrong:
        with pytest.raises(InvalidRequestError):
            await dixa.messages.add_once(1, each, **options)
    assert server.request_count == 0


@pytest.fixture
def email(server: FakeDixa) -> NewEmailConversation:
    return NewEmailConversation(
        requester_id=server.end_users[0].id,
        email_integration_id="support@email.dixa.io",
        subject="Your order",
        message=outbound(server),
    )


@pytest.mark.parametrize("dedupe", ["external_id", "read_back"])
@pytest.mark.parametrize("fault", [None, *sorted(FAULTS)])
async def test_a_conversation_is_created_once(
    dixa: DixaClient, server: FakeDixa, email: NewEmailConversation, fault: str | None, dedupe: once.Dedupe
) -> None:
    before = set(server.state.conversations)
    if fault is not None:
        server.inject_fault(method="POST", path="/conversations", **FAULTS[fault])
    first = await dixa.conversations.create_once(email, external_id="c-1", dedupe=dedupe)
    assert set(server.state.conversations) - before == {first.value.id}
    assert external_ids(server, first.value.id) == ["c-1"]
    again = await dixa.conversations.create_once(email, external_id="c-1", dedupe=dedupe)
    assert (again.outcome, again.value) == (OnceOutcome.FOUND, first.value)


async def test_a_conversation_without_a_message_cannot_be_created_once(dixa: DixaClient) -> None:
    callback = NewCallbackConversation(
        requester_id="u", direction=Direction.OUTBOUND, contact_endpoint_id="e", queue_id="q"
    )
    for wrong in (callback, "a conversation"):
        with pytest.raises(InvalidRequestError):
            await dixa.conversations.create_once(wrong, external_id="e")  # type: ignore[arg-type]


def texts(server: FakeDixa, conversation_id: int) -> list[str]:
    return [note.message for note in server.state.notes.get(conversation_id, [])]


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_a_note_is_added_once(dixa: DixaClient, server: FakeDixa, conversation_id: int, fault: str) -> None:
    agent_id = server.agents[0].id
    server.inject_fault(method="POST", path=NOTES, **FAULTS[fault])
    result = await dixa.internal_notes.add_once(conversation_id, "Seen ", agent_id=agent_id)
    assert len(texts(server, conversation_id)) == 1
    assert result.value.id == server.state.notes[conversation_id][0].id


async def test_a_note_of_before_counts_only_since_a_time(
    dixa: DixaClient, server: FakeDixa, conversation_id: int
) -> None:
    first = await dixa.internal_notes.add_once(conversation_id, "Seen")
    since = NOW - timedelta(seconds=1)
    assert (await dixa.internal_notes.add_once(conversation_id, "Seen", since=since)).outcome == OnceOutcome.FOUND
    other_agent = await dixa.internal_notes.add_once(conversation_id, "Seen", agent_id=server.agents[1].id, since=since)
    assert other_agent.outcome == OnceOutcome.SENT
    later = NOW + timedelta(seconds=1)
    second = await dixa.internal_notes.add_once(conversation_id, "Seen", since=later)
    assert (second.outcome, second.value.id != first.value.id) == (OnceOutcome.SENT, True)
    assert (await dixa.internal_notes.add_once(conversation_id, "Seen")).outcome == OnceOutcome.SENT


async def test_a_note_is_not_sent_again_when_nothing_can_be_read(
    dixa: DixaClient, server: FakeDixa, conversation_id: int
) -> None:
    server.inject_fault(method="POST", path=NOTES, drop="after")
    server.inject_fault(method="GET", path=NOTES, delay=0.001)
    server.inject_fault(method="GET", path=NOTES, status=403, times=9)
    with pytest.raises(IndeterminateWriteError) as caught:
        await dixa.internal_notes.add_once(conversation_id, "Seen")
    assert isinstance(caught.value.__cause__, ConnectionLostError)
    assert texts(server, conversation_id) == ["Seen"]


async def test_it_ends_with_the_time_limit_of_the_client(server: FakeDixa, conversation_id: int) -> None:
    server.inject_fault(method="POST", path=ADD, status=500, times=1000)
    async with connect(server, timeout=Timeout(total=0.3)) as dixa:
        begun = asyncio.get_running_loop().time()
        with pytest.raises(IndeterminateWriteError):
            await dixa.messages.add_once(conversation_id, outbound(server), external_id="e", max_attempts=1000)
        assert asyncio.get_running_loop().time() - begun < 0.4
    assert server.applied("POST", ADD) == 0


async def test_nothing_is_there_when_the_conversation_is_not(dixa: DixaClient, server: FakeDixa) -> None:
    with pytest.raises(NotFoundError):
        await dixa.messages.add_once(987654, outbound(server), external_id="e")
    with pytest.raises(NotFoundError):
        await dixa.internal_notes.add_once(987654, "Seen")
