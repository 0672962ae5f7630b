"""End users: the people whom agents reply to."""

from datetime import datetime

from .base import UNSET, Model, Unset, define
from .custom_attributes import CustomAttribute


@define(kw_only=True)
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
    """The ID in your own system."""
    custom_attributes: list[CustomAttribute] | None = None
    """They do not come with lists."""


@define(kw_only=True)
class _EndUserDetails(Model):
    """What can be said of an end user beyond the name to show."""

    email: str | Unset = UNSET
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
    external_id: str | Unset = UNSET
    """An ID from your own system. Dixa returns it, and does not promise to reject duplicates."""


@define(kw_only=True)
class NewEndUser(_EndUserDetails):
    """An end user to create (``CreateEndUserInput``)."""

    display_name: str | Unset = UNSET


@define(kw_only=True)
class EndUserUpdate(_EndUserDetails):
    """The complete details of an end user, to replace the current ones (``UpdateEndUserInput``)."""

    display_name: str


@define(kw_only=True)
class BulkEndUserUpdate(EndUserUpdate):
    """The same for one of many end users (``BulkUpdateEndUserInput``)."""

    id: str


@define(kw_only=True)
class EndUserPatch(Model):
    """Changes to an end user (``PatchEndUserInput``).

    What is UNSET stays as it is; None is sent as null, to clear it.
    """

    display_name: str | Unset | None = UNSET
    email: str | Unset | None = UNSET
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
    external_id: str | Unset | None = UNSET
    """An ID from your own system. Dixa returns it, and does not promise to reject duplicates."""


@define(kw_only=True)
class BulkEndUserPatch(EndUserPatch):
    """The same for one of many end users (``BulkPatchEndUserInput``)."""

    id: str
