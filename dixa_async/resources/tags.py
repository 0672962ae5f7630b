"""Tags: manage them, and mark conversations with them."""

from __future__ import annotations

from collections.abc import Sequence

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_bool, check_list
from .base import ConversationId, Resource, none_to_unset

_LIST: Operation[models.Tag] = Operation("getTags", "GET", "/tags", response_type=LazyType(lambda: models.Tag))
_GET: Operation[models.Tag] = Operation(
    "getTagsTagid", "GET", "/tags/{tagId}", response_type=LazyType(lambda: models.Tag)
)
_CREATE: Operation[models.Tag] = Operation(
    "postTags", "POST", "/tags", body=LazyType(lambda: models.NewTag), response_type=LazyType(lambda: models.Tag)
)
_DELETE: Operation[None] = Operation("deleteTagsTagid", "DELETE", "/tags/{tagId}")
_ACTIVATE: Operation[None] = Operation("patchTagsTagidActivate", "PATCH", "/tags/{tagId}/activate")
_DEACTIVATE: Operation[None] = Operation("patchTagsTagidDeactivate", "PATCH", "/tags/{tagId}/deactivate")
_LIST_FOR_CONVERSATION: Operation[models.Tag] = Operation(
    "getConversationsConversationidTags",
    "GET",
    "/conversations/{conversationId}/tags",
    response_type=LazyType(lambda: models.Tag),
)
_ADD_TO_CONVERSATION: Operation[None] = Operation(
    "putConversationsConversationidTagsTagid", "PUT", "/conversations/{conversationId}/tags/{tagId}"
)
_REMOVE_FROM_CONVERSATION: Operation[None] = Operation(
    "deleteConversationsConversationidTagsTagid", "DELETE", "/conversations/{conversationId}/tags/{tagId}"
)
_ADD_MANY_TO_CONVERSATION: Operation[None] = Operation(
    "postConversationsConversationidTagsBulk",
    "POST",
    "/conversations/{conversationId}/tags/bulk",
    body=LazyType(lambda: list[models.TagName]),
    body_envelope="data",
)


class Tags(Resource):
    """Tags: words that conversations are marked with."""

    def list(self, *, include_deactivated: bool | None = None) -> Pager[models.Tag]:
        """List the tags of the organization.

        Dixa sends them all in one page.

        Args:
            include_deactivated: True: those that are not active too. If it is not given, only those that are.

        Returns:
            A pager over the tags.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected the argument.
            TransportError: no response arrived.

        ``GET /tags``
        """
        return self._caller.pages(
            _LIST, query={"includeDeactivated": check_bool("include_deactivated", include_deactivated)}
        )

    async def get(self, tag_id: str) -> models.Tag:
        """Read a tag.

        Args:
            tag_id: its id (UUID).

        Returns:
            The tag.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such tag.
            TransportError: no response arrived.

        ``GET /tags/{tagId}``
        """
        return await self._caller.call(_GET, path={"tagId": tag_id})

    async def create(self, name: str, *, color: str | None = None) -> models.Tag:
        """Create a tag, or find the one that has the name already.

        Args:
            name: its name.
            color: its color, such as ``#1e90ff``. A tag that is there already keeps its own.

        Returns:
            The tag.

        Raises:
            InvalidRequestError: an argument is of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            TransportError: no response came; `maybe_applied` says whether it may have been created.

        ``POST /tags``
        """
        return await self._caller.call(_CREATE, body=models.NewTag(name=name, color=none_to_unset(color)))

    async def delete(self, tag_id: str) -> None:
        """Delete a tag, and take it from all conversations. It cannot be undone.

        Args:
            tag_id: its id (UUID).

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such tag; also when it was deleted and the response was lost.
            TransportError: no response arrived.

        ``DELETE /tags/{tagId}``
        """
        await self._caller.call(_DELETE, path={"tagId": tag_id})

    async def activate(self, tag_id: str) -> None:
        """Let conversations be marked with a tag again.

        Args:
            tag_id: its id (UUID).

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such tag.
            TransportError: no response arrived; the call can be repeated safely.

        ``PATCH /tags/{tagId}/activate``
        """
        await self._caller.call(_ACTIVATE, path={"tagId": tag_id})

    async def deactivate(self, tag_id: str) -> None:
        """Let no more conversations be marked with a tag. Those that are keep it.

        Args:
            tag_id: its id (UUID).

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such tag.
            TransportError: no response arrived; the call can be repeated safely.

        ``PATCH /tags/{tagId}/deactivate``
        """
        await self._caller.call(_DEACTIVATE, path={"tagId": tag_id})

    def list_for_conversation(self, conversation_id: ConversationId) -> Pager[models.Tag]:
        """List the tags of a conversation.

        Dixa sends them all in one page.

        Args:
            conversation_id: the conversation ID.

        Returns:
            A pager over the tags.

        Raises:
            InvalidRequestError: the number is not a number.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/tags``
        """
        return self._caller.pages(_LIST_FOR_CONVERSATION, path={"conversationId": conversation_id})

    async def add_to_conversation(self, conversation_id: ConversationId, tag_id: str) -> None:
        """Mark a conversation with a tag.

        Args:
            conversation_id: the conversation ID.
            tag_id: the id (UUID) of the tag, which must be active.

        Raises:
            InvalidRequestError: the number is not a number, or the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such conversation or tag.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/tags/{tagId}``
        """
        await self._caller.call(_ADD_TO_CONVERSATION, path={"conversationId": conversation_id, "tagId": tag_id})

    async def remove_from_conversation(self, conversation_id: ConversationId, tag_id: str) -> None:
        """Take a tag from a conversation.

        Args:
            conversation_id: the conversation ID.
            tag_id: the id (UUID) of the tag. It need not be active.

        Raises:
            InvalidRequestError: the number is not a number, or the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such conversation or tag.
            TransportError: no response arrived.

        ``DELETE /conversations/{conversationId}/tags/{tagId}``
        """
        await self._caller.call(_REMOVE_FROM_CONVERSATION, path={"conversationId": conversation_id, "tagId": tag_id})

    async def add_many_to_conversation(self, conversation_id: ConversationId, names: Sequence[str]) -> None:
        """Mark a conversation with several tags, by their names. Tags that are not there yet are created.

        Dixa does it later: the tags may not be listed at once.

        Args:
            conversation_id: the conversation ID.
            names: the names of the tags.

        Raises:
            InvalidRequestError: the number is not a number, or the names are not a list of texts; nothing was sent.
            BadRequestError: Dixa rejected a name.
            NotFoundError: there is no such conversation.
            TransportError: no response came; `maybe_applied` says whether it may have been asked for.

        ``POST /conversations/{conversationId}/tags/bulk``
        """
        tags = [models.TagName(name=name) for name in check_list("names", names)]
        await self._caller.call(_ADD_MANY_TO_CONVERSATION, path={"conversationId": conversation_id}, body=tags)
