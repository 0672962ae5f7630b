"""The filters of a search."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from ...models.common import Channel
from ...models.conversations import AnonymizedConversation, ConversationState, GenericConversation
from ...models.search import SearchFilters, SearchStrategy
from ...models.search_filters import (
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
from ...models.search_operators import (
    DurationBetween,
    DurationOperator,
    ExcludesAll,
    ExcludesOne,
    IncludesAll,
    IncludesOne,
    IsEmpty,
    IsNotEmpty,
    IsNotOneOf,
    IsOneOf,
    LongerThanOrEqualTo,
    SearchChannel,
    SearchDirection,
    SearchStatus,
    ShorterThanOrEqualTo,
    Since,
    TimeBetween,
    TimeOperator,
    Until,
)
from ...models.search_time_filters import (
    AssignedFilter,
    ClosedFilter,
    CreatedFilter,
    DurationFilter,
    LastActivityFilter,
)
from ..http.errors import bad_request
from ..http.routing import given
from ..state.server_state import KnownConversation, State

_CHANNELS: Final[Mapping[str, str]] = {
    Channel.MESSENGER: SearchChannel.DIXA_MESSENGER,
    Channel.PSTN_PHONE: SearchChannel.PHONE,
    Channel.WIDGET_CHAT: SearchChannel.CHAT,
}
"""The channels as searches spell them, where it is not the spelling of conversations in lower case."""

_STATUSES: Final[Mapping[str, str]] = {
    ConversationState.AWAITING_PENDING: SearchStatus.PENDING,
    ConversationState.CLOSED: SearchStatus.CLOSED,
    ConversationState.OPEN: SearchStatus.OPEN,
    ConversationState.PENDING: SearchStatus.PENDING,
}


def matches(state: State, conversation: KnownConversation, filters: SearchFilters) -> bool:
    """Whether a conversation matches the filters of a search.

    Args:
        state: the data of the server.
        conversation: the conversation.
        filters: the filters.

    Returns:
        Whether all conditions hold, or any of them, as the strategy says. Without conditions it matches.

    Raises:
        ApiError: the strategy is unknown.
    """
    if not filters.strategy.is_known:
        raise bad_request(f"There is no strategy {filters.strategy}")
    conditions = given(filters.conditions) or []
    combine = all if filters.strategy is SearchStrategy.ALL else any
    return not conditions or combine(_holds(state, conversation, condition.field) for condition in conditions)


def _holds(state: State, conversation: KnownConversation, condition: SearchFilter) -> bool:
    operator, value = condition.operator, _value(state, conversation, condition)
    match operator:
        case IsEmpty():
            return not value
        case IsNotEmpty():
            return bool(value)
        case IsOneOf(values=wanted):
            return bool(value in wanted)
        case IsNotOneOf(values=unwanted):
            return bool(value not in unwanted)
        case IncludesAll(values=wanted):
            return bool({*wanted} <= value)
        case IncludesOne(values=wanted):
            return not {*wanted}.isdisjoint(value)
        case ExcludesAll(values=unwanted):
            return {*unwanted}.isdisjoint(value)
        case ExcludesOne(values=unwanted):
            return not {*unwanted} <= value
        case _:
            return value is not None and _is_within(value, operator)


def _is_within(value: Any, operator: TimeOperator | DurationOperator) -> bool:
    """Whether a time or a number of milliseconds is within bounds, which are inclusive."""
    match operator:
        case TimeBetween(timestamp_from=lowest, timestamp_to=highest) | DurationBetween(min=lowest, max=highest):
            return bool(lowest <= value <= highest)
        case Since(timestamp=bound) | LongerThanOrEqualTo(duration=bound):
            return bool(bound <= value)
        case Until(timestamp=bound) | ShorterThanOrEqualTo(duration=bound):
            return bool(value <= bound)


def _value(state: State, conversation: KnownConversation, condition: SearchFilter) -> Any:
    """The value that a filter compares, as searches spell it."""
    active = None if isinstance(conversation, AnonymizedConversation) else conversation
    match condition:
        case AgentFilter():
            return active and active.assignment and active.assignment.agent_id
        case QueueFilter():
            return active and active.queue and active.queue.id
        case ChannelFilter():
            return _channel(conversation)
        case DirectionFilter():
            return None if conversation.direction is None else SearchDirection(conversation.direction.lower())
        case StatusFilter():
            return None if conversation.state is None else _STATUSES.get(conversation.state)
        case ContactFilter():
            return conversation.requester_id
        case ConversationFilter():
            return str(conversation.id)
        case TagFilter():
            return {*state.conversation_tags.get(conversation.id, ())}
        case CustomAttributeFilter(attribute_id=attribute_id):
            values = {attribute.id: attribute.value for attribute in conversation.custom_attributes or ()}
            value = values.get(attribute_id)
            return [value] if isinstance(value, str) else value
        case DurationFilter():
            closed = closed_at(conversation)
            return None if closed is None else (closed - conversation.created_at) // timedelta(milliseconds=1)
        case _:
            return _time(state, conversation, condition)


def _time(state: State, conversation: KnownConversation, condition: SearchFilter) -> datetime | None:
    match condition:
        case CreatedFilter():
            return conversation.created_at
        case ClosedFilter():
            return closed_at(conversation)
        case AssignedFilter():
            assignment = None if isinstance(conversation, AnonymizedConversation) else conversation.assignment
            return None if assignment is None else assignment.assigned_at
        case LastActivityFilter():
            return _last_activity(state, conversation.id)
        case _:
            return max((message.created_at for message in state.messages[conversation.id]), default=None)


def _last_activity(state: State, conversation_id: int) -> datetime | None:
    return max((entry.activity_timestamp for entry in state.activity_of(conversation_id)), default=None)


def closed_at(conversation: KnownConversation) -> datetime | None:
    """When a conversation was closed; None if it is not closed."""
    return conversation.state_updated_at if conversation.state is ConversationState.CLOSED else None


def _channel(conversation: KnownConversation) -> str:
    if isinstance(conversation, GenericConversation):
        return SearchChannel.GENERIC_API_MESSAGING
    return _CHANNELS.get(conversation.channel, conversation.channel.lower())
