"""The people of the seed data: the same every time, and all fictitious."""

from datetime import UTC, datetime, timedelta
from typing import Final

from ...models.organization import Organization, OrganizationStatus
from .builders import add_agent, add_end_user
from .server_state import State, make_id

_FIRST_CREATED_AT: Final = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
_AGENTS: Final = ("Alma Nyborg", "Bertil Quist", "Carla Fontana", "Dagny Sommer", "Emil Okafor")
_FIRST_NAMES: Final = ("Ada", "Bo", "Cleo", "Dario", "Elin", "Farid", "Greta", "Hugo")
_LAST_NAMES: Final = ("Almgren", "Bianchi", "Castell", "Dvorak", "Eriksen", "Fontaine")


def make_organization() -> Organization:
    """Make the organization."""
    return Organization(
        id=make_id("organization"), name="Example Ltd", subdomain="example", status=OrganizationStatus.ACTIVE
    )


def seed_people(state: State) -> None:
    """Add 5 agents and 48 end users.

    Args:
        state: where to add them.
    """
    for number, name in enumerate(_AGENTS):
        _add_agent(state, number, name)
    names = [(first, last) for last in _LAST_NAMES for first in _FIRST_NAMES]
    for number, (first, last) in enumerate(names):
        _add_end_user(state, number, first, last)


def _add_agent(state: State, number: int, name: str) -> None:
    first, last = name.split()
    agent = add_agent(
        state,
        name,
        email=f"{first}@support.example.com".lower(),
        roles=("Administrator", "Agent") if number == 0 else ("Agent",),
        fixed_id=make_id(f"agent {name}"),
        created_at=_FIRST_CREATED_AT + timedelta(days=number),
    )
    agent.first_name, agent.last_name, agent.middle_names = first, last, []
    agent.additional_emails, agent.additional_phone_numbers = [], []


def _add_end_user(state: State, number: int, first: str, last: str) -> None:
    domain = "example.com" if number % 2 == 0 else "example.org"
    user = add_end_user(
        state,
        f"{first} {last}",
        email=f"{first}.{last}@{domain}".lower(),
        # These numbers are reserved for fictitious people.
        phone_number=f"+1202555{100 + number:04}",
        external_id=f"customer-{number + 1}",
        fixed_id=make_id(f"end user {first} {last}"),
        created_at=_FIRST_CREATED_AT + timedelta(days=30, hours=number),
    )
    user.first_name, user.last_name, user.middle_names = first, last, []
    user.additional_emails, user.additional_phone_numbers = [], []
