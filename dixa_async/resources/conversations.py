"""Conversations: create, read, close and reopen."""

from ..models.base import UNSET
from ..models.conversations import Conversation
from ..models.new_conversations import ConversationActor, CreatedConversation, NewConversation
from ..transport.operation import Operation
from .base import ConversationId, Resource

_CREATE: Operation[CreatedConversation] = Operation(
    "postConversations", "POST", "/conversations", body=NewConversation, answer=CreatedConversation
)
_GET: Operation[Conversation] = Operation(
    "getConversationsConversationid", "GET", "/conversations/{conversationId}", answer=Conversation
)
_CLOSE: Operation[None] = Operation(
    "putConversationsConversationidClose", "PUT", "/conversations/{conversationId}/close", body=ConversationActor
)
_REOPEN: Operation[None] = Operation(
    "putConversationsConversationidReopen", "PUT", "/conversations/{conversationId}/reopen", body=ConversationActor
)


class Conversations(Resource):
    """Conversations of all channels."""

    async def create(self, conversation: NewConversation) -> CreatedConversation:
        """Create a conversation with its first message.

        There is no protection against doing it twice: it is never sent again when the answer was lost.

        Args:
            conversation: one of `NewCallbackConversation`, `NewChatConversation`, `NewContactFormConversation`,
                `NewEmailConversation`, `NewSmsConversation`.

        Returns:
            Its number.

        Raises:
            InvalidRequestError: the conversation has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa refused a value, could not fetch an attachment, or knows the `external_id`.
            NotFoundError: the end user, the agent or the endpoint does not exist.
            TransportError: no answer came; `maybe_sent` tells whether it may have been created.

        ``POST /conversations``
        """
        return await self._caller.call(_CREATE, body=conversation)

    async def get(self, conversation_id: ConversationId) -> Conversation:
        """Read a conversation.

        Args:
            conversation_id: its number.

        Returns:
            The conversation, of the class that belongs to its channel; `Unknown` if the kind is not known yet.

        Raises:
            InvalidRequestError: the number is not a number.
            NotFoundError: there is no such conversation.
            TransportError: no answer came.

        ``GET /conversations/{conversationId}``
        """
        return await self._caller.call(_GET, path={"conversationId": conversation_id})

    async def close(self, conversation_id: ConversationId, *, user_id: str | None = None) -> None:
        """Close a conversation.

        Args:
            conversation_id: its number.
            user_id: the id (UUID) of the agent on whose behalf it is closed.

        Raises:
            BadRequestError: it cannot be closed now, or the user is not an agent.
            NotFoundError: there is no such conversation.
            TransportError: no answer came.

        ``PUT /conversations/{conversationId}/close``
        """
        await self._caller.call(_CLOSE, path={"conversationId": conversation_id}, body=_actor(user_id))

    async def reopen(self, conversation_id: ConversationId, *, user_id: str | None = None) -> None:
        """Open a closed conversation again.

        Args:
            conversation_id: its number.
            user_id: the id (UUID) of the agent on whose behalf it is reopened.

        Raises:
            BadRequestError: it cannot be reopened now, or the user is not an agent.
            NotFoundError: there is no such conversation.
            TransportError: no answer came.

        ``PUT /conversations/{conversationId}/reopen``
        """
        await self._caller.call(_REOPEN, path={"conversationId": conversation_id}, body=_actor(user_id))


def _actor(user_id: str | None) -> ConversationActor:
    return ConversationActor(user_id=UNSET if user_id is None else user_id)
