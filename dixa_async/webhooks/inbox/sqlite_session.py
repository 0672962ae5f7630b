"""An inbox in a file, while it is open: its thread, and which of its events are out."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Self

from . import sqlite_store as store
from .errors import InboxClosedError
from .group_commit import GroupCommit
from .order import Entry, Schedule, Taken
from .protocol import IncomingEvent, ParkedEvent
from .rules import DAY, InboxRules, conversation_key, order_of
from .takers import Takers

_PRUNED_EVERY: Final = 60.0
"""Seconds between two looks for what is too old."""


class OpenInbox:
    """An open inbox. Make it with `open`.

    Args:
        path: the absolute path of the file.
        rules: the settings.
        wall_clock: returns the time of day, in seconds since 1970.
        durable: whether each transaction waits for the disk.
    """

    def __init__(self, path: str, rules: InboxRules, wall_clock: Callable[[], float], *, durable: bool) -> None:
        self.loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self.file: GroupCommit = GroupCommit(path, durable=durable, on_undone=self._count_again)
        self.schedule: Schedule = Schedule(rules.order_window, rules.burst)
        self.takers: Takers = Takers(self.schedule)
        self._settling: set[str] = set()
        """The leases of batches on which a report is being written."""
        self._rules = rules
        self._now = wall_clock
        # These are the thread's.
        self._held: int | None = None
        self._pruned_at = 0.0

    @classmethod
    async def open(cls, path: str, rules: InboxRules, wall_clock: Callable[[], float], *, durable: bool) -> Self:
        """Open the file, and go on with what is in it. For the arguments, see the class.

        Returns:
            The open inbox.

        Raises:
            ConfigurationError: the file is no inbox.
            InboxError: it cannot be opened.
        """
        opened = cls(path, rules, wall_clock, durable=durable)
        await opened.file.open()
        try:
            await opened.file.run(opened._load, opened._resume)
        except BaseException:
            await opened.file.close()
            raise
        return opened

    def taken(self, lease: str) -> Taken | None:
        """The batch that is out by a lease; None if there is none, or somebody is reporting on it."""
        return None if lease in self._settling else self.schedule.get(lease)

    def wait(self, arrival: int, event: IncomingEvent) -> None:
        """Let an event wait that is in the file."""
        entry = Entry(order_of(event), arrival, self.loop.time(), event.event_id)
        self.schedule.add(conversation_key(event), entry)
        self.takers.serve()

    def release(self, lease: str) -> None:
        """Give a batch back as if it had not been taken."""
        self.schedule.release(lease, self.loop.time())
        self.takers.serve()

    def undo_take(self, taken: Taken) -> None:
        """Give a batch back that may be noted as taken in the file. Nobody waits for it."""

        def give_back() -> None:
            self.release(taken.lease)

        with suppress(InboxClosedError):  # it is given again when the inbox is opened
            undoing = self.file.start(
                lambda database: store.take_back(database, taken.arrivals, taken.attempt - 1),
                lambda _: give_back(),
                give_back,  # the file has one attempt too many then
            )
            undoing.add_done_callback(lambda undone: undone.exception())

    async def settle(
        self, taken: Taken, work: Callable[[sqlite3.Connection], object], then: Callable[[], object]
    ) -> None:
        """Report on a batch.

        Args:
            taken: the batch, which is out.
            work: writes the report, in the thread.
            then: called when it is written.

        Raises:
            InboxError: the file cannot be written. The batch is still out.
        """

        def go_on(_: object) -> None:
            self._settling.discard(taken.lease)
            then()
            self.takers.serve()

        self._settling.add(taken.lease)
        await self.file.run(work, go_on, lambda: self._settling.discard(taken.lease))

    def _resume(self, found: list[store.Unfinished]) -> None:
        started: dict[str, list[store.Unfinished]] = {}
        for row in found:
            if row.attempts == 0:
                self.wait(row.arrival, row.event)
            else:  # those of a conversation are the batch that was out last
                started.setdefault(conversation_key(row.event), []).append(row)
        now, wall_now = self.loop.time(), self._now()
        for conversation, rows in started.items():
            entries = [Entry(order_of(row.event), row.arrival, now, row.event.event_id) for row in rows]
            attempt = max(row.attempts for row in rows)
            retry_at = max(row.retry_at or 0.0 for row in rows)
            # A time of day that was wrong must not hold a conversation back for years.
            wait = min(max(0.0, retry_at - wall_now), DAY)
            self.schedule.resume(conversation, entries, attempt, now + wait)

    # In the thread of the file:

    def insert(self, database: sqlite3.Connection, event: IncomingEvent) -> int | None:
        """Add an event.

        Returns:
            Its number; None if it is known.

        Raises:
            InboxFullError: there are too many.
        """
        now = self._now()
        if abs(now - self._pruned_at) >= _PRUNED_EVERY:
            self._prune(database)
        if self._held is None:
            self._held = store.held(database)
        if self._held >= self._rules.max_events:
            if store.is_known(database, event):
                return None
            raise store.full(self._held)
        arrival = store.insert(database, event, now)
        if arrival is not None:
            self._held += 1
        return arrival

    def finish(self, database: sqlite3.Connection, arrivals: tuple[int, ...]) -> None:
        """Note that events were handled."""
        store.finish(database, arrivals)
        if self._held is not None:
            self._held -= len(arrivals)

    def parked(self, database: sqlite3.Connection) -> list[ParkedEvent]:
        """What is parked, and not too old."""
        self._prune(database)
        return store.parked(database)

    def _load(self, database: sqlite3.Connection) -> list[store.Unfinished]:
        self._prune(database)
        return store.unfinished(database)

    def _prune(self, database: sqlite3.Connection) -> None:
        now = self._now()
        if store.prune(database, now - self._rules.retention, now - self._rules.parked_retention):
            self._pruned_at = now
        self._held = None

    def _count_again(self) -> None:
        self._held = None
