"""Takes in events that were missed, from the delivery logs of Dixa, as if they were delivered."""

import asyncio
import enum
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from ..errors import CallError, ServerError, TooManyRequestsError, TransportError, UsageError
from ..models.webhooks import WebhookEvent, WebhookSubscription
from .delivery_logs import LoggedDelivery, check_since, read_delivery_logs
from .errors import WebhookRefusedError
from .events import Event, parse_event
from .inbox.errors import InboxFullError, InvalidEventError

if TYPE_CHECKING:
    from ..client import DixaClient

_logger = logging.getLogger("dixa_async.webhooks")

_PAUSE: Final = 0.5
"""Seconds until an event is put again into an inbox that was full."""
_LOOK_BACK: Final = timedelta(hours=1)
"""How far back each poll looks. The inbox drops the events that it had already."""


class Intake(enum.StrEnum):
    """What was done with an event."""

    NEW = "new"
    """It was added to the inbox."""
    DUPLICATE = "duplicate"
    """The inbox had it already."""
    UNWANTED = "unwanted"
    """No handler wants it."""


@attrs.frozen(kw_only=True)
class CatchUpResult:
    """The logged deliveries of a catch-up, counted by what was done with them."""

    new: int = 0
    """Their events were added to the inbox."""
    duplicates: int = 0
    """The inbox had their events already."""
    unwanted: int = 0
    """No handler wants their events."""
    unreadable: int = 0
    """They cannot be read as events. A warning is logged."""


TakeIn = Callable[[Event], Awaitable[Intake]]
"""Puts an event into the inbox of a receiver, if a handler wants it."""


async def catch_up(
    dixa: "DixaClient",
    take_in: TakeIn,
    *,
    since: datetime,
    events: Iterable[WebhookEvent],
    is_ours: Callable[[WebhookSubscription], bool],
) -> CatchUpResult:
    """Read the delivery logs, and take in what is in them.

    Args:
        dixa: the client.
        take_in: takes an event in.
        since: earlier deliveries are left out.
        events: the kinds of events; if empty, all that are subscribed to.
        is_ours: whether the deliveries of a subscription are for this receiver.

    Returns:
        How many deliveries were read.

    Raises:
        InvalidRequestError: `since` is not a datetime with a time zone.
        UsageError: there is no subscription for this receiver.
        CallError: the subscriptions or the logs cannot be read. What was taken in stays.
        InboxError: the inbox is closed, or cannot be written.
    """
    check_since(since)
    subscriptions = [each async for each in dixa.webhooks.list() if is_ours(each)]
    if not subscriptions:
        raise UsageError("no webhook subscription has a secret of this receiver: pass subscription_ids")
    kinds = list(events) or list(WebhookEvent)
    deliveries: list[LoggedDelivery] = []
    unreadable = 0
    for subscription in subscriptions:
        logs = await read_delivery_logs(dixa, subscription, events=kinds, since=since)
        deliveries += logs.deliveries
        unreadable += logs.unreadable
    found: list[tuple[datetime, Event]] = []
    for delivery in deliveries:
        try:
            event = parse_event(delivery.body)
        except WebhookRefusedError:
            unreadable += 1
        else:
            found.append((_occurred_at(event) or delivery.delivered_at, event))
    counts = dict.fromkeys(Intake, 0)
    for _, event in sorted(found, key=lambda each: each[0]):
        try:
            counts[await _take_in_patiently(take_in, event)] += 1
        except InvalidEventError:
            unreadable += 1
    if unreadable:
        _logger.warning("%d logged deliveries cannot be read as events, and are left out", unreadable)
    return CatchUpResult(
        new=counts[Intake.NEW],
        duplicates=counts[Intake.DUPLICATE],
        unwanted=counts[Intake.UNWANTED],
        unreadable=unreadable,
    )


async def polls(
    poll: Callable[[datetime], Awaitable[CatchUpResult]], *, interval: float, clock: Callable[[], datetime]
) -> AsyncIterator[CatchUpResult]:
    """Catch up again and again. A failed poll is logged, and the next one makes up for it.

    Args:
        poll: catches up from a time.
        interval: seconds between two polls.
        clock: returns the time, with a zone.

    Yields:
        The result of each poll.

    Raises:
        CallError: an error that another poll would not fix, such as a wrong token.
    """
    begun = clock()
    while True:
        now = clock()
        begun = min(begun, now)  # a clock that was ahead and was set right
        try:
            yield await poll(max(begun, now - _LOOK_BACK))
        except (TransportError, ServerError, TooManyRequestsError) as error:
            _logger.warning(
                "the delivery logs cannot be read, and are read again in %.1f s: %s", interval, _named(error)
            )
        await asyncio.sleep(interval)


async def _take_in_patiently(take_in: TakeIn, event: Event) -> Intake:
    while True:
        try:
            return await take_in(event)
        except InboxFullError:  # the handlers make space
            await asyncio.sleep(_PAUSE)


def _occurred_at(event: Event) -> datetime | None:
    found: datetime | None = getattr(event, "occurred_at", None)  # an OtherEvent may have none that can be read
    return found


def _named(error: CallError) -> str:
    return f"{type(error).__name__} at {error.call}"
