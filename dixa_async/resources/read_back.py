"""Finds what was written, by its external ID.

It reads JSON, not models: a message that this version cannot read must not count as missing.
"""

from typing import Any, Final, TypeVar

import attrs

from .. import models
from ..errors import InvalidRequestError
from ..models.base import UNSET
from ..transport.operation import Operation
from .base import Caller, ConversationId

M = TypeVar("M", bound="models.NewMessage")

NEWEST: Final = 10
"""How many conversations of an end user are looked through. Each costs a request."""

_MESSAGES: Operation[Any] = Operation(
    "getConversationsConversationidMessages",
    "GET",
    "/conversations/{conversationId}/messages",
    response_type=object,
)
_CONVERSATIONS: Operation[Any] = Operation(
    "getEndusersUseridConversations", "GET", "/endusers/{userId}/conversations", response_type=object
)


async def find_message(caller: Caller, conversation_id: ConversationId, external_id: str) -> dict[str, Any] | None:
    """Find a message in a conversation.

    Args:
        caller: makes the calls.
        conversation_id: the conversation ID.
        external_id: the external ID of the message.

    Returns:
        The message as JSON, or None if it is not there.

    Raises:
        CallError: the messages cannot be read.
    """
    async for message in caller.pages(_MESSAGES, path={"conversationId": conversation_id}):
        if isinstance(message, dict) and message.get("externalId") == external_id:  # pyright: ignore[reportUnknownMemberType]
            return message  # pyright: ignore[reportUnknownVariableType]
    return None


async def find_conversation(caller: Caller, requester_id: str, external_id: str) -> int | None:
    """Find a conversation of an end user by a message in it. The newest ones are looked through.

    Args:
        caller: makes the calls.
        requester_id: the end user.
        external_id: the external ID of the message.

    Returns:
        The conversation ID, or None if no conversation has the message.

    Raises:
        CallError: the conversations or their messages cannot be read.
    """
    conversation_ids: list[int] = [
        conversation["id"]
        async for conversation in caller.pages(_CONVERSATIONS, path={"userId": requester_id})
        if isinstance(conversation, dict) and isinstance(conversation.get("id"), int)  # pyright: ignore[reportUnknownMemberType]
    ]
    for conversation_id in sorted(conversation_ids, reverse=True)[:NEWEST]:  # they are numbered as they begin
        if await find_message(caller, conversation_id, external_id) is not None:
            return conversation_id
    return None


def give_external_id(message: M, external_id: object) -> M:
    """Copy a message, with its external ID.

    Args:
        message: the message.
        external_id: the external ID.

    Returns:
        The copy.

    Raises:
        InvalidRequestError: `message` is not a message, `external_id` is not a str, or the message has another one.
    """
    if not isinstance(external_id, str) or not external_id:
        raise InvalidRequestError("external_id must be a str that is not empty")
    if not isinstance(message, models.InboundMessage | models.OutboundMessage):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError(
            f"must be an InboundMessage or an OutboundMessage, not {type(message).__name__}", path="$.message"
        )
    if message.external_id not in (UNSET, external_id):
        raise InvalidRequestError("it has an external_id other than the argument: leave it out", path="$.message")
    return attrs.evolve(message, external_id=external_id)
