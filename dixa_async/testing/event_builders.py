"""Builders of webhook events, one for each type, and of their signed deliveries. Public.

::

    headers, body = signed(message_added(text="Where is my parcel?"), secret_key)
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from ..conversion import to_json
from ..models.webhooks import WebhookEvent
from ..webhooks.event_models import (
    AbandonedData,
    ConversationData,
    EventChannel,
    EventConversation,
    EventConversationStatus,
    EventDirection,
    EventOrganization,
    EventQueue,
    EventUser,
    MessageAddedData,
    MessageDirection,
    MessageEventContent,
    NoteAddedData,
    PendingExpiredData,
    RatedData,
    TagData,
)
from ..webhooks.events import (
    ConversationAbandoned,
    ConversationAssigned,
    ConversationClosed,
    ConversationCreated,
    ConversationEnqueued,
    ConversationEvent,
    ConversationOpen,
    ConversationPending,
    ConversationPendingExpired,
    ConversationRated,
    ConversationUnassigned,
    Event,
    MessageAdded,
    NoteAdded,
    OtherEvent,
    TagAdded,
    TagRemoved,
    parse_event,
)
from ..webhooks.signature import SIGNATURE_HEADER, sign

__all__ = [
    "AGENT",
    "END_USER",
    "QUEUE",
    "abandoned",
    "conversation",
    "conversation_event",
    "message_added",
    "note_added",
    "other_event",
    "pending_expired",
    "rated",
    "signed",
    "tag_added",
    "tag_removed",
]

END_USER: Final = EventUser(id="end-user-1", name="Ada Example", email="ada@example.com", roles=[], user_type="Contact")
AGENT: Final = EventUser(id="agent-1", name="Agent One", email="agent1@example.com", roles=[], user_type="Member")
QUEUE: Final = EventQueue(id="queue-1", name="Orders")
_ORGANIZATION: Final = EventOrganization(id="organization-1", name="Example Ltd")

_Plain = TypeVar(
    "_Plain",
    ConversationCreated,
    ConversationOpen,
    ConversationPending,
    ConversationClosed,
    ConversationEnqueued,
    ConversationAssigned,
    ConversationUnassigned,
)


def conversation(
    conversation_id: int = 1,
    *,
    channel: EventChannel = EventChannel.EMAIL,
    status: EventConversationStatus = EventConversationStatus.OPEN,
    assignee: EventUser | None = None,
) -> EventConversation:
    """Make the conversation of an event."""
    return EventConversation(
        id=conversation_id,
        channel=channel,
        status=status,
        direction=EventDirection.INBOUND,
        queue=QUEUE,
        contact_point="support@email.dixa.io",
        requester=END_USER,
        assignee=assignee,
        subject="A question",
        tags=[],
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def conversation_event(
    cls: type[_Plain],
    about: EventConversation | None = None,
    *,
    event_id: str | None = None,
    at: datetime | None = None,
) -> _Plain:
    """Make an event that has only a conversation, such as a `ConversationCreated`."""
    return cls(**_fields(event_id, at), data=ConversationData(conversation=about or conversation()))


def message_added(
    about: EventConversation | None = None,
    *,
    text: str = "Hello",
    direction: MessageDirection = MessageDirection.INBOUND,
    author: EventUser | None = None,
    message_id: str | None = None,
    external_id: str | None = None,
    event_id: str | None = None,
    at: datetime | None = None,
) -> MessageAdded:
    """Make the event of a new message: of the end user, unless it is outbound."""
    about = about or conversation()
    writer = END_USER if direction == MessageDirection.INBOUND else AGENT
    data = MessageAddedData(
        conversation=about,
        message_id=message_id or str(uuid.uuid4()),
        author=author or writer,
        created_at=at or datetime.now(UTC),
        text=text,
        direction=direction,
        channel=about.channel,
        content=MessageEventContent(text=text, content_type="Text"),
        attachments=[],
        external_id=external_id,
    )
    return MessageAdded(**_fields(event_id, at), data=data)


def note_added(
    about: EventConversation | None = None,
    *,
    text: str = "A note",
    author: EventUser = AGENT,
    note_id: str | None = None,
    event_id: str | None = None,
    at: datetime | None = None,
) -> NoteAdded:
    """Make the event of a new internal note."""
    data = NoteAddedData(
        conversation=about or conversation(),
        note_id=note_id or str(uuid.uuid4()),
        author=author,
        created_at=at or datetime.now(UTC),
        text=text,
    )
    return NoteAdded(**_fields(event_id, at), data=data)


def tag_added(
    about: EventConversation | None = None,
    *,
    tag: str = "parcel",
    author: EventUser = AGENT,
    event_id: str | None = None,
    at: datetime | None = None,
) -> TagAdded:
    """Make the event of an added tag."""
    data = TagData(conversation=about or conversation(), tag=tag, author=author)
    return TagAdded(**_fields(event_id, at), data=data)


def tag_removed(
    about: EventConversation | None = None,
    *,
    tag: str = "parcel",
    author: EventUser = AGENT,
    event_id: str | None = None,
    at: datetime | None = None,
) -> TagRemoved:
    """Make the event of a removed tag."""
    return TagRemoved(
        **_fields(event_id, at), data=TagData(conversation=about or conversation(), tag=tag, author=author)
    )


def pending_expired(
    about: EventConversation | None = None,
    *,
    pending_by: EventUser = AGENT,
    event_id: str | None = None,
    at: datetime | None = None,
) -> ConversationPendingExpired:
    """Make the event of a conversation whose pending time ended."""
    data = PendingExpiredData(conversation=about or conversation(), pending_by_user_camel=pending_by)
    return ConversationPendingExpired(**_fields(event_id, at), data=data)


def abandoned(
    about: EventConversation | None = None,
    *,
    queue: EventQueue = QUEUE,
    event_id: str | None = None,
    at: datetime | None = None,
) -> ConversationAbandoned:
    """Make the event of an end user who stopped waiting in a queue."""
    return ConversationAbandoned(
        **_fields(event_id, at), data=AbandonedData(conversation=about or conversation(), queue=queue)
    )


def rated(
    about: EventConversation | None = None,
    *,
    score: int = 5,
    comment: str | None = None,
    agent: EventUser = AGENT,
    event_id: str | None = None,
    at: datetime | None = None,
) -> ConversationRated:
    """Make the event of a rating from 1 to 5."""
    about = about or conversation(status=EventConversationStatus.CLOSED)
    data = RatedData(conversation=about, agent=agent, score=score, comment=comment, rating_type="Csat")
    return ConversationRated(**_fields(event_id, at), data=data)


def other_event(
    event_type: WebhookEvent | str,
    data: Mapping[str, Any] | None = None,
    *,
    event_id: str | None = None,
    at: datetime | None = None,
) -> Event:
    """Make an event of any type, with any data that is JSON."""
    value = {
        "event_id": event_id or str(uuid.uuid4()),
        "event_fqn": WebhookEvent(event_type).name,
        "event_version": "1",
        "event_timestamp": at or datetime.now(UTC),
        "organization": _ORGANIZATION,
        "data": dict(data or {}),
    }
    return parse_event(to_json(value))


def signed(
    event: ConversationEvent[Any] | OtherEvent, secret: str, *, at: datetime | None = None
) -> tuple[dict[str, str], bytes]:
    """Sign an event as Dixa does.

    Args:
        event: the event.
        secret: the `secret_key` of the subscription, in hex.
        at: the time of the signature; defaults to now.

    Returns:
        The headers and the body of a delivery.

    Raises:
        ConfigurationError: the secret is not hex.
    """
    body = event.body
    headers = {"Content-Type": "application/json", "X-DIXA-SUBSCRIPTION-ID": "subscription-1"}
    return headers | {SIGNATURE_HEADER: sign(body, secret, at=at)}, body


def _fields(event_id: str | None, at: datetime | None) -> Any:
    return {
        "id": event_id or str(uuid.uuid4()),
        "version": "1",
        "occurred_at": at or datetime.now(UTC),
        "organization": _ORGANIZATION,
    }
