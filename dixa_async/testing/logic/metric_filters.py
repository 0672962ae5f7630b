"""The attributes that analytics can be filtered by, and their values."""

import re
from typing import Final

from ...models.analytics import MetricFilterValue
from ...models.common import Channel, Direction
from ...models.conversations import (
    AnonymizedConversation,
    ContactFormConversation,
    EmailConversation,
    SmsConversation,
)
from ..state.server_state import KnownConversation, State

FILTERS: Final = {
    "agent_id": "The agent that the conversation is assigned to.",
    "channel": "The channel.",
    "contact_point": "The organization's email address or phone number.",
    "initial_direction": "The direction of the first message.",
    "queue_id": "The queue.",
    "tag_id": "The tags.",
}
"""The descriptions of the attributes, by name."""

_LABELS: Final = {Channel.PSTN_PHONE: "Phone", Channel.WHATS_APP: "WhatsApp"}
"""The labels that are not simply the value with spaces."""

_BETWEEN_WORDS: Final = re.compile("(?<=[a-z])(?=[A-Z])")


def possible_values(state: State, attribute: str) -> list[MetricFilterValue] | None:
    """The values that an attribute can have; None if there is no such attribute."""
    match attribute:
        case "agent_id":
            return [MetricFilterValue(value=agent.id, label=agent.display_name) for agent in state.agents.values()]
        case "channel":
            return [_enum_value(channel) for channel in Channel]
        case "contact_point":
            return [_address_value(address) for address in state.contact_endpoints]
        case "initial_direction":
            return [_enum_value(direction) for direction in Direction]
        case "queue_id":
            return [MetricFilterValue(value=queue.id, label=queue.name) for queue in state.queues.values()]
        case "tag_id":
            return [MetricFilterValue(value=tag.id, label=tag.name) for tag in state.tags.values()]
        case _:
            return None


def values_of(state: State, conversation: KnownConversation, attribute: str) -> list[MetricFilterValue]:
    """The values that a conversation has for an attribute: any number of tags, and at most one of anything else."""
    active = None if isinstance(conversation, AnonymizedConversation) else conversation
    match attribute:
        case "agent_id" if active and active.assignment:
            agent_id = active.assignment.agent_id
            return [MetricFilterValue(value=agent_id, label=state.user(agent_id).name)]
        case "channel":
            return [_enum_value(conversation.channel)]
        case "contact_point":
            address = _own_address(conversation)
            return [] if address is None else [_address_value(address)]
        case "initial_direction" if conversation.direction is not None:
            return [_enum_value(conversation.direction)]
        case "queue_id" if active and active.queue:
            queue = state.queues.get(active.queue.id)
            return [MetricFilterValue(value=active.queue.id, label=None if queue is None else queue.name)]
        case "tag_id":
            tags = (state.tags[tag_id] for tag_id in state.conversation_tags.get(conversation.id, ()))
            return [MetricFilterValue(value=tag.id, label=tag.name) for tag in tags]
        case _:
            return []


def _enum_value(value: Channel | Direction) -> MetricFilterValue:
    """An enum value of conversations as analytics spell it: ``PSTN_PHONE`` for ``PstnPhone``."""
    label = _LABELS.get(value, _BETWEEN_WORDS.sub(" ", value)) if isinstance(value, Channel) else str(value)
    return MetricFilterValue(value=_BETWEEN_WORDS.sub("_", value).upper(), label=label)


def _address_value(address: str) -> MetricFilterValue:
    return MetricFilterValue(value=address, label=address)


def _own_address(conversation: KnownConversation) -> str | None:
    """The organization's email address or phone number, if conversations of this channel have it."""
    outbound = conversation.direction is Direction.OUTBOUND
    match conversation:
        case EmailConversation():
            return conversation.from_email if outbound else conversation.to_email
        case ContactFormConversation():
            return conversation.to_email
        case SmsConversation():
            return conversation.from_number if outbound else conversation.to_number
        case _:
            return None
