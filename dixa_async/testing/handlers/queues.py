"""Queues and their members."""

from datetime import datetime
from functools import partial
from typing import Final

from ...models.common import Channel
from ...models.conversations import AnonymizedConversation, ConversationState
from ...models.queues import (
    Availability,
    AvailabilityKnown,
    GenericChannelAvailability,
    NewQueue,
    Queue,
    QueueMember,
    QueueMemberIds,
    QueuePosition,
    SlaCalculationMethod,
)
from ..http.errors import bad_request, not_found
from ..http.responses import HandlerResponse, data, nothing
from ..http.routing import HandlerCall, Routes, given
from ..logic.bulk import outcome
from ..state.server_state import ActiveConversation, State
from .presence import presence_of

routes: Routes = Routes()

_MAX_MEMBERS: Final = 10
_GENERIC_CHANNEL: Final = "genericapimessaging"


@routes("GET", "/queues")
def list_queues(call: HandlerCall) -> HandlerResponse:
    """List the queues of the organization."""
    return data(list(call.state.queues.values()))


@routes("GET", "/queues/{queueId}")
def get_queue(call: HandlerCall) -> HandlerResponse:
    """Get a queue."""
    return data(call.find(call.state.queues, "queueId", "queue"))


@routes("POST", "/queues")
def create_queue(call: HandlerCall) -> HandlerResponse:
    """Create a queue."""
    state = call.state
    new: NewQueue = call.body(NewQueue, envelope="request")
    if any(queue.name == new.name for queue in state.queues.values()):
        raise bad_request("There is already a queue with this name")
    if new.is_default:
        for other in state.queues.values():
            other.is_default = False
    queue = Queue(
        id=state.new_id(),
        name=new.name,
        is_default=new.is_default,
        organization_id=state.organization.id,
        queue_thresholds=given(new.queue_thresholds) or {},
        sla_calculation_method=SlaCalculationMethod.ABANDONED_IGNORED,
        do_not_offer_timeouts=given(new.do_not_offer_timeouts) or {},
        is_do_not_offer_enabled=new.is_do_not_offer_enabled,
        offer_timeout=given(new.offer_timeout),
        offering_algorithm=given(new.offer_algorithm),
        wrapup_timeout=given(new.wrapup_timeout),
        priority=given(new.priority),
        offer_abandoned_conversations=given(new.offer_abandoned_conversations),
        is_preferred_agent_enabled=given(new.is_preferred_agent_enabled),
        preferred_agent_timeouts=given(new.preferred_agent_timeouts),
        preferred_agent_offline_timeout=given(new.preferred_agent_offline_timeout),
        personal_agent_offline_timeout=given(new.personal_agent_offline_timeout),
        is_restricted=given(new.is_restricted),
    )
    state.queues[queue.id] = queue
    state.queue_members[queue.id] = []
    return data(queue, status=201)


@routes("GET", "/queues/{queueId}/members")
def list_members(call: HandlerCall) -> HandlerResponse:
    """List the agents of a queue."""
    return data([QueueMember(agent_id=agent_id) for agent_id in _members(call)])


@routes("PATCH", "/queues/{queueId}/members")
def add_members(call: HandlerCall) -> HandlerResponse:
    """Add agents to a queue."""
    members = _members(call)

    def add(agent_id: str) -> str:
        if agent_id not in call.state.agents:
            raise not_found(f"agent {agent_id}")
        if agent_id not in members:
            members.append(agent_id)
        return agent_id

    return data([outcome(partial(add, agent_id), agent_id) for agent_id in _agent_ids(call)])


@routes("DELETE", "/queues/{queueId}/members")
def remove_members(call: HandlerCall) -> HandlerResponse:
    """Remove agents from a queue."""
    members, removed = _members(call), _agent_ids(call)
    members[:] = [agent_id for agent_id in members if agent_id not in removed]
    return nothing()


@routes("GET", "/queues/{queueId}/availability")
def list_availability(call: HandlerCall) -> HandlerResponse:
    """List whether a queue has an available agent, for each generic channel."""
    if call.arguments["queueId"] not in call.state.queues:
        raise bad_request(f"There is no queue {call.arguments['queueId']}")
    chatting = [
        agent_id
        for agent_id in _members(call)
        if Channel.WIDGET_CHAT in (presence_of(call.state, agent_id).active_channels or ())
    ]
    known = GenericChannelAvailability(
        generic_channel_name=_GENERIC_CHANNEL,
        availability=Availability.AVAILABLE if chatting else Availability.NOT_AVAILABLE,
        queue_size=None if chatting else len(_waiting(call.state, call.arguments["queueId"])),
    )
    return data([AvailabilityKnown(channel_availability=known)])


@routes("GET", "/queues/conversation-position/{csid}")
def get_conversation_position(call: HandlerCall) -> HandlerResponse:
    """Get the position of a conversation in its queue."""
    conversation_id = call.conversation().id
    for queue_id in call.state.queues:
        for position, waiting in enumerate(_waiting(call.state, queue_id), 1):
            if waiting.id == conversation_id:
                return data(QueuePosition(queued_at=_queued_at(waiting), position=position))
    raise not_found(f"position of conversation {conversation_id} in a queue")


def _members(call: HandlerCall) -> list[str]:
    """The ids of the agents of the queue that the path names."""
    return call.find(call.state.queue_members, "queueId", "queue")


def _agent_ids(call: HandlerCall) -> list[str]:
    body: QueueMemberIds = call.body(QueueMemberIds)
    agent_ids = given(body.agent_ids) or []
    if len(agent_ids) > _MAX_MEMBERS:
        raise bad_request(f"agentIds must have at most {_MAX_MEMBERS} ids")
    return agent_ids


def _waiting(state: State, queue_id: str) -> list[ActiveConversation]:
    """The conversations that wait in a queue, the first one first."""
    found = [
        conversation
        for conversation in state.conversations.values()
        if not isinstance(conversation, AnonymizedConversation)
        and conversation.queue is not None
        and conversation.queue.id == queue_id
        and conversation.assignment is None
        and conversation.state is not ConversationState.CLOSED
    ]
    return sorted(found, key=_queued_at)


def _queued_at(conversation: ActiveConversation) -> datetime:
    queue = conversation.queue
    return conversation.created_at if queue is None or queue.queued_at is None else queue.queued_at
