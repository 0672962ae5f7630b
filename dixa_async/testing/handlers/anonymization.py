"""Anonymization of end users, conversations and messages."""

from collections.abc import Iterable
from typing import Final

from ...models.anonymization import AnonymizationEntityType, AnonymizationType, NewAnonymization
from ...models.base import UNSET
from ...models.conversations import AnonymizedConversation, ConversationState
from ..http.errors import ApiError, bad_request, conflict, not_found
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes
from ..logic.anonymization import poll, start
from ..state.server_state import KnownConversation, State
from .conversation_actions import close

routes: Routes = Routes()

_TYPES: Final = {AnonymizationEntityType[known.name]: known for known in AnonymizationType}


@routes("GET", "/anonymization/request/{requestId}")
def get_request(call: HandlerCall) -> HandlerResponse:
    """Get the status of a request."""
    return data(poll(call.state, call.find(call.state.anonymizations, "requestId", "request")))


@routes("PATCH", "/endusers/{userId}/anonymize")
def anonymize_end_user(call: HandlerCall) -> HandlerResponse:
    """Start the anonymization of an end user and all their conversations."""
    user = call.find(call.state.end_users, "userId", "end user")
    _close(call.state, _conversations_of(call.state, user.id), force=call.flag("force"))
    return data(start(call.state, AnonymizationType.USER, user.id), status=202)


@routes("PATCH", "/conversations/{conversationId}/anonymize")
def anonymize_conversation(call: HandlerCall) -> HandlerResponse:
    """Start the anonymization of a conversation."""
    conversation = call.conversation()
    if isinstance(conversation, AnonymizedConversation):
        raise conflict("The conversation is anonymized already")
    _close(call.state, [conversation], force=call.flag("force"))
    return data(start(call.state, AnonymizationType.CONVERSATION, str(conversation.id)), status=202)


@routes("PATCH", "/conversations/{conversationId}/messages/{messageId}/anonymize")
def anonymize_message(call: HandlerCall) -> HandlerResponse:
    """Start the anonymization of a message."""
    message_id = call.arguments["messageId"]
    if all(message.id != message_id for message in call.state.messages[call.conversation().id]):
        raise not_found(f"message {message_id}")
    return data(start(call.state, AnonymizationType.MESSAGE, message_id), status=202)


@routes("POST", "/anonymization")
def create_request(call: HandlerCall) -> HandlerResponse:
    """Start the anonymization of an end user or a conversation, in the deprecated way."""
    state = call.state
    new: NewAnonymization = call.body(NewAnonymization)
    entity_type = _TYPES.get(new.entity_type) if new.type is UNSET and new.entity_type is not UNSET else new.type
    if entity_type is AnonymizationType.USER and new.entity_id in state.end_users:
        conversations = _conversations_of(state, new.entity_id)
    elif entity_type is AnonymizationType.CONVERSATION and new.entity_id in map(str, state.conversations):
        conversations = [state.conversations[int(new.entity_id)]]
    else:
        raise bad_request(f"There is no entity of this type with the id {new.entity_id}")
    try:
        _close(state, conversations, force=new.force_anonymization is True)
    except ApiError as rejection:
        raise bad_request(rejection.message) from None
    return data(start(state, entity_type, new.entity_id))


def _conversations_of(state: State, user_id: str) -> list[KnownConversation]:
    return [conversation for conversation in state.conversations.values() if conversation.requester_id == user_id]


def _close(state: State, conversations: Iterable[KnownConversation], *, force: bool) -> None:
    """Close those that are not closed, if that is forced."""
    unclosed = [conversation for conversation in conversations if conversation.state is not ConversationState.CLOSED]
    if unclosed and not force:
        raise conflict(f"The conversation {unclosed[0].id} is not closed")
    for conversation in unclosed:
        close(state, conversation, None)
