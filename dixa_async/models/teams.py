"""Teams of agents."""

from .base import Model, define


@define(kw_only=True)
class Team(Model):
    """A team (``Team1``)."""

    id: str
    name: str


@define(kw_only=True)
class TeamReference(Model):
    """A team that an agent is in, without its name (``Team``)."""

    id: str


@define(kw_only=True)
class NewTeam(Model):
    """A team to create (``CreateTeamInput``)."""

    name: str


@define(kw_only=True)
class TeamMember(Model):
    """An agent in a team."""

    id: str
    """The agent."""
    name: str | None = None
    email: str | None = None
    phone_number: str | None = None
