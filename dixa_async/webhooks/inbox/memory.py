"""The inbox in the memory of one process."""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

from typing_extensions import override

from .errors import InboxClosedError, InboxFullError, LeaseLostError, NotParkedError
from .order import Entry, Schedule, Taken
from .protocol import Batch, Inbox, InboxStats, IncomingEvent, ParkedEvent
from .rules import DAY, Burst, InboxRules, conversation_key, message_key, order_of, storable
from .takers import Takers

_MOST_KEYS: Final = 100_000
"""Unique keys that are remembered: about 15 MB. Without a limit, a busy bot would grow for days."""


class MemoryInbox(Inbox):
    """An inbox in the memory of one process.

    It loses everything when the process ends: events that were accepted and not handled, what is parked, and which
    events there have been, so that a redelivery after a restart is handled again. It is for tests, for development,
    and for a bot that may miss messages.

    ::

        async with MemoryInbox(burst=3.0) as inbox: ...

    Args:
        order_window: seconds that an event waits for others of its conversation that happened before it.
        burst: seconds without an event in a conversation, or a `Burst`: its events are then one batch. None: each
            event is a batch.
        max_events: the most events that it holds, waiting, taken and parked.
        retention: seconds for which the keys of an event are remembered, at most those of the last 100 000 keys. An
            event that is not done is always known.
        parked_retention: seconds after which a parked event is deleted.
        wall_clock: returns the time of day, in seconds since 1970.

    Raises:
        ConfigurationError: a setting cannot be used.
    """

    def __init__(
        self,
        *,
        order_window: float = 1.0,
        burst: Burst | float | None = None,
        max_events: int = 10_000,
        retention: float = 7 * DAY,
        parked_retention: float = 30 * DAY,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._rules = InboxRules(
            order_window=order_window,
            burst=burst,
            max_events=max_events,
            retention=retention,
            parked_retention=parked_retention,
        )
        self._now = wall_clock
        self._takers: Takers | None = None
        self._schedule = Schedule(self._rules.order_window, self._rules.burst)
        self._events: dict[str, IncomingEvent] = {}
        self._parked: dict[str, ParkedEvent] = {}
        self._messages: set[str] = set()
        """The second unique keys of those events."""
        self._keys: set[bytes] = set()
        """The digests of the keys that were seen."""
        self._seen: deque[tuple[float, bytes]] = deque()
        """When they were, the oldest first."""
        self._arrivals = 0

    @override
    async def put(self, event: IncomingEvent) -> bool:
        takers = self._opened()
        now = self._now()
        self._forget_old(now)
        keys = [_digest(event.event_id)]
        message = message_key(event)
        if message is not None:
            keys.append(_digest(message, b"message"))
        # What is still held is known, however old it is.
        if event.event_id in self._events or message in self._messages or not self._keys.isdisjoint(keys):
            return False
        if len(self._events) >= self._rules.max_events:
            raise InboxFullError(f"the inbox holds {len(self._events)} events, the most that it may")
        self._keys.update(keys)
        for key in keys:
            self._seen.append((now, key))
        self._events[event.event_id] = event
        if message is not None:
            self._messages.add(message)
        self._wait(event, takers)
        return True

    @override
    async def take(self) -> Batch:
        taken = await self._opened().take()
        events = tuple(self._events[entry.event_id] for entry in taken.entries)
        return Batch(events=events, attempt=taken.attempt, lease=taken.lease)

    @override
    async def done(self, batch: Batch) -> None:
        takers, taken = self._opened(), self._taken(batch)
        self._schedule.finish(taken.lease)
        for entry in taken.entries:
            self._delete(entry.event_id)
        takers.serve()

    @override
    async def retry(self, batch: Batch, delay: float, reason: str) -> None:
        takers, taken = self._opened(), self._taken(batch)
        self._schedule.retry(taken.lease, asyncio.get_running_loop().time() + delay)
        takers.serve()

    @override
    async def release(self, batch: Batch) -> None:
        takers, taken = self._opened(), self._taken(batch)
        self._schedule.release(taken.lease, asyncio.get_running_loop().time())
        takers.serve()

    @override
    async def park(self, batch: Batch, reason: str) -> None:
        takers, taken = self._opened(), self._taken(batch)
        self._schedule.finish(taken.lease)
        parked_at = datetime.fromtimestamp(self._now(), UTC)
        for entry in taken.entries:
            event = self._events[entry.event_id]
            self._parked[event.event_id] = ParkedEvent(
                event=event, reason=storable(reason), attempts=taken.attempt, parked_at=parked_at
            )
        takers.serve()

    @override
    async def parked(self) -> Sequence[ParkedEvent]:
        self._opened()
        self._forget_old(self._now())
        return list(self._parked.values())

    @override
    async def rerun(self, event_id: str) -> None:
        takers = self._opened()
        found = self._parked.pop(event_id, None)
        if found is None:
            raise NotParkedError(f"no event {event_id!r} is parked")
        self._wait(found.event, takers)

    @override
    async def stats(self) -> InboxStats:
        self._opened()
        self._forget_old(self._now())
        open_events = [event for event in self._events.values() if event.event_id not in self._parked]
        taken = self._schedule.taken_count()
        return InboxStats(
            waiting=len(open_events) - taken,
            taken=taken,
            parked=len(self._parked),
            oldest_received_at=min((event.received_at for event in open_events), default=None),
        )

    @override
    async def __aenter__(self) -> Self:
        if self._takers is not None:
            raise InboxClosedError("the inbox is open already, and can be entered once at a time")
        self._takers = Takers(self._schedule)
        return self

    @override
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        takers, self._takers = self._takers, None
        if takers is not None:
            takers.close()
            self._schedule.release_all(asyncio.get_running_loop().time())

    def _opened(self) -> Takers:
        if self._takers is None:
            raise InboxClosedError("the inbox is not open: use it inside `async with`")
        return self._takers

    def _taken(self, batch: Batch) -> Taken:
        taken = self._schedule.get(batch.lease)
        if taken is None:
            raise LeaseLostError("the batch is no longer out: it was reported on before")
        return taken

    def _wait(self, event: IncomingEvent, takers: Takers) -> None:
        self._arrivals += 1
        now = asyncio.get_running_loop().time()
        entry = Entry(order_of(event), self._arrivals, now, event.event_id)
        self._schedule.add(conversation_key(event), entry)
        takers.serve()

    def _forget_old(self, now: float) -> None:
        too_old = now - self._rules.retention
        while self._seen and (self._seen[0][0] < too_old or len(self._seen) > _MOST_KEYS):
            self._keys.discard(self._seen.popleft()[1])
        while self._parked:
            oldest = next(iter(self._parked.values()))
            if oldest.parked_at.timestamp() >= now - self._rules.parked_retention:
                break
            del self._parked[oldest.event.event_id]
            self._delete(oldest.event.event_id)

    def _delete(self, event_id: str) -> None:
        event = self._events.pop(event_id)
        self._messages.discard(message_key(event) or "")


def _digest(text: str, kind: bytes = b"event") -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16, person=kind).digest()
