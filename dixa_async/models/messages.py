"""Messages of conversations."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import field

from .base import JsonValue, Model, SharedField, StringOrNumber, Unknown, define, on_wire
from .common import Direction, File
from .new_messages import HtmlContent, MarkdownContent, TextContent


@define(kw_only=True)
class UnknownMessageContent(Unknown):
    """Content of a kind that this version cannot read."""

    value: ClassVar[SharedField[str]] = SharedField()


MessageContent: TypeAlias = TextContent | HtmlContent | MarkdownContent | UnknownMessageContent
"""The content of a message."""


@define(kw_only=True)
class RegularEmailContent(Model):
    """The content of an email (``Regular``)."""

    _type: ClassVar[str] = "Regular"
    content: MessageContent


@define(kw_only=True)
class TooLargeEmailContent(Model):
    """The content of an email that is too large for the response (``TooLarge``)."""

    _type: ClassVar[str] = "TooLarge"
    file: File
    """Where the content is."""


EmailContent: TypeAlias = RegularEmailContent | TooLargeEmailContent | Unknown
"""The content of an email, or where it is."""


@define(kw_only=True)
class EmailContact(Model):
    """A sender or a receiver of an email."""

    email: str
    name: str | None = None


@define(kw_only=True)
class EmailAttributes(Model):
    """An email."""

    _type: ClassVar[str] = "EmailAttributes"
    from_: EmailContact
    is_auto_reply: bool
    email_content: EmailContent | None = None
    to: list[EmailContact] | None = None
    cc: list[EmailContact] | None = None
    bcc: list[EmailContact] | None = None
    inline_images: list[File] | None = None
    attachments: list[File] | None = None
    delivery_failure_reason: str | None = None
    direction: Direction | None = None
    original_content_url: File | None = None


@define(kw_only=True)
class ContactFormAttributes(Model):
    """A message from a contact form."""

    _type: ClassVar[str] = "ContactFormAttributes"
    is_auto_reply: bool
    email_content: EmailContent | None = None
    from_: EmailContact | None = None
    reply_default_to_emails: list[EmailContact] | None = None
    to: list[EmailContact] | None = None
    cc: list[EmailContact] | None = None
    bcc: list[EmailContact] | None = None
    inline_images: list[File] | None = None
    attachments: list[File] | None = None
    delivery_failure_reason: str | None = None
    direction: Direction | None = None
    original_content_url: File | None = None


@define(kw_only=True)
class _ContentAttributes(Model):
    """What the messages of most channels consist of."""

    content: MessageContent | None = None
    direction: Direction | None = None
    attachments: list[File] | None = None


@define(kw_only=True)
class ChatAttributes(_ContentAttributes):
    """A chat message."""

    _type: ClassVar[str] = "ChatAttributes"
    is_automated: bool
    """Whether a bot or a rule wrote it."""


@define(kw_only=True)
class FacebookMessengerAttributes(_ContentAttributes):
    """A message by Facebook Messenger."""

    _type: ClassVar[str] = "FacebookMessengerAttributes"


@define(kw_only=True)
class GenericAttributes(_ContentAttributes):
    """A message by a custom channel of the organization."""

    _type: ClassVar[str] = "GenericAttributes"


@define(kw_only=True)
class SmsAttributes(_ContentAttributes):
    """An SMS."""

    _type: ClassVar[str] = "SmsAttributes"


@define(kw_only=True)
class TwitterAttributes(_ContentAttributes):
    """A tweet or a direct message."""

    _type: ClassVar[str] = "TwitterAttributes"


@define(kw_only=True)
class WhatsAppAttributes(_ContentAttributes):
    """A message by WhatsApp."""

    _type: ClassVar[str] = "WhatsAppAttributes"


@define(kw_only=True)
class PhoneAttributes(Model):
    """A phone call."""

    _type: ClassVar[str] = "PhoneAttributes"
    from_: StringOrNumber
    """The number that called."""
    to: StringOrNumber
    """The number that was called."""
    direction: Direction | None = None
    duration: int | None = None
    """Seconds."""


@define(kw_only=True)
class CallRecordingAttributes(Model):
    """The recording of a phone call."""

    _type: ClassVar[str] = "CallRecordingAttributes"
    recording: str
    """Where it is."""
    duration: int | None = None
    """Seconds."""


@define(kw_only=True)
class TranscriptAttributes(Model):
    """A transcribed utterance in a phone call."""

    _type: ClassVar[str] = "TranscriptAttributes"
    content: MessageContent | None = None
    utterance_start_ms: int | None = field(metadata=on_wire("utterance_start_ms"), default=None)
    """Milliseconds from the start of the call."""
    utterance_end_ms: int | None = field(metadata=on_wire("utterance_end_ms"), default=None)
    """Milliseconds from the start of the call."""
    direction: Direction | None = None


@define(kw_only=True)
class MimeType(Model):
    """The media type of a file, such as ``image`` / ``png`` (``MimeTypeImpl``)."""

    primary: str
    sub: str


@define(kw_only=True)
class Checksum(Model):
    """A checksum of a file."""

    algorithm: str
    hex: str


@define(kw_only=True)
class FormFile(Model):
    """A file that was sent with a form (``FileMeta``)."""

    url: str
    name: str
    media_type: MimeType
    bytes_length: int
    """Bytes."""
    checksum: Checksum


@define(kw_only=True)
class TextFormValue(Model):
    """A string in a form (``Text``)."""

    _type: ClassVar[str] = "Text"
    value: str


@define(kw_only=True)
class SelectFormValue(Model):
    """What was selected in a form (``Select``)."""

    _type: ClassVar[str] = "Select"
    value: list[str] | None = None


@define(kw_only=True)
class AttachmentsFormValue(Model):
    """The files sent with a form (``Attachments``)."""

    _type: ClassVar[str] = "Attachments"
    value: list[FormFile] | None = None


FormValue: TypeAlias = TextFormValue | SelectFormValue | AttachmentsFormValue | str | list[str] | Unknown
"""A value in a form. Dixa sends most of them bare, as a str or a list of str."""


@define(kw_only=True)
class FormSubmission(Model):
    """A submitted form."""

    values: dict[str, FormValue]
    """The values by the name of their field."""


@define(kw_only=True)
class MessengerFormAttributes(Model):
    """A form submitted in Dixa Messenger."""

    _type: ClassVar[str] = "MessengerFormAttributes"
    form_submission: FormSubmission
    direction: Direction | None = None
    content: MessageContent | None = None
    """The form as HTML."""


MessageAttributes: TypeAlias = (
    CallRecordingAttributes
    | ChatAttributes
    | ContactFormAttributes
    | EmailAttributes
    | FacebookMessengerAttributes
    | GenericAttributes
    | MessengerFormAttributes
    | PhoneAttributes
    | SmsAttributes
    | TranscriptAttributes
    | TwitterAttributes
    | WhatsAppAttributes
    | Unknown
)
"""What a message consists of; it depends on the channel and on how the message came (``Attributes``)."""


@define(kw_only=True)
class Message(Model):
    """A message in a conversation."""

    id: str
    author_id: str
    created_at: datetime
    attributes: MessageAttributes
    external_id: str | None = None
    """The ID in your own system."""

    @property
    def content(self) -> MessageContent | None:
        """The content, whatever the kind of the message; None if it has none, such as a phone call."""
        match self.attributes:
            case EmailAttributes(email_content=content) | ContactFormAttributes(email_content=content):
                return content.content if isinstance(content, RegularEmailContent) else None
            case PhoneAttributes() | CallRecordingAttributes() | Unknown():
                return None
            case attributes:
                return attributes.content

    @property
    def text(self) -> str | None:
        """The text, whatever the kind of the message: HTML if the content is an `HtmlContent`. None if it has none.

        It is also None for an email that is too large for the response: see the `file` of its `TooLargeEmailContent`.
        """
        value: object
        if isinstance(self.attributes, Unknown):  # most kinds have a content
            value = _entry(_entry(self.attributes.raw, "content"), "value")
        else:
            value = getattr(self.content, "value", None)
        return value if isinstance(value, str) else None

    @property
    def direction(self) -> Direction | None:
        """The direction, whatever the kind of the message; None if it has none, such as the recording of a call."""
        if isinstance(self.attributes, Unknown):  # most kinds have a direction
            value = _entry(self.attributes.raw, "direction")
            return Direction(value) if isinstance(value, str) else None
        return None if isinstance(self.attributes, CallRecordingAttributes) else self.attributes.direction


def _entry(value: JsonValue, key: str) -> JsonValue:
    return value.get(key) if isinstance(value, dict) else None


@define(kw_only=True)
class AddedMessage(Model):
    """A message that was added (``CreateMessageOutputData``)."""

    direction: Direction
    author_id: str
    content: MessageContent | None = None
    external_id: str | None = None
    message_id: str | None = None
    created_at: datetime | None = None
