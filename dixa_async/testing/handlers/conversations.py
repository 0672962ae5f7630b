"""Creating and getting conversations."""

from datetime import datetime

from ...models.common import Channel
from ...models.conversations import (
    ChatConversation,
    ContactFormConversation,
    ConversationQueue,
    ConversationState,
    EmailConversation,
    PstnPhoneConversation,
    SmsConversation,
)
from ...models.end_users import EndUser
from ...models.new_conversations import (
    CreatedConversation,
    NewCallbackConversation,
    NewChatConversation,
    NewContactFormConversation,
    NewConversation,
    NewEmailConversation,
    NewSmsConversation,
)
from ...models.new_messages import InboundMessage
from ..http.errors import bad_request, not_found
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, given
from ..logic.messages import direction_of, make_message
from ..state.server_state import KnownConversation, integration_email_of

routes: Routes = Routes()


@routes("POST", "/conversations")
def create_conversation(call: HandlerCall) -> HandlerResponse:
    """Create a conversation with its first message."""
    new: NewConversation = call.body(NewConversation)
    requester = call.state.end_users.get(new.requester_id)
    if requester is None:
        raise not_found(f"end user {new.requester_id}")
    conversation = _make_conversation(call, new, requester)
    # A callback starts without a message.
    messages = [] if isinstance(new, NewCallbackConversation) else [make_message(call, conversation, new.message)]
    call.state.keep_conversation(conversation, messages)
    return data(CreatedConversation(id=conversation.id), status=201)


@routes("GET", "/conversations/{conversationId}")
def get_conversation(call: HandlerCall) -> HandlerResponse:
    """Get a conversation."""
    return data(call.conversation())


def _make_conversation(call: HandlerCall, new: NewConversation, requester: EndUser) -> KnownConversation:
    conversation = _of_channel(new, requester, call.state.new_conversation_id(), call.state.now())
    conversation.direction = new.direction if isinstance(new, NewCallbackConversation) else direction_of(new.message)
    conversation.state = ConversationState.OPEN
    conversation.state_updated_at = conversation.created_at
    return conversation


def _of_channel(new: NewConversation, requester: EndUser, conversation_id: int, now: datetime) -> KnownConversation:
    match new:
        case NewCallbackConversation():
            return PstnPhoneConversation(
                id=conversation_id,
                requester_id=requester.id,
                channel=Channel.CALLBACK,
                created_at=now,
                queue=ConversationQueue(id=new.queue_id, queued_at=now),
            )
        case NewChatConversation():
            return ChatConversation(
                id=conversation_id,
                requester_id=requester.id,
                channel=Channel.WIDGET_CHAT,
                created_at=now,
                browser_info=given(new.browser_info),
                language=given(new.language),
            )
        case NewContactFormConversation():
            return ContactFormConversation(
                id=conversation_id,
                requester_id=requester.id,
                channel=Channel.CONTACT_FORM,
                created_at=now,
                from_email=_email_of(requester),
                to_email=new.email_integration_id,
                integration_email=integration_email_of(new.email_integration_id),
                language=given(new.language),
                subject=new.subject,
            )
        case NewEmailConversation():
            inbound = isinstance(new.message, InboundMessage)
            addresses = (_email_of(requester), new.email_integration_id)
            from_email, to_email = addresses if inbound else reversed(addresses)
            return EmailConversation(
                id=conversation_id,
                requester_id=requester.id,
                channel=Channel.EMAIL,
                created_at=now,
                from_email=from_email,
                to_email=to_email,
                integration_email=integration_email_of(new.email_integration_id),
                language=given(new.language),
                subject=new.subject,
            )
        case NewSmsConversation():
            return SmsConversation(
                id=conversation_id,
                requester_id=requester.id,
                channel=Channel.SMS,
                created_at=now,
                from_number=new.contact_endpoint_id,
                to_number=requester.phone_number,
            )


def _email_of(requester: EndUser) -> str:
    if requester.email is None:
        raise bad_request(f"The end user {requester.id} has no email address")
    return requester.email
