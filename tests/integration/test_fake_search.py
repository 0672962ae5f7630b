"""Searches for conversations of the server."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from dixa_async import BadRequestError, DixaClient
from dixa_async.models import (
    AnonymizedConversation,
    Assignment,
    Channel,
    ChatConversation,
    ConversationState,
    Direction,
    EmailConversation,
    GenericConversation,
    InboundMessage,
    TextContent,
)
from dixa_async.models.conversations import ConversationQueue
from dixa_async.models.custom_attributes import CustomAttributeEntity
from dixa_async.models.search_filters import (
    AgentFilter,
    ChannelFilter,
    ContactFilter,
    ConversationFilter,
    CustomAttributeFilter,
    DirectionFilter,
    QueueFilter,
    SearchFilter,
    StatusFilter,
    TagFilter,
)
from dixa_async.models.search_operators import SearchChannel, SearchDirection, SearchStatus
from dixa_async.models.search_time_filters import (
    AssignedFilter,
    ClosedFilter,
    CreatedFilter,
    DurationFilter,
    LastActivityFilter,
    LastMessageFilter,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
async def conversations(dixa: DixaClient, server: FakeDixa) -> None:
    """Four conversations: 1 a closed email, 2 an open chat, 3 one of a generic channel, 4 an anonymized one."""
    user, other, agent = *server.end_users[:2], server.agents[0]
    queue = server.queues[0]
    server.add_conversation(
        EmailConversation(
            id=1,
            requester_id=user.id,
            channel=Channel.EMAIL,
            created_at=NOW - 4 * HOUR,
            direction=Direction.INBOUND,
            state=ConversationState.CLOSED,
            state_updated_at=NOW - 2 * HOUR,
            from_email="ada@example.com",
            to_email="support@example.com",
            integration_email="support@example.com",
            subject="Money back",
        )
    )
    server.add_conversation(
        ChatConversation(
            id=2,
            requester_id=other.id,
            channel=Channel.WIDGET_CHAT,
            created_at=NOW - 3 * HOUR,
            direction=Direction.OUTBOUND,
            state=ConversationState.OPEN,
            assignment=Assignment(agent_id=agent.id, assigned_at=NOW - HOUR),
            queue=ConversationQueue(id=queue.id),
        )
    )
    server.add_conversation(
        GenericConversation(
            id=3,
            requester_id=other.id,
            channel=Channel("Pigeons"),
            created_at=NOW - 2 * HOUR,
            state=ConversationState.AWAITING_PENDING,
        )
    )
    server.add_conversation(
        AnonymizedConversation(
            id=4, requester_id=user.id, channel=Channel.SMS, created_at=NOW - HOUR, anonymized_at=NOW
        )
    )
    await dixa.messages.add(1, InboundMessage(content=TextContent("I want my money. Back to you!")))
    await dixa.messages.add(2, InboundMessage(content=TextContent("Give me (some) MONEY back")))
    await dixa.tags.add_to_conversation(1, server.tags[0].id)
    await dixa.tags.add_to_conversation(1, server.tags[1].id)
    await dixa.tags.add_to_conversation(2, server.tags[0].id)
    definition = server.add_custom_attribute("Color", CustomAttributeEntity.CONVERSATION)
    await dixa.conversations.patch_custom_attributes(2, {definition.id: "blue"})


async def found(
    dixa: DixaClient, *, all_of: Sequence[SearchFilter] | None = None, any_of: Sequence[SearchFilter] | None = None
) -> list[int]:
    """The IDs of the conversations that match filters."""
    return [hit.id async for hit in dixa.search.conversations(all_of=all_of, any_of=any_of)]


@pytest.mark.usefixtures("conversations")
async def test_a_text_is_found_in_subjects_and_messages(dixa: DixaClient) -> None:
    hits = list(await dixa.search.conversations("money back"))
    assert {hit.id: hit.highlights for hit in hits} == {
        1: {
            "subject": ["<em>Money</em> <em>back</em>"],
            "messages": ["I want my <em>money</em>. <em>Back</em> to you!"],
        },
        2: {"messages": ["Give me (some) <em>MONEY</em> <em>back</em>"]},
    }
    exact = list(await dixa.search.conversations("money back", exact_match=True))
    assert exact[0].highlights == {"subject": ["<em>Money back</em>"]}
    assert [hit.id for hit in exact] == [1, 2]
    assert list(await dixa.search.conversations("(some) pigeons")) == []
    assert list(await dixa.search.conversations(" ")) == []


@pytest.mark.usefixtures("conversations")
async def test_a_text_and_filters_are_searched_for_together(dixa: DixaClient) -> None:
    hits = dixa.search.conversations("money", all_of=[ChannelFilter.is_one_of(SearchChannel.CHAT)])
    assert [hit.id async for hit in hits] == [2]


@pytest.mark.usefixtures("conversations")
async def test_every_filter_finds_what_matches_it(dixa: DixaClient, server: FakeDixa) -> None:
    user, agent, queue = server.end_users[0], server.agents[0], server.queues[0]
    one, two = server.tags[0].id, server.tags[1].id
    attribute = server.custom_attributes[-1].id
    expected: list[tuple[SearchFilter, list[int]]] = [
        (AgentFilter.is_one_of(agent.id), [2]),
        (AgentFilter.is_empty(), [1, 3, 4]),
        (QueueFilter.is_not_empty(), [2]),
        (QueueFilter.is_not_one_of(queue.id), [1, 3, 4]),
        (ChannelFilter.is_one_of(SearchChannel.EMAIL, SearchChannel.GENERIC_API_MESSAGING), [1, 3]),
        (DirectionFilter.is_one_of(SearchDirection.INBOUND), [1]),
        (StatusFilter.is_one_of(SearchStatus.PENDING), [3]),
        (StatusFilter.is_not_one_of(SearchStatus.OPEN), [1, 3, 4]),
        (ContactFilter.is_one_of(user.id), [1, 4]),
        (ConversationFilter.is_not_one_of(1, "2"), [3, 4]),
        (TagFilter.includes_all(one, two), [1]),
        (TagFilter.includes_one(one, two), [1, 2]),
        (TagFilter.excludes_all(one, two), [3, 4]),
        (TagFilter.excludes_one(one, two), [2, 3, 4]),
        (TagFilter.is_empty(), [3, 4]),
        (CustomAttributeFilter.is_one_of(attribute, "blue", "red"), [2]),
        (CustomAttributeFilter.is_empty(attribute), [1, 3, 4]),
        (CreatedFilter.between(NOW - 3 * HOUR, NOW - 2 * HOUR), [2, 3]),
        (ClosedFilter.since(NOW - 2 * HOUR), [1]),
        (ClosedFilter.until(NOW - 3 * HOUR), []),
        (AssignedFilter.since(NOW - HOUR), [2]),
        (LastActivityFilter.until(NOW - HOUR), [3, 4]),
        (LastMessageFilter.since(NOW), [1, 2]),
        (DurationFilter.between(HOUR, 2 * HOUR), [1]),
        (DurationFilter.at_least(3 * HOUR), []),
        (DurationFilter.at_most(2 * HOUR), [1]),
    ]
    for condition, ids in expected:
        assert await found(dixa, all_of=[condition]) == ids, condition


@pytest.mark.usefixtures("conversations")
async def test_all_filters_hold_or_any_of_them(dixa: DixaClient, server: FakeDixa) -> None:
    filters: list[SearchFilter] = [
        ContactFilter.is_one_of(server.end_users[0].id),
        StatusFilter.is_one_of(SearchStatus.CLOSED),
    ]
    assert await found(dixa, all_of=filters) == [1]
    assert await found(dixa, any_of=filters) == [1, 4]
    assert await found(dixa, all_of=[]) == [1, 2, 3, 4]
    with pytest.raises(BadRequestError, match="strategy"):
        await dixa.request("POST", "/search/conversations", json={"filters": {"strategy": "Most"}})


@pytest.mark.usefixtures("conversations")
async def test_hits_are_paged_with_at_most_fifty_a_page(dixa: DixaClient) -> None:
    pages = [page async for page in dixa.search.conversations(page_limit=3).pages()]
    assert [len(page) for page in pages] == [3, 1]
    with pytest.raises(BadRequestError, match="from 1 to 50"):
        await dixa.request("POST", "/search/conversations", query={"pageLimit": 51}, json={})


@pytest.mark.usefixtures("conversations")
async def test_the_deprecated_search_reports_the_messages(dixa: DixaClient, server: FakeDixa) -> None:
    with pytest.deprecated_call():
        first, second = list(await dixa.search.conversations_by_text("money"))
    message = server.state.messages[2][0]
    assert first.highlights == {"subject": ["<em>Money</em> back"]}
    assert second.inner_hits is not None
    (inner,) = second.inner_hits
    assert (inner.id, inner.highlight) == (message.id, {"text": "Give me (some) <em>MONEY</em> back"})
    with pytest.raises(BadRequestError, match="one character"):
        await dixa.request("GET", "/search/conversations")
