"""Texts of any length, as far as the page shows them."""

import html
import re
from typing import Any, Final

from ...models.base import Unknown
from ...models.common import File
from ...models.messages import (
    CallRecordingAttributes,
    ContactFormAttributes,
    EmailAttributes,
    MessageAttributes,
    MessageContent,
    PhoneAttributes,
    RegularEmailContent,
    TooLargeEmailContent,
)
from ...models.new_messages import HtmlContent, MarkdownContent

LONGEST_LINE: Final = 200
"""Characters of a text that is shown in a line, such as a name."""
_TAG: Final = re.compile(r"<[^<>]*>")
_LINE_END: Final = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_FORMATS: Final[dict[type[Any], str]] = {HtmlContent: "HTML", MarkdownContent: "Markdown"}


def cut(text: str, length: int = LONGEST_LINE) -> str:
    """The beginning of a text, with an ellipsis if there is more.

    Args:
        text: the text.
        length: how many characters are kept.

    Returns:
        The text, or its beginning.
    """
    return text if len(text) <= length else f"{text[:length]}…"


def text_of(attributes: MessageAttributes) -> tuple[str, str]:
    """The text of a message, and its format: ``Text``, ``HTML`` or ``Markdown``."""
    match attributes:
        case EmailAttributes(email_content=content) | ContactFormAttributes(email_content=content):
            if isinstance(content, TooLargeEmailContent):
                return content.file.url, "Text"
            return _value_of(content.content) if isinstance(content, RegularEmailContent) else ("", "Text")
        case PhoneAttributes(from_=caller, to=called):
            return f"call from {caller} to {called}", "Text"
        case CallRecordingAttributes(recording=recording):
            return recording, "Text"
        case Unknown():
            return "", "Text"
        case _:
            return _value_of(attributes.content)


def readable(text: str, text_format: str) -> str:
    """A text for a person to read: HTML without its tags. The page shows text only, so nothing has to be safe as HTML.

    Args:
        text: the text.
        text_format: its format, as `text_of` returns it.

    Returns:
        The text, or what is between the tags.
    """
    if text_format != "HTML":
        return text
    return html.unescape(_TAG.sub("", _LINE_END.sub("\n", text))).strip()


def files_of(attributes: MessageAttributes) -> list[File]:
    """The attachments of a message."""
    files: list[File] | None = getattr(attributes, "attachments", None)
    return files or []


def _value_of(content: MessageContent | None) -> tuple[str, str]:
    return ("", "Text") if content is None else (str(content.value), _FORMATS.get(type(content), "Text"))
