"""Conversations to create."""

from typing import ClassVar, Literal, TypeAlias

from .base import UNSET, Model, Unset, define
from .common import BrowserInfo, Direction
from .new_messages import NewMessage, OutboundMessage


@define(kw_only=True)
class NewCallbackConversation(Model):
    """A call that an agent makes (``Callback``)."""

    _type: ClassVar[str] = "Callback"
    requester_id: str
    """The end user to call."""
    direction: Literal[Direction.INBOUND, Direction.OUTBOUND]
    contact_endpoint_id: str
    """The phone number to call from."""
    queue_id: str


@define(kw_only=True)
class NewChatConversation(Model):
    """A conversation by the chat widget (``Chat``)."""

    _type: ClassVar[str] = "Chat"
    requester_id: str
    widget_id: str
    message: NewMessage
    browser_info: BrowserInfo | Unset = UNSET
    language: str | Unset = UNSET
    """Two letters, such as ``en``."""


@define(kw_only=True)
class NewContactFormConversation(Model):
    """A conversation by a contact form (``ContactForm``)."""

    _type: ClassVar[str] = "ContactForm"
    requester_id: str
    email_integration_id: str
    """The address of a contact endpoint."""
    subject: str
    message: NewMessage
    language: str | Unset = UNSET
    """Two letters, such as ``en``."""


@define(kw_only=True)
class NewEmailConversation(Model):
    """A conversation by email (``Email``)."""

    _type: ClassVar[str] = "Email"
    requester_id: str
    email_integration_id: str
    """The address of a contact endpoint."""
    subject: str
    message: NewMessage
    language: str | Unset = UNSET
    """Two letters, such as ``en``."""


@define(kw_only=True)
class NewSmsConversation(Model):
    """A conversation by SMS (``Sms``). It is started by an agent."""

    _type: ClassVar[str] = "Sms"
    requester_id: str
    contact_endpoint_id: str
    """The phone number to send from."""
    message: OutboundMessage


NewConversation: TypeAlias = (
    NewCallbackConversation
    | NewChatConversation
    | NewContactFormConversation
    | NewEmailConversation
    | NewSmsConversation
)
"""A conversation to create, of any kind that can be created (``CreateConversationInput``)."""


@define(kw_only=True)
class CreatedConversation(Model):
    """A conversation that was created (``ConversationResponse``)."""

    id: int


@define(kw_only=True)
class ConversationActor(Model):
    """On whose behalf a conversation is closed or reopened.

    ``CloseConversationInput`` and ``ReopenConversationInput``.
    """

    user_id: str | Unset = UNSET
    """The agent or the admin."""
