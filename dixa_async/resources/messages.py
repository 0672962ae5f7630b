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
            A pager over the messages, the oldest first. The class of a message's `attributes` says what it is, which
            need not match its channel: a message of a contact form may be an email.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/messages``
        """
        return self._caller.pages(_LIST, path={"conversationId": conversation_id})

    async def add(self, conversation_id: ConversationId, message: models.NewMessage) -> models.AddedMessage:
        """Add a message to a conversation, from the end user or from an agent.

        Chats, Dixa Messenger, contact forms, emails, SMS and WhatsApp accept messages; SMS and WhatsApp only from
        agents.

        It is not retried when the response is lost, because Dixa may have added the message.

        Args:
            conversation_id: the conversation ID.
            message: an `InboundMessage` from the end user or an `OutboundMessage` from an agent. WhatsApp accepts
                Markdown, and at most one attachment (.jpg, .jpeg, .png, .pdf, .doc, .docx, .pptx or .xlsx).

        Returns:
            The message, with its ID.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or the message has a field of the wrong type; nothing
                was sent.
            BadRequestError: Dixa rejected a value, could not fetch an attachment, or found a duplicate `external_id`.
            NotFoundError: the conversation or the agent does not exist.
            TransportError: no response arrived; `maybe_applied` says whether it may have been added.

        ``POST /conversations/{conversationId}/messages``
        """
        return await self._caller.call(_ADD, path={"conversationId": conversation_id}, body=message)

    async def anonymize(self, conversation_id: ConversationId, message_id: str) -> models.AnonymizationRequest:
        """Request the anonymization of a message. It cannot be undone.

        Dixa removes everything personal later, within a day.

        Args:
            conversation_id: the conversation ID.
            message_id: the ID (UUID) of the message.

        Returns:
            The request. Pass its `id` to `anonymization.get_request` to see whether it is done.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or the ID is empty.
            BadRequestError: Dixa rejected the conversation ID or the ID.
            NotFoundError: there is no such conversation or message.
            ConflictError: it cannot be anonymized now.
            TransportError: no response arrived; `maybe_applied` says whether it may have been requested.

        ``PATCH /conversations/{conversationId}/messages/{messageId}/anonymize``
        """
        path = {"conversationId": conversation_id, "messageId": message_id}
        return await self._caller.call(_ANONYMIZE, path=path)
