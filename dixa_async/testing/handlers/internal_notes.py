"""Internal notes."""

from ...models.activity import ActivityType
from ...models.activity_attributes import NoteAddedAttribute
from ...models.internal_notes import InternalNote, InternalNoteFault, InternalNoteOutcome, NewInternalNote
from ...models.outcomes import Failure, Success
from ...models.webhooks import WebhookEvent
from ..http.errors import ApiError, bad_request
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, given
from ..logic.people import check_agent
from ..state.server_state import TOKEN_OWNER

routes: Routes = Routes()


@routes("GET", "/conversations/{conversationId}/notes")
def list_notes(call: HandlerCall) -> HandlerResponse:
    """List the notes of a conversation, the oldest first."""
    notes = call.state.notes.get(call.conversation().id, [])
    return data(sorted(notes, key=lambda note: note.created_at))


@routes("POST", "/conversations/{conversationId}/notes")
def add_note(call: HandlerCall) -> HandlerResponse:
    """Add a note to a conversation."""
    conversation = call.active_conversation()
    return data(_add(call, conversation.id, call.body(NewInternalNote)))


@routes("POST", "/conversations/{conversationId}/notes/bulk")
def add_notes(call: HandlerCall) -> HandlerResponse:
    """Add several notes to a conversation."""
    conversation = call.active_conversation()
    notes: list[NewInternalNote] = call.body(list[NewInternalNote], envelope="data")
    return data([_outcome(call, conversation.id, note) for note in notes])


def _outcome(call: HandlerCall, conversation_id: int, new: NewInternalNote) -> InternalNoteOutcome:
    try:
        return Success(_add(call, conversation_id, new))
    except ApiError as rejection:
        return Failure(InternalNoteFault(message=rejection.message))


def _add(call: HandlerCall, conversation_id: int, new: NewInternalNote) -> InternalNote:
    state = call.state
    agent_id = check_agent(state, new.agent_id)
    if not new.message:
        raise bad_request("A note needs a message")
    note = InternalNote(
        id=state.new_id(),
        author_id=agent_id or TOKEN_OWNER,
        created_at=given(new.created_at) or state.now(),
        conversation_id=conversation_id,
        message=new.message,
    )
    state.notes.setdefault(conversation_id, []).append(note)
    attributes = NoteAddedAttribute(message=note.message)
    state.record(
        conversation_id, ActivityType.NOTE_ADDED, author_id=agent_id, attributes=attributes, at=note.created_at
    )
    state.emit(WebhookEvent.CONVERSATION_NOTE_ADDED, state.conversations[conversation_id], note)
    return note
