"""Conversations: create, import, read, anonymize. What else is done to them stands in `conversation_actions`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_bool, check_datetime, check_map, check_str, warn_if_unlisted
from .base import ConversationId
from .conversation_actions import ConversationActions

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

        It is never sent again when the response was lost, for Dixa may have created it.

        Args:
            conversation: one of `NewCallbackConversation`, `NewChatConversation`, `NewContactFormConversation`,
                `NewEmailConversation`, `NewSmsConversation`.

        Returns:
            Its number.

        Raises:
            InvalidRequestError: the conversation has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, could not fetch an attachment, or found a duplicate `external_id`.
            NotFoundError: the end user, the agent or the endpoint does not exist.
            TransportError: no response came; `maybe_applied` says whether it may have been created.

        ``POST /conversations``
        """
        return await self._caller.call(_CREATE, body=conversation)

    async def import_(self, conversation: models.NewImportedConversation) -> models.ImportedConversation:
        """Import a conversation that was held elsewhere, with all its messages.

        There is no protection against doing it twice: it is never sent again when the response is lost.

        Args:
            conversation: the conversation. What its `attributes` hold depends on the channel.

        Returns:
            Its number, and what of it could not be imported: look at `partial_errors`.

        Raises:
            InvalidRequestError: the conversation has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, does not import from the channel, could not fetch an attachment, or
                does not know the end user or an agent.
            NotFoundError: something that it names does not exist.
            TransportError: no response came; `maybe_applied` says whether it may have been imported.

        ``POST /conversations/import``
        """
        return await self._caller.call(_IMPORT, body=conversation)

    async def get(self, conversation_id: ConversationId) -> models.Conversation:
        """Read a conversation.

        Args:
            conversation_id: its number.

        Returns:
            The conversation, of the class that belongs to its channel; `Unknown` if the kind is not known yet.

        Raises:
            InvalidRequestError: the number is not a number.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}``
        """
        return await self._caller.call(_GET, path={"conversationId": conversation_id})

    def list_linked(self, conversation_id: ConversationId) -> Pager[models.Conversation]:
        """List the conversations that hang on a conversation, such as its side conversations.

        Dixa sends them all in one page.

        Args:
            conversation_id: the number of the parent.

        Returns:
            A pager over the children, each of the class that belongs to its channel. Their `link` tells why they are
            linked.

        Raises:
            InvalidRequestError: the number is not a number.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/linked``
        """
        return self._caller.pages(_LIST_LINKED, path={"conversationId": conversation_id})

    def list_activity(self, conversation_id: ConversationId) -> Pager[models.ActivityLogEntry]:
        """List what was done to one conversation.

        Dixa sends it all in one page.

        Args:
            conversation_id: its number.

        Returns:
            A pager over the entries. The class of an entry's `attributes` goes with its `type`.

        Raises:
            InvalidRequestError: the number is not a number.
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
        """List what was done to all conversations of the organization.

        Args:
            since: only what was done from then on; a datetime with a time zone.
            until: only what was done up to then; a datetime with a time zone.
            page_key: the `next_key` of a page, to go on after it.
            page_limit: entries on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the entries. The class of an entry's `attributes` goes with its `type`.

        Raises:
            InvalidRequestError: an argument cannot be sent, such as a time without a time zone.
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
            channel: the channel; Dixa takes `Channel.PSTN_PHONE` if it is not given. There are no flows for
                `Channel.SMS` and `Channel.TWITTER`.

        Returns:
            A pager over the flows.

        Raises:
            InvalidRequestError: the channel cannot be sent.
            BadRequestError: there are no flows for the channel.
            TransportError: no response arrived.

        ``GET /conversations/flows``
        """
        warn_if_unlisted("channel", channel, models.Channel)
        return self._caller.pages(_LIST_FLOWS, query={"channel": check_str("channel", channel)})

    async def anonymize(
        self, conversation_id: ConversationId, *, force: bool | None = None
    ) -> models.AnonymizationRequest:
        """Ask for everything personal to be taken from a conversation. It cannot be undone.

        Dixa does it later, within a day.

        Args:
            conversation_id: its number.
            force: True: a conversation that is not closed is closed first. If it is not given, it is left alone.

        Returns:
            The request. Its `id` is what one asks for to see whether it is done.

        Raises:
            InvalidRequestError: the number is not a number, or `force` cannot be sent.
            BadRequestError: Dixa rejected the conversation ID or `force`.
            NotFoundError: there is no such conversation.
            ConflictError: it cannot be anonymized now, such as when it is not closed and `force` is not True.
            TransportError: no response came; `maybe_applied` says whether it may have been asked for.

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
            conversation_id: its number.
            values: the values by the ids (UUID) of their attributes: a text, the path of what is selected, or None to
                clear the value. What is not named keeps its value.

        Returns:
            The custom attributes of the conversation.

        Raises:
            InvalidRequestError: the number is not a number, or a value is of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            AuthenticationError: the token is not allowed to do this.
            NotFoundError: there is no such conversation.
            TransportError: no response came; `maybe_applied` says whether it may have been done.

        ``PATCH /conversations/{conversationId}/custom-attributes``
        """
        return await self._caller.call(
            _PATCH_CUSTOM_ATTRIBUTES, path={"conversationId": conversation_id}, body=check_map("values", values)
        )
