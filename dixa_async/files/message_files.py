"""The files of a message: which ones it has, wherever its model keeps their links."""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import attrs

from ..exports.rows import ExportedFile, ExportedMessage
from ..models.common import File
from ..models.messages import (
    AttachmentsFormValue,
    CallRecordingAttributes,
    ChatAttributes,
    ContactFormAttributes,
    EmailAttributes,
    FacebookMessengerAttributes,
    GenericAttributes,
    Message,
    MessageAttributes,
    MessengerFormAttributes,
    SmsAttributes,
    TooLargeEmailContent,
    TwitterAttributes,
    WhatsAppAttributes,
)

FileKind: TypeAlias = Literal["attachment", "inline_image", "form", "recording", "voicemail", "content", "original"]
"""What a file is to its message. ``content``: the text of an email that is too large for the message. ``original``: an
email as it came."""

_NAMES: Final[dict[FileKind, str]] = {
    "recording": "recording",
    "voicemail": "voicemail",
    "content": "content",
    "original": "original",
}
"""For files that have no name: their links end in an ID."""

_WithAttachments: TypeAlias = (
    ChatAttributes
    | ContactFormAttributes
    | EmailAttributes
    | FacebookMessengerAttributes
    | GenericAttributes
    | SmsAttributes
    | TwitterAttributes
    | WhatsAppAttributes
)


@attrs.frozen(kw_only=True)
class MessageFile:
    """A file of a message, which is not yet downloaded."""

    link: str = attrs.field(repr=False)
    """Where it is, for `Files.download`."""
    kind: FileKind
    name: str | None = attrs.field(default=None, repr=False)
    """Its name as the sender chose it, which can be any text."""


def files_of(message: Message | ExportedMessage) -> list[MessageFile]:
    """List the files of a message.

    ::

        for file in files_of(message):
            print(file.kind, file.name)

    Args:
        message: a message of a conversation or of an export.

    Returns:
        Its attachments, inline images, the files of a form, the recording of a call, a voicemail, and an email as it
        came. Each link is there once.
    """
    files = _exported(message) if isinstance(message, ExportedMessage) else _files_in(message.attributes)
    found: dict[str, MessageFile] = {}
    for file in files:
        found.setdefault(file.link, file)
    return [*found.values()]


def _exported(message: ExportedMessage) -> Iterator[MessageFile]:
    for file in message.attached_files or ():
        if isinstance(file, ExportedFile) and file.url:
            yield MessageFile(link=file.url, kind="attachment", name=file.pretty_name)
    if message.recording_url:
        yield MessageFile(link=message.recording_url, kind="recording", name=_NAMES["recording"])
    if message.voicemail_url:
        yield MessageFile(link=message.voicemail_url, kind="voicemail", name=_NAMES["voicemail"])


def _files_in(attributes: MessageAttributes) -> Iterator[MessageFile]:
    if isinstance(attributes, CallRecordingAttributes):
        yield MessageFile(link=attributes.recording, kind="recording", name=_NAMES["recording"])
    elif isinstance(attributes, MessengerFormAttributes):
        yield from _form_files(attributes)
    elif isinstance(attributes, _WithAttachments):
        yield from _each("attachment", attributes.attachments)
    if isinstance(attributes, EmailAttributes | ContactFormAttributes):
        yield from _email_files(attributes)


def _form_files(attributes: MessengerFormAttributes) -> Iterator[MessageFile]:
    for value in attributes.form_submission.values.values():
        if isinstance(value, AttachmentsFormValue):
            for file in value.value or ():
                yield MessageFile(link=file.url, kind="form", name=file.name)


def _email_files(attributes: EmailAttributes | ContactFormAttributes) -> Iterator[MessageFile]:
    yield from _each("inline_image", attributes.inline_images)
    if isinstance(attributes.email_content, TooLargeEmailContent):
        yield from _each("content", [attributes.email_content.file])
    if attributes.original_content_url is not None:
        yield from _each("original", [attributes.original_content_url])


def _each(kind: FileKind, files: list[File] | None) -> Iterator[MessageFile]:
    for file in files or ():
        yield MessageFile(link=file.url, kind=kind, name=file.pretty_name or _NAMES.get(kind))
