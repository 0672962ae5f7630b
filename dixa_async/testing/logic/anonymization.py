"""Anonymization: requests for it, and the removal of personal data."""

from datetime import timedelta
from typing import Any, Final

import attrs

from ...models.anonymization import AnonymizationEntityType, AnonymizationRequest, AnonymizationType
from ...models.base import Unknown, wire_fields
from ...models.conversations import AnonymizedConversation
from ...models.end_users import EndUser
from ...models.messages import EmailContact, FormSubmission, Message, MessageAttributes
from ..state.copies import changed
from ..state.server_state import TOKEN_OWNER, State

_LONGEST: Final = timedelta(hours=24)
"""How long an anonymization takes, unless it is done earlier because it was polled."""
_KEPT_MESSAGE_FIELDS: Final = ("direction", "is_auto_reply", "is_automated", "duration")
_KEPT_END_USER_FIELDS: Final = ("id", "created_at")


def start(state: State, type: AnonymizationType, target_id: str) -> AnonymizationRequest:
    """Start an anonymization. Without polls, it is done at once.

    Args:
        state: the data of the server.
        type: the type of the target.
        target_id: the id of the target.

    Returns:
        The request.
    """
    request = AnonymizationRequest(
        id=state.new_id(),
        entity_type=AnonymizationEntityType[type.name],
        type=type,
        initiated_at=state.now(),
        target_entity_id=target_id,
        requested_by=TOKEN_OWNER,
    )
    state.anonymizations[request.id] = request
    state.polls_left[request.id] = state.anonymization_polls
    state.agenda.add("anonymization", request.id, request.initiated_at + _LONGEST)
    _advance(state, request)
    return request


def poll(state: State, request: AnonymizationRequest) -> AnonymizationRequest:
    """Poll a request, which advances it.

    Args:
        state: the data of the server.
        request: the request.

    Returns:
        The same request.
    """
    if request.processed_at is None:
        state.polls_left[request.id] -= 1
        _advance(state, request)
    return request


def _advance(state: State, request: AnonymizationRequest) -> None:
    if state.polls_left[request.id] <= 0:
        finish(state, request)


def finish(state: State, request: AnonymizationRequest) -> None:
    """Do what a request asks for.

    Args:
        state: the data of the server.
        request: the request, which is not done yet.
    """
    state.agenda.remove("anonymization", request.id)
    request.processed_at = state.now()
    if request.type is AnonymizationType.USER:
        _anonymize_end_user(state, request.target_entity_id)
    elif request.type is AnonymizationType.CONVERSATION:
        _anonymize_conversation(state, int(request.target_entity_id))
    else:
        _anonymize_message(state, request.target_entity_id)


def _anonymize_end_user(state: State, user_id: str) -> None:
    user = state.end_users.get(user_id)
    if user is not None:  # a test may have removed it
        for field in wire_fields(EndUser):
            if field.name not in _KEPT_END_USER_FIELDS:
                setattr(user, field.name, None)
    for conversation in list(state.conversations.values()):
        if conversation.requester_id == user_id:
            _anonymize_conversation(state, conversation.id)


def _anonymize_conversation(state: State, conversation_id: int) -> None:
    conversation = state.conversations.get(conversation_id)
    if conversation is None or isinstance(conversation, AnonymizedConversation):
        return
    state.conversations[conversation_id] = AnonymizedConversation(
        id=conversation_id,
        requester_id=conversation.requester_id,
        channel=conversation.channel,
        created_at=conversation.created_at,
        direction=conversation.direction,
        state=conversation.state,
        state_updated_at=conversation.state_updated_at,
        link=conversation.link,
        anonymized_at=state.now(),
    )
    state.notes.pop(conversation_id, None)
    for message in state.messages[conversation_id]:
        _anonymize(state, message)


def _anonymize_message(state: State, message_id: str) -> None:
    for messages in state.messages.values():
        for message in messages:
            if message.id == message_id:
                _anonymize(state, message)


def _anonymize(state: State, message: Message) -> None:
    message.attributes = _without_content(message.attributes)
    for path in [path for path in state.files if path.startswith(f"/private/{message.id}/")]:
        del state.files[path]


def _without_content(attributes: MessageAttributes) -> MessageAttributes:
    if isinstance(attributes, Unknown):
        return attributes
    blanks = {
        field.name: _blank(getattr(attributes, field.name)) if field.default is attrs.NOTHING else None
        for field in wire_fields(type(attributes))
        if field.name not in _KEPT_MESSAGE_FIELDS
    }
    return changed(attributes, **blanks)


def _blank(value: object) -> Any:
    """The replacement of a value that cannot be absent."""
    if isinstance(value, EmailContact):
        return EmailContact(email="")
    return FormSubmission(values={}) if isinstance(value, FormSubmission) else ""
