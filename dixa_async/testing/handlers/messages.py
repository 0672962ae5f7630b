"""Messages."""

from ...models.messages import AddedMessage
from ...models.new_messages import NewMessage
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes
from ..logic.messages import content_of, direction_of, make_message

routes: Routes = Routes()


@routes("GET", "/conversations/{conversationId}/messages")
def list_messages(call: HandlerCall) -> HandlerResponse:
    """List the messages of a conversation."""
    return data(call.state.messages[call.conversation().id])


@routes("POST", "/conversations/{conversationId}/messages")
def add_message(call: HandlerCall) -> HandlerResponse:
    """Add a message."""
    conversation = call.conversation()
    new: NewMessage = call.body(NewMessage)
    message = make_message(call, conversation, new)
    call.state.keep_message(conversation.id, message)
    return data(
        AddedMessage(
            direction=direction_of(new),
            author_id=message.author_id,
            content=content_of(new),
            external_id=message.external_id,
            message_id=message.id,
            created_at=message.created_at,
        )
    )
