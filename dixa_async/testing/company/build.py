"""The whole company."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from ...models.common import Direction
from ..state.seed_organization import seed_settings
from ..state.server_state import State
from .chance import Chance
from .channels import ANY_MEDIUM, EMAIL, Opening
from .names import full_names
from .people import Crew, add_agents, add_crew, add_presences, attribute_of
from .sizes import CompanySize, conversations_of
from .story import Plot, tell
from .timeline import PresentReachedError, Timeline
from .topics import TOPICS

PRESENT: Final = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""When the story of a company ends, unless another time is passed. It is fixed, so that the same seed makes the same
company at any time."""

_YEARS: Final = range(1970, 9999)
_DAYS: Final = 90
_OPENS_AT, _CLOSES_AT = 6, 22
_SHARE_AT_NIGHT: Final = 0.08
_SHARE_ON_WEEKENDS: Final = 0.35
_SATURDAY: Final = 5
_SHARE_OUTBOUND: Final = 0.1
"""Of emails."""
_SHARE_FOLLOW_UPS: Final = 0.04
_MILLISECONDS_PER_DAY: Final = 86_400_000


def add_company(state: State, size: CompanySize, *, seed: int = 0, until: datetime | None = None) -> None:
    """Add a company.

    Args:
        state: where to add it. It is empty.
        size: how many conversations it has.
        seed: what chance begins with.
        until: the present: what would happen later has not happened. Defaults to `PRESENT`.

    Raises:
        ValueError: there is no such size or seed, or `until` has no time zone or is too far away.
    """
    count = conversations_of(size)
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, not {seed!r}")
    present = PRESENT if until is None else until
    if present.tzinfo is None:
        raise ValueError("until must have a time zone, such as datetime(…, tzinfo=UTC)")
    if present.year not in _YEARS:
        raise ValueError(f"until must be from {_YEARS[0]} to {_YEARS[-1]}, not in {present.year}")
    present = present.astimezone(UTC).replace(microsecond=present.microsecond // 1000 * 1000)
    chance = Chance(seed)
    founded_at = present - timedelta(days=_DAYS)
    names = full_names(chance)
    agents = add_agents(state, chance, names, count, founded_at)
    seed_settings(state, agents[0].id, founded_at)
    crew = add_crew(state, chance, names, count, founded_at)
    _add_conversations(state, chance, crew, count, present)
    add_presences(state, chance, present)


def _add_conversations(state: State, chance: Chance, crew: Crew, count: int, present: datetime) -> None:
    latest = dict[str, int]()
    """The latest conversation of each end user."""
    for created_at in sorted(_time_of_creation(chance, present) for _ in range(count)):
        plot = _plot(state, chance, crew, latest)
        opening = Opening(
            id=state.new_conversation_id(),
            requester=plot.requester,
            created_at=created_at,
            direction=Direction.OUTBOUND if plot.is_outbound else Direction.INBOUND,
            subject=plot.words(chance.pick(plot.topic.subjects)),
        )
        line = Timeline(state, chance, plot.medium.make(opening, chance), plot.requester, present)
        with contextlib.suppress(PresentReachedError):
            tell(line, chance, plot)
        latest[plot.requester.id] = opening.id
    state.activity.sort(key=lambda entry: entry.activity_timestamp)


def _plot(state: State, chance: Chance, crew: Crew, latest: Mapping[str, int]) -> Plot:
    requester, topic, medium = chance.pick(crew.end_users), chance.pick(TOPICS), chance.pick(ANY_MEDIUM)
    if medium.needs_phone and requester.phone_number is None:
        medium = EMAIL
    is_outbound = medium is EMAIL and chance.happens(_SHARE_OUTBOUND)
    is_follow_up = not is_outbound and chance.happens(_SHARE_FOLLOW_UPS)
    return Plot(
        crew=crew,
        topic=topic,
        medium=medium,
        requester=requester,
        order_number=f"EX-{chance.between(10_000, 99_999)}",
        product=chance.pick(topic.products),
        order_attribute=attribute_of(state, "order_number"),
        is_outbound=is_outbound,
        follows=latest.get(requester.id) if is_follow_up else None,
    )


def _time_of_creation(chance: Chance, present: datetime) -> datetime:
    """A time of the past weeks, more often on workdays and in the daytime."""
    while True:
        at = present - timedelta(milliseconds=chance.between(1, _DAYS * _MILLISECONDS_PER_DAY))
        likelihood = 1.0 if _OPENS_AT <= at.hour < _CLOSES_AT else _SHARE_AT_NIGHT
        if at.weekday() >= _SATURDAY:
            likelihood *= _SHARE_ON_WEEKENDS
        if chance.happens(likelihood):
            return at
