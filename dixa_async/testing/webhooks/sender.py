"""One delivery: signed, sent, and what became of it."""

from datetime import datetime
from typing import Final

import aiohttp
import attrs

from ...models.webhooks import DeliveryDetail, EventDeliveryLog, WebhookEvent, WebhookSubscription
from ...webhooks.signature import SIGNATURE_HEADER, sign
from ..state.server_state import State

_USER_AGENT: Final = "AHC/2.1"
_LONGEST_TEXT: Final = 1000
"""Bytes of a response that are kept."""
_LONGEST_LOG: Final = 10_000
"""Deliveries of one kind of event to one subscription that are kept."""
_NO_RESPONSE: Final = 0
"""The status in the log where there was no response. What Dixa writes there is not known."""


@attrs.frozen(kw_only=True)
class Payload:
    """What is delivered: an event as JSON."""

    event: WebhookEvent
    body: bytes


def log(state: State, subscription_id: str, payload: Payload, detail: DeliveryDetail) -> None:
    """Note what became of a delivery, where the API lists it.

    Args:
        state: everything that the server knows.
        subscription_id: whom it was for.
        payload: what was delivered.
        detail: what became of it.
    """
    entries = state.deliveries.setdefault((subscription_id, payload.event), [])
    entries.insert(0, EventDeliveryLog(delivery_detail=detail, payload=payload.body.decode()))
    del entries[_LONGEST_LOG:]


async def send(
    session: aiohttp.ClientSession,
    subscription: WebhookSubscription,
    payload: Payload,
    timeout: float,
    *,
    signed_at: datetime,
) -> DeliveryDetail:
    """Deliver once.

    Args:
        session: with which it is sent.
        subscription: to whom.
        payload: what.
        timeout: seconds that the response may take.
        signed_at: the time of the signature.

    Returns:
        What became of it.
    """
    headers = {
        **(subscription.headers or {}),
        "Content-Type": "application/json",
        "User-Agent": _USER_AGENT,
        "X-DIXA-SUBSCRIPTION-ID": subscription.id,
        SIGNATURE_HEADER: sign(payload.body, subscription.secret_key, at=signed_at),
    }
    try:
        async with session.post(
            subscription.url,
            data=payload.body,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=timeout),
        ) as response:
            status = response.status
            text = (await response.content.read(_LONGEST_TEXT)).decode(errors="replace")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:  # ValueError: no URL, or no header
        status, text = _NO_RESPONSE, f"no response: {type(error).__name__}"
    return DeliveryDetail(
        delivery_timestamp=signed_at, success=200 <= status < 300, response_code=status, response_text=text
    )
