"""Messages: read, add and anonymize."""

from __future__ import annotations

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from .base import ConversationId, Resource

_LIST: Operation[models.Message] = Operation(
    "getConversationsConversationidMessages",
    "GET",
    "/conversations/{conversationId}/messages",
    response_type=LazyType(lambda: models.Message),
)
_ADD: Operation[models.AddedMessage] = Operation(
    "postConversationsConversationidMessages",
    "POST",
    "/conversations/{conversationId}/messages",
    body=LazyType(lambda: models.NewMessage),
    response_type=LazyType(lambda: models.AddedMessage),
)
_ANONYMIZE: Operation[models.AnonymizationRequest] = Operation(
    "patchConversationsConversationidMessagesMessageidAnonymize",
    "PATCH",
    "/conversations/{conversationId}/messages/{messageId}/anonymize",
    response_type=LazyType(lambda: models.AnonymizationRequest),
)


class Messages(Resource):
    """The messages of a conversation."""

    def list(self, conversation_id: ConversationId) -> Pager[models.Message]:
        """List the messages of a conversation.

        Dixa sends them all in one page.

        Args:
            conversation_id: the conversation ID.

        Returns:
            A pager over the messages, the oldest first. The class of a message's `attributes` tells what it is, which
            need not be its channel: a message of a contact form may be an email.

        Raises:
            InvalidRequestError: the number is not a number.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/messages``
        """
        return self._caller.pages(_LIST, path={"conversationId": conversation_id})

    async def add(self, conversation_id: ConversationId, message: models.NewMessage) -> models.AddedMessage:
        """Write a message into a conversation, as the end user or as an agent.

        Chats, Dixa Messenger, contact forms, emails, SMS and WhatsApp take messages; SMS and WhatsApp only from agents.

        It is never sent again when the response was lost, for Dixa may have added it.

        Args:
            conversation_id: the conversation ID.
            message: an `InboundMessage` from the end user or an `OutboundMessage` from an agent. WhatsApp takes
                Markdown, and one attachment at most (.jpg, .jpeg, .png, .pdf, .doc, .docx, .pptx or .xlsx).

        Returns:
            The message, with its id.

        Raises:
            InvalidRequestError: the number is not a number, or the message has a field of the wrong type; nothing was
                sent.
            BadRequestError: Dixa rejected a value, could not fetch an attachment, or found a duplicate `external_id`.
            NotFoundError: the conversation or the agent does not exist.
            TransportError: no response came; `maybe_applied` says whether it may have been added.

        ``POST /conversations/{conversationId}/messages``
        """
        return await self._caller.call(_ADD, path={"conversationId": conversation_id}, body=message)

    async def anonymize(self, conversation_id: ConversationId, message_id: str) -> models.AnonymizationRequest:
        """Ask for everything personal to be taken from a message. It cannot be undone.

        Dixa does it later, within a day.

        Args:
            conversation_id: the conversation ID.
            message_id: the id (UUID) of the message.

        Returns:
            The request. Its `id` is what one asks for to see whether it is done.

        Raises:
            InvalidRequestError: the number is not a number, or the id is empty.
            BadRequestError: Dixa rejected the conversation ID or the id.
            NotFoundError: there is no such conversation or message.
            ConflictError: it cannot be anonymized now.
            TransportError: no response came; `maybe_applied` says whether it may have been asked for.

        ``PATCH /conversations/{conversationId}/messages/{messageId}/anonymize``
        """
        path = {"conversationId": conversation_id, "messageId": message_id}
        return await self._caller.call(_ANONYMIZE, path=path)
