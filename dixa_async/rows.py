"""Flat rows of conversations and messages, for tables: pandas, CSV files, databases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias, get_args

from .errors import UsageError
from .models.base import OpenEnum, Unknown
from .models.conversations import Conversation
from .models.messages import Message

Cell: TypeAlias = str | int | bool | datetime | None
"""A value in a row."""

_CONVERSATIONS: Final[tuple[type[Any], ...]] = get_args(Conversation)
_CONVERSATION: Final[Mapping[str, str]] = {
    "conversation_id": "id",
    "channel": "channel",
    "direction": "direction",
    "state": "state",
    "requester_id": "requester_id",
    "agent_id": "assignment.agent_id",
    "assigned_at": "assignment.assigned_at",
    "queue_id": "queue.id",
    "queued_at": "queue.queued_at",
    "created_at": "created_at",
    "state_updated_at": "state_updated_at",
    "anonymized_at": "anonymized_at",
    "transport_expires_at": "transport_expires_at",
    "parent_id": "link.parent_id",
    "subject": "subject",
    "language": "language",
    "from_email": "from_email",
    "to_email": "to_email",
    "integration_email": "integration_email",
    "from_number": "from_number",
    "to_number": "to_number",
}
"""The columns, and the field of each. Not every kind of conversation has every field."""


def conversation_row(conversation: Conversation) -> dict[str, Cell]:
    """Make a flat row of a conversation, for a table.

    ::

        rows = [conversation_row(each) async for each in dixa.end_users.list_conversations(user_id)]
        frame = pandas.DataFrame(rows)

    Args:
        conversation: a conversation of any kind.

    Returns:
        Strings, integers, times and None by column. All rows have the same columns, whatever the kind: None is
        in those that the kind does not have. Custom attributes are left out.

    Raises:
        UsageError: it is not a conversation.
    """
    if not isinstance(conversation, _CONVERSATIONS):
        raise UsageError(f"conversation_row takes a conversation, not {type(conversation).__name__}")
    return {
        "kind": _kind(conversation),
        **{column: _cell(conversation, path) for column, path in _CONVERSATION.items()},
    }


def message_row(message: Message, *, conversation_id: int | None = None) -> dict[str, Cell]:
    """Make a flat row of a message, for a table.

    Args:
        message: a message of any kind.
        conversation_id: the conversation ID, which a message does not have; defaults to None.

    Returns:
        Strings, integers, times and None by column. All rows have the same columns.

    Raises:
        UsageError: it is not a message.
    """
    if not isinstance(message, Message):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"message_row takes a message, not {type(message).__name__}")
    return {
        "message_id": message.id,
        "conversation_id": conversation_id,
        "created_at": message.created_at,
        "direction": _plain(message.direction),
        "kind": _kind(message.attributes),
        "text": message.text,
        "author_id": message.author_id,
        "external_id": message.external_id,
    }


def _kind(value: Any) -> str | None:
    return value.type if isinstance(value, Unknown) else str(value._type)


def _cell(value: Any, path: str) -> Cell:
    for name in path.split("."):
        value = getattr(value, name, None)
    return _plain(value)


def _plain(value: Any) -> Cell:
    plain: Cell = str(value) if isinstance(value, OpenEnum) else value
    return plain
