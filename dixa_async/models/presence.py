"""Presence: who is at work, and on which channels."""

from datetime import datetime

from .base import Model, OpenEnum, define
from .common import Channel


class PresenceStatus(OpenEnum):
    """Whether an agent works."""

    AWAY = "Away"
    WORKING = "Working"


class ConnectionStatus(OpenEnum):
    """Whether an agent is connected to Dixa."""

    OFFLINE = "Offline"
    ONLINE = "Online"


class WorkingChannel(OpenEnum):
    """A group of channels that an agent can work on or not."""

    EMAIL = "Email"
    INTERACTIVE_CHAT = "InteractiveChat"
    MESSAGING = "Messaging"
    SPEAK = "Speak"
    """Phone."""


@define(kw_only=True)
class Presence(Model):
    """The presence of an agent (``UserPresence``)."""

    user_id: str
    """The agent."""
    request_time: datetime
    """When this was found out."""
    connection_status: ConnectionStatus
    last_seen: datetime | None = None
    presence_status: PresenceStatus | None = None
    active_channels: list[Channel] | None = None
    """The channels that the agent accepts conversations from now."""


@define(kw_only=True)
class WorkingChannelState(Model):
    """Whether an agent is to work on a group of channels (``UpdateAgentPresenceChannelInput``)."""

    channel: WorkingChannel
    working: bool
