"""From what happened to the event that says so, in the shape in which Dixa delivers it."""

from typing import Any, Final

from ...conversion import to_json
from ...models.common import Direction, File
from ...models.conversations import (
    AnonymizedConversation,
    ContactFormConversation,
    ConversationState,
    EmailConversation,
    SmsConversation,
)
from ...models.internal_notes import InternalNote
from ...models.messages import Message, MessageAttributes, RegularEmailContent
from ...models.new_messages import HtmlContent, MarkdownContent, TextContent
from ...models.ratings import Rating
from ...models.tags import Tag, TagState
from ...models.webhooks import WebhookEvent
from ...webhooks.event_models import (
    ConversationData,
    EventChannel,
    EventConversation,
    EventConversationStatus,
    EventDirection,
    EventOrganization,
    EventQueue,
    EventTag,
    EventUser,
    MessageAddedData,
    MessageDirection,
    MessageEventAttachment,
    MessageEventContent,
    NoteAddedData,
    PendingExpiredData,
    RatedData,
    TagData,
)
from ...webhooks.events import (
    ConversationAssigned,
    ConversationClosed,
    ConversationCreated,
    ConversationEnqueued,
    ConversationOpen,
    ConversationPending,
    ConversationPendingExpired,
    ConversationRated,
    ConversationUnassigned,
    Event,
    MessageAdded,
    NoteAdded,
    TagAdded,
    TagRemoved,
    parse_event,
)
from ..state.server_state import TOKEN_OWNER, KnownConversation, Occurrence, State, subject_of
from .filters import snake

_PLAIN: Final = {
    cls.event_type: cls
    for cls in (
        ConversationAssigned,
        ConversationClosed,
        ConversationCreated,
        ConversationEnqueued,
        ConversationOpen,
        ConversationPending,
        ConversationUnassigned,
    )
}
"""The events that are about a conversation and nothing else."""
_FORMATS: Final = {TextContent: "Text", HtmlContent: "Html", MarkdownContent: "Markdown"}


def make_event(state: State, occurrence: Occurrence) -> Event:
    """Make the event of what happened.

    Args:
        state: where it happened, as it is now.
        occurrence: what happened.

    Returns:
        The event. What has no class says its conversation and nothing else.
    """
    conversation = _conversation(state, occurrence.conversation)
    fields: dict[str, Any] = {
        "id": state.new_id(),
        "version": "1",
        "occurred_at": state.event_time(occurrence.conversation.id),
        "organization": EventOrganization(id=state.organization.id, name=state.organization.name),
    }
    match occurrence.subject:
        case Message() as message:
            return MessageAdded(**fields, data=_message(state, conversation, message))
        case InternalNote() as note:
            return NoteAdded(**fields, data=_note(state, conversation, note))
        case Tag() as tag:
            removed = occurrence.event is WebhookEvent.CONVERSATION_TAG_REMOVED
            author = _user(state, occurrence.author_id or TOKEN_OWNER)
            data = TagData(conversation=conversation, tag=tag.name, author=author)
            return TagRemoved(**fields, data=data) if removed else TagAdded(**fields, data=data)
        case Rating() as rating:
            return ConversationRated(**fields, data=_rating(state, conversation, rating))
        case None:
            if occurrence.event is WebhookEvent.CONVERSATION_PENDING_EXPIRED:
                pending_by = None if occurrence.author_id is None else _user(state, occurrence.author_id)
                expired = PendingExpiredData(conversation=conversation, pending_by_user_camel=pending_by)
                return ConversationPendingExpired(**fields, data=expired)
            plain = _PLAIN.get(occurrence.event)
            if plain is not None:
                return plain(**fields, data=ConversationData(conversation=conversation))
            return _other(occurrence.event, conversation, fields)


def _conversation(state: State, conversation: KnownConversation) -> EventConversation:
    if isinstance(conversation, AnonymizedConversation):
        queue, assignment = None, None
    else:
        queue, assignment = conversation.queue, conversation.assignment
    known_queue = None if queue is None else state.queues.get(queue.id)
    direction = conversation.direction
    return EventConversation(
        id=conversation.id,
        channel=EventChannel(_upper(conversation.channel)),
        status=EventConversationStatus(_upper(conversation.state or ConversationState.OPEN)),
        direction=None if direction is None else EventDirection(_upper(direction)),
        queue=None if queue is None else EventQueue(id=queue.id, name=known_queue.name if known_queue else None),
        contact_point=_contact_point(conversation),
        requester=_user(state, conversation.requester_id),
        assignee=None if assignment is None else _user(state, assignment.agent_id),
        subject=subject_of(conversation),
        tags=[_tag(state.tags[tag_id]) for tag_id in state.conversation_tags.get(conversation.id, [])],
        created_at=conversation.created_at,
    )


def _contact_point(conversation: KnownConversation) -> str | None:
    match conversation:
        case EmailConversation() | ContactFormConversation():
            return conversation.integration_email
        case SmsConversation():
            return conversation.from_number
        case _:
            return None


def _tag(tag: Tag) -> EventTag:
    return EventTag(id=tag.id, name=tag.name, is_deactivated=tag.state is not TagState.ACTIVE)


def _user(state: State, user_id: str) -> EventUser:
    person = state.agents.get(user_id) or state.end_users.get(user_id)
    user_type = "Contact" if user_id in state.end_users else "Member"
    if person is None:
        return EventUser(id=user_id, roles=[], user_type=user_type)
    return EventUser(
        id=user_id,
        name=person.display_name,
        email=person.email,
        phone=person.phone_number,
        roles=list(state.agents[user_id].roles or []) if user_id in state.agents else [],
        user_type=user_type,
    )


def _message(state: State, conversation: EventConversation, message: Message) -> MessageAddedData:
    attributes = message.attributes
    text, content_type = _text(attributes)
    # Not all kinds of attributes have these.
    direction = getattr(attributes, "direction", None)
    files: list[File] | None = getattr(attributes, "attachments", None)
    is_inbound = message.author_id in state.end_users if direction is None else direction is Direction.INBOUND
    return MessageAddedData(
        conversation=conversation,
        message_id=message.id,
        author=_user(state, message.author_id),
        created_at=message.created_at,
        text=text,
        direction=MessageDirection.INBOUND if is_inbound else MessageDirection.OUTBOUND,
        channel=conversation.channel,
        content=MessageEventContent(text=text, content_type=content_type),
        attachments=[MessageEventAttachment(url=file.url, pretty_name=file.pretty_name) for file in files or []],
        external_id=message.external_id,
    )


def _text(attributes: MessageAttributes) -> tuple[str | None, str | None]:
    """What a message says, and in which format."""
    email = getattr(attributes, "email_content", None)
    content = email.content if isinstance(email, RegularEmailContent) else getattr(attributes, "content", None)
    if isinstance(content, TextContent | HtmlContent | MarkdownContent):
        return content.value, _FORMATS[type(content)]
    return None, None


def _note(state: State, conversation: EventConversation, note: InternalNote) -> NoteAddedData:
    return NoteAddedData(
        conversation=conversation,
        note_id=note.id,
        author=_user(state, note.author_id),
        created_at=note.created_at,
        text=note.message,
    )


def _rating(state: State, conversation: EventConversation, rating: Rating) -> RatedData:
    return RatedData(
        conversation=conversation,
        agent=None if rating.agent_id is None else _user(state, rating.agent_id),
        score=rating.rating_score,
        comment=rating.rating_comment,
        rating_type=rating.rating_type.value,
    )


def _other(event: WebhookEvent, conversation: EventConversation, fields: dict[str, Any]) -> Event:
    named = {
        "event_id": fields["id"],
        "event_fqn": event.name,
        "event_version": fields["version"],
        "event_timestamp": fields["occurred_at"],
        "organization": fields["organization"],
        "data": {"conversation": conversation},
    }
    return parse_event(to_json(named))


def _upper(name: str) -> str:
    return snake(name).upper()
