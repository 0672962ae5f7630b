"""Carries out what is due: what happens on its own at a planned time."""

from ...models.activity import ActivityType
from ...models.conversations import AnonymizedConversation, ConversationState
from ...models.webhooks import WebhookEvent
from ..state.agenda import DueEntry
from ..state.server_state import State
from .anonymization import finish


def carry_out(state: State, entry: DueEntry) -> None:
    """Carry out something that is due. The clock shows the time for which it was planned.

    Args:
        state: the data of the server.
        entry: what is due.
    """
    match entry.kind:
        case "follow_up":
            _come_back(state, entry)
        case "anonymization":
            finish(state, state.anonymizations[entry.target])


def _come_back(state: State, entry: DueEntry) -> None:
    """Open a conversation whose pending time is over."""
    conversation = state.conversations.get(int(entry.target))
    if conversation is None or isinstance(conversation, AnonymizedConversation):
        return
    if conversation.state is not ConversationState.PENDING:  # a test changed it directly
        return
    conversation.state = ConversationState.OPEN
    conversation.state_updated_at = state.now()
    state.record(conversation.id, ActivityType.FOLLOWUP_EXPIRED)
    state.emit(WebhookEvent.CONVERSATION_PENDING_EXPIRED, conversation, author_id=entry.user_id)
    state.emit(WebhookEvent.CONVERSATION_OPEN, conversation)
