"""Links between conversations."""

from ...models.base import Unknown
from ..state.server_state import KnownConversation, State


def children_of(state: State, parent_id: int) -> list[KnownConversation]:
    """The children of a conversation.

    Args:
        state: the data of the server.
        parent_id: the ID of the conversation.

    Returns:
        The conversations that are linked to it.
    """
    return [conversation for conversation in state.conversations.values() if _parent_of(conversation) == parent_id]


def _parent_of(conversation: KnownConversation) -> int | None:
    link = conversation.link
    return None if link is None or isinstance(link, Unknown) else link.parent_id
