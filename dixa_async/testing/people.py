"""What agents and end users have in common."""

from collections.abc import Mapping

from ..models.agents import Agent
from ..models.end_users import EndUser


def has(person: Agent | EndUser, wanted: Mapping[str, str]) -> bool:
    """Whether someone has an address or a number, as the first one or an additional one.

    Args:
        person: an agent or an end user.
        wanted: ``email`` or ``phone`` and what it should be; may be empty.

    Returns:
        Whether all of it fits.
    """
    emails = (person.email, *(person.additional_emails or ()))
    phones = (person.phone_number, *(person.additional_phone_numbers or ()))
    return wanted.get("email", person.email) in emails and wanted.get("phone", person.phone_number) in phones
