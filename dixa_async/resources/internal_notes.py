"""Internal notes: read and add."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from .. import models
from ..errors import CallInfo, InvalidRequestError
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_datetime, check_list
from .base import ConversationId, Resource, none_to_unset
from .once import OnceResult, Write, check_once, write_once

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

        It is not idempotent, so it is not retried when the response is lost; `add_once` finds out what happened.

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

    async def add_once(
        self,
        conversation_id: ConversationId,
        message: str,
        *,
        agent_id: str | None = None,
        since: datetime | None = None,
        max_attempts: int = 4,
    ) -> OnceResult[models.InternalNote]:
        """Add a note once, as far as notes can be distinguished: they have no external ID.

        A note counts as this one if it has the same text, apart from spaces, and the same author, if `agent_id` is
        given. The notes of the conversation are read before each send, the first one too. So it is added once even if a
        response is lost, except in these cases:

        - A note that Dixa adds later than they are read is not seen: a lost request that takes Dixa longer than the
          pause (1 s, then twice as long each time), or another task or process with the same note.
        - A text that Dixa changes, other than in its spaces, is not recognized.
        - Without `since`, a note from before the call counts as another one: after a kill, the same call adds it
          again. With `since`, the same text is added once since then, even if two such notes are meant.

        Args:
            conversation_id: the conversation ID.
            message: the text.
            agent_id: the ID (UUID) of the agent who is the author.
            since: a datetime with a time zone, such as the time of the event that the note is about. A note that was
                written after it counts as this one, even if an earlier call added it. It is compared with the clock of
                Dixa. Defaults to None: no note from before the call counts.
            max_attempts: how often it is sent at most, 1 or more. The retries of the client that are safe do not count.
                All of it ends with the `Timeout.total` of the client, if there is one.

        Returns:
            The note, and whether it was sent now or was there.

        Raises:
            InvalidRequestError: an argument cannot be sent; nothing was sent.
            IndeterminateWriteError: it may have been added, and that cannot be found out.
            BadRequestError: Dixa rejected a value, or does not know the agent.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived, and this call has not added it.

        Made of ``POST`` and ``GET /conversations/{conversationId}/notes``.
        """
        check_once(dedupe="read_back", max_attempts=max_attempts)
        if not isinstance(message, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidRequestError(f"message must be a str, not {type(message).__name__}")
        check_datetime("since", since)
        earlier: set[str] | None = None

        async def send() -> models.InternalNote:
            return await self.add(conversation_id, message, agent_id=agent_id)

        async def find() -> models.InternalNote | None:
            nonlocal earlier
            same = [
                note
                async for note in self.list(conversation_id)
                if note.message.split() == message.split() and agent_id in (None, note.author_id)
            ]
            if earlier is None:
                earlier = {note.id for note in same if since is None or note.created_at < since}
            return next((note for note in same if note.id not in earlier), None)

        write = Write(call=CallInfo(operation=_ADD.id, method=_ADD.method, path=_ADD.path), send=send, find=find)
        return await write_once(
            write,
            dedupe="read_back",
            max_attempts=max_attempts,
            look_first=True,
            time_limit=self._caller.time_limit,
        )

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
