"""The people that are there from the start: the same every time, and none of them real."""

from datetime import UTC, datetime, timedelta
from typing import Final

from ...models.agents import Agent
from ...models.end_users import EndUser
from ...models.organization import Organization, OrganizationStatus
from .seed_organization import furnish
from .state import State, make_id

_BEGINNING: Final = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
_AGENTS: Final = ("Alma Nyborg", "Bertil Quist", "Carla Fontana", "Dagny Sommer", "Emil Okafor")
_FIRST_NAMES: Final = ("Ada", "Bo", "Cleo", "Dario", "Elin", "Farid", "Greta", "Hugo")
_LAST_NAMES: Final = ("Almgren", "Bianchi", "Castell", "Dvorak", "Eriksen", "Fontaine")


def make_organization() -> Organization:
    """The organization."""
    return Organization(
        id=make_id("organization"), name="Example Ltd", subdomain="example", status=OrganizationStatus.ACTIVE
    )


def populate(state: State) -> None:
    """Add 5 agents and 48 end users, and what an organization has besides.

    Args:
        state: where to add them.
    """
    for number, name in enumerate(_AGENTS):
        agent = _agent(number, name)
        state.agents[agent.id] = agent
    names = [(first, last) for last in _LAST_NAMES for first in _FIRST_NAMES]
    for number, (first, last) in enumerate(names):
        user = _end_user(number, first, last)
        state.end_users[user.id] = user
    furnish(state)


def _agent(number: int, name: str) -> Agent:
    first, last = name.split()
    return Agent(
        id=make_id(f"agent {name}"),
        created_at=_BEGINNING + timedelta(days=number),
        display_name=name,
        email=f"{first}@support.example.com".lower(),
        additional_emails=[],
        additional_phone_numbers=[],
        first_name=first,
        last_name=last,
        middle_names=[],
        roles=["Administrator", "Agent"] if number == 0 else ["Agent"],
    )


def _end_user(number: int, first: str, last: str) -> EndUser:
    domain = "example.com" if number % 2 == 0 else "example.org"
    return EndUser(
        id=make_id(f"end user {first} {last}"),
        created_at=_BEGINNING + timedelta(days=30, hours=number),
        display_name=f"{first} {last}",
        email=f"{first}.{last}@{domain}".lower(),
        # These numbers are set aside for made-up people.
        phone_number=f"+1202555{100 + number:04}",
        additional_emails=[],
        additional_phone_numbers=[],
        first_name=first,
        last_name=last,
        middle_names=[],
        external_id=f"customer-{number + 1}",
    )
