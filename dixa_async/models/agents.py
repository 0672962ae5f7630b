"""Agents: the people who answer."""

from datetime import datetime

from .base import Model, define


@define
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
