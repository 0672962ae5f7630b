"""How `FakeDixa` delivers: by chance with a seed, or copy by copy."""

import math
import random
from collections.abc import Iterable
from typing import Any, Final

import attrs

_FEWEST, _MOST = 0, 100


def _check_seconds(_: object, attribute: "attrs.Attribute[Any]", value: float) -> None:
    if not 0 <= value < math.inf:
        raise ValueError(f"{attribute.name} must be a number of seconds, 0 or more, not {value!r}")


def _check_copies(_: object, __: object, value: tuple[int, int]) -> None:
    if len(value) != 2 or not _FEWEST <= value[0] <= value[1] <= _MOST:
        raise ValueError(f"copies must be a number from {_FEWEST} to {_MOST}, or two, the smaller first: {value!r}")


def _check_delay(_: object, __: object, value: tuple[float, float]) -> None:
    if len(value) != 2 or not 0 <= value[0] <= value[1] < math.inf:
        raise ValueError(f"delay must be seconds, 0 or more, or two such numbers, the smaller first: {value!r}")


def _check_share(_: object, attribute: "attrs.Attribute[Any]", value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{attribute.name} must be from 0 to 1, not {value!r}")


def _check_retry_delays(_: object, __: object, value: tuple[float, ...]) -> None:
    if not all(0 <= delay < math.inf for delay in value):
        raise ValueError(f"retry_delays must be seconds, 0 or more, not {value!r}")


def _check_in_flight(_: object, __: object, value: int) -> None:
    if value < 1:
        raise ValueError(f"in_flight must be 1 or more, not {value!r}")


def _to_counts(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _to_span(value: float | tuple[float, float]) -> tuple[float, float]:
    return (value, value) if isinstance(value, int | float) else value


def _to_delays(value: Iterable[float]) -> tuple[float, ...]:
    return tuple(value)


@attrs.frozen(kw_only=True)
class DeliveryCopy:
    """One delivery of an event."""

    delay: float = attrs.field(default=0.0, validator=_check_seconds)
    """Seconds after the event."""
    event_id: str | None = None
    """The event ID that it has; None: that of the event."""


@attrs.frozen(kw_only=True)
class DeliverySettings:
    """How events are delivered. By default each is delivered once, at once, and in the order in which they happened.

    ::

        FakeDixa(deliveries=DeliverySettings(seed=7, copies=(1, 3), delay=(0.0, 2.0), new_event_id=0.1))

    What is up to chance is the same each time for the same seed and the same events.

    Raises:
        ValueError: a setting cannot be used.
    """

    seed: int = 0
    """What chance begins with."""
    copies: tuple[int, int] = attrs.field(default=(1, 1), converter=_to_counts, validator=_check_copies)
    """How often an event is delivered: a number, or the fewest and the most. 0: it is lost."""
    delay: tuple[float, float] = attrs.field(default=(0.0, 0.0), converter=_to_span, validator=_check_delay)
    """Seconds from an event to each of its deliveries: a number, or the fewest and the most. So they come late, and in
    another order."""
    new_event_id: float = attrs.field(default=0.0, validator=_check_share)
    """How likely a further copy of a message or a note has another event ID, from 0 to 1."""
    retry_delays: tuple[float, ...] = attrs.field(default=(), converter=_to_delays, validator=_check_retry_delays)
    """Seconds until a delivery is retried that failed, for each retry. It failed if it had no response, or one outside
    200 to 299. By default, none is retried: whether Dixa does, it does not say."""
    timeout: float = attrs.field(default=10.0, validator=_check_seconds)
    """Seconds that a server has for its response."""
    in_flight: int = attrs.field(default=1, validator=_check_in_flight)
    """How many deliveries to one subscription are under way at a time. With more than 1, they may overtake."""


class Chance:
    """What is up to chance.

    Args:
        settings: what it may be.
    """

    def __init__(self, settings: DeliverySettings) -> None:
        self._settings = settings
        self._random: Final = random.Random(settings.seed)  # noqa: S311 - no secret

    def copies(self, *, has_other_id: bool) -> list[DeliveryCopy]:
        """Choose the deliveries of the next event.

        Args:
            has_other_id: whether a further copy is known by something else than the event ID.

        Returns:
            The deliveries.
        """
        settings, chance = self._settings, self._random
        copies: list[DeliveryCopy] = []
        for number in range(chance.randint(*settings.copies)):
            # The same draws for every event, so that one kind does not move the others.
            delay, is_new, word = chance.uniform(*settings.delay), chance.random(), chance.getrandbits(64)
            is_new_id = number > 0 and has_other_id and is_new < settings.new_event_id
            copies.append(DeliveryCopy(delay=delay, event_id=f"redelivery-{word:016x}" if is_new_id else None))
        return copies
