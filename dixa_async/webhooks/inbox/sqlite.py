"""The inbox in a file."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from typing_extensions import override

from ...database import FilePath, absolute_path
from . import sqlite_store as store
from .errors import InboxClosedError, InboxError, LeaseLostError
from .order import Taken
from .protocol import Batch, Inbox, InboxStats, IncomingEvent, ParkedEvent
from .rules import DAY, Burst, InboxRules, storable
from .sqlite_session import OpenInbox


class SqliteInbox(Inbox):
    """An inbox in one SQLite file, for one process.

    A process that is killed at any moment loses nothing: what was put is in the file, and what was being handled is
    handled again. Deliveries that come in at the same time share one transaction, which a thread writes, so that the
    event loop does not wait for the disk.

    ::

        async with SqliteInbox("bot.inbox") as inbox: ...

    The file is for its owner alone. The body of an event is deleted when it was handled; its IDs stay for `retention`.
    Look at the file with ``python -m dixa_async inbox show bot.inbox``.

    Args:
        path: the file; it is made if it is not there. It must not be on a network file system.
        durable: whether `put` waits for the disk. False: faster on slow disks, but a machine that loses its power can
            lose the last ten seconds of accepted events, and damage the file so that it is refused when it is opened.
        order_window: seconds that an event waits for others of its conversation that happened before it.
        burst: seconds without an event in a conversation, or a `Burst`: its events are then one batch. None: each
            event is a batch.
        max_events: the most events that it holds, waiting, taken and parked.
        retention: seconds for which the keys of an event are remembered after it came in, so that a redelivery is
            known. An event that is not done is always known.
        parked_retention: seconds after which a parked event is deleted.
        wall_clock: returns the time of day, in seconds since 1970.

    Raises:
        ConfigurationError: a setting cannot be used; on entering: the file is no inbox.
        InboxError: on entering: the file cannot be opened, is damaged, or another process has it.
    """

    def __init__(
        self,
        path: FilePath,
        *,
        durable: bool = True,
        order_window: float = 1.0,
        burst: Burst | float | None = None,
        max_events: int = 100_000,
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
        self._path = absolute_path(path)
        self._durable = durable
        self._now = wall_clock
        self._open: OpenInbox | None = None
        self._is_entered = False

    @override
    async def put(self, event: IncomingEvent) -> bool:
        opened = self._opened()
        arrival = await opened.file.run(
            lambda database: opened.insert(database, event),
            lambda arrival: None if arrival is None else opened.wait(arrival, event),
        )
        return arrival is not None

    @override
    async def take(self) -> Batch:
        opened = self._opened()
        taken = await opened.takers.take()
        try:
            events = await opened.file.run(lambda database: store.give(database, taken.arrivals, taken.attempt))
        except asyncio.CancelledError:
            opened.undo_take(taken)
            raise
        except BaseException:
            opened.release(taken.lease)
            raise
        return Batch(events=events, attempt=taken.attempt, lease=taken.lease)

    @override
    async def done(self, batch: Batch) -> None:
        opened, taken = self._taken(batch)
        await opened.settle(
            taken,
            lambda database: opened.finish(database, taken.arrivals),
            lambda: opened.schedule.finish(taken.lease),
        )

    @override
    async def retry(self, batch: Batch, delay: float, reason: str) -> None:
        opened, taken = self._taken(batch)
        due, due_at = opened.loop.time() + delay, self._now() + delay
        text = storable(reason)
        await opened.settle(
            taken,
            lambda database: store.postpone(database, taken.arrivals, taken.attempt, due_at, text),
            lambda: opened.schedule.retry(taken.lease, due),
        )

    @override
    async def release(self, batch: Batch) -> None:
        opened, taken = self._taken(batch)
        # What was never given is joined anew when the file is opened, and a burst must stay as it was.
        attempt = taken.attempt - 1 if self._rules.burst is None else max(1, taken.attempt - 1)
        await opened.settle(
            taken,
            lambda database: store.take_back(database, taken.arrivals, attempt),
            lambda: opened.schedule.release(taken.lease, opened.loop.time()),
        )

    @override
    async def park(self, batch: Batch, reason: str) -> None:
        opened, taken = self._taken(batch)
        now, text = self._now(), storable(reason)
        await opened.settle(
            taken,
            lambda database: store.park(database, taken.arrivals, text, now),
            lambda: opened.schedule.finish(taken.lease),
        )

    @override
    async def parked(self) -> Sequence[ParkedEvent]:
        opened = self._opened()
        return await opened.file.run(opened.parked)

    @override
    async def rerun(self, event_id: str) -> None:
        opened = self._opened()
        await opened.file.run(lambda database: store.rerun(database, event_id), lambda found: opened.wait(*found))

    @override
    async def stats(self) -> InboxStats:
        opened = self._opened()
        taken = opened.schedule.taken_count()
        return await opened.file.run(lambda database: store.stats(database, taken))

    @override
    async def __aenter__(self) -> Self:
        if self._is_entered:
            raise InboxClosedError("the inbox is open already, and can be entered once at a time")
        self._is_entered = True
        try:
            self._open = await OpenInbox.open(self._path, self._rules, self._now, durable=self._durable)
        except BaseException:
            self._is_entered = False
            raise
        return self

    @override
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        opened, self._open = self._open, None
        if opened is None or os.getpid() != opened.file.process:
            return
        opened.takers.close()
        try:
            await opened.file.close()
        finally:
            self._is_entered = False

    def _opened(self) -> OpenInbox:
        if self._open is None:
            raise InboxClosedError("the inbox is not open: use it inside `async with`")
        if os.getpid() != self._open.file.process:
            raise InboxError(f"the inbox {self._path} is that of the process that this one was forked from")
        return self._open

    def _taken(self, batch: Batch) -> tuple[OpenInbox, Taken]:
        opened = self._opened()
        taken = opened.taken(batch.lease)
        if taken is None:
            raise LeaseLostError("the batch is no longer out: it was reported on before")
        return opened, taken
