"""Handlers reply once, however often they run and whatever responses are lost."""

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, strategies as st

from dixa_async import ConfigurationError, DixaClient, IndeterminateWriteError, RateLimit, RetryPolicy, UsageError
from dixa_async.models import Channel, ChatConversation, OutboundMessage, TextContent, WebhookEvent
from dixa_async.resources import once
from dixa_async.testing import FakeDixa, event_builders as build
from dixa_async.webhooks import Context, Event, MessageAdded, NoteAdded, OtherEvent, Receiver, ReplyOutcome
from dixa_async.webhooks.own_messages import EXTERNAL_ID_PREFIX
from dixa_async.webhooks.reply import reply_id

from .conftest import SECRET
from .inboxes import ListInbox

E = WebhookEvent
PATH: Final = "/conversations/{conversationId}/messages"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "FIRST_PAUSE", 0.001)


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    async with FakeDixa(rate=math.inf) as server:
        server.add_conversation(
            ChatConversation(
                id=1,
                requester_id=server.end_users[0].id,
                channel=Channel.WIDGET_CHAT,
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
        yield server


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    async with DixaClient(
        server.api_key,
        base_url=server.url,
        rate_limit=RateLimit(per_second=math.inf),
        retry=RetryPolicy(base_delay=0.001),
    ) as dixa:
        yield dixa


def bot(dixa: DixaClient | None, server: FakeDixa, inbox: ListInbox, **options: Any) -> Receiver:
    options.setdefault("agent_ids", [server.agents[0].id])
    return Receiver(SECRET, inbox, dixa=dixa, **options)


async def deliver(receiver: Receiver, event: Any) -> None:
    headers, body = build.signed(event, SECRET)
    assert (await receiver.receive(headers, body)).status == 204


def replies(server: FakeDixa) -> list[str]:
    return [getattr(message.attributes, "content").value for message in server.state.messages[1]]  # noqa: B009


async def test_a_reply_is_there_once_though_its_handler_runs_again(
    server: FakeDixa, dixa: DixaClient, inbox: ListInbox
) -> None:
    async with bot(dixa, server, inbox) as receiver:
        outcomes: list[str] = []

        @receiver.on(E.CONVERSATION_MESSAGE_ADDED)
        async def hear(event: MessageAdded, context: Context[MessageAdded]) -> None:
            for text in ("Hello", "How are you?"):
                result = await context.reply(TextContent(text))
                outcomes.append(result.outcome)
            if context.attempt == 1:
                raise RuntimeError("after the replies")

        await deliver(receiver, build.message_added(text="Hi"))
        with pytest.raises(RuntimeError):
            await receiver.handle(inbox.batch())
        await receiver.handle(inbox.batch(attempt=2))
    assert outcomes == ["sent", "sent", "found", "found"]
    assert replies(server) == ["Hello", "How are you?"]
    assert receiver.reply_counts == {ReplyOutcome.SENT: 2, ReplyOutcome.FOUND: 2}
    for message in server.state.messages[1]:
        assert message.external_id is not None
        assert message.external_id.startswith(EXTERNAL_ID_PREFIX)
        assert message.author_id == server.agents[0].id


async def test_a_redelivery_under_another_event_id_is_replied_to_once(
    server: FakeDixa, dixa: DixaClient, inbox: ListInbox
) -> None:
    async with bot(dixa, server, inbox) as receiver:

        @receiver.on(E.CONVERSATION_MESSAGE_ADDED)
        async def hear(event: MessageAdded, context: Context[MessageAdded]) -> None:
            await context.reply(TextContent("Hello"))

        for event_id in ("e-1", "e-2"):
            await deliver(receiver, build.message_added(message_id="m", event_id=event_id))
        await receiver.handle(inbox.batch())
    assert replies(server) == ["Hello"]


@pytest.mark.parametrize("dedupe", ["external_id", "read_back"])
@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}, {"status": 502, "apply": True}])
async def test_a_lost_response_is_found_out(
    server: FakeDixa, dixa: DixaClient, inbox: ListInbox, fault: dict[str, Any], dedupe: once.Dedupe
) -> None:
    async with bot(dixa, server, inbox, reply_dedupe=dedupe) as receiver:

        @receiver.on()
        async def hear(event: Event, context: Context) -> None:
            await context.reply(TextContent("Hello"))

        await deliver(receiver, build.tag_added())
        server.inject_fault(method="POST", path=PATH, **fault)
        await receiver.handle(inbox.batch())
    assert replies(server) == ["Hello"]
    assert sum(receiver.reply_counts.values()) == 1


async def test_a_run_after_another_one_reads_first_where_dixa_takes_duplicates(
    server: FakeDixa, dixa: DixaClient, inbox: ListInbox
) -> None:
    server.state.accept_duplicate_external_ids = True
    async with bot(dixa, server, inbox) as receiver:

        @receiver.on()
        async def hear(event: Event, context: Context) -> None:
            await context.reply(TextContent("Hello"))

        await deliver(receiver, build.rated())
        await receiver.handle(inbox.batch())
        await receiver.handle(inbox.batch(attempt=2))
    assert replies(server) == ["Hello"]


async def test_failures_are_counted_and_raised(server: FakeDixa, dixa: DixaClient, inbox: ListInbox) -> None:
    async with bot(dixa, server, inbox) as receiver:
        errors: list[Exception] = []

        @receiver.on()
        async def hear(event: Event, context: Context) -> None:
            try:
                await context.reply(TextContent("Hello"))
            except Exception as error:
                errors.append(error)

        await deliver(receiver, build.rated())
        server.inject_fault(method="POST", path=PATH, status=400)
        await receiver.handle(inbox.batch())
        server.inject_fault(method="POST", path=PATH, drop="before", times=9)
        await receiver.handle(inbox.batch())
    assert receiver.reply_counts == {ReplyOutcome.FAILED: 1, ReplyOutcome.INDETERMINATE: 1}
    assert isinstance(errors[1], IndeterminateWriteError)


async def test_an_outbound_message_has_an_author_of_its_own(
    server: FakeDixa, dixa: DixaClient, inbox: ListInbox
) -> None:
    async with bot(dixa, server, inbox, agent_ids=[], external_id_prefix="bot/") as receiver:

        @receiver.on()
        async def hear(event: Event, context: Context) -> None:
            await context.reply(OutboundMessage(agent_id=server.agents[2].id, content=TextContent("Hello")))

        await deliver(receiver, build.rated())
        await receiver.handle(inbox.batch())
    (message,) = server.state.messages[1]
    assert message.author_id == server.agents[2].id
    assert (message.external_id or "").startswith("bot/")


@pytest.mark.parametrize("lacks", ["client", "agent", "conversation"])
async def test_what_a_reply_needs_is_said(server: FakeDixa, dixa: DixaClient, inbox: ListInbox, lacks: str) -> None:
    options: dict[str, Any] = {"agent_ids": []} if lacks == "agent" else {}
    async with bot(None if lacks == "client" else dixa, server, inbox, **options) as receiver:

        @receiver.on()
        async def hear(event: Event, context: Context) -> None:
            await context.reply(TextContent("Hello"))

        await deliver(receiver, build.other_event("X") if lacks == "conversation" else build.rated())
        with pytest.raises(UsageError, match=lacks):
            await receiver.handle(inbox.batch())
    assert server.request_count == 0


async def test_a_context_made_by_hand_cannot_reply() -> None:
    event = build.message_added()
    context = Context(event=event, events=(event,), attempt=1, handler_name="h", dixa=None)
    with pytest.raises(UsageError):
        await context.reply(TextContent("Hello"))


def test_a_setting_that_does_not_exist_is_refused(inbox: ListInbox) -> None:
    with pytest.raises(ConfigurationError, match="reply_dedupe"):
        Receiver(SECRET, inbox, reply_dedupe="none")  # type: ignore[arg-type]


texts = st.text(min_size=1, max_size=12)
keys = st.tuples(texts, texts, st.integers(1, 3))


def _event(event_id: str, *, kind: int = 0) -> MessageAdded | NoteAdded | OtherEvent:
    return [
        build.message_added(message_id=event_id),
        build.note_added(note_id=event_id),
        build.other_event("X", event_id=event_id),
    ][kind]  # type: ignore[return-value]


@given(first=keys, second=keys, kinds=st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_ids_are_the_same_for_the_same_and_differ_for_all_else(
    first: tuple[str, str, int], second: tuple[str, str, int], kinds: tuple[int, int]
) -> None:
    made = [
        reply_id("p:", _event(event_id, kind=kind), handler, number)
        for (event_id, handler, number), kind in zip((first, second), kinds, strict=True)
    ]
    assert (made[0] == made[1]) == ((first, kinds[0]) == (second, kinds[1]))
    assert all(each.startswith("p:") and len(each) <= 40 and each.isascii() for each in made)
