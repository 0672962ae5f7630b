"""The people of a company, and how they are organized."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import attrs

from ...models.activity_attributes import ActivityLogUser
from ...models.agents import Agent
from ...models.common import Channel
from ...models.custom_attributes import CustomAttribute, CustomAttributeDefinition
from ...models.end_users import EndUser
from ...models.messages import EmailContact
from ...models.presence import ConnectionStatus, Presence, PresenceStatus
from ...models.queues import OfferingAlgorithm, Queue, QueueThreshold
from ...models.tags import Tag
from ..state.builders import add_agent, add_end_user, add_queue, add_tag, add_team
from ..state.server_state import State
from .chance import Chance
from .names import FullName
from .topics import QUEUES, TAGS, TEAMS

_FEWEST_AGENTS: Final = 6
_MOST_AGENTS: Final = 120
_CONVERSATIONS_PER_AGENT: Final = 120
_FEWEST_END_USERS: Final = 10
_END_USERS: Final = 0.6
"""End users for each conversation."""
_HAS_PHONE: Final = 0.7
_HAS_OWN_ID: Final = 0.5
_IS_AT_WORK: Final = 0.6
_CHANNELS_AT_WORK: Final = (Channel.EMAIL, Channel.WIDGET_CHAT, Channel.MESSENGER, Channel.PSTN_PHONE)
_PLANS: Final = (["free"], ["paid", "monthly"], ["paid", "yearly"])


@attrs.frozen
class Person:
    """An agent or an end user, in the forms in which conversations show them."""

    id: str
    name: str
    contact: EmailContact
    phone_number: str | None
    in_log: ActivityLogUser


@attrs.frozen(kw_only=True)
class Crew:
    """Who takes part in the conversations of a company."""

    end_users: list[Person]
    queues: Mapping[str, Queue]
    """By name."""
    members: Mapping[str, list[Person]]
    """The agents of each queue, by its name."""
    tags: Mapping[str, Tag]
    """By name."""


def add_agents(
    state: State, chance: Chance, names: Iterator[FullName], conversations: int, founded_at: datetime
) -> list[Agent]:
    """Add agents.

    Args:
        state: where to add them.
        chance: what is up to chance.
        names: their names.
        conversations: how many conversations there will be.
        founded_at: before which they came.

    Returns:
        The agents; the first one is an administrator.
    """
    count = min(_MOST_AGENTS, _FEWEST_AGENTS + conversations // _CONVERSATIONS_PER_AGENT)
    return [_add_agent(state, chance, next(names), founded_at) for _ in range(count)]


def add_crew(state: State, chance: Chance, names: Iterator[FullName], conversations: int, founded_at: datetime) -> Crew:
    """Add teams, queues, tags and end users.

    Args:
        state: where to add them; it has the agents and the custom attributes.
        chance: what is up to chance.
        names: names of end users.
        conversations: how many conversations there will be.
        founded_at: when the first of them came.

    Returns:
        Those who take part in conversations.
    """
    agents = list(state.agents.values())
    for number, team in enumerate(TEAMS):
        add_team(state, team, agents[number :: len(TEAMS)], fixed_id=chance.uuid())
    tags = {name: add_tag(state, name, color=color, fixed_id=chance.uuid()) for name, color in TAGS}
    queues, members = _add_queues(state, chance, agents)
    count = max(_FEWEST_END_USERS, int(conversations * _END_USERS))
    end_users = [_person(user) for user in _add_end_users(state, chance, names, count, founded_at)]
    return Crew(end_users=end_users, queues=queues, members=members, tags=tags)


def attribute_of(state: State, identifier: str) -> CustomAttributeDefinition:
    """The custom attribute with an identifier."""
    return next(each for each in state.custom_attributes.values() if each.identifier == identifier)


def add_presences(state: State, chance: Chance, until: datetime) -> None:
    """Let some agents be at work."""
    for agent_id in state.agents:
        if chance.happens(_IS_AT_WORK):
            state.presences[agent_id] = Presence(
                user_id=agent_id,
                request_time=until,
                last_seen=until - timedelta(minutes=chance.between(0, 9)),
                connection_status=ConnectionStatus.ONLINE,
                presence_status=PresenceStatus.WORKING,
                active_channels=list(_CHANNELS_AT_WORK[: chance.between(1, len(_CHANNELS_AT_WORK))]),
            )


def _add_agent(state: State, chance: Chance, name: FullName, founded_at: datetime) -> Agent:
    agent = add_agent(
        state,
        name.display,
        email=f"{name.mailbox}@support.example.com",
        roles=("Administrator", "Agent") if not state.agents else ("Agent",),
        fixed_id=chance.uuid(),
        created_at=founded_at - timedelta(days=chance.between(30, 900), minutes=chance.between(0, 600)),
    )
    agent.first_name, agent.last_name, agent.middle_names = name.first, name.last, []
    agent.additional_emails, agent.additional_phone_numbers = [], []
    return agent


def _add_queues(state: State, chance: Chance, agents: list[Agent]) -> tuple[dict[str, Queue], dict[str, list[Person]]]:
    """Every agent works on one queue, and some on a second one."""
    queues, members = dict[str, Queue](), dict[str, list[Person]]()
    for number, name in enumerate(QUEUES):
        others = [agent for position, agent in enumerate(agents) if position % len(QUEUES) != number]
        chosen = [*agents[number :: len(QUEUES)], *(agent for agent in others if chance.happens(0.2))]
        queue = add_queue(state, name, chosen, is_default=number == 0, fixed_id=chance.uuid())
        queue.queue_thresholds = {QueueThreshold.WAITING_CONVERSATIONS: 10}
        queue.offering_algorithm = OfferingAlgorithm.LONGEST_IDLE
        queues[name], members[name] = queue, [_person(agent) for agent in chosen]
    return queues, members


def _add_end_users(
    state: State, chance: Chance, names: Iterator[FullName], count: int, founded_at: datetime
) -> list[EndUser]:
    plan = attribute_of(state, "plan")
    users: list[EndUser] = []
    for number, name in zip(range(count), names, strict=False):
        user = add_end_user(
            state,
            name.display,
            email=name.email,
            phone_number=name.phone_number if chance.happens(_HAS_PHONE) else None,
            external_id=f"customer-{number + 1}" if chance.happens(_HAS_OWN_ID) else None,
            fixed_id=chance.uuid(),
            created_at=founded_at - timedelta(minutes=chance.between(1, 400_000)),
        )
        user.first_name, user.last_name, user.middle_names = name.first, name.last, []
        user.additional_emails, user.additional_phone_numbers = [], []
        value = list(chance.pick(_PLANS))
        user.custom_attributes = [CustomAttribute(id=plan.id, name=plan.label, identifier=plan.identifier, value=value)]
        users.append(user)
    return users


def _person(who: Agent | EndUser) -> Person:
    name = who.display_name or ""
    in_log = ActivityLogUser(id=who.id, name=name, email=who.email, phone_number=who.phone_number)
    return Person(who.id, name, EmailContact(email=who.email or "", name=name), who.phone_number, in_log)
