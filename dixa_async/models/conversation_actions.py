"""What can be done to a conversation besides writing in it."""

from datetime import datetime

from .base import UNSET, Model, OpenEnum, Unset, define


@define(kw_only=True)
class ConversationFollowUp(Model):
    """Until when a conversation waits (``FollowupConversationInput``)."""

    timestamp: datetime
    """When the wait ends."""
    user_id: str | Unset = UNSET
    """The agent who follows it up."""


@define(kw_only=True)
class ConversationTransfer(Model):
    """Where a conversation goes (``TransferConversationInput``)."""

    queue_id: str
    user_id: str | Unset = UNSET
    """The agent on whose behalf it goes there."""


@define(kw_only=True)
class ConversationClaim(Model):
    """Who takes a conversation (``ClaimConversationInput``)."""

    agent_id: str
    force: bool | Unset = UNSET
    """Whether to claim it from another agent."""


class LinkType(OpenEnum):
    """Why a conversation hangs on another one."""

    RELATED = "Related"
    SIDE_CONVERSATION = "SideConversation"


@define(kw_only=True)
class NewConversationLink(Model):
    """The parent to link a conversation to (``LinkConversationInput``)."""

    parent_id: int
    link_type: LinkType
