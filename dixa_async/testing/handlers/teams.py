"""Teams."""

from ...models.teams import NewTeam, Team, TeamMember
from ..http.paging import page
from ..http.routing import Call, HandlerResponse, Routes, data, nothing, refuse
from .presence import presence_of

routes = Routes()


@routes("GET", "/teams")
def list_teams(call: Call) -> HandlerResponse:
    """List all teams."""
    return data(list(call.state.teams.values()))


@routes("GET", "/teams/{teamId}")
def get_team(call: Call) -> HandlerResponse:
    """Read a team."""
    return data(call.find(call.state.teams, "teamId", "team"))


@routes("POST", "/teams")
def create_team(call: Call) -> HandlerResponse:
    """Create a team."""
    new: NewTeam = call.body(NewTeam)
    if not new.name:
        raise refuse("A team needs a name")
    team = Team(id=call.state.new_id(), name=new.name)
    call.state.teams[team.id] = team
    call.state.team_members[team.id] = []
    return data(team, status=201)


@routes("DELETE", "/teams/{teamId}")
def delete_team(call: Call) -> HandlerResponse:
    """Delete a team."""
    team = call.find(call.state.teams, "teamId", "team")
    del call.state.teams[team.id], call.state.team_members[team.id]
    return nothing()


@routes("GET", "/teams/{teamId}/agents")
def list_members(call: Call) -> HandlerResponse:
    """List the agents in a team."""
    agents = [call.state.agents[agent_id] for agent_id in _members(call)]
    return data(
        [
            TeamMember(id=agent.id, name=agent.display_name, email=agent.email, phone_number=agent.phone_number)
            for agent in agents
        ]
    )


@routes("PATCH", "/teams/{teamId}/agents")
def add_members(call: Call) -> HandlerResponse:
    """Add agents to a team."""
    members = _members(call)
    agent_ids: list[str] = call.body(list[str], envelope="agentIds")
    for agent_id in agent_ids:
        if agent_id not in call.state.agents:
            raise refuse(f"There is no agent {agent_id}")
    members += [agent_id for agent_id in dict.fromkeys(agent_ids) if agent_id not in members]
    return HandlerResponse(status=200)


@routes("DELETE", "/teams/{teamId}/agents")
def remove_members(call: Call) -> HandlerResponse:
    """Take agents out of a team."""
    members = _members(call)
    agent_ids: list[str] = call.body(list[str], envelope="agentIds")
    members[:] = [agent_id for agent_id in members if agent_id not in agent_ids]
    return nothing()


@routes("GET", "/teams/{teamId}/presence")
def list_presence(call: Call) -> HandlerResponse:
    """List the presence of the agents in a team."""
    return page(call, [presence_of(call.state, agent_id) for agent_id in _members(call)])


def _members(call: Call) -> list[str]:
    """The ids of the agents of the team that the path names."""
    return call.find(call.state.team_members, "teamId", "team")
