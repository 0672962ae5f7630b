"""What happens in the server is delivered, in the shapes that Dixa has."""

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dixa_async import DixaClient
from dixa_async.models.common import Channel, Direction
from dixa_async.models.conversations import (
    AnonymizedConversation,
    ChatConversation,
    FacebookMessengerConversation,
    PstnPhoneConversation,
    SmsConversation,
    WhatsAppConversation,
)
from dixa_async.models.new_conversations import NewCallbackConversation
from dixa_async.models.new_messages import OutboundMessage, TextContent
from dixa_async.models.ratings import CsatScore, RatingType
from dixa_async.testing import FakeDixa
from dixa_async.testing.state.server_state import KnownConversation
from dixa_async.webhooks import ConversationEnqueued, ConversationRated, MessageAdded, NoteAdded, OtherEvent, TagAdded

from ...helpers.clients import NOW, connect
from .listener import Listener


async def test_an_email_is_a_conversation_and_its_messages(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    subscription = await listener.subscribe(dixa)
    user = server.end_users[0]
    email = server.add_email(user, "My order", ["Where is it?"])
    message = server.add_message(email, "It is there.")
    await server.deliveries_done()

    assert listener.names == ["CREATED", "MESSAGE_ADDED", "MESSAGE_ADDED"]
    listener.verify(subscription)
    last = listener.delivered[-1].event
    assert isinstance(last, MessageAdded)
    assert (last.data.message_id, last.data.text, last.data.direction) == (message.id, "It is there.", "inbound")
    assert last.data.author is not None
    assert last.data.author.id == user.id
    body = json.loads(listener.delivered[-1].body)
    assert (body["event_fqn"], body["event_version"]) == ("CONVERSATION_MESSAGE_ADDED", "1")
    assert body["organization"] == {"id": server.state.organization.id, "name": "Example Ltd"}
    conversation = body["data"]["conversation"]
    assert (conversation["csid"], conversation["channel"], conversation["status"]) == (email.id, "EMAIL", "OPEN")
    assert (conversation["direction"], conversation["requester"]["user_type"]) == ("INBOUND", "Contact")
    assert (conversation["contact_point"], conversation["subject"]) == ("support@email.dixa.io", "My order")
    assert body["data"]["content"] == {"text": "It is there.", "content_type": "Text"}


async def test_what_happens_at_once_still_has_an_order(listener: Listener) -> None:
    async with FakeDixa(rate=math.inf, clock=NOW.timestamp) as server:
        async with connect(server) as dixa:
            subscription = await listener.subscribe(dixa)
        server.add_email(server.end_users[0], "One", ["Hello", "Are you there?"])
        await server.deliveries_done()
    times = [each.event.occurred_at for each in listener.delivered]
    assert times == [NOW + timedelta(milliseconds=number) for number in range(3)]
    listener.verify(subscription, now=NOW)


async def test_everything_that_is_done_to_a_conversation_is_delivered(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    email = server.add_email(server.end_users[0], "My order", ["Where is it?"])
    first, second = server.agents[:2]
    await listener.subscribe(dixa)
    number = email.id
    reply = OutboundMessage(agent_id=first.id, content=TextContent("It is there."), external_id="mine")
    await dixa.messages.add(number, reply)
    await dixa.internal_notes.add(number, "A note", agent_id=first.id)
    await dixa.tags.add_to_conversation(number, server.tags[0].id)
    await dixa.tags.add_to_conversation(number, server.tags[0].id)  # it has it already
    await dixa.tags.remove_from_conversation(number, server.tags[0].id)
    await dixa.conversations.claim(number, first.id)
    await dixa.conversations.claim(number, first.id)  # who has it already
    await dixa.conversations.claim(number, second.id, force=True)
    await dixa.conversations.transfer_to_queue(number, server.queues[0].id)
    await dixa.conversations.follow_up(number, datetime.now(UTC) + timedelta(days=1))
    await dixa.conversations.close(number)
    await dixa.conversations.reopen(number)
    offer = await dixa.ratings.offer(number, RatingType.CSAT, agent_id=first.id)
    await dixa.ratings.submit(number, offer.id, CsatScore(4), comment="Good")
    await server.deliveries_done()

    assert listener.names == [
        *("MESSAGE_ADDED", "NOTE_ADDED", "TAG_ADDED", "TAG_REMOVED"),
        *("ASSIGNED", "UNASSIGNED", "ASSIGNED", "UNASSIGNED", "TRANSFERRED", "ENQUEUED"),
        *("PENDING", "CLOSED", "OPEN", "ENQUEUED", "RATED"),
    ]
    events = [each.event for each in listener.delivered]
    assert len({event.id for event in events}) == len(events)
    message, note, tag, *_ = events
    assert isinstance(message, MessageAdded)
    assert (message.data.direction, message.data.external_id) == ("outbound", "mine")
    assert isinstance(note, NoteAdded)
    assert (note.data.text, note.data.author and note.data.author.id) == ("A note", first.id)
    assert isinstance(tag, TagAdded)
    assert tag.data.tag == server.tags[0].name
    assert [each.name for each in tag.conversation.tags or []] == [server.tags[0].name]
    assigned, unassigned, reassigned = (event.conversation for event in events[4:7])
    assert assigned is not None
    assert unassigned is not None
    assert reassigned is not None
    assert [each.assignee and each.assignee.id for each in (assigned, unassigned, reassigned)] == [
        first.id,
        None,
        second.id,
    ]
    transferred = events[8]
    assert isinstance(transferred, OtherEvent)
    assert transferred.conversation is not None
    assert transferred.conversation.queue is not None
    assert transferred.conversation.queue.name == server.queues[0].name
    assert [event.conversation and event.conversation.status for event in events[10:13]] == [
        "PENDING",
        "CLOSED",
        "OPEN",
    ]
    rating = events[-1]
    assert isinstance(rating, ConversationRated)
    assert (rating.score, rating.rating_type, rating.data.comment) == (4, "Csat", "Good")


def _fields(server: FakeDixa) -> dict[str, Any]:
    user = server.end_users[0]
    return {"id": 7, "requester_id": user.id, "created_at": datetime.now(UTC), "direction": Direction.INBOUND}


@pytest.mark.parametrize(
    ("cls", "channel", "name"),
    [
        (ChatConversation, Channel.WIDGET_CHAT, "WIDGET_CHAT"),
        (SmsConversation, Channel.SMS, "SMS"),
        (WhatsAppConversation, Channel.WHATS_APP, "WHATS_APP"),
        (FacebookMessengerConversation, Channel.FACEBOOK_MESSENGER, "FACEBOOK_MESSENGER"),
    ],
)
async def test_an_end_user_writes_by_any_channel(
    server: FakeDixa,
    dixa: DixaClient,
    listener: Listener,
    cls: type[ChatConversation],
    channel: Channel,
    name: str,
) -> None:
    await listener.subscribe(dixa)
    conversation = server.add_conversation(cls(channel=channel, **_fields(server)))
    server.add_message(conversation, "Hello")
    await server.deliveries_done()
    event = listener.delivered[-1].event
    assert isinstance(event, MessageAdded)
    assert (event.conversation.channel, event.data.channel, event.data.text) == (name, name, "Hello")
    assert [message.id for message in await dixa.messages.list(7)] == [event.data.message_id]


def test_who_calls_writes_nothing() -> None:
    server = FakeDixa()
    call: KnownConversation = PstnPhoneConversation(channel=Channel.PSTN_PHONE, **_fields(server))
    with pytest.raises(ValueError, match="add it first"):
        server.add_message(call, "Hello")
    server.add_conversation(call)
    with pytest.raises(ValueError, match="takes no messages"):
        server.add_message(call, "Hello")


async def test_a_call_waits_in_a_queue_from_the_start(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    await listener.subscribe(dixa)
    queue = server.queues[0]
    new = NewCallbackConversation(
        requester_id=server.end_users[0].id,
        contact_endpoint_id="+12025550100",
        direction=Direction.INBOUND,
        queue_id=queue.id,
    )
    await dixa.conversations.create(new)
    await server.deliveries_done()
    assert listener.names == ["CREATED", "ENQUEUED"]
    event = listener.delivered[-1].event
    assert isinstance(event, ConversationEnqueued)
    assert (event.conversation.channel, event.conversation.contact_point) == ("CALLBACK", None)
    assert event.conversation.queue is not None
    assert event.conversation.queue.id == queue.id


async def test_an_anonymized_conversation_has_an_event_too(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    await listener.subscribe(dixa)
    server.add_conversation(
        AnonymizedConversation(channel=Channel.EMAIL, anonymized_at=datetime.now(UTC), **_fields(server))
    )
    await server.deliveries_done()
    event = listener.delivered[-1].event
    assert event.conversation is not None
    assert (event.conversation.id, event.conversation.queue, event.conversation.subject) == (7, None, None)
