"""Teams."""

from ...models.teams import NewTeam, TeamMember
from ..http.errors import bad_request
from ..http.paging import page
from ..http.responses import HandlerResponse, data, nothing
from ..http.routing import HandlerCall, Routes, declares_no_404
from ..state import builders
from .presence import presence_of

routes: Routes = Routes()


@routes("GET", "/teams")
def list_teams(call: HandlerCall) -> HandlerResponse:
    """List all teams."""
    return data(list(call.state.teams.values()))


@routes("GET", "/teams/{teamId}")
def get_team(call: HandlerCall) -> HandlerResponse:
    """Get a team."""
    return data(call.find(call.state.teams, "teamId", "team"))


@routes("POST", "/teams")
def create_team(call: HandlerCall) -> HandlerResponse:
    """Create a team."""
    new: NewTeam = call.body(NewTeam)
    if not new.name:
        raise bad_request("A team must have a name")
    return data(builders.add_team(call.state, new.name), status=201)


@routes("DELETE", "/teams/{teamId}")
@declares_no_404
def delete_team(call: HandlerCall) -> HandlerResponse:
    """Delete a team."""
    team = call.find(call.state.teams, "teamId", "team")
    del call.state.teams[team.id], call.state.team_members[team.id]
    return nothing()


@routes("GET", "/teams/{teamId}/agents")
@declares_no_404
def list_members(call: HandlerCall) -> HandlerResponse:
    """List the agents in a team."""
    agents = [call.state.agents[agent_id] for agent_id in _members(call)]
    return data(
        [
            TeamMember(id=agent.id, name=agent.display_name, email=agent.email, phone_number=agent.phone_number)
            for agent in agents
        ]
    )


@routes("PATCH", "/teams/{teamId}/agents")
@declares_no_404
def add_members(call: HandlerCall) -> HandlerResponse:
    """Add agents to a team."""
    members = _members(call)
    agent_ids: list[str] = call.body(list[str], envelope="agentIds")
    for agent_id in agent_ids:
        if agent_id not in call.state.agents:
            raise bad_request(f"There is no agent {agent_id}")
    members += [agent_id for agent_id in dict.fromkeys(agent_ids) if agent_id not in members]
    return HandlerResponse(status=200)


@routes("DELETE", "/teams/{teamId}/agents")
@declares_no_404
def remove_members(call: HandlerCall) -> HandlerResponse:
    """Remove agents from a team."""
    members = _members(call)
    agent_ids: list[str] = call.body(list[str], envelope="agentIds")
    members[:] = [agent_id for agent_id in members if agent_id not in agent_ids]
    return nothing()


@routes("GET", "/teams/{teamId}/presence")
def list_presence(call: HandlerCall) -> HandlerResponse:
    """List the presence of the agents in a team."""
    return page(call, [presence_of(call.state, agent_id) for agent_id in _members(call)])


def _members(call: HandlerCall) -> list[str]:
    """The ids of the agents of the team that the path names."""
    return call.find(call.state.team_members, "teamId", "team")
