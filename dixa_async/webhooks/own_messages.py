"""Which messages are the bot's own, and which are an end user's."""

from collections.abc import Iterable

from .event_models import MessageDirection
from .events import Event, MessageAdded, NoteAdded

EXTERNAL_ID_PREFIX = "dixa-async:"
"""What the external IDs of replies begin with."""


def inbound(event: Event) -> bool:
    """Whether an event is a message from the end user; for ``@receiver.on(..., when=inbound)``.

    Args:
        event: the event.

    Returns:
        Whether it is.
    """
    return isinstance(event, MessageAdded) and event.data.direction == MessageDirection.INBOUND


class OwnMessages:
    """Recognizes the bot's own messages and notes.

    Args:
        agent_ids: the agents as whom the bot writes. Without any, each outbound message may be its own.
        external_id_prefix: what the external IDs of its messages begin with.
    """

    def __init__(self, agent_ids: Iterable[str], external_id_prefix: str) -> None:
        self._agent_ids = frozenset(agent_ids)
        self._prefix = external_id_prefix

    def has(self, event: Event) -> bool:
        """Whether an event is a message or a note of the bot.

        Args:
            event: the event.

        Returns:
            Whether it is, or may be.
        """
        if isinstance(event, NoteAdded):
            return event.data.author is not None and event.data.author.id in self._agent_ids
        if not isinstance(event, MessageAdded) or event.data.direction == MessageDirection.INBOUND:
            return False
        data = event.data
        if data.external_id is not None and data.external_id.startswith(self._prefix):
            return True
        if not self._agent_ids:
            return data.direction == MessageDirection.OUTBOUND
        return data.author is not None and data.author.id in self._agent_ids
