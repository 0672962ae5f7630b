"""What the server keeps: plain data, in models of the package."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeAlias

import attrs

from ..models.agents import Agent
from ..models.conversations import (
    AnonymizedConversation,
    ChatConversation,
    ContactFormConversation,
    EmailConversation,
    FacebookMessengerConversation,
    GenericConversation,
    MessengerConversation,
    PstnPhoneConversation,
    SmsConversation,
    TwitterConversation,
    WhatsAppConversation,
)
from ..models.end_users import EndUser
from ..models.messages import Message
from ..models.organization import Organization

Clock: TypeAlias = Callable[[], float]
"""Gives the time in seconds since the epoch."""

KnownConversation: TypeAlias = (
    AnonymizedConversation
    | ChatConversation
    | ContactFormConversation
    | EmailConversation
    | FacebookMessengerConversation
    | GenericConversation
    | MessengerConversation
    | PstnPhoneConversation
    | SmsConversation
    | TwitterConversation
    | WhatsAppConversation
)
"""A conversation of a kind that the package knows."""

_NAMESPACE: Final = uuid.UUID("5d0a4f6e-6f1c-4b8e-9a55-0c8a5f1d2e37")


def make_id(name: str) -> str:
    """An id (UUID) that is always the same for the same name."""
    return str(uuid.uuid5(_NAMESPACE, name))


@attrs.define(kw_only=True, eq=False)
class State:
    """Everything that the server knows. A test may read it and change it."""

    clock: Clock
    organization: Organization
    agents: dict[str, Agent] = attrs.field(factory=dict[str, Agent])
    """By id, in the order in which they are listed."""
    end_users: dict[str, EndUser] = attrs.field(factory=dict[str, EndUser])
    """By id, in the order in which they are listed."""
    conversations: dict[int, KnownConversation] = attrs.field(factory=dict[int, KnownConversation])
    """By number."""
    messages: dict[int, list[Message]] = attrs.field(factory=dict[int, list[Message]])
    """By the number of their conversation, the oldest first."""
    message_external_ids: set[str] = attrs.field(factory=set[str])
    """The `external_id` of every message that has one."""
    _last_id: int = 0
    _last_conversation_id: int = 1000

    def now(self) -> datetime:
        """The time, as exact as Dixa gives it: to the millisecond."""
        time = datetime.fromtimestamp(self.clock(), UTC)
        return time.replace(microsecond=time.microsecond // 1000 * 1000)

    def new_id(self) -> str:
        """An id (UUID) that was not given yet. A server that does the same gives the same ids."""
        self._last_id += 1
        return make_id(str(self._last_id))

    def new_conversation_id(self) -> int:
        """A number that no conversation has."""
        self._last_conversation_id += 1
        while self._last_conversation_id in self.conversations:
            self._last_conversation_id += 1
        return self._last_conversation_id

    def keep_conversation(self, conversation: KnownConversation, messages: list[Message]) -> None:
        """Store a new conversation.

        Args:
            conversation: the conversation.
            messages: its messages.
        """
        self.conversations[conversation.id] = conversation
        self.messages[conversation.id] = []
        for message in messages:
            self.keep_message(conversation.id, message)

    def keep_message(self, conversation_id: int, message: Message) -> None:
        """Store a new message.

        Args:
            conversation_id: the number of its conversation, which is there.
            message: the message.
        """
        self.messages[conversation_id].append(message)
        if message.external_id is not None:
            self.message_external_ids.add(message.external_id)
