"""Messages that are sent, and what they consist of.

Those that are read have many more kinds, which a program that only creates conversations does not need.
"""

from typing import ClassVar, TypeAlias

from .base import UNSET, Model, Unset, define
from .common import File


@define
class TextContent(Model):
    """Plain text (``Text``)."""

    _type: ClassVar[str] = "Text"
    value: str


@define
class HtmlContent(Model):
    """HTML (``Html``)."""

    _type: ClassVar[str] = "Html"
    value: str


@define
class MarkdownContent(Model):
    """Markdown (``Markdown``). WhatsApp accepts only this."""

    _type: ClassVar[str] = "Markdown"
    value: str


NewMessageContent: TypeAlias = TextContent | HtmlContent | MarkdownContent
"""The content of a message that is sent."""


@define(kw_only=True)
class InboundMessage(Model):
    """A message from the end user (``Inbound``). SMS and WhatsApp do not accept it."""

    _type: ClassVar[str] = "Inbound"
    content: NewMessageContent
    attachments: list[File] | Unset = UNSET
    """Files, identified by URLs from which Dixa copies them."""
    integration_email: str | Unset = UNSET
    """For emails: Dixa's own address of the mailbox that received it, such as ``support@email.dixa.io``."""
    external_id: str | Unset = UNSET
    """An ID from your own system. It is returned when the message is read. A duplicate is documented to be a 400."""


@define(kw_only=True)
class OutboundMessage(Model):
    """A message from an agent (``Outbound``)."""

    _type: ClassVar[str] = "Outbound"
    agent_id: str
    """The agent who is the author."""
    content: NewMessageContent | Unset = UNSET
    """It can be left out for WhatsApp only, when there is an attachment, and in ``beta`` only."""
    attachments: list[File] | Unset = UNSET
    """Files, identified by URLs from which Dixa copies them. WhatsApp accepts one (.jpg, .jpeg, .png, .pdf, .doc,
    .docx, .pptx or .xlsx)."""
    integration_email: str | Unset = UNSET
    """For emails: Dixa's own address of the mailbox that sends it, such as ``support@email.dixa.io``."""
    external_id: str | Unset = UNSET
    """An ID from your own system. It is returned when the message is read. A duplicate is documented to be a 400."""
    cc: list[str] | Unset = UNSET
    """For emails: IDs of end users who receive a copy."""
    bcc: list[str] | Unset = UNSET
    """For emails: IDs of end users who receive a blind copy."""


NewMessage: TypeAlias = InboundMessage | OutboundMessage
"""A message to add (``CreateMessageInput``)."""
