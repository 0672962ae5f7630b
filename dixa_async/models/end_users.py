"""End users: the people who ask."""

from datetime import datetime

from .base import Model, define
from .custom_attributes import CustomAttribute


@define
class EndUser(Model):
    """An end user."""

    id: str
    created_at: datetime
    display_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    additional_emails: list[str] | None = None
    additional_phone_numbers: list[str] | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_names: list[str] | None = None
    avatar_url: str | None = None
    external_id: str | None = None
    """The id that your own system gave."""
    custom_attributes: list[CustomAttribute] | None = None
