"""Import of conversations from elsewhere."""

from collections.abc import Mapping
from typing import Any, Final

from ...models.activity import ActivityType
from ...models.base import UNSET, Unset
from ...models.common import Channel, File
from ...models.conversation_import import (
    ImportedConversation,
    ImportedInboundMessage,
    ImportedMessage,
    ImportFault,
    NewImportedConversation,
)
from ...models.conversations import ConversationState, EmailConversation, GenericConversation
from ...models.messages import Message
from ...models.new_messages import InboundMessage, NewMessage, OutboundMessage
from ...models.webhooks import WebhookEvent
from ..http.errors import bad_request, not_found
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, given
from ..logic.messages import can_be_fetched, make_message
from ..state.server_state import ActiveConversation, integration_email_of

routes: Routes = Routes()

_EMAIL: Final = "email"
_ORIGIN: Final = "ApiImport"
"""What the filters of webhooks call an import."""
_GENERIC_CHANNEL: Final = "genericapimessaging"


@routes("POST", "/conversations/import")
def import_conversation(call: HandlerCall) -> HandlerResponse:
    """Import a conversation with all its messages. Attachments that cannot be fetched are skipped."""
    state = call.state
    new: NewImportedConversation = call.body(NewImportedConversation)
    _check_people(call, new)
    conversation = _conversation(call, new)
    faults: list[ImportFault] = []
    messages = [_message(call, conversation, message, faults) for message in given(new.messages) or []]
    state.keep_conversation(conversation, messages, origin=_ORIGIN)
    if not isinstance(new.closing, Unset):
        conversation.state = ConversationState.CLOSED
        conversation.state_updated_at = new.closing.closed_at
        activity, closing = ActivityType.CONVERSATION_CLOSED, new.closing
        state.record(conversation.id, activity, author_id=closing.closed_by, at=closing.closed_at)
        state.emit(WebhookEvent.CONVERSATION_CLOSED, conversation, origin=_ORIGIN)
    return data(ImportedConversation(id=conversation.id, partial_errors=faults), status=201)


def _check_people(call: HandlerCall, new: NewImportedConversation) -> None:
    if new.requester_id not in call.state.end_users:
        raise not_found(f"end user {new.requester_id}")
    agent_ids = (
        None if isinstance(new.assignment, Unset) else new.assignment.agent_id,
        None if isinstance(new.closing, Unset) else new.closing.closed_by,
    )
    for agent_id in agent_ids:
        if agent_id is not None and agent_id not in call.state.agents:
            raise not_found(f"agent {agent_id}")


def _conversation(call: HandlerCall, new: NewImportedConversation) -> ActiveConversation:
    common: dict[str, Any] = {
        "id": call.state.new_conversation_id(),
        "requester_id": new.requester_id,
        "created_at": new.created_at,
        "direction": new.direction,
        "state": ConversationState.OPEN,
        "state_updated_at": new.created_at,
        "assignment": given(new.assignment),
    }
    if new.generic_channel_name == _GENERIC_CHANNEL:
        return GenericConversation(channel=Channel(_GENERIC_CHANNEL), **common)
    if new.generic_channel_name != _EMAIL:
        raise bad_request(f"A conversation with the genericChannelName {new.generic_channel_name} cannot be imported")
    attributes = _attributes(new.attributes)
    mailbox, subject = attributes.get("emailIntegrationId"), attributes.get("subject")
    if not isinstance(mailbox, str):
        raise bad_request("An email conversation must have the attribute emailIntegrationId")
    requester = call.state.end_users[new.requester_id]
    return EmailConversation(
        channel=Channel.EMAIL,
        from_email=requester.email or "",
        to_email=mailbox,
        integration_email=integration_email_of(mailbox),
        subject=subject if isinstance(subject, str) else None,
        **common,
    )


def _message(
    call: HandlerCall, conversation: ActiveConversation, imported: ImportedMessage, faults: list[ImportFault]
) -> Message:
    files = given(imported.attachments) or []
    faults += [ImportFault(message="An attachment could not be fetched") for file in files if not can_be_fetched(file)]
    new = _as_new(imported, [file for file in files if can_be_fetched(file)])
    message = make_message(call, conversation, new)
    message.created_at = imported.created_at
    message.external_id = given(imported.external_id)
    author_id = _attributes(imported.attributes).get("requesterId")
    if isinstance(imported, ImportedInboundMessage) and isinstance(author_id, str):
        message.author_id = author_id
    return message


def _as_new(imported: ImportedMessage, files: list[File]) -> NewMessage:
    attributes = _attributes(imported.attributes)
    mailbox = attributes.get("emailIntegrationId", UNSET)
    if isinstance(imported, ImportedInboundMessage):
        return InboundMessage(content=imported.content, attachments=files, integration_email=mailbox)
    return OutboundMessage(
        agent_id=imported.agent_id,
        content=imported.content,
        attachments=files,
        integration_email=mailbox,
        cc=attributes.get("cc", UNSET),
        bcc=attributes.get("bcc", UNSET),
    )


def _attributes(value: object) -> Mapping[str, Any]:
    """The attributes of the channel; empty if they were not sent."""
    if isinstance(value, Unset):
        return {}
    if not isinstance(value, dict):
        raise bad_request("The body cannot be read: attributes must be an object")
    return value  # pyright: ignore[reportUnknownVariableType]
