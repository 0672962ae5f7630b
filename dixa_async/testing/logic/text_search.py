"""Full-text search in a conversation."""

import re
from collections.abc import Mapping

import attrs

from ...models.base import Unknown
from ...models.messages import Message, RegularEmailContent
from ..state.server_state import KnownConversation, State, subject_of


@attrs.frozen(kw_only=True)
class Found:
    """Where a text was found: texts in which the matches are in ``<em>`` tags."""

    subject: str | None
    messages: Mapping[str, str]
    """By the id of the message."""


def find(state: State, conversation: KnownConversation, text: str, *, exact: bool) -> Found | None:
    """Look for a text in the subject and in the messages of a conversation. Case does not matter.

    Args:
        state: the data of the server.
        conversation: the conversation.
        text: the text to look for.
        exact: whether it must appear as a whole. Otherwise each of its words must appear somewhere.

    Returns:
        Where it was found; None if it was not.
    """
    wanted = [text] if exact else text.split()
    subject = subject_of(conversation) or ""
    messages = {message.id: text_of(message) for message in state.messages[conversation.id]}
    texts = [each.lower() for each in (subject, *messages.values())]
    if not wanted or not all(any(word.lower() in each for each in texts) for word in wanted):
        return None
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    return Found(
        subject=_marked(subject, pattern) if pattern.search(subject) else None,
        messages={key: _marked(body, pattern) for key, body in messages.items() if pattern.search(body)},
    )


def text_of(message: Message) -> str:
    """The text of a message; empty if it has none."""
    content = getattr(message.attributes, "content", None)
    email = getattr(message.attributes, "email_content", None)
    if isinstance(email, RegularEmailContent):
        content = email.content
    return "" if content is None or isinstance(content, Unknown) else content.value


def _marked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(r"<em>\g<0></em>", text)
