"""Teams."""

from __future__ import annotations

from collections.abc import Sequence

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_list
from .base import Resource
from .lookup import find_by_name

_LIST: Operation[models.Team] = Operation("getTeams", "GET", "/teams", response_type=LazyType(lambda: models.Team))
_GET: Operation[models.Team] = Operation(
    "getTeamsTeamid", "GET", "/teams/{teamId}", response_type=LazyType(lambda: models.Team)
)
_CREATE: Operation[models.Team] = Operation(
    "postTeams", "POST", "/teams", body=LazyType(lambda: models.NewTeam), response_type=LazyType(lambda: models.Team)
)
_DELETE: Operation[None] = Operation("deleteTeamsTeamid", "DELETE", "/teams/{teamId}")
_LIST_MEMBERS: Operation[models.TeamMember] = Operation(
    "getTeamsTeamidAgents", "GET", "/teams/{teamId}/agents", response_type=LazyType(lambda: models.TeamMember)
)
_ADD_MEMBERS: Operation[None] = Operation(
    "patchTeamsTeamidAgents", "PATCH", "/teams/{teamId}/agents", body=list[str], body_envelope="agentIds"
)
_REMOVE_MEMBERS: Operation[None] = Operation(
    "deleteTeamsTeamidAgents", "DELETE", "/teams/{teamId}/agents", body=list[str], body_envelope="agentIds"
)
_LIST_PRESENCE: Operation[models.Presence] = Operation(
    "getTeamsTeamidPresence", "GET", "/teams/{teamId}/presence", response_type=LazyType(lambda: models.Presence)
)


class Teams(Resource):
    """Teams of agents."""

    def list(self) -> Pager[models.Team]:
        """List all teams.

        Dixa sends them all in one page.

        Returns:
            A pager over the teams.

        Raises:
            BadRequestError: Dixa could not read the request.
            TransportError: no response arrived.

        ``GET /teams``
        """
        return self._caller.pages(_LIST)

    async def get(self, team_id: str) -> models.Team:
        """Read a team.

        Args:
            team_id: the ID (UUID) of the team.

        Returns:
            The team.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such team.
            TransportError: no response arrived.

        ``GET /teams/{teamId}``
        """
        return await self._caller.call(_GET, path={"teamId": team_id})

    async def find_by_name(self, name: str) -> models.Team:
        """Find the team with a name.

        Args:
            name: the name. Case matters.

        Returns:
            The team.

        Raises:
            InvalidRequestError: the name is empty or not a str.
            NoMatchError: no team has the name. The message suggests a similar one.
            SeveralMatchesError: several teams have the name; its `ids` says which.
            TransportError: no response arrived.

        Made of ``GET /teams``.
        """
        return await find_by_name(self.list(), "team", name)

    async def create(self, name: str) -> models.Team:
        """Create a team without members.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            name: the name.

        Returns:
            The team, with its ID.

        Raises:
            InvalidRequestError: the name is not a str; nothing was sent.
            BadRequestError: Dixa rejected the name.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /teams``
        """
        return await self._caller.call(_CREATE, body=models.NewTeam(name=name))

    async def delete(self, team_id: str) -> None:
        """Delete a team.

        Args:
            team_id: the ID (UUID) of the team.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: Dixa rejected it.
            TransportError: no response arrived.

        ``DELETE /teams/{teamId}``
        """
        await self._caller.call(_DELETE, path={"teamId": team_id})

    def list_members(self, team_id: str) -> Pager[models.TeamMember]:
        """List the agents in a team.

        Dixa sends them all in one page.

        Args:
            team_id: the ID (UUID) of the team.

        Returns:
            A pager over the members.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: Dixa rejected the ID.
            TransportError: no response arrived.

        ``GET /teams/{teamId}/agents``
        """
        return self._caller.pages(_LIST_MEMBERS, path={"teamId": team_id})

    async def add_members(self, team_id: str, agent_ids: Sequence[str]) -> None:
        """Add agents to a team.

        Args:
            team_id: the ID (UUID) of the team.
            agent_ids: the IDs (UUID) of the agents.

        Raises:
            InvalidRequestError: the ID of the team is empty, or `agent_ids` is not a list of str; nothing was sent.
            BadRequestError: Dixa rejected an ID.
            TransportError: no response arrived; `maybe_applied` says whether they may have been added.

        ``PATCH /teams/{teamId}/agents``
        """
        await self._caller.call(_ADD_MEMBERS, path={"teamId": team_id}, body=check_list("agent_ids", agent_ids))

    async def remove_members(self, team_id: str, agent_ids: Sequence[str]) -> None:
        """Remove agents from a team.

        Args:
            team_id: the ID (UUID) of the team.
            agent_ids: the IDs (UUID) of the agents.

        Raises:
            InvalidRequestError: the ID of the team is empty, or `agent_ids` is not a list of str; nothing was sent.
            BadRequestError: Dixa rejected an ID.
            TransportError: no response arrived.

        ``DELETE /teams/{teamId}/agents``
        """
        await self._caller.call(_REMOVE_MEMBERS, path={"teamId": team_id}, body=check_list("agent_ids", agent_ids))

    def list_presence(
        self,
        team_id: str,
        *,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.Presence]:
        """List the presence of the agents in a team.

        Args:
            team_id: the ID (UUID) of the team.
            page_key: the `next_key` of a page, to resume after it.
            page_limit: agents per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the members' presences.

        Raises:
            InvalidRequestError: an argument is not valid.
            BadRequestError: Dixa rejected the page key.
            NotFoundError: there is no such team.
            TransportError: no response arrived.

        ``GET /teams/{teamId}/presence``
        """
        return self._caller.pages(
            _LIST_PRESENCE,
            path={"teamId": team_id},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )
