"""Conversations in responses."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from .base import Model, OpenEnum, SharedField, Unknown, define
from .common import BrowserInfo, Channel, Direction
from .custom_attributes import CustomAttribute


class ConversationState(OpenEnum):
    """The state of a conversation."""

    AWAITING_PENDING = "AwaitingPending"
    CLOSED = "Closed"
    OPEN = "Open"
    PENDING = "Pending"


class TwitterConversationType(OpenEnum):
    """Whether a conversation on Twitter is public."""

    DIRECT_MESSAGE = "DirectMessage"
    TWEET = "Tweet"


@define(kw_only=True)
class Assignment(Model):
    """Which agent has a conversation."""

    agent_id: str
    assigned_at: datetime


@define(kw_only=True)
class ConversationQueue(Model):
    """Which queue a conversation is in (``Queue``)."""

    id: str
    queued_at: datetime | None = None


@define(kw_only=True)
class EmailForwardLink(Model):
    """The conversation is a forwarded email of another one (``EmailForward``)."""

    _type: ClassVar[str] = "EmailForward"
    parent_id: int


@define(kw_only=True)
class FollowUpLink(Model):
    """The conversation follows up another one (``FollowUp``)."""

    _type: ClassVar[str] = "FollowUp"
    parent_id: int


@define(kw_only=True)
class SideConversationLink(Model):
    """The conversation is a side conversation of another one (``SideConversation``)."""

    _type: ClassVar[str] = "SideConversation"
    parent_id: int


@define(kw_only=True)
class UnknownConversationLink(Unknown):
    """A link of a kind that this version cannot read."""

    parent_id: ClassVar[SharedField[int]] = SharedField()


ConversationLink: TypeAlias = EmailForwardLink | FollowUpLink | SideConversationLink | UnknownConversationLink
"""How a conversation is linked to another one."""


@define(kw_only=True)
class _Conversation(Model):
    """What all conversations have."""

    id: int
    requester_id: str
    """The end user."""
    channel: Channel
    created_at: datetime
    direction: Direction | None = None
    state: ConversationState | None = None
    state_updated_at: datetime | None = None
    link: ConversationLink | None = None
    custom_attributes: list[CustomAttribute] | None = None
    transport_expires_at: datetime | None = None
    """Until when the channel lets agents reply."""


@define(kw_only=True)
class AnonymizedConversation(_Conversation):
    """An anonymized conversation."""

    _type: ClassVar[str] = "AnonymizedConversation"
    anonymized_at: datetime


@define(kw_only=True)
class _ActiveConversation(_Conversation):
    """What conversations have while they are not anonymized."""

    assignment: Assignment | None = None
    queue: ConversationQueue | None = None


@define(kw_only=True)
class ChatConversation(_ActiveConversation):
    """A conversation by the chat widget."""

    _type: ClassVar[str] = "ChatConversation"
    browser_info: BrowserInfo | None = None
    language: str | None = None


@define(kw_only=True)
class ContactFormConversation(_ActiveConversation):
    """A conversation by a contact form."""

    _type: ClassVar[str] = "ContactFormConversation"
    from_email: str
    to_email: str | None = None
    integration_email: str | None = None
    language: str | None = None
    subject: str | None = None


@define(kw_only=True)
class EmailConversation(_ActiveConversation):
    """A conversation by email."""

    _type: ClassVar[str] = "EmailConversation"
    from_email: str
    to_email: str
    integration_email: str
    language: str | None = None
    subject: str | None = None


@define(kw_only=True)
class FacebookMessengerConversation(_ActiveConversation):
    """A conversation by Facebook Messenger."""

    _type: ClassVar[str] = "FacebookMessengerConversation"


@define(kw_only=True)
class GenericConversation(_ActiveConversation):
    """A conversation by a custom channel of the organization."""

    _type: ClassVar[str] = "GenericConversation"
    from_contact_point_id: str | None = None
    to_contact_point_id: str | None = None


@define(kw_only=True)
class MessengerConversation(_ActiveConversation):
    """A conversation by Dixa Messenger."""

    _type: ClassVar[str] = "MessengerConversation"
    browser_info: BrowserInfo | None = None
    language: str | None = None


@define(kw_only=True)
class PstnPhoneConversation(_ActiveConversation):
    """A conversation by phone."""

    _type: ClassVar[str] = "PstnPhoneConversation"


@define(kw_only=True)
class SmsConversation(_ActiveConversation):
    """A conversation by SMS."""

    _type: ClassVar[str] = "SmsConversation"
    from_number: str | None = None
    to_number: str | None = None


@define(kw_only=True)
class TwitterConversation(_ActiveConversation):
    """A conversation by Twitter."""

    _type: ClassVar[str] = "TwitterConversation"
    conversation_type: TwitterConversationType
    contact_point_twitter_id: str | None = None
    end_user_twitter_id: str | None = None


@define(kw_only=True)
class WhatsAppConversation(_ActiveConversation):
    """A conversation by WhatsApp."""

    _type: ClassVar[str] = "WhatsAppConversation"


@define(kw_only=True)
class UnknownConversation(Unknown):
    """A conversation of a kind that this version cannot read, with the fields that all conversations have."""

    id: ClassVar[SharedField[int]] = SharedField()
    requester_id: ClassVar[SharedField[str]] = SharedField()
    channel: ClassVar[SharedField[Channel]] = SharedField()
    created_at: ClassVar[SharedField[datetime]] = SharedField()
    direction: ClassVar[SharedField[Direction | None]] = SharedField()
    state: ClassVar[SharedField[ConversationState | None]] = SharedField()
    state_updated_at: ClassVar[SharedField[datetime | None]] = SharedField()
    link: ClassVar[SharedField[ConversationLink | None]] = SharedField()
    custom_attributes: ClassVar[SharedField[list[CustomAttribute] | None]] = SharedField()
    transport_expires_at: ClassVar[SharedField[datetime | None]] = SharedField()


Conversation: TypeAlias = (
    AnonymizedConversation
    | ChatConversation
    | ContactFormConversation
    | EmailConversation
    | FacebookMessengerConversation
    | GenericConversation
    | MessengerConversation
    | PstnPhoneConversation
    | SmsConversation
    | TwitterConversation
    | WhatsAppConversation
    | UnknownConversation
)
"""A conversation of any kind."""
