"""Models from elsewhere, such as responses of Dixa, put into the state."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, get_args

from ...models.activity import ActivityLogEntry
from ...models.agents import Agent
from ...models.anonymization import AnonymizationRequest
from ...models.base import Model
from ...models.business_hours import BusinessHoursScheduleDefinition
from ...models.contact_endpoints import EmailEndpoint, TelephonyEndpoint
from ...models.conversation_flows import ConversationFlow
from ...models.conversations import AnonymizedConversation
from ...models.custom_attributes import CustomAttributeDefinition
from ...models.end_users import EndUser
from ...models.internal_notes import InternalNote
from ...models.knowledge import Collection
from ...models.messages import Message
from ...models.organization import Organization
from ...models.presence import Presence
from ...models.queues import Queue
from ...models.ratings import Rating
from ...models.tags import Tag
from ...models.teams import Team
from ...models.templates import EmailAutoReply, QuickResponse
from ...models.webhooks import WebhookSubscription
from ..state.business_hours import Schedule
from ..state.server_state import ActiveConversation, KnownConversation, State

AnyModel = TypeVar("AnyModel", Message, InternalNote, Rating, ActivityLogEntry, ConversationFlow)


def put(state: State, model: Model, *, conversation_id: int | None = None) -> bool:
    """Put a model into the state, in the place of the one with the same ID if there is one.

    Nothing is logged, and webhooks are told nothing.

    Args:
        state: where to put it.
        model: the model. It is not copied.
        conversation_id: the ID of its conversation, for a message and a rating, which do not say it.

    Returns:
        Whether the state has a place for models of this class.

    Raises:
        ValueError: it is a message or a rating, and `conversation_id` is missing.
    """
    place = _PLACES.get(type(model))
    if place is not None:
        place(state, model)
        return True
    match model:
        case Message():
            messages = state.messages.setdefault(_required(conversation_id, model), [])
            _replace(messages, model)
            messages.sort(key=lambda message: message.created_at)
            if model.external_id is not None:
                state.message_external_ids.add(model.external_id)
        case Rating():
            _replace(state.ratings.setdefault(_required(conversation_id, model), []), model)
        case _:
            return False
    return True


def _put_conversation(state: State, conversation: KnownConversation) -> None:
    state.conversations[conversation.id] = conversation
    state.messages.setdefault(conversation.id, [])


def _put_queue(state: State, queue: Queue) -> None:
    state.queues[queue.id] = queue
    state.queue_members.setdefault(queue.id, [])


def _put_team(state: State, team: Team) -> None:
    state.teams[team.id] = team
    state.team_members.setdefault(team.id, [])


def _put_schedule(state: State, definition: BusinessHoursScheduleDefinition) -> None:
    state.schedules[definition.id] = Schedule(definition)


def _put_anonymization(state: State, request: AnonymizationRequest) -> None:
    state.anonymizations[request.id] = request
    if request.processed_at is None:
        state.polls_left.setdefault(request.id, state.anonymization_polls)


def _put_organization(state: State, organization: Organization) -> None:
    state.organization = organization


_PLACES: Final[Mapping[type[Model], Callable[[State, Any], object]]] = {
    ActivityLogEntry: lambda state, entry: _replace(state.activity, entry),
    Agent: lambda state, agent: state.agents.update({agent.id: agent}),
    AnonymizationRequest: _put_anonymization,
    BusinessHoursScheduleDefinition: _put_schedule,
    Collection: lambda state, collection: state.knowledge.collections.update({collection.id: collection}),
    ConversationFlow: lambda state, flow: _replace(state.flows, flow),
    CustomAttributeDefinition: lambda state, each: state.custom_attributes.update({each.id: each}),
    EmailAutoReply: lambda state, template: state.templates.update({template.id: template}),
    EmailEndpoint: lambda state, endpoint: state.contact_endpoints.update({endpoint.address: endpoint}),
    EndUser: lambda state, user: state.end_users.update({user.id: user}),
    InternalNote: lambda state, note: _replace(state.notes.setdefault(note.conversation_id, []), note),
    Organization: _put_organization,
    Presence: lambda state, presence: state.presences.update({presence.user_id: presence}),
    Queue: _put_queue,
    QuickResponse: lambda state, template: state.templates.update({template.id: template}),
    Tag: lambda state, tag: state.tags.update({tag.id: tag}),
    Team: _put_team,
    TelephonyEndpoint: lambda state, endpoint: state.contact_endpoints.update({endpoint.number: endpoint}),
    WebhookSubscription: lambda state, webhook: state.webhooks.update({webhook.id: webhook}),
    **dict.fromkeys((AnonymizedConversation, *get_args(ActiveConversation)), _put_conversation),
}


def _required(conversation_id: int | None, model: Model) -> int:
    if conversation_id is None:
        raise ValueError(f"pass the conversation_id of the {type(model).__name__}, which does not say it")
    return conversation_id


def _replace(items: list[AnyModel], model: AnyModel) -> None:
    """Put a model in the place of the one with the same ID, or at the end."""
    for number, item in enumerate(items):
        if item.id == model.id:
            items[number] = model
            return
    items.append(model)
