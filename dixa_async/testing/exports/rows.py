"""The rows of exports, made of the state. What the state does not know is left out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from ..._json import dumps
from ...exports.rows import (
    ExportChannel,
    ExportDirection,
    ExportedConversation,
    ExportedCustomField,
    ExportedFile,
    ExportedFormSubmission,
    ExportedMessage,
    ExportedRating,
    ExportedTag,
)
from ...models.agents import Agent
from ...models.base import Model, Unknown
from ...models.common import Channel, Direction, File
from ...models.conversations import AnonymizedConversation, ConversationState
from ...models.custom_attributes import CustomAttribute, SelectAttributeInput
from ...models.end_users import EndUser
from ...models.messages import (
    CallRecordingAttributes,
    ContactFormAttributes,
    EmailAttributes,
    EmailContact,
    Message,
    PhoneAttributes,
    RegularEmailContent,
)
from ...models.ratings import Rating, RatingType
from ...models.tags import TagState
from ...serialization import Serializer
from ..state.server_state import KnownConversation, State, subject_of

_TIME_NAMES: Final = ("_at", "_timestamp", "_time")
"""The ends of the names of times."""


def encode_row(row: Model) -> bytes:
    """A row as JSON, with times in milliseconds since 1970."""
    return dumps(_with_epoch_times(Serializer.shared().unstructure(row)))


def updated_at(state: State, conversation: KnownConversation) -> datetime:
    """When a conversation was last changed."""
    times = [conversation.created_at, conversation.state_updated_at]
    times += [entry.activity_timestamp for entry in state.activity_of(conversation.id)]
    times += [message.created_at for message in state.messages[conversation.id]]
    times += [note.created_at for note in state.notes.get(conversation.id, ())]
    if isinstance(conversation, AnonymizedConversation):
        times.append(conversation.anonymized_at)
    return max(time for time in times if time is not None)


def created_at(_: State, conversation: KnownConversation) -> datetime:
    """When a conversation was created."""
    return conversation.created_at


def closed_at(_: State, conversation: KnownConversation) -> datetime | None:
    """When a closed conversation was closed."""
    return conversation.state_updated_at if conversation.state == ConversationState.CLOSED else None


def last_message_created_at(state: State, conversation: KnownConversation) -> datetime | None:
    """When the last message of a conversation was created."""
    return max((message.created_at for message in state.messages[conversation.id]), default=None)


def conversation_row(state: State, conversation: KnownConversation) -> ExportedConversation:
    """The row of a conversation.

    Args:
        state: the data of the server.
        conversation: the conversation.

    Returns:
        The row. An anonymized conversation has no personal data.
    """
    row = ExportedConversation(
        id=conversation.id,
        created_at=conversation.created_at,
        initial_channel=_channel(conversation.channel),
        requester_id=conversation.requester_id,
        direction=_direction(conversation.direction),
        closed_at=closed_at(state, conversation),
        status=None if conversation.state is None else conversation.state.lower(),
        updated_at=updated_at(state, conversation),
        last_message_created_at=last_message_created_at(state, conversation),
        custom_fields=[_custom_field(state, each) for each in conversation.custom_attributes or ()],
    )
    _add_tags(state, row)
    _add_ratings(state, row)
    if isinstance(conversation, AnonymizedConversation):
        row.anonymized_at = conversation.anonymized_at
        return row
    row.subject = subject_of(conversation)
    row.conversation_wrapup_notes = [note.message for note in state.notes.get(conversation.id, ())]
    row.dixa_email_integration_id = getattr(conversation, "integration_email", None)
    _add_requester(row, state.end_users.get(conversation.requester_id))
    if conversation.queue is not None:
        queue = state.queues.get(conversation.queue.id)
        row.queue_id, row.queued_at = conversation.queue.id, conversation.queue.queued_at
        row.queue_name = None if queue is None else queue.name
    if conversation.assignment is not None:
        row.assignee_id, row.assigned_at = conversation.assignment.agent_id, conversation.assignment.assigned_at
        _add_assignee(row, state.agents.get(conversation.assignment.agent_id))
    return row


def message_row(state: State, conversation: KnownConversation, message: Message) -> ExportedMessage:
    """The row of a message.

    Args:
        state: the data of the server.
        conversation: its conversation.
        message: the message.

    Returns:
        The row.
    """
    attributes: Any = message.attributes
    row = ExportedMessage(
        id=message.id,
        csid=conversation.id,
        created_at=message.created_at,
        initial_channel=_channel(conversation.channel),
        direction=_direction(getattr(attributes, "direction", None)),
        text=_text(attributes),
        attached_files=_files(getattr(attributes, "attachments", None)),
        is_automated_message=getattr(attributes, "is_automated", None),
    )
    author = state.agents.get(message.author_id) or state.end_users.get(message.author_id)
    if author is not None and not isinstance(conversation, AnonymizedConversation):
        row.author_name, row.author_email = author.display_name, author.email
    if isinstance(attributes, EmailAttributes | ContactFormAttributes):
        _add_addresses(row, attributes)
    if isinstance(attributes, ContactFormAttributes) and attributes.from_ is not None:
        row.form_submission = ExportedFormSubmission(name=attributes.from_.name, email=attributes.from_.email)
    if isinstance(attributes, PhoneAttributes):
        row.from_phone_number, row.to_phone_number = attributes.from_, attributes.to
        row.duration = attributes.duration
    if isinstance(attributes, CallRecordingAttributes):
        row.recording_url, row.duration = attributes.recording, attributes.duration
    return row


def _with_epoch_times(value: Any) -> Any:
    if value.__class__ is list:
        return [_with_epoch_times(item) for item in value]
    if value.__class__ is not dict:
        return value
    return {
        name: _milliseconds(inner)
        if name.endswith(_TIME_NAMES) and inner.__class__ is str
        else _with_epoch_times(inner)
        for name, inner in value.items()
    }


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _channel(channel: Channel) -> ExportChannel:
    return ExportChannel(channel.lower())


def _direction(direction: Direction | None) -> ExportDirection | None:
    return None if direction is None else ExportDirection(direction.lower())


def _add_requester(row: ExportedConversation, requester: EndUser | None) -> None:
    if requester is None:
        return
    row.requester_name, row.requester_email = requester.display_name, requester.email
    row.requester_phone_number = requester.phone_number
    row.requester_additional_emails = requester.additional_emails
    row.requester_additional_phone_numbers = requester.additional_phone_numbers


def _add_assignee(row: ExportedConversation, agent: Agent | None) -> None:
    if agent is not None:
        row.assignee_name, row.assignee_email = agent.display_name, agent.email
        row.assignee_phone_number = agent.phone_number


def _add_tags(state: State, row: ExportedConversation) -> None:
    tags = [state.tags[tag_id] for tag_id in state.conversation_tags.get(row.id, ()) if tag_id in state.tags]
    row.tags = [tag.name for tag in tags]
    row.tags_info = [
        ExportedTag(id=tag.id, name=tag.name, is_deactivated=tag.state == TagState.INACTIVE) for tag in tags
    ]


def _add_ratings(state: State, row: ExportedConversation) -> None:
    ratings = state.ratings.get(row.id, [])
    row.ratings = [_rating(rating) for rating in ratings]
    csat = [rating for rating in ratings if rating.rating_type == RatingType.CSAT and rating.rating_score is not None]
    if csat:
        row.rating_score, row.rating_message = csat[-1].rating_score, csat[-1].rating_comment


def _rating(rating: Rating) -> ExportedRating:
    exported = ExportedRating(
        rating_score=rating.rating_score,
        rating_message=rating.rating_comment,
        rating_type=rating.rating_type.upper(),
        rating_status=rating.rating_status.lower(),
        rating_language=rating.language,
    )
    for name, time in rating.timestamps.items():
        field = f"rating_{name.removesuffix('_at')}_timestamp"
        if hasattr(exported, field):
            setattr(exported, field, time)
    return exported


def _custom_field(state: State, attribute: CustomAttribute) -> ExportedCustomField:
    definition = state.custom_attributes.get(attribute.id)
    is_select = definition is not None and isinstance(definition.input_definition, SelectAttributeInput)
    return ExportedCustomField(
        attribute_id=attribute.id,
        identifier=attribute.identifier,
        value=attribute.value,
        data_type="select" if is_select else "text",
        archived=definition is not None and definition.is_archived,
    )


def _text(attributes: Any) -> str | None:
    content = getattr(attributes, "content", None)
    email = getattr(attributes, "email_content", None)
    if isinstance(email, RegularEmailContent):
        content = email.content
    return getattr(content, "value", None)


def _files(files: Iterable[File] | None) -> list[ExportedFile | Unknown]:
    return [ExportedFile(url=file.url, pretty_name=file.pretty_name) for file in files or ()]


def _add_addresses(row: ExportedMessage, attributes: EmailAttributes | ContactFormAttributes) -> None:
    row.from_ = None if attributes.from_ is None else [attributes.from_.email]
    row.to, row.cc, row.bcc = _emails(attributes.to), _emails(attributes.cc), _emails(attributes.bcc)


def _emails(contacts: list[EmailContact] | None) -> list[str] | None:
    return None if contacts is None else [contact.email for contact in contacts]
