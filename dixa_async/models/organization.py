"""The organization."""

from .base import Model, OpenEnum, define


class OrganizationStatus(OpenEnum):
    """Whether an organization can be used."""

    ACTIVE = "Active"
    SUSPENDED = "Suspended"


@define(kw_only=True)
class Organization(Model):
    """The organization that a token belongs to (``OrganizationDetails``)."""

    id: str
    name: str
    subdomain: str
    """The first part of its address at Dixa."""
    status: OrganizationStatus
    avatar_url: str | None = None
