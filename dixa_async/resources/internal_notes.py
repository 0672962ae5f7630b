"""Internal notes: read and add."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_list
from .base import ConversationId, Resource, none_to_unset

InternalNoteOutcomes: TypeAlias = "list[models.InternalNoteOutcome]"

_LIST: Operation[models.InternalNote] = Operation(
    "getConversationsConversationidNotes",
    "GET",
    "/conversations/{conversationId}/notes",
    response_type=LazyType(lambda: models.InternalNote),
)
_ADD: Operation[models.InternalNote] = Operation(
    "postConversationsConversationidNotes",
    "POST",
    "/conversations/{conversationId}/notes",
    body=LazyType(lambda: models.NewInternalNote),
    response_type=LazyType(lambda: models.InternalNote),
)
_ADD_MANY: Operation[InternalNoteOutcomes] = Operation(
    "postConversationsConversationidNotesBulk",
    "POST",
    "/conversations/{conversationId}/notes/bulk",
    body=LazyType(lambda: list[models.NewInternalNote]),
    body_envelope="data",
    response_type=LazyType(lambda: list[models.InternalNoteOutcome]),
)


class InternalNotes(Resource):
    """Internal notes: what agents write to each other in a conversation. The end user does not see them."""

    def list(self, conversation_id: ConversationId) -> Pager[models.InternalNote]:
        """List the notes in a conversation, the oldest first.

        Dixa sends them all in one page.

        Args:
            conversation_id: the conversation ID.

        Returns:
            A pager over the notes.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/notes``
        """
        return self._caller.pages(_LIST, path={"conversationId": conversation_id})

    async def add(
        self,
        conversation_id: ConversationId,
        message: str,
        *,
        agent_id: str | None = None,
        created_at: datetime | None = None,
    ) -> models.InternalNote:
        """Add a note to a conversation.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            conversation_id: the conversation ID.
            message: the text.
            agent_id: the ID (UUID) of the agent who is the author.
            created_at: when it was written, a datetime with a time zone; defaults to now.

        Returns:
            The note, with its ID.

        Raises:
            InvalidRequestError: the conversation ID is not valid, an argument is of the wrong type, or the time has no
                time zone; nothing was sent.
            BadRequestError: Dixa rejected a value, or does not know the agent.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived; `maybe_applied` says whether it may have been added.

        ``POST /conversations/{conversationId}/notes``
        """
        note = models.NewInternalNote(
            message=message,
            agent_id=none_to_unset(agent_id),
            created_at=none_to_unset(created_at),
        )
        return await self._caller.call(_ADD, path={"conversationId": conversation_id}, body=note)

    async def add_many(
        self, conversation_id: ConversationId, notes: Sequence[models.NewInternalNote]
    ) -> InternalNoteOutcomes:
        """Add several notes to a conversation at once.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            conversation_id: the conversation ID.
            notes: the notes.

        Returns:
            The outcome of each note, in the order of `notes`: a `Success` with the note, a `Failure` that says why it
            was not added, or an `Unknown` if this version cannot read the outcome.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or a note has a field of the wrong type; nothing was
                sent.
            BadRequestError: Dixa could not read the request.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived; `maybe_applied` says whether they may have been added.

        ``POST /conversations/{conversationId}/notes/bulk``
        """
        return await self._caller.call(
            _ADD_MANY, path={"conversationId": conversation_id}, body=check_list("notes", notes)
        )
