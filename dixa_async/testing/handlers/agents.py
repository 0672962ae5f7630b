"""Agents."""

from functools import partial

from ...models.agents import Agent, AgentPatch, AgentUpdate, BulkAgentPatch, BulkAgentUpdate, NewAgent
from ...models.end_users import EndUser
from ...models.teams import TeamReference
from ..http.errors import not_found
from ..http.paging import filters, page
from ..http.responses import HandlerResponse, data, nothing
from ..http.routing import HandlerCall, Routes
from ..logic.bulk import outcome
from ..logic.people import change, changes, check, details, has
from ..state.server_state import State

routes: Routes = Routes()


@routes("GET", "/agents")
def list_agents(call: HandlerCall) -> HandlerResponse:
    """List agents."""
    wanted = filters(call, "email", "phone")
    return page(call, [agent for agent in call.state.agents.values() if has(agent, wanted)])


@routes("GET", "/agents/{agentId}")
def get_agent(call: HandlerCall) -> HandlerResponse:
    """Get an agent."""
    return data(call.find(call.state.agents, "agentId", "agent"))


@routes("POST", "/agents")
def create_agent(call: HandlerCall) -> HandlerResponse:
    """Create an agent."""
    return data(_create(call.state, call.body(NewAgent)), status=201)


@routes("PUT", "/agents/{agentId}")
def update_agent(call: HandlerCall) -> HandlerResponse:
    """Replace the details of an agent."""
    agent = call.find(call.state.agents, "agentId", "agent")
    return data(change(agent, details(call.body(AgentUpdate)), call.state.agents.values()))


@routes("PATCH", "/agents/{agentId}")
def patch_agent(call: HandlerCall) -> HandlerResponse:
    """Change some details of an agent."""
    agent = call.find(call.state.agents, "agentId", "agent")
    return data(change(agent, changes(call.body(AgentPatch)), call.state.agents.values()))


@routes("DELETE", "/agents/{agentId}")
def delete_agent(call: HandlerCall) -> HandlerResponse:
    """Delete an agent, who becomes an end user."""
    state, agent = call.state, call.find(call.state.agents, "agentId", "agent")
    del state.agents[agent.id]
    state.presences.pop(agent.id, None)
    for member_ids in (*state.team_members.values(), *state.queue_members.values()):
        if agent.id in member_ids:
            member_ids.remove(agent.id)
    state.end_users[agent.id] = EndUser(
        id=agent.id,
        created_at=agent.created_at,
        display_name=agent.display_name,
        email=agent.email,
        phone_number=agent.phone_number,
        additional_emails=agent.additional_emails,
        additional_phone_numbers=agent.additional_phone_numbers,
        first_name=agent.first_name,
        last_name=agent.last_name,
        middle_names=agent.middle_names,
        avatar_url=agent.avatar_url,
    )
    return nothing()


@routes("POST", "/agents/bulk")
def create_agents(call: HandlerCall) -> HandlerResponse:
    """Create many agents."""
    agents: list[NewAgent] = call.body(list[NewAgent], envelope="data")
    return data([outcome(partial(_create, call.state, new)) for new in agents], status=201)


@routes("PUT", "/agents")
def update_agents(call: HandlerCall) -> HandlerResponse:
    """Replace the details of many agents."""
    updates: list[BulkAgentUpdate] = call.body(list[BulkAgentUpdate])
    return data([outcome(partial(_update, call.state, update), update.id) for update in updates])


@routes("PATCH", "/agents")
def patch_agents(call: HandlerCall) -> HandlerResponse:
    """Change some details of many agents."""
    patches: list[BulkAgentPatch] = call.body(list[BulkAgentPatch])
    return data([outcome(partial(_patch, call.state, patch), patch.id) for patch in patches])


@routes("GET", "/agents/{agentId}/teams")
def list_teams(call: HandlerCall) -> HandlerResponse:
    """List the teams of an agent."""
    agent = call.find(call.state.agents, "agentId", "agent")
    return data([TeamReference(id=team) for team, members in call.state.team_members.items() if agent.id in members])


def _create(state: State, new: NewAgent) -> Agent:
    agent = Agent(id=state.new_id(), created_at=state.now(), roles=["Agent"], **details(new))
    check(agent, state.agents.values())
    state.agents[agent.id] = agent
    return agent


def _update(state: State, update: BulkAgentUpdate) -> Agent:
    return change(_find(state, update.id), details(update), state.agents.values())


def _patch(state: State, patch: BulkAgentPatch) -> Agent:
    return change(_find(state, patch.id), changes(patch), state.agents.values())


def _find(state: State, agent_id: str) -> Agent:
    if agent_id not in state.agents:
        raise not_found(f"agent {agent_id}")
    return state.agents[agent_id]
