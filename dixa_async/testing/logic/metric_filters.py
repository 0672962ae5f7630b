"""What analytics can be filtered by: the attributes, and the values that they have."""

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
    "agent_id": "The agent who has the conversation.",
    "channel": "The channel.",
    "contact_point": "The address or the number of the organization's own.",
    "initial_direction": "Who began.",
    "queue_id": "The queue.",
    "tag_id": "The tags.",
}
"""What the attributes mean, by name."""

_LABELS: Final = {Channel.PSTN_PHONE: "Phone", Channel.WHATS_APP: "WhatsApp"}
"""The labels that are not just the words with blanks."""

_BETWEEN_WORDS: Final = re.compile("(?<=[a-z])(?=[A-Z])")


def possible_values(state: State, attribute: str) -> list[MetricFilterValue] | None:
    """The values that an attribute can have; None if there is no such attribute."""
    match attribute:
        case "agent_id":
            return [MetricFilterValue(value=agent.id, label=agent.display_name) for agent in state.agents.values()]
        case "channel":
            return [_of_word(channel) for channel in Channel]
        case "contact_point":
            return [_of_address(address) for address in state.contact_endpoints]
        case "initial_direction":
            return [_of_word(direction) for direction in Direction]
        case "queue_id":
            return [MetricFilterValue(value=queue.id, label=queue.name) for queue in state.queues.values()]
        case "tag_id":
            return [MetricFilterValue(value=tag.id, label=tag.name) for tag in state.tags.values()]
        case _:
            return None


def values_of(state: State, conversation: KnownConversation, attribute: str) -> list[MetricFilterValue]:
    """The values that a conversation has for an attribute: several tags, and one or none of anything else."""
    active = None if isinstance(conversation, AnonymizedConversation) else conversation
    match attribute:
        case "agent_id" if active and active.assignment:
            agent_id = active.assignment.agent_id
            return [MetricFilterValue(value=agent_id, label=state.user(agent_id).name)]
        case "channel":
            return [_of_word(conversation.channel)]
        case "contact_point":
            address = _own_address(conversation)
            return [] if address is None else [_of_address(address)]
        case "initial_direction" if conversation.direction is not None:
            return [_of_word(conversation.direction)]
        case "queue_id" if active and active.queue:
            queue = state.queues.get(active.queue.id)
            return [MetricFilterValue(value=active.queue.id, label=None if queue is None else queue.name)]
        case "tag_id":
            tags = (state.tags[tag_id] for tag_id in state.conversation_tags.get(conversation.id, ()))
            return [MetricFilterValue(value=tag.id, label=tag.name) for tag in tags]
        case _:
            return []


def _of_word(word: Channel | Direction) -> MetricFilterValue:
    """A word of conversations, as analytics have it: ``PSTN_PHONE`` for ``PstnPhone``."""
    label = _LABELS.get(word, _BETWEEN_WORDS.sub(" ", word)) if isinstance(word, Channel) else str(word)
    return MetricFilterValue(value=_BETWEEN_WORDS.sub("_", word).upper(), label=label)


def _of_address(address: str) -> MetricFilterValue:
    return MetricFilterValue(value=address, label=address)


def _own_address(conversation: KnownConversation) -> str | None:
    """The address or the number of the organization's own, where conversations of that kind tell it."""
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
