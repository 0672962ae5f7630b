"""Actions on conversations, and the activity log."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from dixa_async import BadRequestError, ConflictError, DixaClient, NotFoundError
from dixa_async.models import (
    AnonymizedConversation,
    Channel,
    ConversationState,
    EmailConversation,
    InboundMessage,
    NewEmailConversation,
    SmsConversation,
    TextContent,
)
from dixa_async.models.activity import ActivityType
from dixa_async.models.activity_attributes import (
    ConversationClaimedAttribute,
    ConversationCreatedAttribute,
    ConversationTransferredAttribute,
)
from dixa_async.models.conversation_actions import LinkType
from dixa_async.models.conversations import SideConversationLink
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

NOBODY = "00000000-0000-4000-8000-000000000000"
LATER = NOW + timedelta(days=1)


async def an_email(dixa: DixaClient, server: FakeDixa) -> int:
    """Create an email conversation."""
    new = NewEmailConversation(
        requester_id=server.end_users[0].id,
        email_integration_id="support@example.com",
        subject="My order",
        message=InboundMessage(content=TextContent("Where is it?")),
    )
    return (await dixa.conversations.create(new)).id


async def test_the_activity_log_reports_actions_and_their_authors(dixa: DixaClient, server: FakeDixa) -> None:
    agent, other, user = *server.agents[:2], server.end_users[0]
    queue, conversation_id = server.queues[1], await an_email(dixa, server)
    await dixa.conversations.claim(conversation_id, agent.id)
    await dixa.conversations.claim(conversation_id, other.id, force=True)
    await dixa.conversations.transfer_to_queue(conversation_id, queue.id, user_id=other.id)
    await dixa.conversations.follow_up(conversation_id, LATER, user_id=other.id)
    await dixa.internal_notes.add(conversation_id, "Look at this", agent_id=agent.id)
    await dixa.conversations.close(conversation_id, user_id=agent.id)
    await dixa.conversations.reopen(conversation_id)
    log = list(await dixa.conversations.list_activity(conversation_id))
    assert [(entry.type, entry.author and entry.author.id) for entry in log] == [
        (ActivityType.CONVERSATION_CREATED_BY_CUSTOMER, user.id),
        (ActivityType.MESSAGE_ADDED_BY_CUSTOMER, user.id),
        (ActivityType.CONVERSATION_CLAIMED, agent.id),
        (ActivityType.CONVERSATION_CLAIMED, other.id),
        (ActivityType.TRANSFER_SUCCESSFUL, other.id),
        (ActivityType.FOLLOWUP_ADDED, other.id),
        (ActivityType.NOTE_ADDED, agent.id),
        (ActivityType.CONVERSATION_CLOSED, agent.id),
        (ActivityType.CONVERSATION_REOPENED, None),
    ]
    assert log[0].attributes == ConversationCreatedAttribute(subject="My order")
    assert log[3].attributes == ConversationClaimedAttribute(
        claimed_from_label=agent.display_name, claimed_from_type="Agent"
    )
    moved = log[4].attributes
    assert isinstance(moved, ConversationTransferredAttribute)
    assert (moved.destination_id, moved.destination_label) == (queue.id, queue.name)
    shown = await dixa.conversations.get(conversation_id)
    assert isinstance(shown, EmailConversation)
    assert (shown.state, shown.assignment) == (ConversationState.OPEN, None)
    assert shown.queue is not None
    assert shown.queue.id == queue.id


async def test_a_conversation_that_was_in_no_queue_is_reopened_in_the_default_queue(
    dixa: DixaClient, server: FakeDixa
) -> None:
    conversation_id = await an_email(dixa, server)
    await dixa.conversations.close(conversation_id)
    await dixa.conversations.reopen(conversation_id)
    conversation = server.state.conversations[conversation_id]
    assert isinstance(conversation, EmailConversation)
    assert conversation.queue is not None
    assert server.state.queues[conversation.queue.id].is_default


async def test_the_activity_log_of_the_organization_is_paged_between_two_times(
    dixa: DixaClient, server: FakeDixa
) -> None:
    for conversation_id, hours in ((1, 5), (2, 3), (3, 1)):
        created_at = NOW - timedelta(hours=hours)
        requester_id = server.end_users[0].id
        server.add_conversation(
            SmsConversation(id=conversation_id, requester_id=requester_id, channel=Channel.SMS, created_at=created_at)
        )
    log = dixa.conversations.list_organization_activity
    since, until = NOW - timedelta(hours=3), NOW - timedelta(hours=1)
    assert [entry.conversation_id async for entry in log(page_limit=2)] == [1, 2, 3]
    assert [entry.conversation_id async for entry in log(since=since)] == [2, 3]
    assert [entry.conversation_id async for entry in log(since=since, until=until)] == [2]
    with pytest.raises(BadRequestError, match="fromDatetime"):
        await dixa.request("GET", "/conversations/activitylog", query={"fromDatetime": "yesterday"})


async def test_conversations_are_linked_to_others(dixa: DixaClient, server: FakeDixa) -> None:
    parent, child, other = [await an_email(dixa, server) for _ in range(3)]
    await dixa.conversations.link(child, parent, LinkType.SIDE_CONVERSATION)
    await dixa.conversations.link(other, parent, LinkType.RELATED)
    children = list(await dixa.conversations.list_linked(parent))
    assert [getattr(linked, "id", None) for linked in children] == [child, other]
    assert getattr(children[0], "link", None) == SideConversationLink(parent_id=parent)
    assert list(await dixa.conversations.list_linked(child)) == []
    types = [entry.type for entry in list(await dixa.conversations.list_activity(parent))]
    assert types[2:] == [ActivityType.CONVERSATION_LINKED_FROM_CHILD] * 2


async def test_a_conversation_has_at_most_a_hundred_children(dixa: DixaClient, server: FakeDixa) -> None:
    parent, last = await an_email(dixa, server), await an_email(dixa, server)
    for conversation_id in range(1, 101):
        server.add_conversation(
            SmsConversation(
                id=conversation_id,
                requester_id=server.end_users[0].id,
                channel=Channel.SMS,
                created_at=NOW,
                link=SideConversationLink(parent_id=parent),
            )
        )
    with pytest.raises(BadRequestError, match="100"):
        await dixa.conversations.link(last, parent, LinkType.RELATED)


async def test_flows_are_listed_by_channel(dixa: DixaClient) -> None:
    (flow,) = list(await dixa.conversations.list_flows())
    assert flow.channel is Channel.PSTN_PHONE
    assert [flow.channel async for flow in dixa.conversations.list_flows(channel=Channel.EMAIL)] == [Channel.EMAIL]
    with pytest.raises(BadRequestError, match="no flows"):
        await dixa.conversations.list_flows(channel=Channel.SMS)


Refused = Callable[[DixaClient, FakeDixa], Awaitable[object]]
REJECTED: dict[str, tuple[Refused, type[Exception], str]] = {
    "claim by nobody": (lambda dixa, _: dixa.conversations.claim(1, NOBODY), NotFoundError, NOBODY),
    "claim from another agent": (
        lambda dixa, server: dixa.conversations.claim(1, server.agents[1].id),
        ConflictError,
        "Another agent",
    ),
    "claim when closed": (
        lambda dixa, server: dixa.conversations.claim(2, server.agents[0].id),
        ConflictError,
        "closed",
    ),
    "claim when anonymized": (
        lambda dixa, server: dixa.conversations.claim(3, server.agents[0].id),
        BadRequestError,
        "anonymized",
    ),
    "transfer nowhere": (lambda dixa, _: dixa.conversations.transfer_to_queue(1, NOBODY), NotFoundError, NOBODY),
    "transfer when closed": (
        lambda dixa, server: dixa.conversations.transfer_to_queue(2, server.queues[0].id),
        BadRequestError,
        "closed",
    ),
    "follow up in the past": (lambda dixa, _: dixa.conversations.follow_up(1, NOW), BadRequestError, "future"),
    "link to itself": (
        lambda dixa, _: dixa.conversations.link(1, 1, LinkType.RELATED),
        BadRequestError,
        "linked to itself",
    ),
    "link to nothing": (
        lambda dixa, _: dixa.conversations.link(1, 7, LinkType.RELATED),
        NotFoundError,
        "conversation 7",
    ),
    "a link of an unknown type": (
        lambda dixa, _: dixa.conversations.link(1, 2, LinkType("Odd")),
        BadRequestError,
        "linkType Odd",
    ),
}


@pytest.mark.parametrize("case", REJECTED)
async def test_an_impossible_action_is_rejected(dixa: DixaClient, server: FakeDixa, case: str) -> None:
    job, error, expected_error = REJECTED[case]
    user_id = server.end_users[0].id
    for conversation_id, state in ((1, ConversationState.OPEN), (2, ConversationState.CLOSED)):
        server.add_conversation(
            SmsConversation(id=conversation_id, requester_id=user_id, channel=Channel.SMS, created_at=NOW, state=state)
        )
    server.add_conversation(
        AnonymizedConversation(id=3, requester_id=user_id, channel=Channel.SMS, created_at=NOW, anonymized_at=NOW)
    )
    await dixa.conversations.claim(1, server.agents[0].id)
    before = len(server.state.activity)
    with pytest.raises(error, match=expected_error):
        await job(dixa, server)
    assert len(server.state.activity) == before
