"""Filters of a search: which conversations are found.

Each filter is for one field, and has a class method for each condition on that field::

    ChannelFilter.is_one_of(SearchChannel.EMAIL, SearchChannel.CHAT)
    CreatedFilter.between(start, end)
    TagFilter.includes_all(vip_tag_id, refund_tag_id)
    DurationFilter.at_least(timedelta(minutes=10))
"""

from collections.abc import Sequence
from typing import ClassVar, Self, TypeAlias, TypeVar

from .._ids import plain_id
from ..errors import InvalidRequestError
from ..validation import ConversationId, check_conversation_id, check_select_path
from .base import OpenEnum, define
from .search_operators import (
    ExcludesAll,
    ExcludesOne,
    FieldFilter,
    IdListOperator,
    IdOperator,
    IncludesAll,
    IncludesOne,
    IsEmpty,
    IsNotEmpty,
    IsNotOneOf,
    IsOneOf,
    OptionalIdOperator,
    PathOperator,
    SearchChannel,
    SearchDirection,
    SearchStatus,
)
from .search_time_filters import (
    AssignedFilter,
    ClosedFilter,
    CreatedFilter,
    DurationFilter,
    LastActivityFilter,
    LastMessageFilter,
)

_E = TypeVar("_E", bound=OpenEnum)


@define
class ChannelFilter(FieldFilter):
    """By the channel (``Channel``)."""

    _type: ClassVar[str] = "Channel"
    operator: IsOneOf[list[SearchChannel]] | IsNotOneOf[list[SearchChannel]]

    @classmethod
    def is_one_of(cls, *channels: SearchChannel) -> Self:
        """The channel is one of these."""
        return cls(IsOneOf(_enum_values("channels", channels, SearchChannel)))

    @classmethod
    def is_not_one_of(cls, *channels: SearchChannel) -> Self:
        """The channel is none of these."""
        return cls(IsNotOneOf(_enum_values("channels", channels, SearchChannel)))


@define
class DirectionFilter(FieldFilter):
    """By who started it (``Direction``)."""

    _type: ClassVar[str] = "Direction"
    operator: IsOneOf[list[SearchDirection]] | IsNotOneOf[list[SearchDirection]]

    @classmethod
    def is_one_of(cls, *directions: SearchDirection) -> Self:
        """The direction is one of these."""
        return cls(IsOneOf(_enum_values("directions", directions, SearchDirection)))

    @classmethod
    def is_not_one_of(cls, *directions: SearchDirection) -> Self:
        """The direction is none of these."""
        return cls(IsNotOneOf(_enum_values("directions", directions, SearchDirection)))


@define
class StatusFilter(FieldFilter):
    """By the state of the conversation (``Status``)."""

    _type: ClassVar[str] = "Status"
    operator: IsOneOf[list[SearchStatus]] | IsNotOneOf[list[SearchStatus]]

    @classmethod
    def is_one_of(cls, *statuses: SearchStatus) -> Self:
        """The status is one of these."""
        return cls(IsOneOf(_enum_values("statuses", statuses, SearchStatus)))

    @classmethod
    def is_not_one_of(cls, *statuses: SearchStatus) -> Self:
        """The status is none of these."""
        return cls(IsNotOneOf(_enum_values("statuses", statuses, SearchStatus)))


@define
class ContactFilter(FieldFilter):
    """By the end user (``ContactId``)."""

    _type: ClassVar[str] = "ContactId"
    operator: IdOperator

    @classmethod
    def is_one_of(cls, *user_ids: str) -> Self:
        """The end user is one of these."""
        return cls(IsOneOf(_ids("user_ids", user_ids)))

    @classmethod
    def is_not_one_of(cls, *user_ids: str) -> Self:
        """The end user is none of these."""
        return cls(IsNotOneOf(_ids("user_ids", user_ids)))


@define
class ConversationFilter(FieldFilter):
    """By the conversation ID (``ConversationId``)."""

    _type: ClassVar[str] = "ConversationId"
    operator: IdOperator

    @classmethod
    def is_one_of(cls, *conversation_ids: ConversationId) -> Self:
        """The conversation is one of these."""
        return cls(IsOneOf(_conversation_ids(conversation_ids)))

    @classmethod
    def is_not_one_of(cls, *conversation_ids: ConversationId) -> Self:
        """The conversation is none of these."""
        return cls(IsNotOneOf(_conversation_ids(conversation_ids)))


@define
class _OptionalIdFilter(FieldFilter):
    """By an ID that a conversation may have."""

    operator: OptionalIdOperator

    @classmethod
    def is_one_of(cls, *ids: str) -> Self:
        """It has one of these IDs."""
        return cls(IsOneOf(_ids("ids", ids)))

    @classmethod
    def is_not_one_of(cls, *ids: str) -> Self:
        """It has none of these IDs."""
        return cls(IsNotOneOf(_ids("ids", ids)))

    @classmethod
    def is_empty(cls) -> Self:
        """It has no such ID."""
        return cls(IsEmpty())

    @classmethod
    def is_not_empty(cls) -> Self:
        """It has such an ID."""
        return cls(IsNotEmpty())


@define
class AgentFilter(_OptionalIdFilter):
    """By the agent who has the conversation (``AgentId``)."""

    _type: ClassVar[str] = "AgentId"


@define
class QueueFilter(_OptionalIdFilter):
    """By the queue (``QueueId``)."""

    _type: ClassVar[str] = "QueueId"


@define
class TagFilter(FieldFilter):
    """By the tags (``TagId``)."""

    _type: ClassVar[str] = "TagId"
    operator: IdListOperator

    @classmethod
    def includes_all(cls, *tag_ids: str) -> Self:
        """It has all of these tags."""
        return cls(IncludesAll(_ids("tag_ids", tag_ids)))

    @classmethod
    def includes_one(cls, *tag_ids: str) -> Self:
        """It has at least one of these tags."""
        return cls(IncludesOne(_ids("tag_ids", tag_ids)))

    @classmethod
    def excludes_all(cls, *tag_ids: str) -> Self:
        """It lacks all of these tags."""
        return cls(ExcludesAll(_ids("tag_ids", tag_ids)))

    @classmethod
    def excludes_one(cls, *tag_ids: str) -> Self:
        """It lacks at least one of these tags."""
        return cls(ExcludesOne(_ids("tag_ids", tag_ids)))

    @classmethod
    def is_empty(cls) -> Self:
        """It has no tag."""
        return cls(IsEmpty())

    @classmethod
    def is_not_empty(cls) -> Self:
        """It has a tag."""
        return cls(IsNotEmpty())


@define
class CustomAttributeFilter(FieldFilter):
    """By a custom attribute (``CustomAttribute``)."""

    _type: ClassVar[str] = "CustomAttribute"
    attribute_id: str
    operator: PathOperator

    @classmethod
    def is_one_of(cls, attribute_id: str, *values: str | Sequence[str]) -> Self:
        """The value is one of these: strings, or paths of selected options, from the top down."""
        return cls(_id(attribute_id), IsOneOf(_paths(values)))

    @classmethod
    def is_not_one_of(cls, attribute_id: str, *values: str | Sequence[str]) -> Self:
        """The value is none of these: strings, or paths of selected options, from the top down."""
        return cls(_id(attribute_id), IsNotOneOf(_paths(values)))

    @classmethod
    def is_empty(cls, attribute_id: str) -> Self:
        """It has no value."""
        return cls(_id(attribute_id), IsEmpty())

    @classmethod
    def is_not_empty(cls, attribute_id: str) -> Self:
        """It has a value."""
        return cls(_id(attribute_id), IsNotEmpty())


def _ids(name: str, values: Sequence[str]) -> list[str]:
    ids = [plain_id(value) for value in values]
    for value in ids:
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            cls = type(value).__name__
            advice = f": pass them one by one, or as *{name}" if cls in ("list", "tuple", "set") else ""
            raise InvalidRequestError(f"{name} must be of the type str, not {cls}{advice}")
    return ids


def _id(attribute_id: str) -> str:
    (checked,) = _ids("attribute_id", [attribute_id])
    return checked


def _enum_values(name: str, values: Sequence[_E], enum: type[_E]) -> list[_E]:
    for value in _ids(name, values):
        # A str may be a new value; a member of another enum is a mistake.
        if isinstance(value, OpenEnum) and not isinstance(value, enum):
            raise InvalidRequestError(f"{name} must be of the type {enum.__name__}, not {type(value).__name__}")
    return list(values)


def _conversation_ids(conversation_ids: Sequence[ConversationId]) -> list[str]:
    return [str(check_conversation_id("conversation_ids", each)) for each in conversation_ids]


def _paths(values: Sequence[str | Sequence[str]]) -> list[list[str]]:
    return [_ids("values", check_select_path("values", value)) for value in values]


SearchFilter: TypeAlias = (
    AgentFilter
    | AssignedFilter
    | ChannelFilter
    | ClosedFilter
    | ContactFilter
    | ConversationFilter
    | CreatedFilter
    | CustomAttributeFilter
    | DirectionFilter
    | DurationFilter
    | LastActivityFilter
    | LastMessageFilter
    | QueueFilter
    | StatusFilter
    | TagFilter
)
"""A filter by any field (``SearchField``)."""
