"""Conversations: create, import, read, anonymize. Other actions are in `conversation_actions`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from .. import models
from ..errors import CallInfo, InvalidRequestError
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_bool, check_datetime, check_map, check_str, warn_if_unlisted
from .base import ConversationId
from .conversation_actions import ConversationActions
from .once import Dedupe, OnceResult, Write, check_once, write_once
from .read_back import find_conversation, give_external_id

_CREATE: Operation[models.CreatedConversation] = Operation(
    "postConversations",
    "POST",
    "/conversations",
    body=LazyType(lambda: models.NewConversation),
    response_type=LazyType(lambda: models.CreatedConversation),
)
_IMPORT: Operation[models.ImportedConversation] = Operation(
    "postConversationsImport",
    "POST",
    "/conversations/import",
    body=LazyType(lambda: models.NewImportedConversation),
    response_type=LazyType(lambda: models.ImportedConversation),
)
_GET: Operation[models.Conversation] = Operation(
    "getConversationsConversationid",
    "GET",
    "/conversations/{conversationId}",
    response_type=LazyType(lambda: models.Conversation),
)
_LIST_LINKED: Operation[models.Conversation] = Operation(
    "getConversationsConversationidLinked",
    "GET",
    "/conversations/{conversationId}/linked",
    response_type=LazyType(lambda: models.Conversation),
)
_LIST_ACTIVITY: Operation[models.ActivityLogEntry] = Operation(
    "getConversationsConversationidActivitylog",
    "GET",
    "/conversations/{conversationId}/activitylog",
    response_type=LazyType(lambda: models.ActivityLogEntry),
)
_LIST_ORGANIZATION_ACTIVITY: Operation[models.ActivityLogEntry] = Operation(
    "getConversationsActivitylog",
    "GET",
    "/conversations/activitylog",
    response_type=LazyType(lambda: models.ActivityLogEntry),
)
_LIST_FLOWS: Operation[models.ConversationFlow] = Operation(
    "getConversationsFlows", "GET", "/conversations/flows", response_type=LazyType(lambda: models.ConversationFlow)
)
_ANONYMIZE: Operation[models.AnonymizationRequest] = Operation(
    "patchConversationsConversationidAnonymize",
    "PATCH",
    "/conversations/{conversationId}/anonymize",
    response_type=LazyType(lambda: models.AnonymizationRequest),
)
_PATCH_CUSTOM_ATTRIBUTES: Operation[list[models.CustomAttribute]] = Operation(
    "patchConversationsConversationidCustom-attributes",
    "PATCH",
    "/conversations/{conversationId}/custom-attributes",
    body=LazyType(lambda: models.CustomAttributeValues),
    response_type=LazyType(lambda: list[models.CustomAttribute]),
)


class Conversations(ConversationActions):
    """Conversations of all channels."""

    async def create(self, conversation: models.NewConversation) -> models.CreatedConversation:
        """Create a conversation with its first message.

        It is not retried when the response is lost, because Dixa may have created the conversation; `create_once` finds
        out.

        Args:
            conversation: one of `NewCallbackConversation`, `NewChatConversation`, `NewContactFormConversation`,
                `NewEmailConversation`, `NewSmsConversation`.

        Returns:
            Its conversation ID.

        Raises:
            InvalidRequestError: the conversation has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, could not fetch an attachment, or found a duplicate `external_id`.
            NotFoundError: the end user, the agent or the endpoint does not exist.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /conversations``
        """
        return await self._caller.call(_CREATE, body=conversation)

    async def create_once(
        self,
        conversation: models.NewConversation,
        *,
        external_id: str,
        dedupe: Dedupe = "external_id",
        look_first: bool = False,
        max_attempts: int = 4,
    ) -> OnceResult[models.CreatedConversation]:
        """Create a conversation once, even if responses are lost.

        A conversation has no external ID, but its first message has one, and conversations cannot be listed. So after a
        lost response, the 10 newest conversations of the requester are searched for a message with that ID, which takes
        at least one request each. If none has it, the conversation is sent again with the same external ID.

        What is guaranteed, and what that depends on:

        - ``dedupe="external_id"``: there is at most one conversation if Dixa rejects an external ID that is used.
          Its description declares that (400), but it is not known whether it compares with all messages, nor for how
          long. Use an ID once in the organization.
        - ``dedupe="read_back"``: if Dixa does not reject it, there is still at most one, except in a race: they are
          searched before each send, and one that Dixa creates later is not seen. That is a lost request that
          takes Dixa longer than the pause (1 s, then twice as long each time), or another task or process with the
          same external ID. One that is not among the 10 newest is not seen either.
        - A conversation that was created before, and is not among the 10 newest, raises `IndeterminateWriteError`.
        - If it is cancelled, the conversation may have been created. The same call finds that out.

        Args:
            conversation: the conversation, as for `create`, without an `external_id`. A `NewCallbackConversation` has
                no message, so it cannot be created once.
            external_id: the ID that its first message gets.
            dedupe: how a second one is prevented when it is sent again, as above.
            look_first: whether to search before it is sent for the first time, too: for a call that may have been made
                before. ``read_back`` always does.
            max_attempts: how often it is sent at most, 1 or more. The retries of the client that are safe do not count.
                All of it ends with the `Timeout.total` of the client, if there is one.

        Returns:
            Its conversation ID, and whether it was sent now or was there.

        Raises:
            InvalidRequestError: an argument cannot be sent, or the message has another external ID; nothing was sent.
            IndeterminateWriteError: it may have been created, and that cannot be found out; or Dixa says that the
                external ID is used, but none of those conversations has it.
            BadRequestError: Dixa rejected a value, or could not fetch an attachment.
            NotFoundError: the end user, the agent or the endpoint does not exist.
            TransportError: no response arrived, and this call has not created it.

        Made of ``POST /conversations``, ``GET /endusers/{userId}/conversations`` and
        ``GET /conversations/{conversationId}/messages``.
        """
        check_once(dedupe=dedupe, max_attempts=max_attempts)
        if isinstance(conversation, models.NewCallbackConversation):
            raise InvalidRequestError("a NewCallbackConversation has no message to carry an external ID: use create")
        message = getattr(conversation, "message", None)
        if message is None:
            raise InvalidRequestError(f"conversation must be a NewConversation, not {type(conversation).__name__}")
        sent = attrs.evolve(conversation, message=give_external_id(message, external_id))

        async def send() -> models.CreatedConversation:
            return await self.create(sent)

        async def find() -> models.CreatedConversation | None:
            found = await find_conversation(self._caller, sent.requester_id, external_id)
            return None if found is None else models.CreatedConversation(id=found)

        write = Write(
            call=CallInfo(operation=_CREATE.id, method=_CREATE.method, path=_CREATE.path), send=send, find=find
        )
        return await write_once(
            write,
            dedupe=dedupe,
            max_attempts=max_attempts,
            look_first=look_first,
            time_limit=self._caller.time_limit,
        )

    async def import_(self, conversation: models.NewImportedConversation) -> models.ImportedConversation:
        """Import a conversation that was held elsewhere, with all its messages.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            conversation: the conversation. What its `attributes` hold depends on the channel.

        Returns:
            Its conversation ID, and in `partial_errors` what could not be imported.

        Raises:
            InvalidRequestError: the conversation has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, does not import from the channel, could not fetch an attachment, or
                does not know the end user or an agent.
            NotFoundError: something that it names does not exist.
            TransportError: no response arrived; `maybe_applied` says whether it may have been imported.

        ``POST /conversations/import``
        """
        return await self._caller.call(_IMPORT, body=conversation)

    async def get(self, conversation_id: ConversationId) -> models.Conversation:
        """Read a conversation.

        Args:
            conversation_id: the conversation ID.

        Returns:
            The conversation, of the class for its channel; `UnknownConversation` if this version does not know its
            kind.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}``
        """
        return await self._caller.call(_GET, path={"conversationId": conversation_id})

    def list_linked(self, conversation_id: ConversationId) -> Pager[models.Conversation]:
        """List the conversations linked to a conversation, such as its side conversations.

        Dixa sends them all in one page.

        Args:
            conversation_id: the conversation ID of the parent.

        Returns:
            A pager over the child conversations, each of the class for its channel. Their `link` says why they are
            linked.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/linked``
        """
        return self._caller.pages(_LIST_LINKED, path={"conversationId": conversation_id})

    def list_activity(self, conversation_id: ConversationId) -> Pager[models.ActivityLogEntry]:
        """List the activity log of one conversation.

        Dixa sends it in one page.

        Args:
            conversation_id: the conversation ID.

        Returns:
            A pager over the entries. The class of an entry's `attributes` depends on its `type`.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/activitylog``
        """
        return self._caller.pages(_LIST_ACTIVITY, path={"conversationId": conversation_id})

    def list_organization_activity(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.ActivityLogEntry]:
        """List the activity log of all conversations in the organization.

        Args:
            since: only activity at or after this time, a datetime with a time zone.
            until: only activity up to this time, a datetime with a time zone.
            page_key: the `next_key` of a page, to resume after it.
            page_limit: entries per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the entries. The class of an entry's `attributes` depends on its `type`.

        Raises:
            InvalidRequestError: an argument is not valid, such as a time without a time zone.
            BadRequestError: Dixa rejected a time or the page key.
            TransportError: no response arrived.

        ``GET /conversations/activitylog``
        """
        return self._caller.pages(
            _LIST_ORGANIZATION_ACTIVITY,
            query={"fromDatetime": check_datetime("since", since), "toDatetime": check_datetime("until", until)},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )

    def list_flows(self, *, channel: models.Channel | None = None) -> Pager[models.ConversationFlow]:
        """List the conversation flows of one channel.

        Dixa sends them all in one page.

        Args:
            channel: the channel; Dixa defaults to `Channel.PSTN_PHONE`. There are no flows for
                `Channel.SMS` and `Channel.TWITTER`.

        Returns:
            A pager over the flows.

        Raises:
            InvalidRequestError: the channel is not valid.
            BadRequestError: there are no flows for the channel.
            TransportError: no response arrived.

        ``GET /conversations/flows``
        """
        warn_if_unlisted("channel", channel, models.Channel)
        return self._caller.pages(_LIST_FLOWS, query={"channel": check_str("channel", channel)})

    async def anonymize(
        self, conversation_id: ConversationId, *, force: bool | None = None
    ) -> models.AnonymizationRequest:
        """Request the anonymization of a conversation. It cannot be undone.

        Dixa removes everything personal later, within a day.

        Args:
            conversation_id: the conversation ID.
            force: True to close an open conversation first; by default, an open conversation is not anonymized.

        Returns:
            The request. Pass its `id` to `anonymization.get_request` to see whether it is done.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or `force` is not a bool.
            BadRequestError: Dixa rejected the conversation ID or `force`.
            NotFoundError: there is no such conversation.
            ConflictError: it cannot be anonymized now, for example because it is open and `force` is not True.
            TransportError: no response arrived; `maybe_applied` says whether it may have been requested.

        ``PATCH /conversations/{conversationId}/anonymize``
        """
        return await self._caller.call(
            _ANONYMIZE, path={"conversationId": conversation_id}, query={"force": check_bool("force", force)}
        )

    async def patch_custom_attributes(
        self, conversation_id: ConversationId, values: Mapping[str, str | list[str] | None]
    ) -> list[models.CustomAttribute]:
        """Set or clear custom attributes of a conversation.

        Args:
            conversation_id: the conversation ID.
            values: the values by attribute ID (UUID): a str, the path of the selected option, or None to clear the
                value. Attributes that are not named keep their values.

        Returns:
            The custom attributes of the conversation.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or a value is of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            AuthenticationError: the token is not allowed to do this.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived; `maybe_applied` says whether it may have been done.

        ``PATCH /conversations/{conversationId}/custom-attributes``
        """
        return await self._caller.call(
            _PATCH_CUSTOM_ATTRIBUTES, path={"conversationId": conversation_id}, body=check_map("values", values)
        )
