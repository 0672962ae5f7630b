"""Which batch is next: order, the window for late events, bursts and retries.

Times are those of the clock that the caller goes by. Nothing here waits, or knows what is in an event.
"""

import heapq
import secrets
from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

import attrs

from .rules import Burst


class Entry(NamedTuple):
    """An event that waits. Entries compare by their order in a conversation."""

    order: int
    """When the event happened."""
    arrival: int
    """Is larger for each event that arrives."""
    arrived_at: float
    event_id: str


@attrs.frozen
class Taken:
    """Entries that are out, or were out and are retried."""

    lease: str
    conversation: str
    entries: tuple[Entry, ...]
    attempt: int

    @property
    def arrivals(self) -> tuple[int, ...]:
        """The numbers of its events."""
        return tuple(entry.arrival for entry in self.entries)


@attrs.define
class _Conversation:
    waiting: list[Entry] = attrs.field(factory=list[Entry])
    current: Taken | None = None
    """What was given and is not finished."""
    is_out: bool = False
    due: float | None = None
    """When the next batch may be given; None if one is out, or nothing was planned."""


def due_time(arrivals: Sequence[float], order_window: float, burst: Burst | None) -> float:
    """When events that wait may be given.

    Args:
        arrivals: when those of a conversation arrived, in their order; at least one.
        order_window: seconds that each of them waits for others that happened before it.
        burst: how bursts are joined; None if each is for itself.

    Returns:
        The time. It can have passed.
    """
    if burst is None:
        return arrivals[0] + order_window
    if len(arrivals) >= burst.max_events:
        return max(arrivals)
    return min(max(arrivals) + max(burst.quiet, order_window), min(arrivals) + max(burst.max_wait, order_window))


class Schedule:
    """All conversations with events that wait or are out.

    Args:
        order_window: seconds that an event waits for others that happened before it.
        burst: how bursts are joined; None if each event is for itself.
    """

    def __init__(self, order_window: float, burst: Burst | None) -> None:
        self._order_window = order_window
        self._burst = burst
        self._conversations: dict[str, _Conversation] = {}
        self._out: dict[str, Taken] = {}
        self._heap: list[tuple[float, str]] = []
        """When conversations are due. Some of it is out of date."""

    def add(self, conversation: str, entry: Entry) -> None:
        """Let an event wait."""
        found = self._conversations.get(conversation)
        if found is None:
            found = self._conversations[conversation] = _Conversation()
        insort(found.waiting, entry)
        # Without bursts, only the first of those that wait says when.
        if found.current is None and (self._burst is not None or found.waiting[0] is entry):
            self._plan(conversation, found)

    def resume(self, conversation: str, entries: Sequence[Entry], attempt: int, due: float) -> None:
        """Go on with a batch that was out when a process ended.

        Args:
            conversation: its conversation, in which nothing is out.
            entries: its events.
            attempt: how often it was given.
            due: when it may be given again.
        """
        found = self._conversations.setdefault(conversation, _Conversation())
        found.current = Taken("", conversation, tuple(sorted(entries)), attempt)
        self._hold(conversation, found, due)

    def take(self, now: float) -> Taken | None:
        """Take the batch that is due for the longest time.

        Args:
            now: the time.

        Returns:
            The batch; None if none is due.
        """
        due = self.next_due()
        if due is None or due > now:
            return None
        _, conversation = heapq.heappop(self._heap)
        found = self._conversations[conversation]
        if found.current is None:
            size = 1 if self._burst is None else self._burst.max_events
            entries, attempt = tuple(found.waiting[:size]), 1
            del found.waiting[:size]
        else:
            entries, attempt = found.current.entries, found.current.attempt + 1
        taken = Taken(secrets.token_hex(8), conversation, entries, attempt)
        found.current, found.is_out, found.due = taken, True, None
        self._out[taken.lease] = taken
        return taken

    def next_due(self) -> float | None:
        """When the next batch is due; None if all that is there is out."""
        while self._heap:
            due, conversation = self._heap[0]
            found = self._conversations.get(conversation)
            if found is not None and not found.is_out and found.due == due:
                return due
            heapq.heappop(self._heap)
        return None

    def get(self, lease: str) -> Taken | None:
        """The batch that is out by this lease; None if there is none."""
        return self._out.get(lease)

    def finish(self, lease: str) -> None:
        """Let a conversation go on without a batch."""
        conversation, found = self._take_back(lease)
        found.current = None
        self._go_on(conversation, found)

    def retry(self, lease: str, due: float) -> None:
        """Give a batch again, not before a time."""
        conversation, found = self._take_back(lease)
        self._hold(conversation, found, due)

    def release(self, lease: str, now: float) -> None:
        """Do as if a batch had not been taken. If it was its first attempt, its events wait again.

        A burst stays as it was: a handler that had begun may have replied to the last of its events.
        """
        conversation, found = self._take_back(lease)
        taken = found.current
        assert taken is not None  # noqa: S101 - for the type checker: it was out
        if taken.attempt > 1 or self._burst is not None:
            found.current = attrs.evolve(taken, attempt=taken.attempt - 1)
            self._hold(conversation, found, now)
            return
        found.current = None
        for entry in taken.entries:
            insort(found.waiting, entry)
        self._go_on(conversation, found)

    def release_all(self, now: float) -> None:
        """Take back what is out. The attempts count, for whoever has it may have begun."""
        for lease in tuple(self._out):
            self.retry(lease, now)

    def taken_count(self) -> int:
        """How many events are out."""
        return sum(len(taken.entries) for taken in self._out.values())

    def _take_back(self, lease: str) -> tuple[str, _Conversation]:
        conversation = self._out.pop(lease).conversation
        found = self._conversations[conversation]
        found.is_out = False
        return conversation, found

    def _go_on(self, conversation: str, found: _Conversation) -> None:
        if found.waiting:
            self._plan(conversation, found)
        else:
            del self._conversations[conversation]

    def _plan(self, conversation: str, found: _Conversation) -> None:
        arrivals = [entry.arrived_at for entry in found.waiting[: self._size_that_matters]]
        due = due_time(arrivals, self._order_window, self._burst)
        if due != found.due:
            self._hold(conversation, found, due)

    @property
    def _size_that_matters(self) -> int:
        return 1 if self._burst is None else self._burst.max_events

    def _hold(self, conversation: str, found: _Conversation, due: float) -> None:
        found.due = due
        heapq.heappush(self._heap, (due, conversation))
