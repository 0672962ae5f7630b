"""What events contain: conversations, persons, and the data of each kind of event.

Names on the wire are in snake_case here. Only what identifies the event and its conversation is required: Dixa's own
test deliveries leave out most of the rest.
"""

from datetime import datetime

from attrs import field

from ..models.base import Model, OpenEnum, define, on_wire, snake_case


class MessageDirection(OpenEnum):
    """Who wrote a message of an event: the end user (inbound) or an agent (outbound). Dixa writes it in lower case."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class EventDirection(OpenEnum):
    """Who began the conversation of an event."""

    INBOUND = "INBOUND"
    INTERNAL = "INTERNAL"
    OUTBOUND = "OUTBOUND"


class EventConversationStatus(OpenEnum):
    """The status of the conversation of an event."""

    AWAITING_PENDING = "AWAITING_PENDING"
    CLOSED = "CLOSED"
    OPEN = "OPEN"
    PENDING = "PENDING"


class EventChannel(OpenEnum):
    """The channel of the conversation of an event."""

    CALLBACK = "CALLBACK"
    CONTACT_FORM = "CONTACT_FORM"
    EMAIL = "EMAIL"
    FACEBOOK_MESSENGER = "FACEBOOK_MESSENGER"
    MESSENGER = "MESSENGER"
    PSTN_PHONE = "PSTN_PHONE"
    SMS = "SMS"
    TWITTER = "TWITTER"
    VOICEMAIL = "VOICEMAIL"
    WHATS_APP = "WHATS_APP"
    WIDGET_CHAT = "WIDGET_CHAT"


@define(kw_only=True, field_transformer=snake_case)
class EventOrganization(Model):
    """The organization that an event comes from."""

    id: str
    name: str | None = None


@define(kw_only=True, field_transformer=snake_case)
class EventUser(Model):
    """A person in an event: an end user or an agent."""

    id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    roles: list[str] | None = None
    user_type: str | None = None
    """``Contact`` for an end user, ``Member`` for an agent, as far as is known."""
    additional_emails: list[str] | None = None


@define(kw_only=True, field_transformer=snake_case)
class EventQueue(Model):
    """A queue in an event."""

    id: str
    name: str | None = None


@define(kw_only=True, field_transformer=snake_case)
class EventTag(Model):
    """A tag of the conversation of an event."""

    id: str
    name: str | None = None
    is_deactivated: bool | None = None


@define(kw_only=True, field_transformer=snake_case)
class EventConversation(Model):
    """The conversation of an event, as it was at that time."""

    id: int = field(metadata=on_wire("csid"))
    """The conversation ID."""
    channel: EventChannel | None = None
    status: EventConversationStatus | None = None
    direction: EventDirection | None = None
    """Who began it."""
    queue: EventQueue | None = None
    contact_point: str | None = None
    """The address or number of the organization that the end user wrote to."""
    requester: EventUser | None = None
    """The end user."""
    assignee: EventUser | None = None
    """The agent who has it."""
    subject: str | None = None
    tags: list[EventTag] | None = None
    created_at: datetime | None = None
    score: int | None = None
    """Of a `ConversationRated` only, and not always."""
    rating_type: str | None = field(metadata=on_wire("type"), default=None)
    """Of a `ConversationRated` only, and not always."""


@define(kw_only=True, field_transformer=snake_case)
class MessageEventContent(Model):
    """The content of a message in an event."""

    text: str | None = None
    content_type: str | None = None
    original_content_url: str | None = None
    """Where the whole email is: a path on Dixa's file server, or a URL."""
    processed_content_url: str | None = None


@define(kw_only=True, field_transformer=snake_case)
class MessageEventAttachment(Model):
    """A file of a message in an event. Its shape is not documented: unknown keys are in `extra`."""

    url: str | None = None
    pretty_name: str | None = None


@define(kw_only=True, field_transformer=snake_case)
class OtherData(Model):
    """The data of an event that this version has no class for. `extra` has the rest of it."""

    conversation: EventConversation | None = None


@define(kw_only=True, field_transformer=snake_case)
class ConversationData(Model):
    """The data of an event that is about a conversation and nothing else."""

    conversation: EventConversation


@define(kw_only=True, field_transformer=snake_case)
class PendingExpiredData(ConversationData):
    """The data of a `ConversationPendingExpired`."""

    pending_by_user: EventUser | None = None
    """Who had put the conversation aside."""
    pending_by_user_camel: EventUser | None = field(metadata=on_wire("pendingByUser"), default=None, repr=False)
    """The same under the name that Dixa uses in deliveries; `ConversationPendingExpired.pending_by` is either."""


@define(kw_only=True, field_transformer=snake_case)
class AbandonedData(ConversationData):
    """The data of a `ConversationAbandoned`."""

    queue: EventQueue | None = None
    """The queue in which the end user gave up."""


@define(kw_only=True, field_transformer=snake_case)
class MessageAddedData(ConversationData):
    """The data of a `MessageAdded`."""

    message_id: str | None = None
    author: EventUser | None = None
    created_at: datetime | None = None
    text: str | None = None
    """The text. The whole of an email is at the URLs of its `content`."""
    direction: MessageDirection | None = None
    channel: EventChannel | None = None
    content: MessageEventContent | None = None
    attachments: list[MessageEventAttachment] | None = None
    external_id: str | None = None
    """The external ID, if the message was added through the API. Without one, Dixa has sent the text ``null``."""


@define(kw_only=True, field_transformer=snake_case)
class NoteAddedData(ConversationData):
    """The data of a `NoteAdded`."""

    note_id: str | None = None
    author: EventUser | None = None
    created_at: datetime | None = None
    text: str | None = None


@define(kw_only=True, field_transformer=snake_case)
class TagData(ConversationData):
    """The data of a `TagAdded` or a `TagRemoved`."""

    tag: str | None = None
    """The name of the tag."""
    author: EventUser | None = None


@define(kw_only=True, field_transformer=snake_case)
class RatedData(ConversationData):
    """The data of a `ConversationRated`."""

    agent: EventUser | None = None
    """The agent who was rated."""
    score: int | None = None
    """It may be in the conversation instead; `ConversationRated.score` is either."""
    comment: str | None = None
    rating_type: str | None = field(metadata=on_wire("type"), default=None)
    """How the rating was given, such as ``Csat``. It may be in the conversation instead."""
