"""Requests, limits, webhooks and faults, as the page shows them."""

import threading
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from ..._json import NotJsonError, loads
from ...models.webhooks import EventDeliveryLog, WebhookEvent, WebhookSubscription
from ..clock import FakeClock
from ..http.injected_faults import InjectedFault
from ..http.pipeline import RequestPipeline
from ..http.request_log import ReceivedRequest
from ..http.token_bucket import RateLimits
from ..state.server_state import State
from .texts import LONGEST_LINE, cut

_MOST_REQUESTS: Final = 50
_MOST_DELIVERIES: Final = 15
_LONGEST_PAYLOAD: Final = 4000


class ServerViews:
    """Views of the server.

    Args:
        state: all data of the server.
        lock: held while the state is read.
        pipeline: what requests pass.
        limits: the rate limits.
        clock: the clock of the server.
    """

    def __init__(
        self, state: State, lock: threading.RLock, pipeline: RequestPipeline, limits: RateLimits, clock: FakeClock
    ) -> None:
        self._state = state
        self._lock = lock
        self._pipeline = pipeline
        self._limits = limits
        self._clock = clock

    def show(self) -> dict[str, Any]:
        """Show what the page shows beside the conversations."""
        with self._lock:
            pipeline = self._pipeline
            return {
                "now": self._state.now().isoformat(),
                "organization": cut(self._state.organization.name),
                "requestCount": pipeline.request_count,
                "throttledCount": pipeline.throttled_count,
                "requests": [_request(each) for each in islice(reversed(pipeline.requests), _MOST_REQUESTS)],
                "limits": [
                    {"name": name, "capacity": level.capacity, "tokens": level.tokens, "perSecond": level.per_second}
                    for name, level in self._limits.levels().items()
                ],
                "faults": [_fault(each) for each in pipeline.faults.active()],
                "webhooks": [self._subscription(each) for each in self._state.webhooks.values()],
            }

    def marks(self) -> Mapping[str, object]:
        """A mark for each part of the page, which differs after a change; see `ChangeFeed`."""
        with self._lock:
            state, pipeline = self._state, self._pipeline
            writes = sum(pipeline.applied.writes().values())
            pending = sum(each.seconds is None for each in islice(reversed(pipeline.requests), _MOST_REQUESTS))
            logs = state.deliveries.items()
            return {
                "conversations": (writes, len(state.conversations), len(state.activity)),
                "server": (
                    pipeline.request_count,
                    pending,
                    self._clock.moved,
                    [(each.id, each.updated_at) for each in state.webhooks.values()],
                    # A log that is full keeps its length, but not its first entry.
                    [(key, len(log), id(log[0]) if log else None) for key, log in logs],
                    [(each.number, each.used) for each in pipeline.faults.active()],
                ),
            }

    def _subscription(self, subscription: WebhookSubscription) -> dict[str, Any]:
        deliveries = [
            (event, entry)
            for (subscription_id, event), log in self._state.deliveries.items()
            if subscription_id == subscription.id
            for entry in log[:_MOST_DELIVERIES]
        ]
        deliveries.sort(key=lambda delivery: delivery[1].delivery_detail.delivery_timestamp, reverse=True)
        return {
            "id": subscription.id,
            "name": cut(subscription.name),
            "url": cut(subscription.url),
            "enabled": subscription.enabled,
            "events": [cut(event) for event in subscription.subscribed_events or ()],
            "deliveries": [_delivery(event, entry) for event, entry in deliveries[:_MOST_DELIVERIES]],
        }


def event_id_of(payload: str) -> str:
    """The event ID in the body of a delivery; empty if there is none."""
    try:
        return str(loads(payload.encode())["event_id"])
    except (NotJsonError, LookupError, TypeError):
        return ""


def _fault(fault: InjectedFault) -> dict[str, Any]:
    return {"id": str(fault.number), "text": cut(str(fault)), "used": fault.used}


def _request(request: ReceivedRequest) -> dict[str, Any]:
    return {
        "method": cut(request.method, 10),
        "path": cut(request.path + (f"?{request.query}" if request.query else ""), 2 * LONGEST_LINE),
        "status": request.status,
        "fault": None if request.fault is None else cut(request.fault),
        "ms": None if request.seconds is None else round(request.seconds * 1000, 1),
    }


def _delivery(event: str, entry: EventDeliveryLog) -> dict[str, Any]:
    detail = entry.delivery_detail
    return {
        "event": WebhookEvent(event),
        "eventId": event_id_of(entry.payload),
        "at": detail.delivery_timestamp.isoformat(),
        "success": detail.success,
        "status": detail.response_code,
        "response": cut(detail.response_text),
        "payload": cut(entry.payload, _LONGEST_PAYLOAD),
    }
