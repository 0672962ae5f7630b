"""Conversations and their messages, as the page shows them."""

import heapq
from datetime import datetime
from itertools import islice
from typing import Any, Final

import attrs

from ...models.common import File
from ...models.conversations import AnonymizedConversation
from ...models.internal_notes import InternalNote
from ...models.messages import Message
from ..state.server_state import TOKEN_OWNER, KnownConversation, State, subject_of
from .texts import cut, files_of, readable, text_of

PAGE_SIZE: Final = 50
_MOST_ENTRIES: Final = 200
"""Messages and notes of a conversation that are shown, the latest ones."""
_MOST_PEOPLE: Final = 200
_LONGEST_TEXT: Final = 20_000
_SEARCHED_TEXT: Final = 2_000
"""Characters of the last message that are searched."""


@attrs.frozen(kw_only=True)
class ConversationQuery:
    """Which conversations are listed."""

    words: str = ""
    """Text that must be in the ID, subject, channel, name or email address of the end user, or the last message."""
    state: str = ""
    """The state that they must have; empty for any."""
    page: int = 0
    """From 0."""


def list_conversations(state: State, query: ConversationQuery) -> dict[str, Any]:
    """List a page of the conversations, those with the newest activity first.

    Args:
        state: the state, whose lock is held.
        query: which ones.

    Returns:
        The conversations of the page, the number of the first one, and how many match in all.
    """
    words = query.words.casefold().split()
    found = [
        conversation
        for conversation in state.conversations.values()
        if query.state in ("", conversation.state) and _contains(state, conversation, words)
    ]
    page = min(query.page, max(0, len(found) - 1) // PAGE_SIZE)
    # Sorting all of them would cost more than all the rest.
    latest = heapq.nlargest((page + 1) * PAGE_SIZE, found, key=lambda each: (_active_at(state, each), each.id))
    return {
        "total": len(found),
        "all": len(state.conversations),
        "page": page,
        "pages": max(1, -(-len(found) // PAGE_SIZE)),
        "first": page * PAGE_SIZE + 1,
        "items": [_row(state, conversation) for conversation in latest[page * PAGE_SIZE :]],
    }


def show_conversation(state: State, conversation: KnownConversation) -> dict[str, Any]:
    """Show a conversation with its latest messages and notes.

    Args:
        state: the state, whose lock is held.
        conversation: the conversation.

    Returns:
        The conversation.
    """
    messages = state.messages.get(conversation.id, [])
    notes = state.notes.get(conversation.id, [])
    latest: list[Message | InternalNote] = [*messages[-_MOST_ENTRIES:], *notes[-_MOST_ENTRIES:]]
    latest = sorted(latest, key=lambda each: each.created_at)[-_MOST_ENTRIES:]
    queue, assignment = None, None
    if not isinstance(conversation, AnonymizedConversation):
        queue, assignment = conversation.queue, conversation.assignment
    return {
        **_summary(state, conversation),
        "email": cut(_email_of(state, conversation)),
        "queue": None if queue is None else _queue_name(state, queue.id),
        "agent": None if assignment is None else cut(_name_of(state, assignment.agent_id)),
        "tags": [
            cut(state.tags[tag_id].name)
            for tag_id in state.conversation_tags.get(conversation.id, [])
            if tag_id in state.tags
        ],
        "entries": [_entry(state, conversation, each) for each in latest],
        "earlier": len(messages) + len(notes) - len(latest),
    }


def list_people(state: State) -> dict[str, Any]:
    """List the agents, as whom the page can write, and some end users."""
    return {
        "agents": [
            {"id": each.id, "name": cut(_name_of(state, each.id))}
            for each in islice(state.agents.values(), _MOST_PEOPLE)
        ],
        "endUsers": [
            {"email": each.email, "name": cut(_name_of(state, each.id))}
            for each in islice(state.end_users.values(), _MOST_PEOPLE)
            if each.email
        ],
    }


def _contains(state: State, conversation: KnownConversation, words: list[str]) -> bool:
    if not words:
        return True
    requester = state.end_users.get(conversation.requester_id)
    texts = (
        str(conversation.id),
        conversation.channel,
        subject_of(conversation) or "",
        "" if requester is None else f"{requester.display_name or ''} {requester.email or ''}",
        _last_text(state, conversation),
    )
    text = "\n".join(texts).casefold()
    return all(word in text for word in words)


def _row(state: State, conversation: KnownConversation) -> dict[str, Any]:
    return {
        **_summary(state, conversation),
        "text": cut(" ".join(_last_text(state, conversation).split())),
        "at": _active_at(state, conversation).isoformat(),
    }


def _summary(state: State, conversation: KnownConversation) -> dict[str, Any]:
    return {
        "id": str(conversation.id),  # it may need more digits than a number has in JavaScript
        "channel": conversation.channel,
        "state": conversation.state or "Open",
        "subject": cut(subject_of(conversation) or ""),
        "name": cut(_name_of(state, conversation.requester_id)),
        "messages": len(state.messages.get(conversation.id, [])),
    }


def _entry(state: State, conversation: KnownConversation, entry: Message | InternalNote) -> dict[str, Any]:
    files: list[File] = []
    if isinstance(entry, InternalNote):
        kind, text, text_format = "note", entry.message, "Text"
    else:
        kind = "customer" if entry.author_id == conversation.requester_id else "agent"
        text, text_format, files = *text_of(entry.attributes), files_of(entry.attributes)
    return {
        "id": entry.id,
        "kind": kind,
        "author": cut(_name_of(state, entry.author_id)),
        "at": entry.created_at.isoformat(),
        "text": readable(text[:_LONGEST_TEXT], text_format),
        "source": text[:_LONGEST_TEXT] if text_format == "HTML" else None,
        "format": text_format,
        "cut": max(0, len(text) - _LONGEST_TEXT),
        "files": [cut(file.pretty_name or file.url) for file in files],
    }


def _last_text(state: State, conversation: KnownConversation) -> str:
    messages = state.messages.get(conversation.id)
    if not messages:
        return ""
    text, text_format = text_of(messages[-1].attributes)
    return readable(text[:_SEARCHED_TEXT], text_format)


def _active_at(state: State, conversation: KnownConversation) -> datetime:
    messages = state.messages.get(conversation.id)
    times = (conversation.created_at, conversation.state_updated_at, messages[-1].created_at if messages else None)
    return max(time for time in times if time is not None)


def _email_of(state: State, conversation: KnownConversation) -> str:
    requester = state.end_users.get(conversation.requester_id)
    return "" if requester is None else requester.email or requester.phone_number or ""


def _name_of(state: State, user_id: str) -> str:
    if user_id == TOKEN_OWNER:
        return "owner of the token"
    person = state.agents.get(user_id) or state.end_users.get(user_id)
    if person is None:
        return user_id
    return person.display_name or person.email or person.phone_number or user_id


def _queue_name(state: State, queue_id: str) -> str:
    queue = state.queues.get(queue_id)
    return queue_id if queue is None else cut(queue.name)
