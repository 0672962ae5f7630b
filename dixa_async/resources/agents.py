"""Agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_list, check_str, mutually_exclusive
from .base import Resource
from .lookup import find_by_filter

AgentOutcomes: TypeAlias = "list[models.BulkOutcome[models.Agent]]"
"""The outcomes of a bulk request for agents, in the order of the request."""

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
    """Agents: the people who reply to end users."""

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
            email: only the agent with this address. Mutually exclusive with `phone`.
            phone: only the agent with this number. Mutually exclusive with `email`.
            page_key: the `next_key` of a page, to resume after it.
            page_limit: agents per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the agents.

        Raises:
            InvalidRequestError: an argument is not valid.
            BadRequestError: Dixa rejected a filter or the page key.
            NotFoundError: no one matches the filter.
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
            agent_id: the ID (UUID) of the agent.

        Returns:
            The agent.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``GET /agents/{agentId}``
        """
        return await self._caller.call(_GET, path={"agentId": agent_id})

    async def find_by_email(self, email: str) -> models.Agent:
        """Find the agent with an email address.

        Args:
            email: the address.

        Returns:
            The agent.

        Raises:
            InvalidRequestError: it is empty or not a str.
            NoMatchError: no agent has it.
            SeveralMatchesError: several agents have it; its `ids` says which.
            CallError: the call failed, for example because Dixa rejected the value.

        Made of ``GET /agents``.
        """
        return await find_by_filter(lambda value: self.list(email=value), "agent", "email", email)

    async def create(self, agent: models.NewAgent) -> models.Agent:
        """Create an agent.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            agent: the agent.

        Returns:
            The agent, with its ID.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, such as an address that is taken.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /agents``
        """
        return await self._caller.call(_CREATE, body=agent)

    async def update(self, agent_id: str, agent: models.AgentUpdate) -> models.Agent:
        """Replace the details of an agent. To change some and keep the others, use `patch`.

        Args:
            agent_id: the ID (UUID) of the agent.
            agent: the complete details of the agent.

        Returns:
            The agent as it is now.

        Raises:
            InvalidRequestError: the ID is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``PUT /agents/{agentId}``
        """
        return await self._caller.call(_UPDATE, path={"agentId": agent_id}, body=agent)

    async def patch(self, agent_id: str, patch: models.AgentPatch) -> models.Agent:
        """Change some details of an agent.

        Args:
            agent_id: the ID (UUID) of the agent.
            patch: the fields to change. Fields that are UNSET stay as they are.

        Returns:
            The agent as it is now.

        Raises:
            InvalidRequestError: the ID is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such agent.
            TransportError: no response arrived; `maybe_applied` says whether it may have been changed.

        ``PATCH /agents/{agentId}``
        """
        return await self._caller.call(_PATCH, path={"agentId": agent_id}, body=patch)

    async def delete(self, agent_id: str) -> None:
        """Turn an agent into an end user. The person's data is kept.

        Args:
            agent_id: the ID (UUID) of the agent.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the agent cannot be turned into an end user.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``DELETE /agents/{agentId}``
        """
        await self._caller.call(_DELETE, path={"agentId": agent_id})

    async def create_many(self, agents: Sequence[models.NewAgent]) -> AgentOutcomes:
        """Create many agents with one request. Some may fail while others are created.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            agents: the agents. Dixa does not document how many it accepts.

        Returns:
            A `Success` with the agent or a `Failure` with the reason for each, in the order of `agents`; an
            `Unknown` if this version cannot read the outcome.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response arrived; `maybe_applied` says whether some may have been created.

        ``POST /agents/bulk``
        """
        return await self._caller.call(_CREATE_MANY, body=check_list("agents", agents))

    async def update_many(self, agents: Sequence[models.BulkAgentUpdate]) -> AgentOutcomes:
        """Replace the details of many agents with one request. Some may fail while others are changed.

        Args:
            agents: for each agent, its ID and complete details.

        Returns:
            A `Success` with the agent or a `Failure` with the reason for each, in the order of `agents`; an
            `Unknown` if this version cannot read the outcome.

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
            patches: for each agent, its ID and the fields to change.

        Returns:
            A `Success` with the agent or a `Failure` with the reason for each, in the order of `patches`; an
            `Unknown` if this version cannot read the outcome.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response arrived; `maybe_applied` says whether some may have been changed.

        ``PATCH /agents``
        """
        return await self._caller.call(_PATCH_MANY, body=check_list("patches", patches))

    def list_teams(self, agent_id: str) -> Pager[models.TeamReference]:
        """List the teams that an agent is in.

        Dixa sends them all in one page, with their IDs only.

        Args:
            agent_id: the ID (UUID) of the agent.

        Returns:
            A pager over the teams.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such agent.
            TransportError: no response arrived.

        ``GET /agents/{agentId}/teams``
        """
        return self._caller.pages(_LIST_TEAMS, path={"agentId": agent_id})

    async def get_presence(self, agent_id: str) -> models.Presence:
        """Read the presence of an agent.

        Args:
            agent_id: the ID (UUID) of the agent.

        Returns:
            The agent's presence.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
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
        """Set whether an agent works on a group of channels.

        Args:
            agent_id: the ID (UUID) of the agent.
            channel: the group of channels.
            working: whether the agent is offered conversations from it.

        Raises:
            InvalidRequestError: the ID is empty, or an argument has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the change.
            TransportError: no response arrived.

        ``PUT /agents/{agentId}/presence/working-channel``
        """
        state = models.WorkingChannelState(channel=channel, working=working)
        await self._caller.call(_SET_WORKING_CHANNEL, path={"agentId": agent_id}, body=state)
