"""The deliveries that are still to be made, in the order of their time."""

import heapq
from asyncio import AbstractEventLoop
from datetime import datetime, timedelta

import attrs

from .sender import Payload


@attrs.define(kw_only=True)
class Delivery:
    """A delivery that has to be made."""

    subscription_id: str
    payload: Payload
    due: float
    """When, by the `Stopwatch`."""
    at: datetime | None = None
    """When it was due, if the clock was moved past that time; None if it is made now."""
    retries: int = 0
    """How often it was retried."""


class Stopwatch:
    """Runs while the server runs, and is moved ahead with its clock. Unlike the clock, it never stands still."""

    def __init__(self) -> None:
        self._base = 0.0
        self._loop: AbstractEventLoop | None = None

    def now(self) -> float:
        """The time in seconds, from any beginning."""
        return self._base if self._loop is None else self._base + self._loop.time()

    def start(self, loop: AbstractEventLoop) -> None:
        """Let it run by the clock of an event loop."""
        self._base -= loop.time()
        self._loop = loop

    def stop(self) -> None:
        """Let it stand still."""
        self._base, self._loop = self.now(), None

    def move(self, seconds: float) -> None:
        """Move it ahead."""
        self._base += seconds


class DeliveryQueues:
    """A queue for each subscription, the earliest delivery first.

    Args:
        stopwatch: the clock by which deliveries are due.
    """

    def __init__(self, stopwatch: Stopwatch) -> None:
        self._stopwatch = stopwatch
        self._queues: dict[str, list[tuple[float, int, Delivery]]] = {}
        self._last_number = 0

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def names(self) -> list[str]:
        """The IDs of the subscriptions that something is to be delivered to."""
        return list(self._queues)

    def add(self, delivery: Delivery) -> None:
        """Add a delivery: after those that are due at the same time."""
        self._last_number += 1
        queue = self._queues.setdefault(delivery.subscription_id, [])
        heapq.heappush(queue, (delivery.due, self._last_number, delivery))

    def next_due(self, subscription_id: str) -> float | None:
        """When the next delivery to a subscription is due, by the stopwatch; None if there is none."""
        queue = self._queues.get(subscription_id)
        return queue[0][0] if queue else None

    def pop(self, subscription_id: str) -> Delivery:
        """Take out the next delivery to a subscription."""
        queue = self._queues[subscription_id]
        _, _, delivery = heapq.heappop(queue)
        if not queue:
            del self._queues[subscription_id]
        return delivery

    def clear(self) -> None:
        """Drop all deliveries."""
        self._queues.clear()

    def move(self, now: datetime, seconds: float) -> None:
        """Move the stopwatch ahead. What becomes due on the way keeps the time at which it was due.

        Args:
            now: the time of the clock before it is moved.
            seconds: how far it is moved.
        """
        start = self._stopwatch.now()
        for queue in self._queues.values():
            for due, _, delivery in queue:
                if delivery.at is None and due <= start + seconds:
                    delivery.at = now + timedelta(seconds=max(0.0, due - start))
        self._stopwatch.move(seconds)
