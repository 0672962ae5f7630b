"""Tags: manage them, and tag conversations."""

from __future__ import annotations

from collections.abc import Sequence

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_bool, check_conversation_id, check_list
from .base import ConversationId, Resource, none_to_unset
from .lookup import find_by_name

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
    """Tags: labels on conversations."""

    def list(self, *, include_deactivated: bool | None = None) -> Pager[models.Tag]:
        """List the tags of the organization.

        Dixa sends them all in one page.

        Args:
            include_deactivated: True to include tags that are not active; by default, only active ones are listed.

        Returns:
            A pager over the tags.

        Raises:
            InvalidRequestError: an argument is not valid.
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
            tag_id: the ID (UUID) of the tag.

        Returns:
            The tag.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such tag.
            TransportError: no response arrived.

        ``GET /tags/{tagId}``
        """
        return await self._caller.call(_GET, path={"tagId": tag_id})

    async def find_by_name(self, name: str, *, include_deactivated: bool | None = None) -> models.Tag:
        """Find the tag with a name.

        Args:
            name: the name. Case matters.
            include_deactivated: True to find a tag that is not active, too.

        Returns:
            The tag.

        Raises:
            InvalidRequestError: an argument is not valid.
            NoMatchError: no tag has the name. The message suggests a similar one.
            SeveralMatchesError: several tags have the name; its `ids` says which.
            TransportError: no response arrived.

        Made of ``GET /tags``.
        """
        return await find_by_name(self.list(include_deactivated=include_deactivated), "tag", name)

    async def create(self, name: str, *, color: str | None = None) -> models.Tag:
        """Create a tag, or return the one that already has the name.

        Args:
            name: the name.
            color: the color, such as ``#1e90ff``. A tag that already exists keeps its color.

        Returns:
            The tag.

        Raises:
            InvalidRequestError: an argument is of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /tags``
        """
        return await self._caller.call(_CREATE, body=models.NewTag(name=name, color=none_to_unset(color)))

    async def delete(self, tag_id: str) -> None:
        """Delete a tag, and remove it from all conversations. It cannot be undone.

        Args:
            tag_id: the ID (UUID) of the tag.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such tag; also raised when it was deleted and the response was lost.
            TransportError: no response arrived.

        ``DELETE /tags/{tagId}``
        """
        await self._caller.call(_DELETE, path={"tagId": tag_id})

    async def activate(self, tag_id: str) -> None:
        """Activate a tag, so that it can be added to conversations again.

        Args:
            tag_id: the ID (UUID) of the tag.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such tag.
            TransportError: no response arrived; the call can be repeated safely.

        ``PATCH /tags/{tagId}/activate``
        """
        await self._caller.call(_ACTIVATE, path={"tagId": tag_id})

    async def deactivate(self, tag_id: str) -> None:
        """Deactivate a tag, so that it cannot be added to more conversations. Tagged conversations keep it.

        Args:
            tag_id: the ID (UUID) of the tag.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
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
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived.

        ``GET /conversations/{conversationId}/tags``
        """
        return self._caller.pages(_LIST_FOR_CONVERSATION, path={"conversationId": conversation_id})

    async def add_to_conversation(self, conversation_id: ConversationId, tag_id: str) -> None:
        """Add a tag to a conversation.

        Args:
            conversation_id: the conversation ID.
            tag_id: the ID (UUID) of the tag, which must be active.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such conversation or tag.
            TransportError: no response arrived.

        ``PUT /conversations/{conversationId}/tags/{tagId}``
        """
        await self._caller.call(_ADD_TO_CONVERSATION, path={"conversationId": conversation_id, "tagId": tag_id})

    async def add_by_name(self, conversation_id: ConversationId, name: str, *, create: bool = False) -> models.Tag:
        """Add a tag to a conversation, by its name.

        Unlike `add_many_to_conversation`, it adds the tag at once, and creates one only if you say so: a misspelled
        name is an error. For many conversations, find the tag once and pass its ID to `add_to_conversation`.

        Args:
            conversation_id: the conversation ID.
            name: the name of the tag, which must be active. Case matters.
            create: whether to create the tag if there is none.

        Returns:
            The tag.

        Raises:
            InvalidRequestError: an argument is not valid.
            NoMatchError: no active tag has the name, and `create` is False. The message suggests a similar one.
            SeveralMatchesError: several tags have the name; its `ids` says which.
            BadRequestError: the tag exists and is not active, or Dixa rejected a value.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived. It can be called again.

        Made of ``GET /tags`` or ``POST /tags``, and ``PUT /conversations/{conversationId}/tags/{tagId}``.
        """
        check_conversation_id("conversation_id", conversation_id)  # before a tag is created
        tag = await self.create(name) if check_bool("create", create) else await self.find_by_name(name)
        await self.add_to_conversation(conversation_id, tag.id)
        return tag

    async def remove_from_conversation(self, conversation_id: ConversationId, tag_id: str) -> None:
        """Remove a tag from a conversation.

        Args:
            conversation_id: the conversation ID.
            tag_id: the ID (UUID) of the tag. It need not be active.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such conversation or tag.
            TransportError: no response arrived.

        ``DELETE /conversations/{conversationId}/tags/{tagId}``
        """
        await self._caller.call(_REMOVE_FROM_CONVERSATION, path={"conversationId": conversation_id, "tagId": tag_id})

    async def add_many_to_conversation(self, conversation_id: ConversationId, names: Sequence[str]) -> None:
        """Add several tags to a conversation, by name. Tags that do not exist are created.

        Dixa does this asynchronously: the tags may not be listed immediately.

        Args:
            conversation_id: the conversation ID.
            names: the names of the tags.

        Raises:
            InvalidRequestError: the conversation ID is not valid, or the names are not a list of str; nothing was sent.
            BadRequestError: Dixa rejected a name.
            NotFoundError: there is no such conversation.
            TransportError: no response arrived; `maybe_applied` says whether it may have been requested.

        ``POST /conversations/{conversationId}/tags/bulk``
        """
        tags = [models.TagName(name=name) for name in check_list("names", names)]
        await self._caller.call(_ADD_MANY_TO_CONVERSATION, path={"conversationId": conversation_id}, body=tags)
