"""Actions on a conversation: close, reopen, follow up, claim, transfer, link."""

from __future__ import annotations

from datetime import datetime

from .. import models
from ..transport.operation import LazyType, Operation
from ..validation import check_conversation_id
from .base import ConversationId, Resource, none_to_unset

_CLOSE: Operation[None] = Operation(
    "putConversationsConversationidClose",
    "PUT",
    "/conversations/{conversationId}/close",
    body=LazyType(lambda: models.ConversationActor),
)
_REOPEN: Operation[None] = Operation(
    "putConversationsConversationidReopen",
    "PUT",
    "/conversations/{conversationId}/reopen",
    body=LazyType(lambda: models.ConversationActor),
)
_FOLLOW_UP: Operation[None] = Operation(
    "putConversationsConversationidFollowup",
    "PUT",
    "/conversations/{conversationId}/followup",
    body=LazyType(lambda: models.ConversationFollowUp),
)
_CLAIM: Operation[None] = Operation(
    "putConversationsConversationidClaim",
    "PUT",
    "/conversations/{conversationId}/claim",
    body=LazyType(lambda: models.ConversationClaim),
)
_TRANSFER_TO_QUEUE: Operation[None] = Operation(
    "putConversationsConversationidTransferQueue",
    "PUT",
    "/conversations/{conversationId}/transfer/queue",
    body=LazyType(lambda: models.ConversationTransfer),
)
_LINK: Operation[None] = Operation(
    "putConversationsConversationidLink",
    "PUT",
    "/conversations/{conversationId}/link",
    body=LazyType(lambda: models.NewConversationLink),
)


class ConversationActions(Resource):
    """The part of `Conversations` that changes the state of a conversation."""

    async def close(self, conversation_id: ConversationId, *, user_id: str | None = None) -> None:
        """Close a conversation.

        Args:
            conversation_id: the conversation ID.
            user_id: the ID (UUID) of the agent or admin on whose behalf it is closed.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or the user ID is not a str; nothing was sent.
            BadRequestError: it cannot be closed now, or Dixa rejected the user.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/close``
        """
        await self._caller.call(_CLOSE, path={"conversationId": conversation_id}, body=_actor(user_id))

    async def reopen(self, conversation_id: ConversationId, *, user_id: str | None = None) -> None:
        """Reopen a closed conversation. It is offered in the queue that it was in, else in the default queue.

        Args:
            conversation_id: the conversation ID.
            user_id: the ID (UUID) of the agent or admin on whose behalf it is reopened.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or the user ID is not a str; nothing was sent.
            BadRequestError: it cannot be reopened now, or Dixa rejected the user.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/reopen``
        """
        await self._caller.call(_REOPEN, path={"conversationId": conversation_id}, body=_actor(user_id))

    async def follow_up(
        self, conversation_id: ConversationId, expires_at: datetime, *, user_id: str | None = None
    ) -> None:
        """Snooze a conversation until a time.

        Args:
            conversation_id: the conversation ID.
            expires_at: when it comes back, a datetime with a time zone.
            user_id: the ID (UUID) of the agent who follows it up.

        Raises:
            InvalidRequestError: the conversation ID is not valid, an argument is of the wrong type, or the time has no
                time zone; nothing was sent.
            BadRequestError: Dixa rejected the time or the user.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/followup``
        """
        follow_up = models.ConversationFollowUp(timestamp=expires_at, user_id=none_to_unset(user_id))
        await self._caller.call(_FOLLOW_UP, path={"conversationId": conversation_id}, body=follow_up)

    async def claim(self, conversation_id: ConversationId, agent_id: str, *, force: bool | None = None) -> None:
        """Assign a conversation to an agent.

        Args:
            conversation_id: the conversation ID.
            agent_id: the ID (UUID) of the agent who takes it.
            force: False to claim it only if no other agent has it; by default, it is taken from another agent too.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or an argument is of the wrong type; nothing was
                sent.
            BadRequestError: Dixa rejected the agent.
            NotFoundError: there is no such conversation or agent.
            ConflictError: it cannot be claimed now, for example because another agent has it and `force` is False.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/claim``
        """
        claim = models.ConversationClaim(agent_id=agent_id, force=none_to_unset(force))
        await self._caller.call(_CLAIM, path={"conversationId": conversation_id}, body=claim)

    async def transfer_to_queue(
        self, conversation_id: ConversationId, queue_id: str, *, user_id: str | None = None
    ) -> None:
        """Move a conversation to a queue.

        Args:
            conversation_id: the conversation ID.
            queue_id: the ID (UUID) of the queue.
            user_id: the ID (UUID) of the agent on whose behalf it is moved.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or an ID is not a str; nothing was sent.
            BadRequestError: it cannot be moved now, or Dixa rejected the user or the queue.
            NotFoundError: there is no such conversation or queue.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/transfer/queue``
        """
        transfer = models.ConversationTransfer(queue_id=queue_id, user_id=none_to_unset(user_id))
        await self._caller.call(_TRANSFER_TO_QUEUE, path={"conversationId": conversation_id}, body=transfer)

    async def link(
        self, conversation_id: ConversationId, parent_id: ConversationId, link_type: models.LinkType
    ) -> None:
        """Link a conversation to a parent conversation.

        A conversation has one parent, a parent has at most 100 children, and a child cannot have children.

        Args:
            conversation_id: the conversation ID of the child.
            parent_id: the conversation ID of the parent.
            link_type: why they are linked.

        Raises:
            InvalidRequestError: a conversation ID is not valid, or the link type is not a str; nothing was sent.
            BadRequestError: the two cannot be linked.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/link``
        """
        link = models.NewConversationLink(parent_id=check_conversation_id("parent_id", parent_id), link_type=link_type)
        await self._caller.call(_LINK, path={"conversationId": conversation_id}, body=link)


def _actor(user_id: str | None) -> models.ConversationActor:
    return models.ConversationActor(user_id=none_to_unset(user_id))
