"""Reads past deliveries from the logs of Dixa, each with the body that was sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from .._utc import utc_offset
from ..errors import InvalidRequestError, UnreadableItemsError
from ..models.webhooks import EventDeliveryLog, WebhookEvent, WebhookSubscription

if TYPE_CHECKING:
    from ..client import DixaClient


@attrs.frozen(kw_only=True)
class LoggedDelivery:
    """A delivery that Dixa has made, or tried to make."""

    subscription: WebhookSubscription
    delivered_at: datetime
    body: bytes = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class DeliveryLogs:
    """The logged deliveries of a subscription."""

    deliveries: Sequence[LoggedDelivery]
    """The oldest first."""
    unreadable: int
    """How many entries of the logs could not be read."""


def check_since(since: object) -> None:
    """Check the time from which deliveries are read.

    Raises:
        InvalidRequestError: it is not a datetime with a time zone.
    """
    if not isinstance(since, datetime) or utc_offset(since) is None:
        raise InvalidRequestError("since must be a datetime with a time zone")


async def read_delivery_logs(
    dixa: "DixaClient", subscription: WebhookSubscription, *, events: Iterable[WebhookEvent], since: datetime
) -> DeliveryLogs:
    """Read the logs of a subscription: one request for each kind of event.

    Args:
        dixa: the client.
        subscription: the subscription.
        events: the kinds of events; those that are not subscribed to are left out.
        since: earlier deliveries are left out.

    Returns:
        The logged deliveries. How far back Dixa keeps them is not known.

    Raises:
        CallError: the logs cannot be read.
    """
    subscribed = subscription.subscribed_events
    deliveries: list[LoggedDelivery] = []
    unreadable = 0
    for event in dict.fromkeys(events):
        if subscribed is not None and event not in subscribed:
            continue
        entries: list[EventDeliveryLog] = []
        try:
            async for entry in dixa.webhooks.list_delivery_logs(subscription.id, event):
                entries.append(entry)  # noqa: PERF401 - an error must leave those that were read
        except UnreadableItemsError as error:
            if error.next_key is not None:
                raise
            entries += error.items
            unreadable += len(error.unreadable)
        deliveries += [
            LoggedDelivery(
                subscription=subscription,
                delivered_at=entry.delivery_detail.delivery_timestamp,
                body=entry.payload.encode(),
            )
            for entry in entries
            if entry.delivery_detail.delivery_timestamp >= since
        ]
    deliveries.sort(key=lambda delivery: delivery.delivered_at)
    return DeliveryLogs(deliveries=deliveries, unreadable=unreadable)
