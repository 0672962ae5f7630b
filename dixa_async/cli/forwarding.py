"""Forwards deliveries out of Dixa's logs, as if Dixa sent them."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn

import aiohttp

from ..client import DixaClient
from ..errors import ServerError, TooManyRequestsError, TransportError, UsageError
from ..models.webhooks import WebhookSubscription
from ..webhooks.delivery_logs import LoggedDelivery, read_delivery_logs
from ..webhooks.errors import WebhookRefusedError
from ..webhooks.events import parse_event
from ..webhooks.signature import SIGNATURE_HEADER, sign

_REMEMBERED: Final = 10_000
"""The number of deliveries whose attempts are remembered."""
_MAX_ATTEMPTS: Final = 5
_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)


async def listen(
    url: str, subscription_id: str | None, *, interval: float, last: timedelta, show: Callable[[str], object]
) -> NoReturn:
    """Forward what Dixa logs, until it is cancelled.

    Args:
        url: the address to forward to.
        subscription_id: the webhook subscription, or None if there is only one.
        interval: seconds between two polls.
        last: how old a delivery may be when this begins.
        show: called with each line to show.

    Raises:
        ConfigurationError: there is no API key.
        UsageError: there is no subscription, or more than one.
        CallError: the logs cannot be read, and another poll would not help.
    """
    since = datetime.now(UTC) - last
    async with DixaClient() as dixa, aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        subscription = await find_subscription(dixa, subscription_id)
        show(f"forwarding deliveries of {subscription.name!r} to {url}")
        forwarder = Forwarder(session, url)
        while True:
            try:
                async for line in poll(dixa, subscription, forwarder, since=since):
                    show(line)
            except (TransportError, ServerError, TooManyRequestsError) as error:
                show(f"the delivery logs cannot be read, and will be read again: {error}")
            await asyncio.sleep(interval)


async def find_subscription(dixa: DixaClient, subscription_id: str | None) -> WebhookSubscription:
    """Find the subscription whose deliveries are meant.

    Args:
        dixa: the client.
        subscription_id: its ID, or None if there is only one.

    Returns:
        The subscription.

    Raises:
        UsageError: there is no subscription, or more than one.
        CallError: the subscriptions cannot be read.
    """
    if subscription_id is not None:
        return await dixa.webhooks.get(subscription_id)
    found = [subscription async for subscription in dixa.webhooks.list()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError("there is no webhook subscription: create one first")
    listed = ", ".join(f"{each.id} ({each.name})" for each in found)
    raise UsageError(f"there are several webhook subscriptions, so pass --subscription: {listed}")


async def poll(
    dixa: DixaClient, subscription: WebhookSubscription, forwarder: "Forwarder", *, since: datetime
) -> AsyncIterator[str]:
    """Read the logs once, and forward what is new in them.

    Args:
        dixa: the client.
        subscription: the subscription whose logs are read.
        forwarder: forwards the deliveries.
        since: earlier deliveries are left out.

    Yields:
        A line for each attempt to forward a delivery. It holds IDs only, nothing personal.

    Raises:
        CallError: the logs cannot be read.
    """
    events = subscription.subscribed_events or []
    logs = await read_delivery_logs(dixa, subscription, events=events, since=since)
    for delivery in logs.deliveries:
        outcome = await forwarder.forward(delivery)
        if outcome is not None:
            yield f"{delivery.delivered_at:%H:%M:%S}  {_described(delivery.body)}  {outcome}"


def _described(body: bytes) -> str:
    try:
        event = parse_event(body)
    except WebhookRefusedError:
        return "not an event"
    conversation = event.conversation
    about = "" if conversation is None else f"  conversation {conversation.id}"
    return f"{event.event_type.name}  {event.id}{about}"


class Forwarder:
    """Sends deliveries on, each until it is acknowledged.

    Args:
        session: sends the requests.
        url: the address to forward to.
        clock: returns the time, with a zone.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._session = session
        self._url = url
        self._clock = clock
        self._attempts: OrderedDict[bytes, int] = OrderedDict()
        """How often each was sent, by its hash. At `_MAX_ATTEMPTS`, it is not sent any more."""

    async def forward(self, delivery: LoggedDelivery) -> str | None:
        """Forward a delivery, unless it was already acknowledged or given up.

        Args:
            delivery: the delivery. It is signed anew, with the secret of its subscription, and has its headers.

        Returns:
            What the server responded, or None if nothing was sent.
        """
        key = hashlib.sha256(delivery.body).digest()
        attempts = self._attempts.get(key, 0)
        if attempts >= _MAX_ATTEMPTS:
            return None
        subscription = delivery.subscription
        headers = dict(subscription.headers or {}) | {
            "Content-Type": "application/json",
            "X-DIXA-SUBSCRIPTION-ID": subscription.id,
            SIGNATURE_HEADER: sign(delivery.body, subscription.secret_key, at=self._clock()),
        }
        try:
            async with self._session.post(
                self._url, data=delivery.body, headers=headers, allow_redirects=False
            ) as response:
                acknowledged, outcome = 200 <= response.status < 300, str(response.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            acknowledged, outcome = False, type(error).__name__
        attempts = _MAX_ATTEMPTS if acknowledged else attempts + 1
        self._attempts[key] = attempts
        while len(self._attempts) > _REMEMBERED:
            self._attempts.popitem(last=False)
        if acknowledged:
            return outcome
        return f"{outcome}, {'given up' if attempts == _MAX_ATTEMPTS else 'sent again with the next poll'}"
