"""What agents and end users have in common: how they are found, checked and changed."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ...models.agents import Agent, AgentPatch, AgentUpdate, NewAgent
from ...models.base import UNSET, Unset, wire_fields
from ...models.end_users import EndUser, EndUserPatch, EndUserUpdate, NewEndUser
from ..http.errors import EmptyPatchError, IntegrityError, bad_request
from ..state.copies import changed
from ..state.server_state import State

Person = TypeVar("Person", Agent, EndUser)


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


def check_agent(state: State, agent_id: str | Unset) -> str | None:
    """The id of an agent in a body, if there is one.

    Args:
        state: where the agents are.
        agent_id: what was sent.

    Returns:
        The id; None if none was sent.

    Raises:
        ApiError: there is no such agent.
    """
    if isinstance(agent_id, Unset):
        return None
    if agent_id not in state.agents:
        raise bad_request(f"There is no agent {agent_id}")
    return agent_id


def details(said: NewAgent | AgentUpdate | NewEndUser | EndUserUpdate) -> dict[str, Any]:
    """What is said of someone, with None for all that is not said."""
    values = {field.name: getattr(said, field.name) for field in wire_fields(type(said)) if field.name != "id"}
    return {name: None if value is UNSET else value for name, value in values.items()}


def changes(patch: AgentPatch | EndUserPatch) -> dict[str, Any]:
    """What a patch changes.

    Args:
        patch: the patch.

    Returns:
        The new values by the names of their fields.

    Raises:
        ApiError: it changes nothing.
    """
    values = {field.name: getattr(patch, field.name) for field in wire_fields(type(patch)) if field.name != "id"}
    changed = {name: value for name, value in values.items() if value is not UNSET}
    if not changed:
        raise EmptyPatchError
    return changed


def change(person: Person, values: Mapping[str, Any], people: Iterable[Agent | EndUser]) -> Person:
    """Change someone, unless the result would not be allowed.

    Args:
        person: an agent or an end user.
        values: the new values by the names of their fields.
        people: everyone from whom the person must differ.

    Returns:
        The same person.

    Raises:
        ApiError: a value is not allowed, or belongs to someone else.
    """
    check(changed(person, **values), people)
    for name, value in values.items():
        setattr(person, name, value)
    return person


def check(person: Agent | EndUser, people: Iterable[Agent | EndUser]) -> None:
    """Refuse someone whose details are not allowed.

    Args:
        person: an agent or an end user, as they would be.
        people: everyone from whom the person must differ.

    Raises:
        ApiError: a value is not allowed, or belongs to someone else.
    """
    _check_form(person)
    for other in people:
        if other.id == person.id:
            continue
        if person.email is not None and has(other, {"email": person.email}):
            raise IntegrityError(other.id, "The email address belongs to someone else")
        external_id = getattr(person, "external_id", None)
        if external_id is not None and external_id == getattr(other, "external_id", None):
            raise IntegrityError(other.id, "The externalId belongs to someone else")


def _check_form(person: Agent | EndUser) -> None:
    emails, phones = person.additional_emails or [], person.additional_phone_numbers or []
    if len({*emails}) < len(emails) or len({*phones}) < len(phones):
        raise bad_request("An address or a number is there twice")
    if any("@" not in email for email in (person.email, *emails) if email is not None):
        raise bad_request("An email address has an @ in it")
    if any(not phone.startswith("+") for phone in (person.phone_number, *phones) if phone is not None):
        raise bad_request("A phone number begins with a plus and the code of the country")
