"""Conversation flows: what happens to a conversation when it comes in."""

from .base import Model, define
from .common import Channel


@define(kw_only=True)
class ConversationFlow(Model):
    """A flow, and the contact endpoint that it belongs to."""

    id: str
    name: str
    channel: Channel
    contact_endpoint_id: str
    """An address or a phone number."""
