"""Agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_list, check_str, mutually_exclusive
from .base import Resource

AgentOutcomes: TypeAlias = "list[models.BulkOutcome[models.Agent]]"
"""What became of many agents, in the order of the request."""

_LIST: Operation[models.Agent] = Operation("getAgents", "GET", "/agents", response_type=LazyType(lambda: models.Agent))
_GET: Operation[models.Agent] = Operation(
    "getAgentsAgentid", "GET", "/agents/{agentId}", response_type=LazyType(lambda: models.Agent)
)
_CREATE: Operation[models.Agent] = Operation(
    "postAgents",
    "POST",
    "/agents",
    body=LazyType(lambda: models.NewAgent),
    response_type=LazyType(lambda: models.Agent),
)
_UPDATE: Operation[models.Agent] = Operation(
    "putAgentsAgentid",
    "PUT",
    "/agents/{agentId}",
    body=LazyType(lambda: models.AgentUpdate),
    response_type=LazyType(lambda: models.Agent),
)
_PATCH: Operation[models.Agent] = Operation(
    "patchAgentsAgentid",
    "PATCH",
    "/agents/{agentId}",
    body=LazyType(lambda: models.AgentPatch),
    response_type=LazyType(lambda: models.Agent),
)
_DELETE: Operation[None] = Operation("deleteAgentsAgentid", "DELETE", "/agents/{agentId}")
_CREATE_MANY: Operation[AgentOutcomes] = Operation(
    "postAgentsBulk",
    "POST",
    "/agents/bulk",
    body=LazyType(lambda: list[models.NewAgent]),
    body_envelope="data",
    response_type=LazyType(lambda: list[models.BulkOutcome[models.Agent]]),
)
_UPDATE_MANY: Operation[AgentOutcomes] = Operation(
    "putAgents",
    "PUT",
    "/agents",
    body=LazyType(lambda: list[models.BulkAgentUpdate]),
    response_type=LazyType(lambda: list[models.BulkOutcome[models.Agent]]),
)
_PATCH_MANY: Operation[AgentOutcomes] = Operation(
    "patchAgents",
    "PATCH",
    "/agents",
    body=LazyType(lambda: list[models.BulkAgentPatch]),
    response_type=LazyType(lambda: list[models.BulkOutcome[models.Agent]]),
)
_LIST_TEAMS: Operation[models.TeamReference] = Operation(
    "getAgentsAgentidTeams", "GET", "/agents/{agentId}/teams", response_type=LazyType(lambda: models.TeamReference)
)
_GET_PRESENCE: Operation[models.Presence] = Operation(
    "getAgentsAgentidPresence", "GET", "/agents/{agentId}/presence", response_type=LazyType(lambda: models.Presence)
)
# The response is a bare list, with no `data` around it.
_LIST_PRESENCE: Operation[models.Presence] = Operation(
    "getAgentsPresence", "GET", "/agents/presence", response_type=LazyType(lambda: models.Presence), envelope=None
)
_SET_WORKING_CHANNEL: Operation[None] = Operation(
    "putAgentsAgentidPresenceWorking-channel",
    "PUT",
    "/agents/{agentId}/presence/working-channel",
    body=LazyType(lambda: models.WorkingChannelState),
)


class Agents(Resource):
    """Agents: the people who answer."""

    def list(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.Agent]:
        """List agents.

        Args:
            email: only the agent with this address. Not together with `phone`.
            phone: only the agent with this number. Not together with `email`.
            page_key: the `next_key` of a page, to go on after it.
            page_limit: agents on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the agents.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected a filter or the page key.
            NotFoundError: Dixa does not find whom a filter names.
            TransportError: no response arrived.

        ``GET /agents``
        """
        mutually_exclusive(email=email, phone=phone)
        return self._caller.pages(
            _LIST,
            query={"email": check_str("email", email), "phone": check_str("phone", phone)},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )

    async def get(self, agent_id: str) -> models.Agent:
        """Read an agent.

        Args:
            agent_id: its id (UUID).

        Returns:
            The agent.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``GET /agents/{agentId}``
        """
        return await self._caller.call(_GET, path={"agentId": agent_id})

    async def create(self, agent: models.NewAgent) -> models.Agent:
        """Create an agent.

        It is never sent again when the response is lost.

        Args:
            agent: the agent.

        Returns:
            The agent, with its id.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, such as an address that is taken.
            TransportError: no response came; `maybe_applied` says whether it may have been created.

        ``POST /agents``
        """
        return await self._caller.call(_CREATE, body=agent)

    async def update(self, agent_id: str, agent: models.AgentUpdate) -> models.Agent:
        """Replace the details of an agent. To change some and keep the others, use `patch`.

        Args:
            agent_id: its id (UUID).
            agent: all details that the agent is to have.

        Returns:
            The agent as it is now.

        Raises:
            InvalidRequestError: the id is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``PUT /agents/{agentId}``
        """
        return await self._caller.call(_UPDATE, path={"agentId": agent_id}, body=agent)

    async def patch(self, agent_id: str, patch: models.AgentPatch) -> models.Agent:
        """Change some details of an agent.

        Args:
            agent_id: its id (UUID).
            patch: what to change. What is UNSET stays as it is.

        Returns:
            The agent as it is now.

        Raises:
            InvalidRequestError: the id is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such agent.
            TransportError: no response came; `maybe_applied` says whether it may have been changed.

        ``PATCH /agents/{agentId}``
        """
        return await self._caller.call(_PATCH, path={"agentId": agent_id}, body=patch)

    async def delete(self, agent_id: str) -> None:
        """Make an agent an end user. Nothing of the person is deleted.

        Args:
            agent_id: its id (UUID).

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the agent cannot be made an end user.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``DELETE /agents/{agentId}``
        """
        await self._caller.call(_DELETE, path={"agentId": agent_id})

    async def create_many(self, agents: Sequence[models.NewAgent]) -> AgentOutcomes:
        """Create many agents with one request. Some may fail while others are created.

        It is never sent again when the response is lost.

        Args:
            agents: the agents. Dixa does not tell how many it takes.

        Returns:
            A `Success` with the agent or a `Failure` with the reason for each, in the order of `agents`; an
            `Unknown` where this version cannot read which.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response came; `maybe_applied` says whether some may have been created.

        ``POST /agents/bulk``
        """
        return await self._caller.call(_CREATE_MANY, body=check_list("agents", agents))

    async def update_many(self, agents: Sequence[models.BulkAgentUpdate]) -> AgentOutcomes:
        """Replace the details of many agents with one request. Some may fail while others are changed.

        Args:
            agents: for each agent its id and all details that it is to have.

        Returns:
            A `Success` with the agent or a `Failure` with the reason for each, in the order of `agents`; an
            `Unknown` where this version cannot read which.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response arrived.

        ``PUT /agents``
        """
        return await self._caller.call(_UPDATE_MANY, body=check_list("agents", agents))

    async def patch_many(self, patches: Sequence[models.BulkAgentPatch]) -> AgentOutcomes:
        """Change some details of many agents with one request. Some may fail while others are changed.

        Args:
            patches: for each agent its id and what to change.

        Returns:
            A `Success` with the agent or a `Failure` with the reason for each, in the order of `patches`; an
            `Unknown` where this version cannot read which.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response came; `maybe_applied` says whether some may have been changed.

        ``PATCH /agents``
        """
        return await self._caller.call(_PATCH_MANY, body=check_list("patches", patches))

    def list_teams(self, agent_id: str) -> Pager[models.TeamReference]:
        """List the teams that an agent is in.

        Dixa sends them all in one page, by their ids only.

        Args:
            agent_id: the id (UUID) of the agent.

        Returns:
            A pager over the teams.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``GET /agents/{agentId}/teams``
        """
        return self._caller.pages(_LIST_TEAMS, path={"agentId": agent_id})

    async def get_presence(self, agent_id: str) -> models.Presence:
        """Read whether an agent is at work.

        Args:
            agent_id: the id (UUID) of the agent.

        Returns:
            The agent's presence.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``GET /agents/{agentId}/presence``
        """
        return await self._caller.call(_GET_PRESENCE, path={"agentId": agent_id})

    def list_presence(self) -> Pager[models.Presence]:
        """List the presence of all agents.

        Dixa sends them all in one page.

        Returns:
            A pager over the agents' presences.

        Raises:
            BadRequestError: Dixa could not read the request.
            TransportError: no response arrived.

        ``GET /agents/presence``
        """
        return self._caller.pages(_LIST_PRESENCE)

    async def set_working_channel(self, agent_id: str, channel: models.WorkingChannel, *, working: bool) -> None:
        """Say whether an agent works on a group of channels.

        Args:
            agent_id: the id (UUID) of the agent.
            channel: the group of channels.
            working: whether the agent is to get conversations from it.

        Raises:
            InvalidRequestError: the id is empty, or an argument has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the change.
            TransportError: no response arrived.

        ``PUT /agents/{agentId}/presence/working-channel``
        """
        state = models.WorkingChannelState(channel=channel, working=working)
        await self._caller.call(_SET_WORKING_CHANNEL, path={"agentId": agent_id}, body=state)
