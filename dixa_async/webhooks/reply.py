"""Replies of handlers: each is added once, however often its handler runs."""

import enum
import hashlib
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs

from ..errors import ConfigurationError, DixaError, IndeterminateWriteError, UsageError
from .events import Event, MessageAdded, NoteAdded

if TYPE_CHECKING:
    from ..client import DixaClient
    from ..models.messages import AddedMessage
    from ..models.new_messages import NewMessageContent, OutboundMessage
    from ..resources.once import Dedupe, OnceResult

_DEDUPES: Final = ("external_id", "read_back")


class ReplyOutcome(enum.StrEnum):
    """The outcome of a reply."""

    SENT = "sent"
    """It was sent."""
    CONFIRMED = "confirmed"
    """It was sent and the response was lost, but it was found."""
    FOUND = "found"
    """It was there already: an earlier run of the handler sent it."""
    INDETERMINATE = "indeterminate"
    """It may be there, and that could not be found out (`IndeterminateWriteError`)."""
    FAILED = "failed"
    """This run has not added it: any other error."""


def reply_id(prefix: str, event: Event, handler_name: str, number: int) -> str:
    """Make the external ID of a reply. It is the same whenever the handler runs for the event, or for a redelivery.

    Args:
        prefix: what it begins with.
        event: what it replies to. A message or a note counts by its own ID, since a redelivery may have another event
            ID.
        handler_name: the name of the handler.
        number: which of its replies to the event this is, from 1.

    Returns:
        The ID. It holds no readable data, and has 34 characters or more after the prefix.
    """
    subject = None
    if isinstance(event, MessageAdded):
        subject = event.data.message_id
    elif isinstance(event, NoteAdded):
        subject = event.data.note_id
    parts = (event.event_type.name, subject or event.id, handler_name)
    text = "".join(f"{len(part)}:{part}" for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{prefix}{digest[:32]}-{number}"


class Replies:
    """Sends the replies of a bot, and counts their outcomes.

    Args:
        dixa: the client that sends them, or None if the bot cannot reply.
        agent_id: the agent who writes them.
        prefix: what their external IDs begin with.
        dedupe: how duplicates are prevented, as for ``messages.add_once``.
        on_outcome: called with the name of the handler and the outcome of its reply.

    Raises:
        ConfigurationError: `dedupe` has another value.
    """

    def __init__(
        self,
        dixa: "DixaClient | None",
        *,
        agent_id: str | None,
        prefix: str,
        dedupe: "Dedupe" = "external_id",
        on_outcome: Callable[[str, ReplyOutcome], None] | None = None,
    ) -> None:
        if dedupe not in _DEDUPES:
            raise ConfigurationError(f"reply_dedupe must be 'external_id' or 'read_back', not {dedupe!r}")
        self.counts: Counter[ReplyOutcome] = Counter[ReplyOutcome]()
        self._dixa = dixa
        self._agent_id = agent_id
        self._prefix = prefix
        self._dedupe: Dedupe = dedupe
        self._on_outcome = on_outcome

    async def send(
        self, run: "HandlerRun", message: "NewMessageContent | OutboundMessage"
    ) -> "OnceResult[AddedMessage]":
        """Send a reply, once.

        Args:
            run: the run of the handler.
            message: the reply.

        Returns:
            The message, and whether it was sent now.

        Raises:
            UsageError: there is no client, no agent or no conversation to reply with.
            DixaError: as from ``messages.add_once``.
        """
        external_id = reply_id(self._prefix, run.event, run.handler_name, run.next_number())
        dixa, conversation = self._dixa, run.event.conversation
        if dixa is None:
            raise UsageError("to reply, a handler needs a client: Receiver(dixa=...)")
        if conversation is None:
            raise UsageError("the event has no conversation to reply in")
        outbound = self._outbound(message)
        try:
            result = await dixa.messages.add_once(
                conversation.id,
                outbound,
                external_id=external_id,
                dedupe=self._dedupe,
                look_first=run.attempt > 1,  # the first run saves this request
            )
        except DixaError as error:
            indeterminate = isinstance(error, IndeterminateWriteError)
            self._count(run, ReplyOutcome.INDETERMINATE if indeterminate else ReplyOutcome.FAILED)
            raise
        self._count(run, ReplyOutcome(result.outcome.value))
        return result

    def _count(self, run: "HandlerRun", outcome: ReplyOutcome) -> None:
        self.counts[outcome] += 1
        if self._on_outcome is not None:
            self._on_outcome(run.handler_name, outcome)

    def _outbound(self, message: "NewMessageContent | OutboundMessage") -> "OutboundMessage":
        from ..models.new_messages import OutboundMessage  # a bot that does not reply needs no messages

        if isinstance(message, OutboundMessage):
            return message
        if self._agent_id is None:
            raise UsageError(
                "to reply, a bot needs an agent: Receiver(agent_ids=[...]), or reply(OutboundMessage(...))"
            )
        return OutboundMessage(agent_id=self._agent_id, content=message)


@attrs.define(kw_only=True)
class HandlerRun:
    """One run of a handler, in which its replies are numbered."""

    event: Event
    handler_name: str
    attempt: int
    replies: int = 0

    def next_number(self) -> int:
        """The number of the next reply, from 1."""
        self.replies += 1
        return self.replies
