"""Messages: read, add and anonymize."""

from __future__ import annotations

from typing import Any

from .. import models
from ..errors import CallInfo
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from .base import ConversationId, Resource
from .once import Dedupe, OnceResult, Write, check_once, write_once
from .read_back import find_message, give_external_id

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

        It is not retried when the response is lost, because Dixa may have added the message; `add_once` finds out.

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

    async def add_once(
        self,
        conversation_id: ConversationId,
        message: models.NewMessage,
        *,
        external_id: str,
        dedupe: Dedupe = "external_id",
        look_first: bool = False,
        max_attempts: int = 4,
    ) -> OnceResult[models.AddedMessage]:
        """Write a message into a conversation once, even if responses are lost.

        When a response is lost, the messages of the conversation are read, and the message is sent again, with the same
        external ID, if it is not among them. So a program that was killed can make the same call again.

        What is guaranteed, and what that depends on:

        - ``dedupe="external_id"``: there is at most one message if Dixa rejects an external ID that is used, for as
          long as the call may be repeated. Its description declares that (400), but it is not known whether it
          compares within the conversation or the organization, nor for how long. Use an ID once in the organization.
        - ``dedupe="read_back"``: if Dixa does not reject it, there is still at most one message, except in a race: the
          messages are read before each send, and one that Dixa adds later than they are read is not seen. That is a
          lost request that takes Dixa longer than the pause (1 s, then twice as long each time), or another task or
          process with the same external ID.
        - Both need the `external_id` to come back when messages are read, as described.
        - If it is cancelled, the message may have been added. The same call finds that out.

        Args:
            conversation_id: the conversation ID.
            message: an `InboundMessage` or an `OutboundMessage`, as for `add`, without an `external_id`.
            external_id: the ID of the message, for example derived from the event that it replies to.
            dedupe: how a second one is prevented when it is sent again, as above.
            look_first: whether the messages are read before it is sent for the first time, too: for a call that may
                have been made before. ``read_back`` always does.
            max_attempts: how often it is sent at most, 1 or more. The retries of the client that are safe do not count.
                All of it ends with the `Timeout.total` of the client, if there is one.

        Returns:
            The message, and whether it was sent now or was there. One that was found has its IDs and no content.

        Raises:
            InvalidRequestError: an argument cannot be sent, or the message has another external ID; nothing was sent.
            IndeterminateWriteError: it may have been added, and that cannot be found out; or Dixa says that the
                external ID is used, but no message in this conversation has it.
            BadRequestError: Dixa rejected a value, or could not fetch an attachment.
            NotFoundError: the conversation or the agent does not exist.
            TransportError: no response arrived, and this call has not added it.

        Made of ``POST`` and ``GET /conversations/{conversationId}/messages``.
        """
        check_once(dedupe=dedupe, max_attempts=max_attempts)
        sent = give_external_id(message, external_id)

        async def send() -> models.AddedMessage:
            return await self.add(conversation_id, sent)

        async def find() -> models.AddedMessage | None:
            found = await find_message(self._caller, conversation_id, external_id)
            return None if found is None else _found_message(found, sent)

        write = Write(call=CallInfo(operation=_ADD.id, method=_ADD.method, path=_ADD.path), send=send, find=find)
        return await write_once(
            write,
            dedupe=dedupe,
            max_attempts=max_attempts,
            look_first=look_first,
            time_limit=self._caller.time_limit,
        )

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


def _found_message(found: dict[str, Any], sent: models.NewMessage) -> models.AddedMessage:
    inbound = isinstance(sent, models.InboundMessage)
    author_id, message_id = found.get("authorId"), found.get("id")
    return models.AddedMessage(
        direction=models.Direction.INBOUND if inbound else models.Direction.OUTBOUND,
        author_id=author_id if isinstance(author_id, str) else "",
        external_id=found["externalId"],
        message_id=message_id if isinstance(message_id, str) else None,
    )
