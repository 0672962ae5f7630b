"""Actions on a conversation besides adding messages."""

from typing import Final

from ...models.activity import ActivityType
from ...models.activity_attributes import (
    ConversationClaimedAttribute,
    ConversationLinkedAttribute,
    ConversationTransferredAttribute,
)
from ...models.conversation_actions import (
    ConversationClaim,
    ConversationFollowUp,
    ConversationTransfer,
    LinkType,
    NewConversationLink,
)
from ...models.conversations import (
    Assignment,
    ConversationQueue,
    ConversationState,
    FollowUpLink,
    SideConversationLink,
)
from ...models.new_conversations import ConversationActor
from ...models.webhooks import WebhookEvent
from ..http.errors import bad_request, conflict, not_found
from ..http.responses import HandlerResponse, nothing
from ..http.routing import HandlerCall, Routes
from ..logic.linking import children_of
from ..logic.people import check_agent
from ..state.server_state import ActiveConversation, KnownConversation, State

routes: Routes = Routes()

_MAX_CHILDREN: Final = 100


@routes("PUT", "/conversations/{conversationId}/close")
def close_conversation(call: HandlerCall) -> HandlerResponse:
    """Close a conversation."""
    conversation, user_id = call.conversation(), _actor(call)
    if conversation.state is ConversationState.CLOSED:
        raise bad_request("The conversation is already Closed")
    close(call.state, conversation, user_id)
    return nothing()


@routes("PUT", "/conversations/{conversationId}/reopen")
def reopen_conversation(call: HandlerCall) -> HandlerResponse:
    """Reopen a closed conversation, in the queue that it was in or else in the default queue."""
    state, conversation, user_id = call.state, call.active_conversation(), _actor(call)
    if conversation.state is not ConversationState.CLOSED:
        raise bad_request(f"The conversation is already {conversation.state}")
    _set_state(state, conversation, ConversationState.OPEN)
    conversation.assignment = None
    default = next((queue.id for queue in state.queues.values() if queue.is_default), None)
    queue_id = default if conversation.queue is None else conversation.queue.id
    conversation.queue = None if queue_id is None else ConversationQueue(id=queue_id, queued_at=state.now())
    state.record(conversation.id, ActivityType.CONVERSATION_REOPENED, author_id=user_id)
    state.emit(WebhookEvent.CONVERSATION_OPEN, conversation)
    if conversation.queue is not None:
        state.emit(WebhookEvent.CONVERSATION_ENQUEUED, conversation)
    return nothing()


@routes("PUT", "/conversations/{conversationId}/followup")
def follow_up_conversation(call: HandlerCall) -> HandlerResponse:
    """Set a conversation to pending, until it comes back on its own."""
    conversation = _open_conversation(call)
    follow_up: ConversationFollowUp = call.body(ConversationFollowUp)
    user_id = check_agent(call.state, follow_up.user_id)
    if follow_up.timestamp <= call.state.now():
        raise bad_request("The timestamp must be in the future")
    _set_state(call.state, conversation, ConversationState.PENDING)
    call.state.record(conversation.id, ActivityType.FOLLOWUP_ADDED, author_id=user_id)
    call.state.emit(WebhookEvent.CONVERSATION_PENDING, conversation)
    call.state.agenda.add("follow_up", str(conversation.id), follow_up.timestamp, user_id)
    return nothing()


@routes("PUT", "/conversations/{conversationId}/claim")
def claim_conversation(call: HandlerCall) -> HandlerResponse:
    """Assign a conversation to an agent."""
    state, conversation = call.state, call.active_conversation()
    claim: ConversationClaim = call.body(ConversationClaim)
    if claim.agent_id not in state.agents:
        raise not_found(f"agent {claim.agent_id}")
    if conversation.state is ConversationState.CLOSED:
        raise conflict("The conversation is closed")
    before = conversation.assignment
    if before is not None and before.agent_id != claim.agent_id and claim.force is not True:
        raise conflict("Another agent has the conversation: set force to claim it")
    is_new = before is None or before.agent_id != claim.agent_id
    if is_new:
        _unassign(state, conversation)
    conversation.assignment = Assignment(agent_id=claim.agent_id, assigned_at=state.now())
    state.record(
        conversation.id,
        ActivityType.CONVERSATION_CLAIMED,
        author_id=claim.agent_id,
        attributes=ConversationClaimedAttribute(
            claimed_from_label=None if before is None else state.user(before.agent_id).name,
            claimed_from_type=None if before is None else "Agent",
        ),
    )
    if is_new:
        state.emit(WebhookEvent.CONVERSATION_ASSIGNED, conversation)
    return nothing()


@routes("PUT", "/conversations/{conversationId}/transfer/queue")
def transfer_conversation(call: HandlerCall) -> HandlerResponse:
    """Transfer a conversation to a queue."""
    state, conversation = call.state, _open_conversation(call)
    transfer: ConversationTransfer = call.body(ConversationTransfer)
    user_id = check_agent(state, transfer.user_id)
    queue = state.queues.get(transfer.queue_id)
    if queue is None:
        raise not_found(f"queue {transfer.queue_id}")
    _unassign(state, conversation)
    conversation.queue = ConversationQueue(id=queue.id, queued_at=state.now())
    state.record(
        conversation.id,
        ActivityType.TRANSFER_SUCCESSFUL,
        author_id=user_id,
        attributes=ConversationTransferredAttribute(
            transfer_type="Queue", destination_type="Queue", destination_id=queue.id, destination_label=queue.name
        ),
    )
    state.emit(WebhookEvent.CONVERSATION_TRANSFERRED, conversation)
    state.emit(WebhookEvent.CONVERSATION_ENQUEUED, conversation)
    return nothing()


@routes("PUT", "/conversations/{conversationId}/link")
def link_conversation(call: HandlerCall) -> HandlerResponse:
    """Make a conversation the child of another."""
    state, child = call.state, call.active_conversation()
    link: NewConversationLink = call.body(NewConversationLink)
    if not link.link_type.is_known:
        raise bad_request(f"There is no linkType {link.link_type}")
    if link.parent_id not in state.conversations:
        raise not_found(f"conversation {link.parent_id}")
    if link.parent_id == child.id or child.link is not None:
        raise bad_request("A conversation cannot be linked to itself, nor to two parents")
    if len(children_of(state, link.parent_id)) >= _MAX_CHILDREN:
        raise bad_request(f"A conversation can have at most {_MAX_CHILDREN} children")
    # Responses have no other type for a related conversation.
    make = SideConversationLink if link.link_type is LinkType.SIDE_CONVERSATION else FollowUpLink
    child.link = make(parent_id=link.parent_id)
    linked = ConversationLinkedAttribute(child=child.id, parent=link.parent_id, link_type=link.link_type)
    state.record(child.id, ActivityType.CONVERSATION_LINKED_TO_PARENT, attributes=linked)
    state.record(link.parent_id, ActivityType.CONVERSATION_LINKED_FROM_CHILD, attributes=linked)
    return nothing()


def close(state: State, conversation: KnownConversation, user_id: str | None) -> None:
    """Close a conversation.

    Args:
        state: the data of the server.
        conversation: the conversation.
        user_id: the agent who closes it.
    """
    state.agenda.remove("follow_up", str(conversation.id))
    _set_state(state, conversation, ConversationState.CLOSED)
    state.record(conversation.id, ActivityType.CONVERSATION_CLOSED, author_id=user_id)
    state.emit(WebhookEvent.CONVERSATION_CLOSED, conversation)


def _unassign(state: State, conversation: ActiveConversation) -> None:
    """Take a conversation from the agent who has it, if one has."""
    if conversation.assignment is not None:
        conversation.assignment = None
        state.emit(WebhookEvent.CONVERSATION_UNASSIGNED, conversation)


def _set_state(state: State, conversation: KnownConversation, new: ConversationState) -> None:
    conversation.state = new
    conversation.state_updated_at = state.now()


def _actor(call: HandlerCall) -> str | None:
    """The agent on whose behalf it is done. The body is optional."""
    actor: ConversationActor = call.body(ConversationActor) if call.raw_body else ConversationActor()
    return check_agent(call.state, actor.user_id)


def _open_conversation(call: HandlerCall) -> ActiveConversation:
    conversation = call.active_conversation()
    if conversation.state is ConversationState.CLOSED:
        raise bad_request("The conversation is closed")
    return conversation
