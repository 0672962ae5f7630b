"""Agents: the people who reply to end users."""

from datetime import datetime

from .base import UNSET, Model, Unset, define


@define(kw_only=True)
class Agent(Model):
    """An agent."""

    id: str
    created_at: datetime
    display_name: str
    email: str
    avatar_url: str | None = None
    phone_number: str | None = None
    additional_emails: list[str] | None = None
    additional_phone_numbers: list[str] | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_names: list[str] | None = None
    roles: list[str] | None = None


@define(kw_only=True)
class _AgentDetails(Model):
    """What can be said of an agent beyond the name to show."""

    phone_number: str | Unset = UNSET
    """With a plus and the country code."""
    additional_emails: list[str] | Unset = UNSET
    """Each once."""
    additional_phone_numbers: list[str] | Unset = UNSET
    """Each once."""
    first_name: str | Unset = UNSET
    last_name: str | Unset = UNSET
    middle_names: list[str] | Unset = UNSET
    avatar_url: str | Unset = UNSET
    """Where Dixa can fetch the picture; Dixa keeps a copy."""


@define(kw_only=True)
class NewAgent(_AgentDetails):
    """An agent to create (``CreateAgentInput``)."""

    display_name: str
    email: str


@define(kw_only=True)
class AgentUpdate(_AgentDetails):
    """The complete details of an agent, to replace the current ones (``UpdateAgentInput``)."""

    display_name: str


@define(kw_only=True)
class BulkAgentUpdate(AgentUpdate):
    """The same for one of many agents (``BulkUpdateAgentInput``)."""

    id: str


@define(kw_only=True)
class AgentPatch(Model):
    """Changes to an agent (``PatchAgentInput``).

    What is UNSET stays as it is; None is sent as null, to clear it.
    """

    display_name: str | Unset = UNSET
    """It cannot be cleared."""
    phone_number: str | Unset | None = UNSET
    """With a plus and the country code."""
    additional_emails: list[str] | Unset | None = UNSET
    """All of them, each once."""
    additional_phone_numbers: list[str] | Unset | None = UNSET
    """All of them, each once."""
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    middle_names: list[str] | Unset | None = UNSET
    """All of them."""
    avatar_url: str | Unset | None = UNSET
    """Where Dixa can fetch the picture; Dixa keeps a copy."""


@define(kw_only=True)
class BulkAgentPatch(AgentPatch):
    """The same for one of many agents (``BulkPatchAgentInput``)."""

    id: str
