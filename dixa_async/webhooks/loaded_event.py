"""A delivery between its JSON and its models: what the inbox and most handlers need is known without making these."""

from datetime import datetime
from typing import Any, Final

from ..models.webhooks import WebhookEvent
from ..serialization import ValidationError
from ..serialization.times import parse_time
from .event_models import MessageDirection
from .events import Event, MessageAdded, NoteAdded, load_event, structure_event
from .inbox.errors import InvalidEventError
from .inbox.protocol import IncomingEvent

_BY_NAME: Final = {event_type.name: event_type for event_type in WebhookEvent}
"""As deliveries spell them. To look an enum's member up by another name takes long."""
_ID_OF_MESSAGE: Final = {
    WebhookEvent.CONVERSATION_MESSAGE_ADDED: "message_id",
    WebhookEvent.CONVERSATION_NOTE_ADDED: "note_id",
}


class LoadedEvent:
    """The body of a delivery, whose JSON was read. To make its models costs more than all else of taking it in.

    Args:
        body: the body.

    Raises:
        WebhookRefusedError: it is not an event. See `parse_event`.
    """

    __slots__ = ("_body", "_event", "_value", "event_type")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._value = load_event(body)
        self._event: Event | None = None
        name = self._value["event_fqn"]
        self.event_type: WebhookEvent = _BY_NAME.get(name) or WebhookEvent(name)

    @property
    def event(self) -> Event:
        """The event itself, which is made when somebody first asks for it."""
        if self._event is None:
            self._event = structure_event(self._value, self._body)
        return self._event

    @property
    def may_be_own(self) -> bool:
        """Whether it can be a message or a note of the bot. Only `OwnMessages` knows whether it is."""
        if self.event_type not in _ID_OF_MESSAGE:
            return False
        data: Any = self._value.get("data")
        return not isinstance(data, dict) or bool(data.get("direction") != MessageDirection.INBOUND)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]

    def incoming(self, received_at: datetime) -> IncomingEvent:
        """The event for the inbox.

        Args:
            received_at: when it was received.

        Returns:
            The event.

        Raises:
            InvalidEventError: no inbox can keep it.
        """
        try:
            return self._incoming(received_at)
        except (KeyError, TypeError, ValidationError, InvalidEventError):  # something is absent, or of another form
            return incoming(self.event, received_at)

    def _incoming(self, received_at: datetime) -> IncomingEvent:
        value = self._value
        data = value["data"]
        message_id = data[_ID_OF_MESSAGE[self.event_type]] if self.event_type in _ID_OF_MESSAGE else None
        return IncomingEvent(
            event_id=value["event_id"],
            event_type=self.event_type.name,
            message_id=message_id or None,
            conversation_id=data["conversation"]["csid"],
            occurred_at=parse_time(value["event_timestamp"]),
            received_at=received_at,
            body=self._body,
        )


def incoming(event: Event, received_at: datetime) -> IncomingEvent:
    """An event for the inbox.

    Args:
        event: the event.
        received_at: when it was received.

    Returns:
        The event.

    Raises:
        InvalidEventError: no inbox can keep it.
    """
    conversation = event.conversation
    occurred_at: datetime | None = getattr(event, "occurred_at", None)  # an OtherEvent may have none that can be read
    message_id: str | None = None
    if isinstance(event, MessageAdded | NoteAdded):
        message_id = event.data.message_id if isinstance(event, MessageAdded) else event.data.note_id
        occurred_at = occurred_at or event.data.created_at
    return IncomingEvent(
        event_id=event.id,
        event_type=event.event_type.name,
        message_id=message_id or None,
        conversation_id=None if conversation is None else conversation.id,
        occurred_at=occurred_at,
        received_at=received_at,
        body=event.body,
    )
