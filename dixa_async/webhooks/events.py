"""Events, as Dixa delivers them.

`parse_event` reads a body into the class of its event. What has no class becomes an `OtherEvent`, and nothing is lost:
`extra` keeps the fields that this version does not know, and `body` is what was delivered.
"""

from datetime import datetime
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

from attrs import field

from ..models.base import Model, SharedField, Unknown, define, on_wire, snake_case
from ..models.webhooks import WebhookEvent
from ..serialization import Serializer, ValidationError
from .errors import RefusalReason, WebhookRefusedError
from .event_models import (
    AbandonedData,
    ConversationData,
    EventConversation,
    EventOrganization,
    EventUser,
    MessageAddedData,
    NoteAddedData,
    OtherData,
    PendingExpiredData,
    RatedData,
    TagData,
)

Data = TypeVar("Data", bound=ConversationData)

_LONGEST_NAME: Final = 512
"""Characters. The event IDs of Dixa have 36."""


# The body is in a slot beside the fields: two events are equal, however their JSON was written.
class _Delivered(Model):
    __slots__ = ("delivered_body",)
    delivered_body: bytes


class _DeliveredOther(Unknown):
    __slots__ = ("delivered_body",)
    delivered_body: bytes


def _body_of(event: _Delivered | _DeliveredOther) -> bytes:
    try:
        return event.delivered_body
    except AttributeError:
        return Serializer.shared().encode_lossless(event)


@define(kw_only=True, field_transformer=snake_case)
class ConversationEvent(_Delivered, Generic[Data]):
    """What the events of conversations have in common."""

    _tag_key: ClassVar[str] = "event_fqn"
    event_type: ClassVar[WebhookEvent]
    """Which event it is."""
    id: str = field(metadata=on_wire("event_id"))
    """The event ID. Deliveries of one event have the same, as far as is known."""
    version: str | None = field(metadata=on_wire("event_version"), default=None)
    occurred_at: datetime | None = field(metadata=on_wire("event_timestamp"), default=None)
    organization: EventOrganization | None = None
    data: Data

    @property
    def conversation(self) -> EventConversation:
        """The conversation, as it was at that time."""
        return self.data.conversation

    @property
    def body(self) -> bytes:
        """The body as it was delivered. An event that was made or copied has none: it is then written as JSON."""
        return _body_of(self)


@define(kw_only=True, field_transformer=snake_case)
class ConversationCreated(ConversationEvent[ConversationData]):
    """A conversation began (``CONVERSATION_CREATED``)."""

    _type: ClassVar[str] = "CONVERSATION_CREATED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_CREATED
    data: ConversationData


@define(kw_only=True, field_transformer=snake_case)
class ConversationOpen(ConversationEvent[ConversationData]):
    """A conversation was opened again (``CONVERSATION_OPEN``)."""

    _type: ClassVar[str] = "CONVERSATION_OPEN"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_OPEN
    data: ConversationData


@define(kw_only=True, field_transformer=snake_case)
class ConversationPending(ConversationEvent[ConversationData]):
    """A conversation was put aside (``CONVERSATION_PENDING``)."""

    _type: ClassVar[str] = "CONVERSATION_PENDING"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_PENDING
    data: ConversationData


@define(kw_only=True, field_transformer=snake_case)
class ConversationPendingExpired(ConversationEvent[PendingExpiredData]):
    """The time for which a conversation was put aside is over (``CONVERSATION_PENDING_EXPIRED``)."""

    _type: ClassVar[str] = "CONVERSATION_PENDING_EXPIRED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_PENDING_EXPIRED
    data: PendingExpiredData

    @property
    def pending_by(self) -> EventUser | None:
        """Who had put the conversation aside, under whichever name it came."""
        return self.data.pending_by_user or self.data.pending_by_user_camel


@define(kw_only=True, field_transformer=snake_case)
class ConversationClosed(ConversationEvent[ConversationData]):
    """A conversation was closed (``CONVERSATION_CLOSED``)."""

    _type: ClassVar[str] = "CONVERSATION_CLOSED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_CLOSED
    data: ConversationData


@define(kw_only=True, field_transformer=snake_case)
class ConversationEnqueued(ConversationEvent[ConversationData]):
    """A conversation was put into a queue (``CONVERSATION_ENQUEUED``)."""

    _type: ClassVar[str] = "CONVERSATION_ENQUEUED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_ENQUEUED
    data: ConversationData


@define(kw_only=True, field_transformer=snake_case)
class ConversationAssigned(ConversationEvent[ConversationData]):
    """An agent got a conversation (``CONVERSATION_ASSIGNED``)."""

    _type: ClassVar[str] = "CONVERSATION_ASSIGNED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_ASSIGNED
    data: ConversationData


@define(kw_only=True, field_transformer=snake_case)
class ConversationUnassigned(ConversationEvent[ConversationData]):
    """An agent no longer has a conversation (``CONVERSATION_UNASSIGNED``)."""

    _type: ClassVar[str] = "CONVERSATION_UNASSIGNED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_UNASSIGNED
    data: ConversationData


@define(kw_only=True, field_transformer=snake_case)
class ConversationAbandoned(ConversationEvent[AbandonedData]):
    """An end user gave up waiting in a queue (``CONVERSATION_ABANDONED``)."""

    _type: ClassVar[str] = "CONVERSATION_ABANDONED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_ABANDONED
    data: AbandonedData


@define(kw_only=True, field_transformer=snake_case)
class MessageAdded(ConversationEvent[MessageAddedData]):
    """A message was added to a conversation (``CONVERSATION_MESSAGE_ADDED``)."""

    _type: ClassVar[str] = "CONVERSATION_MESSAGE_ADDED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_MESSAGE_ADDED
    data: MessageAddedData


@define(kw_only=True, field_transformer=snake_case)
class NoteAdded(ConversationEvent[NoteAddedData]):
    """A note was added to a conversation (``CONVERSATION_NOTE_ADDED``)."""

    _type: ClassVar[str] = "CONVERSATION_NOTE_ADDED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_NOTE_ADDED
    data: NoteAddedData


@define(kw_only=True, field_transformer=snake_case)
class TagAdded(ConversationEvent[TagData]):
    """A conversation was tagged (``CONVERSATION_TAG_ADDED``)."""

    _type: ClassVar[str] = "CONVERSATION_TAG_ADDED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_TAG_ADDED
    data: TagData


@define(kw_only=True, field_transformer=snake_case)
class TagRemoved(ConversationEvent[TagData]):
    """A tag was taken off a conversation (``CONVERSATION_TAG_REMOVED``)."""

    _type: ClassVar[str] = "CONVERSATION_TAG_REMOVED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_TAG_REMOVED
    data: TagData


@define(kw_only=True, field_transformer=snake_case)
class ConversationRated(ConversationEvent[RatedData]):
    """An end user rated a conversation (``CONVERSATION_RATED``)."""

    _type: ClassVar[str] = "CONVERSATION_RATED"
    event_type: ClassVar[WebhookEvent] = WebhookEvent.CONVERSATION_RATED
    data: RatedData

    @property
    def score(self) -> int | None:
        """The score, wherever it stands."""
        return self.data.conversation.score if self.data.score is None else self.data.score

    @property
    def rating_type(self) -> str | None:
        """How the rating was given, such as ``Csat``, wherever it stands."""
        data = self.data
        return data.conversation.rating_type if data.rating_type is None else data.rating_type


@define(kw_only=True)
class OtherEvent(_DeliveredOther):
    """An event that this version has no class for, or that does not fit its class; `reason` says why, then."""

    _tag_key: ClassVar[str] = "event_fqn"
    id: ClassVar[SharedField[str]] = SharedField("event_id")
    """The event ID."""
    version: ClassVar[SharedField[str | None]] = SharedField("event_version")
    occurred_at: ClassVar[SharedField[datetime | None]] = SharedField("event_timestamp")
    organization: ClassVar[SharedField[EventOrganization | None]] = SharedField("organization")
    data: ClassVar[SharedField[OtherData]] = SharedField("data")
    """The data: its conversation, and all else in `extra`."""

    @property
    def event_type(self) -> WebhookEvent:
        """Which event it is; maybe one that `WebhookEvent` does not list."""
        return WebhookEvent(self.type or "")

    @property
    def conversation(self) -> EventConversation | None:
        """The conversation, if there is one that can be read."""
        data: OtherData | None = (self.shared or {}).get("data")
        return None if data is None else data.conversation

    @property
    def body(self) -> bytes:
        """The body as it was delivered. An event that was made or copied has none: it is then written as JSON."""
        return _body_of(self)


KnownEvent: TypeAlias = (
    ConversationCreated
    | ConversationOpen
    | ConversationPending
    | ConversationPendingExpired
    | ConversationClosed
    | ConversationEnqueued
    | ConversationAssigned
    | ConversationUnassigned
    | ConversationAbandoned
    | MessageAdded
    | NoteAdded
    | TagAdded
    | TagRemoved
    | ConversationRated
)
"""An event that has a class."""

Event: TypeAlias = KnownEvent | OtherEvent
"""Any event."""

EVENT_CLASSES: Final[dict[WebhookEvent, type[KnownEvent]]] = {
    cls.event_type: cls
    for cls in (
        ConversationCreated,
        ConversationOpen,
        ConversationPending,
        ConversationPendingExpired,
        ConversationClosed,
        ConversationEnqueued,
        ConversationAssigned,
        ConversationUnassigned,
        ConversationAbandoned,
        MessageAdded,
        NoteAdded,
        TagAdded,
        TagRemoved,
        ConversationRated,
    )
}

_NAMES_OF_CLASSES: Final = frozenset(event_type.name for event_type in EVENT_CLASSES)


def parse_event(body: bytes) -> Event:
    """Read the body of a delivery.

    Args:
        body: the body, as bytes. Half a character in a text becomes U+FFFD, as in all responses.

    Returns:
        The event. An event without a class, or that does not fit its class, is an `OtherEvent`.

    Raises:
        WebhookRefusedError: it is not JSON, or not an object with an `event_id` and an `event_fqn`. No other error
            comes of any bytes.
    """
    return structure_event(load_event(body), body)


def load_event(body: bytes) -> dict[str, Any]:
    """Read the JSON of a delivery: the first half of `parse_event`.

    Args:
        body: the body.

    Returns:
        An object with an `event_id` and an `event_fqn`, which is the name of its class, if there is one.

    Raises:
        WebhookRefusedError: it is none.
    """
    try:
        value = Serializer.shared().load(body)
    except ValidationError:
        raise WebhookRefusedError(RefusalReason.NOT_JSON) from None
    if not isinstance(value, dict) or not _is_name(value.get("event_id")) or not _is_name(value.get("event_fqn")):  # pyright: ignore[reportUnknownMemberType]
        raise WebhookRefusedError(RefusalReason.NOT_AN_EVENT)
    if value["event_fqn"] not in _NAMES_OF_CLASSES:
        cls = EVENT_CLASSES.get(WebhookEvent(value["event_fqn"]))
        if cls is not None:
            value["event_fqn"] = cls.event_type.name  # as the class writes it
    return value  # pyright: ignore[reportUnknownVariableType]


def structure_event(value: dict[str, Any], body: bytes) -> Event:
    """Make the models of a delivery: the second half of `parse_event`.

    Args:
        value: what `load_event` has read.
        body: the body.

    Returns:
        The event.

    Raises:
        WebhookRefusedError: it is none.
    """
    try:
        event: Event = Serializer.shared().structure(value, Event)
    except ValidationError:
        raise WebhookRefusedError(RefusalReason.NOT_AN_EVENT) from None
    event.delivered_body = body
    return event


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME
