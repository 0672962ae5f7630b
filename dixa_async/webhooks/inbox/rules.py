"""The settings that all inboxes have, and the unique keys of an event."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs

from ...errors import ConfigurationError
from .protocol import IncomingEvent

DAY: Final = 86400.0
_LARGEST_BATCH: Final = 1000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def check_seconds(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Refuse a setting that is no number of seconds."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < math.inf:
        raise ConfigurationError(f"{attribute.name} must be a number of seconds, 0 or more, not {value!r}")


def check_count(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    """Refuse a setting that is no positive whole number."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(f"{attribute.name} must be a whole number, 1 or more, not {value!r}")


def _check_most(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if value > _LARGEST_BATCH:
        raise ConfigurationError(f"{attribute.name} of a Burst must be at most {_LARGEST_BATCH}, not {value!r}")


@attrs.frozen(kw_only=True)
class Burst:
    """Events of a quiet period of a conversation are one batch. Somebody who writes three lines gets one reply.

    Raises:
        ConfigurationError: a setting is no such number.
    """

    quiet: float = attrs.field(validator=check_seconds)
    """Seconds without a new event after which the batch is given. Less than the `order_window` counts as that."""
    max_wait: float = attrs.field(default=30.0, validator=check_seconds)
    """Seconds after which it is given at the latest, counted from its first event."""
    max_events: int = attrs.field(default=50, validator=[check_count, _check_most])
    """The most events of a batch, up to 1000. It is given as soon as there are so many."""


def _to_burst(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Burst(quiet=value) if is_number else value


def _check_burst(_: object, __: object, value: Any) -> None:
    if value is not None and not isinstance(value, Burst):
        raise ConfigurationError(f"burst must be a number of seconds, a Burst or None, not {value!r}")


@attrs.frozen(kw_only=True)
class InboxRules:
    """The settings that all inboxes have."""

    order_window: float = attrs.field(validator=check_seconds)
    burst: Burst | None = attrs.field(converter=_to_burst, validator=_check_burst)
    max_events: int = attrs.field(validator=check_count)
    retention: float = attrs.field(validator=check_seconds)
    parked_retention: float = attrs.field(validator=check_seconds)


def conversation_key(event: IncomingEvent) -> str:
    """What an event has its order in: its conversation, or itself."""
    return f"e{event.event_id}" if event.conversation_id is None else f"c{event.conversation_id}"


def message_key(event: IncomingEvent) -> str | None:
    """The second unique key of an event; None if it has none."""
    return None if event.message_id is None else f"{event.event_type} {event.message_id}"


def order_of(event: IncomingEvent) -> int:
    """The place of an event in its conversation: when it happened, in microseconds since 1970."""
    return max(0, ((event.occurred_at or event.received_at) - _EPOCH) // _MICROSECOND)


def storable(reason: str) -> str:
    """A text that can be kept, whatever an exception says: lone surrogates are written out."""
    return reason.encode(errors="backslashreplace").decode()
