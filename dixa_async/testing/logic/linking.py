"""Which conversations hang on which."""

from ...models.base import Unknown
from ..state.server_state import KnownConversation, State


def children_of(state: State, parent_id: int) -> list[KnownConversation]:
    """The conversations that hang on a conversation.

    Args:
        state: where they are.
        parent_id: the conversation ID.

    Returns:
        Its children.
    """
    return [conversation for conversation in state.conversations.values() if _parent_of(conversation) == parent_id]


def _parent_of(conversation: KnownConversation) -> int | None:
    link = conversation.link
    return None if link is None or isinstance(link, Unknown) else link.parent_id
