"""Agents, their presence and their teams, from the call to the state of the server and back."""

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models import Channel
from dixa_async.models.agents import AgentPatch, AgentUpdate, BulkAgentPatch, BulkAgentUpdate, NewAgent
from dixa_async.models.outcomes import EmptyPatchFault, Failure, IntegrityFault, NotFoundFault, Success
from dixa_async.models.presence import ConnectionStatus, PresenceStatus, WorkingChannel
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_an_agent_goes_through_all_changes(dixa: DixaClient, server: FakeDixa) -> None:
    created = await dixa.agents.create(
        NewAgent(display_name="Vera Stone", email="vera@support.example.com", phone_number="+12025550188")
    )
    assert await dixa.agents.get(created.id) == created
    patched = await dixa.agents.patch(created.id, AgentPatch(first_name="Vera", phone_number=None))
    assert (patched.first_name, patched.phone_number, patched.email) == ("Vera", None, created.email)
    updated = await dixa.agents.update(created.id, AgentUpdate(display_name="V. Stone"))
    assert (updated.display_name, updated.first_name, updated.email) == ("V. Stone", None, created.email)
    with pytest.raises(BadRequestError, match="belongs to someone else"):
        await dixa.agents.create(NewAgent(display_name="Vera Stone", email=created.email))


async def test_a_deleted_agent_becomes_an_end_user(dixa: DixaClient, server: FakeDixa) -> None:
    agent = server.agents[0]
    await dixa.agents.set_working_channel(agent.id, WorkingChannel.EMAIL, working=True)
    await dixa.agents.delete(agent.id)
    with pytest.raises(NotFoundError, match=agent.id):
        await dixa.agents.get(agent.id)
    user = await dixa.end_users.get(agent.id)
    assert (user.display_name, user.email, user.created_at) == (agent.display_name, agent.email, agent.created_at)
    assert all(agent.id not in members for members in server.state.team_members.values())
    assert agent.id not in [member.agent_id for member in await dixa.queues.list_members(server.queues[0].id)]


async def test_each_of_many_agents_has_its_own_outcome(dixa: DixaClient, server: FakeDixa) -> None:
    agent = server.agents[0]
    made = await dixa.agents.create_many(
        [
            NewAgent(display_name="Vera", email="vera@support.example.com"),
            NewAgent(display_name="Vera again", email="vera@support.example.com"),
        ]
    )
    updated = await dixa.agents.update_many(
        [BulkAgentUpdate(id=NOBODY, display_name="Nobody"), BulkAgentUpdate(id=agent.id, display_name="Alma")]
    )
    patched = await dixa.agents.patch_many(
        [
            BulkAgentPatch(id=agent.id),
            BulkAgentPatch(id=NOBODY, last_name="N"),
            BulkAgentPatch(id=agent.id, last_name="N"),
        ]
    )
    outcomes = made + updated + patched
    assert [type(outcome) for outcome in outcomes] == [Success, Failure, Failure, Success, Failure, Failure, Success]
    assert [type(outcome.error) for outcome in outcomes if isinstance(outcome, Failure)] == [
        IntegrityFault,
        NotFoundFault,
        EmptyPatchFault,
        NotFoundFault,
    ]
    assert (agent.display_name, agent.last_name) == ("Alma", "N")


async def test_presence_follows_the_channels_that_an_agent_works_on(dixa: DixaClient, server: FakeDixa) -> None:
    agent = server.agents[0]
    away = await dixa.agents.get_presence(agent.id)
    assert (away.connection_status, away.presence_status) == (ConnectionStatus.OFFLINE, PresenceStatus.AWAY)
    await dixa.agents.set_working_channel(agent.id, WorkingChannel.EMAIL, working=True)
    await dixa.agents.set_working_channel(agent.id, WorkingChannel.INTERACTIVE_CHAT, working=True)
    await dixa.agents.set_working_channel(agent.id, WorkingChannel.INTERACTIVE_CHAT, working=False)
    online = await dixa.agents.get_presence(agent.id)
    assert (online.connection_status, online.presence_status) == (ConnectionStatus.ONLINE, PresenceStatus.WORKING)
    assert online.active_channels == [Channel.EMAIL, Channel.CONTACT_FORM]
    assert (online.request_time, online.last_seen) == (NOW, NOW)
    everyone = list(await dixa.agents.list_presence())
    assert everyone[0] == online
    assert len(everyone) == 5
    await dixa.agents.set_working_channel(agent.id, WorkingChannel.EMAIL, working=False)
    assert (await dixa.agents.get_presence(agent.id)).presence_status is PresenceStatus.AWAY
    with pytest.raises(BadRequestError, match=NOBODY):
        await dixa.agents.set_working_channel(NOBODY, WorkingChannel.EMAIL, working=True)
    with pytest.raises(BadRequestError, match="Pigeons"):
        await dixa.agents.set_working_channel(agent.id, WorkingChannel("Pigeons"), working=True)


async def test_a_team_is_created_filled_emptied_and_deleted(dixa: DixaClient, server: FakeDixa) -> None:
    one, other, third = [agent.id for agent in server.agents[-3:]]
    team = await dixa.teams.create("Asia")
    assert await dixa.teams.get(team.id) == team
    await dixa.teams.add_members(team.id, [one, other, one])
    await dixa.teams.add_members(team.id, [other, third])
    assert [member.id for member in await dixa.teams.list_members(team.id)] == [one, other, third]
    pages = [page async for page in dixa.teams.list_presence(team.id, page_limit=2).pages()]
    assert [[presence.user_id for presence in page] for page in pages] == [[one, other], [third]]
    await dixa.teams.remove_members(team.id, [one, NOBODY])
    assert [reference.id for reference in await dixa.agents.list_teams(other)] == [team.id]
    assert team.id not in [reference.id for reference in await dixa.agents.list_teams(one)]
    with pytest.raises(BadRequestError, match=NOBODY):
        await dixa.teams.add_members(team.id, [one, NOBODY])
    assert [member.id for member in await dixa.teams.list_members(team.id)] == [other, third]
    await dixa.teams.delete(team.id)
    assert [team.name for team in await dixa.teams.list()] == ["Europe"]
    with pytest.raises(BadRequestError, match="name"):
        await dixa.teams.create("")


async def test_a_team_can_be_added_by_a_test(dixa: DixaClient, server: FakeDixa) -> None:
    team = server.add_team("Asia", server.agents[:2])
    assert server.teams[-1] is team
    members = await dixa.teams.list_members(team.id)
    assert [member.email for member in members] == [agent.email for agent in server.agents[:2]]
