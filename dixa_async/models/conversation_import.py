"""Conversations from other systems, to import."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from .base import UNSET, JsonValue, Model, OpenEnum, Unset, define
from .common import Direction, File
from .conversations import Assignment
from .new_messages import NewMessageContent


@define(kw_only=True)
class ImportedInboundMessage(Model):
    """A message that the end user wrote (``InboundImport``)."""

    _type: ClassVar[str] = "InboundImport"
    content: NewMessageContent
    created_at: datetime
    """When it was written."""
    attachments: list[File] | Unset = UNSET
    """Files, identified by URLs from which Dixa copies them."""
    external_id: str | Unset = UNSET
    """An ID from your own system. Dixa returns it, and does not promise to reject duplicates."""
    attributes: JsonValue | Unset = UNSET
    """What the channel needs, as an object; for ``email``: `emailIntegrationId`, the address of a contact endpoint, and
    `requesterId` if another end user than that of the conversation wrote it."""


@define(kw_only=True)
class ImportedOutboundMessage(Model):
    """A message that an agent wrote (``OutboundImport``)."""

    _type: ClassVar[str] = "OutboundImport"
    agent_id: str
    """The agent who is the author."""
    content: NewMessageContent
    created_at: datetime
    """When it was written."""
    attachments: list[File] | Unset = UNSET
    """Files, identified by URLs from which Dixa copies them."""
    external_id: str | Unset = UNSET
    """An ID from your own system. Dixa returns it, and does not promise to reject duplicates."""
    attributes: JsonValue | Unset = UNSET
    """What the channel needs, as an object; for ``email``: `emailIntegrationId`, the address of a contact endpoint, and
    the lists `cc` and `bcc`."""


ImportedMessage: TypeAlias = ImportedInboundMessage | ImportedOutboundMessage
"""A message to import (``ImportMessageInput``)."""


class RequesterConnectionStatus(OpenEnum):
    """Whether the end user is still there."""

    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


@define(kw_only=True)
class Closing(Model):
    """Closes a conversation that is imported."""

    closed_at: datetime
    closed_by: str
    """The ID of an agent."""


@define(kw_only=True)
class NewImportedConversation(Model):
    """A conversation to import (``GenericConversationImport``)."""

    _type: ClassVar[str] = "GenericConversationImport"
    generic_channel_name: str
    """``email`` or ``genericapimessaging``."""
    requester_id: str
    """The end user."""
    direction: Literal[Direction.INBOUND, Direction.OUTBOUND]
    created_at: datetime
    """When it began."""
    messages: list[ImportedMessage] | Unset = UNSET
    requester_connection_status: RequesterConnectionStatus | Unset = UNSET
    assignment: Assignment | Unset = UNSET
    """The agent who has it."""
    external_id: str | Unset = UNSET
    """An ID from your own system. Dixa returns it, and does not promise to reject duplicates."""
    closing: Closing | Unset = UNSET
    """UNSET: it stays open."""
    attributes: JsonValue | Unset = UNSET
    """What the channel needs, as an object; for ``email``: `emailIntegrationId`, the address of a contact endpoint, and
    `subject`."""


@define(kw_only=True)
class ImportFault(Model):
    """A part of an imported conversation that could not be imported (``PartialError``)."""

    message: str


@define(kw_only=True)
class ImportedConversation(Model):
    """A conversation that was imported (``ImportConversationResponse``)."""

    id: int
    partial_errors: list[ImportFault] | None = None
    """What is missing from it, such as an attachment."""
