"""Tags, and the tags of conversations."""

from ...models.activity import ActivityType
from ...models.activity_attributes import TagAddedAttribute, TagRemovedAttribute
from ...models.tags import NewTag, Tag, TagName, TagState
from ...models.webhooks import WebhookEvent
from ..http.errors import bad_request
from ..http.responses import HandlerResponse, data, nothing
from ..http.routing import HandlerCall, Routes, given
from ..state import builders
from ..state.server_state import State

routes: Routes = Routes()


@routes("GET", "/tags")
def list_tags(call: HandlerCall) -> HandlerResponse:
    """List the tags of the organization."""
    include_inactive = call.flag("includeDeactivated")
    return data([tag for tag in call.state.tags.values() if include_inactive or tag.state is TagState.ACTIVE])


@routes("GET", "/tags/{tagId}")
def get_tag(call: HandlerCall) -> HandlerResponse:
    """Get a tag."""
    return data(_tag(call))


@routes("POST", "/tags")
def create_tag(call: HandlerCall) -> HandlerResponse:
    """Create a tag, or return the one that already has the name."""
    return data(_named(call.state, call.body(NewTag)))


@routes("DELETE", "/tags/{tagId}")
def delete_tag(call: HandlerCall) -> HandlerResponse:
    """Delete a tag, and remove it from all conversations."""
    tag = _tag(call)
    del call.state.tags[tag.id]
    for conversation_id in list(call.state.conversation_tags):
        _remove(call.state, conversation_id, tag)
    return nothing()


@routes("PATCH", "/tags/{tagId}/activate")
def activate_tag(call: HandlerCall) -> HandlerResponse:
    """Activate a tag, so that it can be added to conversations."""
    _tag(call).state = TagState.ACTIVE
    return nothing()


@routes("PATCH", "/tags/{tagId}/deactivate")
def deactivate_tag(call: HandlerCall) -> HandlerResponse:
    """Deactivate a tag, so that it cannot be added to further conversations."""
    _tag(call).state = TagState.INACTIVE
    return nothing()


@routes("GET", "/conversations/{conversationId}/tags")
def list_tags_of_conversation(call: HandlerCall) -> HandlerResponse:
    """List the tags of a conversation."""
    tag_ids = call.state.conversation_tags.get(call.conversation().id, [])
    return data([call.state.tags[tag_id] for tag_id in tag_ids])


@routes("PUT", "/conversations/{conversationId}/tags/{tagId}")
def add_tag(call: HandlerCall) -> HandlerResponse:
    """Add a tag to a conversation."""
    conversation, tag = call.active_conversation(), _tag(call)
    if tag.state is not TagState.ACTIVE:
        raise bad_request(f"The tag {tag.id} is not active")
    _add(call.state, conversation.id, tag)
    return nothing()


@routes("DELETE", "/conversations/{conversationId}/tags/{tagId}")
def remove_tag(call: HandlerCall) -> HandlerResponse:
    """Remove a tag from a conversation."""
    _remove(call.state, call.conversation().id, _tag(call))
    return nothing()


@routes("POST", "/conversations/{conversationId}/tags/bulk")
def add_tags(call: HandlerCall) -> HandlerResponse:
    """Add several tags to a conversation, by their names."""
    conversation = call.active_conversation()
    names: list[TagName] = call.body(list[TagName], envelope="data")
    for tag in [_named(call.state, NewTag(name=tag.name)) for tag in names]:
        if tag.state is TagState.ACTIVE:
            _add(call.state, conversation.id, tag)
    return HandlerResponse(status=202)


def _tag(call: HandlerCall) -> Tag:
    return call.find(call.state.tags, "tagId", "tag")


def _named(state: State, new: NewTag) -> Tag:
    """Get the tag with a name, or create it."""
    if not new.name:
        raise bad_request("A tag must have a name")
    found = next((tag for tag in state.tags.values() if tag.name == new.name), None)
    if found is not None:
        return found
    return builders.add_tag(state, new.name, color=given(new.color))


def _add(state: State, conversation_id: int, tag: Tag) -> None:
    tag_ids = state.conversation_tags.setdefault(conversation_id, [])
    if tag.id not in tag_ids:
        tag_ids.append(tag.id)
        state.record(conversation_id, ActivityType.TAG_ADDED, attributes=TagAddedAttribute(tag=tag.name))
        state.emit(WebhookEvent.CONVERSATION_TAG_ADDED, state.conversations[conversation_id], tag)


def _remove(state: State, conversation_id: int, tag: Tag) -> None:
    tag_ids = state.conversation_tags.get(conversation_id, [])
    if tag.id in tag_ids:
        tag_ids.remove(tag.id)
        state.record(conversation_id, ActivityType.TAG_REMOVED, attributes=TagRemovedAttribute(tag=tag.name))
        state.emit(WebhookEvent.CONVERSATION_TAG_REMOVED, state.conversations[conversation_id], tag)
