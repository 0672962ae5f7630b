"""Queues, from the call to the state of the server and back."""

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models import Channel, SmsConversation
from dixa_async.models.outcomes import Failure, NotFoundFault, Success
from dixa_async.models.presence import WorkingChannel
from dixa_async.models.queues import (
    Availability,
    AvailabilityKnown,
    GenericChannelAvailability,
    NewQueue,
    OfferingAlgorithm,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_a_queue_is_created_and_can_become_the_default(dixa: DixaClient, server: FakeDixa) -> None:
    new = NewQueue(
        name="Night",
        call_functionality=False,
        is_default=True,
        is_do_not_offer_enabled=True,
        do_not_offer_timeouts={Channel.EMAIL: 60},
        offer_algorithm=OfferingAlgorithm.ALL_AT_ONCE,
    )
    queue = await dixa.queues.create(new)
    assert await dixa.queues.get(queue.id) == queue
    assert queue.do_not_offer_timeouts == {"Email": 60}
    assert [queue.is_default for queue in await dixa.queues.list()] == [False, False, True]
    new.is_default = False
    with pytest.raises(BadRequestError, match="this name"):
        await dixa.queues.create(new)
    new.name = "Day"
    await dixa.queues.create(new)
    assert [known.name for known in server.queues if known.is_default] == ["Night"]


async def test_members_are_added_and_removed(dixa: DixaClient, server: FakeDixa) -> None:
    agents, queue = server.agents, server.add_queue("Night", server.agents[:1])
    outcomes = await dixa.queues.add_members(queue.id, [agents[0].id, NOBODY, agents[1].id])
    assert [type(outcome) for outcome in outcomes] == [Success, Failure, Success]
    assert [type(outcome.error) for outcome in outcomes if isinstance(outcome, Failure)] == [NotFoundFault]
    assert [member.agent_id for member in await dixa.queues.list_members(queue.id)] == [agents[0].id, agents[1].id]
    await dixa.queues.remove_members(queue.id, [agents[0].id, NOBODY])
    assert [member.agent_id for member in await dixa.queues.list_members(queue.id)] == [agents[1].id]
    with pytest.raises(NotFoundError, match=NOBODY):
        await dixa.queues.list_members(NOBODY)


async def test_eleven_members_are_too_many_for_one_request(dixa: DixaClient, server: FakeDixa) -> None:
    path = f"/queues/{server.queues[0].id}/members"
    with pytest.raises(BadRequestError, match="10"):
        await dixa.request("PATCH", path, json={"agentIds": [NOBODY] * 11})


async def test_conversations_wait_in_the_order_in_which_they_were_queued(dixa: DixaClient, server: FakeDixa) -> None:
    user_id, queue = server.end_users[0].id, server.queues[0]
    for conversation_id in (1, 2, 3):
        server.add_conversation(
            SmsConversation(id=conversation_id, requester_id=user_id, channel=Channel.SMS, created_at=NOW)
        )
    for conversation_id in (1, 2):
        await dixa.conversations.transfer_to_queue(conversation_id, queue.id)
    positions = [await dixa.queues.get_conversation_position(conversation_id) for conversation_id in (1, 2)]
    assert [(position.position, position.queued_at) for position in positions] == [(1, NOW), (2, NOW)]
    with pytest.raises(NotFoundError, match="conversation 3"):
        await dixa.queues.get_conversation_position(3)
    assert await availability(dixa, queue.id) == (Availability.NOT_AVAILABLE, 2)
    await dixa.conversations.claim(1, server.agents[0].id)
    assert (await dixa.queues.get_conversation_position(2)).position == 1
    await dixa.agents.set_working_channel(server.agents[0].id, WorkingChannel.INTERACTIVE_CHAT, working=True)
    assert await availability(dixa, queue.id) == (Availability.AVAILABLE, None)
    with pytest.raises(BadRequestError, match=NOBODY):
        await dixa.queues.list_availability(NOBODY)


async def availability(dixa: DixaClient, queue_id: str) -> tuple[Availability, int | None]:
    """Whether a queue has an available agent, and how many conversations wait."""
    (outcome,) = await dixa.queues.list_availability(queue_id)
    assert isinstance(outcome, AvailabilityKnown)
    known = outcome.channel_availability
    assert isinstance(known, GenericChannelAvailability)
    return known.availability, known.queue_size
