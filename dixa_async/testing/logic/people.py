"""What agents and end users have in common: how they are found, validated and changed."""

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
    """Whether a person has an email address or a phone number, as the main one or an additional one.

    Args:
        person: an agent or an end user.
        wanted: the ``email`` or ``phone`` to look for; may be empty.

    Returns:
        Whether all of it matches.
    """
    emails = (person.email, *(person.additional_emails or ()))
    phones = (person.phone_number, *(person.additional_phone_numbers or ()))
    return wanted.get("email", person.email) in emails and wanted.get("phone", person.phone_number) in phones


def check_agent(state: State, agent_id: str | Unset) -> str | None:
    """Check the id of an agent in a body.

    Args:
        state: the data of the server.
        agent_id: the id, or UNSET if none was sent.

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


def details(body: NewAgent | AgentUpdate | NewEndUser | EndUserUpdate) -> dict[str, Any]:
    """The fields of a body by name, with None for those that were not sent."""
    values = {field.name: getattr(body, field.name) for field in wire_fields(type(body)) if field.name != "id"}
    return {name: None if value is UNSET else value for name, value in values.items()}


def changes(patch: AgentPatch | EndUserPatch) -> dict[str, Any]:
    """The fields that a patch changes.

    Args:
        patch: the patch.

    Returns:
        The new values by field name.

    Raises:
        EmptyPatchError: the patch changes nothing.
    """
    values = {field.name: getattr(patch, field.name) for field in wire_fields(type(patch)) if field.name != "id"}
    changed = {name: value for name, value in values.items() if value is not UNSET}
    if not changed:
        raise EmptyPatchError
    return changed


def change(person: Person, values: Mapping[str, Any], people: Iterable[Agent | EndUser]) -> Person:
    """Change a person, if the result is valid.

    Args:
        person: an agent or an end user.
        values: the new values by field name.
        people: the people among whom the person must be unique.

    Returns:
        The same person.

    Raises:
        ApiError: a value is malformed.
        IntegrityError: a value belongs to someone else.
    """
    check(changed(person, **values), people)
    for name, value in values.items():
        setattr(person, name, value)
    return person


def check(person: Agent | EndUser, people: Iterable[Agent | EndUser]) -> None:
    """Validate a person.

    Args:
        person: an agent or an end user, with the new values.
        people: the people among whom the person must be unique.

    Raises:
        ApiError: a value is malformed.
        IntegrityError: a value belongs to someone else.
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
        raise bad_request("An additional email address or phone number is repeated")
    if any("@" not in email for email in (person.email, *emails) if email is not None):
        raise bad_request("An email address must contain an @")
    if any(not phone.startswith("+") for phone in (person.phone_number, *phones) if phone is not None):
        raise bad_request("A phone number must begin with + and the country code")
