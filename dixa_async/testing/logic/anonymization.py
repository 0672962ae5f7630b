"""How everything personal is taken away."""

from typing import Any, Final

import attrs

from ...models.anonymization import AnonymizationEntityType, AnonymizationRequest, AnonymizationType
from ...models.base import Unknown, wire_fields
from ...models.conversations import AnonymizedConversation
from ...models.end_users import EndUser
from ...models.messages import EmailContact, FormSubmission, MessageAttributes
from ..state.copies import changed
from ..state.server_state import TOKEN_OWNER, State

_KEPT_OF_MESSAGES: Final = ("direction", "is_auto_reply", "is_automated", "duration")
_KEPT_OF_END_USERS: Final = ("id", "created_at")


def request(state: State, type: AnonymizationType, target_id: str) -> AnonymizationRequest:
    """Note that something is to be anonymized. If it need not be asked for, that is done at once.

    Args:
        state: where it is.
        type: what it is.
        target_id: its id or number.

    Returns:
        The request.
    """
    made = AnonymizationRequest(
        id=state.new_id(),
        entity_type=AnonymizationEntityType[type.name],
        type=type,
        initiated_at=state.now(),
        target_entity_id=target_id,
        requested_by=TOKEN_OWNER,
    )
    state.anonymizations[made.id] = made
    state.polls_left[made.id] = state.anonymization_polls
    _work(state, made)
    return made


def poll(state: State, made: AnonymizationRequest) -> AnonymizationRequest:
    """Ask how far a request is, which is what brings it on.

    Args:
        state: where it is.
        made: the request.

    Returns:
        The same request.
    """
    if made.processed_at is None:
        state.polls_left[made.id] -= 1
        _work(state, made)
    return made


def _work(state: State, made: AnonymizationRequest) -> None:
    if state.polls_left[made.id] > 0:
        return
    made.processed_at = state.now()
    if made.type is AnonymizationType.USER:
        _anonymize_end_user(state, made.target_entity_id)
    elif made.type is AnonymizationType.CONVERSATION:
        _anonymize_conversation(state, int(made.target_entity_id))
    else:
        _anonymize_message(state, made.target_entity_id)


def _anonymize_end_user(state: State, user_id: str) -> None:
    user = state.end_users[user_id]
    for field in wire_fields(EndUser):
        if field.name not in _KEPT_OF_END_USERS:
            setattr(user, field.name, None)
    for conversation in list(state.conversations.values()):
        if conversation.requester_id == user_id:
            _anonymize_conversation(state, conversation.id)


def _anonymize_conversation(state: State, number: int) -> None:
    conversation = state.conversations[number]
    if isinstance(conversation, AnonymizedConversation):
        return
    state.conversations[number] = AnonymizedConversation(
        id=number,
        requester_id=conversation.requester_id,
        channel=conversation.channel,
        created_at=conversation.created_at,
        direction=conversation.direction,
        state=conversation.state,
        state_updated_at=conversation.state_updated_at,
        link=conversation.link,
        anonymized_at=state.now(),
    )
    state.notes.pop(number, None)
    for message in state.messages[number]:
        message.attributes = _without_content(message.attributes)


def _anonymize_message(state: State, message_id: str) -> None:
    for messages in state.messages.values():
        for message in messages:
            if message.id == message_id:
                message.attributes = _without_content(message.attributes)


def _without_content(attributes: MessageAttributes) -> MessageAttributes:
    if isinstance(attributes, Unknown):
        return attributes
    blanks = {
        field.name: _blank(getattr(attributes, field.name)) if field.default is attrs.NOTHING else None
        for field in wire_fields(type(attributes))
        if field.name not in _KEPT_OF_MESSAGES
    }
    return changed(attributes, **blanks)


def _blank(value: object) -> Any:
    """What stands for a value that cannot be absent."""
    if isinstance(value, EmailContact):
        return EmailContact(email="")
    return FormSubmission(values={}) if isinstance(value, FormSubmission) else ""
