"""Presence: which agents are at work. The presence of a team is in `teams`."""

from collections.abc import Mapping
from typing import Final

from ...models.common import Channel
from ...models.presence import ConnectionStatus, Presence, PresenceStatus, WorkingChannel, WorkingChannelState
from ..http.errors import bad_request
from ..http.responses import HandlerResponse, bare, data, nothing
from ..http.routing import HandlerCall, Routes
from ..state.copies import changed
from ..state.server_state import State

routes: Routes = Routes()

CHANNELS: Final[Mapping[WorkingChannel, tuple[Channel, ...]]] = {
    WorkingChannel.EMAIL: (Channel.EMAIL, Channel.CONTACT_FORM),
    WorkingChannel.INTERACTIVE_CHAT: (Channel.WIDGET_CHAT, Channel.MESSENGER),
    WorkingChannel.MESSAGING: (Channel.FACEBOOK_MESSENGER, Channel.SMS, Channel.TWITTER, Channel.WHATS_APP),
    WorkingChannel.SPEAK: (Channel.PSTN_PHONE, Channel.CALLBACK, Channel.VOICEMAIL),
}
"""The channels of each working channel."""


@routes("GET", "/agents/presence")
def list_presence(call: HandlerCall) -> HandlerResponse:
    """List the presence of all agents."""
    return bare([presence_of(call.state, agent_id) for agent_id in call.state.agents])


@routes("GET", "/agents/{agentId}/presence")
def get_presence(call: HandlerCall) -> HandlerResponse:
    """Get the presence of an agent."""
    return data(presence_of(call.state, call.find(call.state.agents, "agentId", "agent").id))


@routes("PUT", "/agents/{agentId}/presence/working-channel")
def set_working_channel(call: HandlerCall) -> HandlerResponse:
    """Set whether an agent works on a working channel."""
    state, agent_id = call.state, call.arguments["agentId"]
    new: WorkingChannelState = call.body(WorkingChannelState)
    if agent_id not in state.agents:
        raise bad_request(f"There is no agent {agent_id}")
    if new.channel not in CHANNELS:
        raise bad_request(f"There is no working channel {new.channel}")
    before = presence_of(state, agent_id)
    group = CHANNELS[new.channel]
    active = [channel for channel in before.active_channels or [] if channel not in group]
    active += group if new.working else ()
    state.presences[agent_id] = changed(
        before,
        last_seen=state.now(),
        connection_status=ConnectionStatus.ONLINE,
        presence_status=PresenceStatus.WORKING if active else PresenceStatus.AWAY,
        active_channels=active,
    )
    return nothing()


def presence_of(state: State, agent_id: str) -> Presence:
    """The current presence of an agent."""
    known = state.presences.get(agent_id)
    if known is None:
        return Presence(
            user_id=agent_id,
            request_time=state.now(),
            connection_status=ConnectionStatus.OFFLINE,
            presence_status=PresenceStatus.AWAY,
            active_channels=[],
        )
    return changed(known, request_time=state.now())
