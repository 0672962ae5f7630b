"""One run: windows from exports into a store."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from ..._utc import utc_offset
from ...database import FilePath
from ...errors import InvalidRequestError
from ...transport.http import SEND_OBSERVER, CallState, Request, SendObserver
from ..windows import Window, milliseconds
from .errors import StoreError
from .open_store import to_store
from .plan import KINDS, ClockError, Coverage, Kind, Step, in_milliseconds, plan
from .progress import SyncProgress
from .results import SyncCounts, SyncResult
from .store import ExportedRow, Store

if TYPE_CHECKING:
    from ...client import DixaClient

_T = TypeVar("_T")

OVERLAP: Final = timedelta(hours=6)
MARGIN: Final = timedelta(minutes=1)
_BATCH: Final = 500
"""Rows of one transaction: few enough for readers of the copy, and for the memory."""


def _now() -> datetime:
    return datetime.now(UTC)


class Sync:
    """Keeps a copy of conversations and messages in step with Dixa. Each run copies what is new or changed.

    ::

        sync = Sync(dixa, store="dixa.sqlite", since=datetime(2026, 1, 1, tzinfo=UTC))
        print(await sync.run())

    Conversations are read by the time of their last update, messages by that of their creation. What is covered is
    written with the rows: a run that fails or is killed is continued by the next one, without holes and without
    doubles.

    Args:
        dixa: the client.
        store: the copy: a path that ends with ``.sqlite``, ``.sqlite3``, ``.db``, ``.jsonl`` or ``.ndjson``, or a
            `Store`.
        since: where the copy begins, with a time zone, not before 1970. The first run requires it. Later ones go on
            where the last one has ended; with an earlier time, they add the period before. A later time changes
            nothing.
        kinds: what is copied. A copy of messages alone does not notice that a conversation is anonymized.
        overlap: how much of what is covered is read again by each run. Dixa does not document how long it takes until a
            row is in exports: what takes longer than `margin` and `overlap` together is missed. Pass a long time now
            and then, to find what Dixa exports with an old time.
        margin: how long before now a run ends. Rows of the last moment may not be in exports yet.
        progress: displays the progress, such as `sync_progress()`.
        clock: returns the time, with a time zone.

    Raises:
        ConfigurationError: the store is not a `Store`, nor the path of a file with a suffix that is known.
        InvalidRequestError: another argument is invalid.
    """

    def __init__(
        self,
        dixa: "DixaClient",
        store: FilePath | Store,
        *,
        since: datetime | None = None,
        kinds: Sequence[Kind] = KINDS,
        overlap: timedelta = OVERLAP,
        margin: timedelta = MARGIN,
        progress: SyncProgress | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        if since is not None and (not isinstance(since, datetime) or utc_offset(since) is None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidRequestError(f"since must be a datetime with a time zone, not {since!r}")
        if since is not None and milliseconds(since) < 0:
            raise InvalidRequestError(f"since must not be before 1970, but it is {since}")
        if not kinds or isinstance(kinds, str) or not set(kinds) <= set(KINDS):
            raise InvalidRequestError(f"kinds must be some of {', '.join(KINDS)}, not {kinds!r}")
        for name, duration in (("overlap", overlap), ("margin", margin)):
            if not isinstance(duration, timedelta) or duration < timedelta():  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidRequestError(f"{name} must be a timedelta of 0 or more, not {duration!r}")
        self._dixa = dixa
        self._store = to_store(store)
        self._since = since
        self._kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind in kinds)
        self._overlap = overlap
        self._margin = margin
        self._progress = progress
        self._clock = clock
        self._is_running = False

    async def run(self) -> SyncResult:
        """Copy what is new or changed.

        Returns:
            What was done.

        Raises:
            InvalidRequestError: the copy is new, and `since` is missing or not in the past.
            StoreLockedError: another sync is running.
            StoreError: the copy cannot be read or written.
            ConfigurationError: the file is not a copy.
            CallError: an export has failed. What was read before it is in the copy.
        """
        if self._is_running:
            raise StoreError("this sync is running already")
        counts = SyncCounts()
        self._is_running = True
        try:
            with _counting_requests(counts):
                until = await self._run(counts)
        finally:
            self._is_running = False
            if self._progress is not None:
                self._progress.close(counts)
        return SyncResult(
            conversations=counts.conversations if "conversations" in self._kinds else None,
            messages=counts.messages if "messages" in self._kinds else None,
            windows=counts.windows,
            requests=counts.requests,
            seconds=counts.seconds,
            until=until,
        )

    async def _run(self, counts: SyncCounts) -> datetime:
        thread = _Thread()
        is_open = False

        def open_store() -> Mapping[Kind, Coverage]:
            nonlocal is_open
            covered = self._store.open()
            is_open = True
            return covered

        def close_store() -> None:
            if is_open:  # else another run may have it
                self._store.close()

        try:
            covered = await thread.run(open_store)
            now = self._clock()
            until = milliseconds(now - self._margin)
            plans: dict[Kind, list[Step]] = {
                kind: self._plan(covered, kind, until, milliseconds(now)) for kind in self._kinds
            }
            counts.total_windows = sum(map(len, plans.values()))
            for kind, steps in plans.items():
                for step in steps:
                    await self._copy(kind, step, thread, counts)
            await thread.run(self._store.finish)
        finally:
            await thread.close(close_store)
        return Window(0, until).until

    def _plan(self, covered: Mapping[Kind, Coverage], kind: Kind, until: int, now: int) -> list[Step]:
        since = None if self._since is None else milliseconds(self._since)
        found = covered.get(kind)
        if found is None:
            if since is None:
                raise InvalidRequestError(f"the copy has no {kind} yet: pass since, the time where it begins")
            if since >= until:
                raise InvalidRequestError(f"the copy would begin at {self._since}, which is not in the past")
            return plan(since, until, None, overlap=0, now=now)
        window = Window(milliseconds(found.since), milliseconds(found.until))
        try:
            return plan(since, until, window, overlap=in_milliseconds(self._overlap), now=now)
        except ClockError:
            raise StoreError(
                f"the copy covers {kind} until {found.until}, which is in the future: the clock of this machine is"
                " wrong, or was. If it was, pass an overlap that goes back to when it was right"
            ) from None

    async def _copy(self, kind: Kind, step: Step, thread: "_Thread", counts: SyncCounts) -> None:
        """Read one window."""
        batch = list[ExportedRow]()

        async def write(covered: tuple[Kind, Coverage] | None) -> None:
            written = await thread.run(partial(self._store.write, batch, covered))
            counts.add(kind, len(batch), written)
            counts.windows += covered is not None
            batch.clear()
            if self._progress is not None:
                self._progress.update(counts)

        async with aclosing(self._rows(kind, step.window)) as rows:
            async for row in rows:
                if len(batch) >= _BATCH:
                    await write(None)
                batch.append(row)
        await write((kind, step.coverage))

    def _rows(self, kind: Kind, window: Window) -> AsyncGenerator[ExportedRow, None]:
        if kind == "conversations":
            return self._dixa.exports.conversations(window.since, window.until, by="updated")
        return self._dixa.exports.messages(window.since, window.until)


class _Thread:
    """The thread of a store: an SQLite connection belongs to the one in which it was opened."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="dixa-sync")

    async def run(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def close(self, work: Callable[[], None]) -> None:
        """Do the last work, after what the thread is doing, and end it."""
        last = asyncio.get_running_loop().run_in_executor(self._executor, work)
        self._executor.shutdown(wait=False)
        await asyncio.shield(last)


class _RequestCounter:
    """Counts requests. An outer observer, such as that of a bulk job around the run, is notified, too."""

    def __init__(self, counts: SyncCounts, outer: SendObserver | None) -> None:
        self._counts = counts
        self._outer = outer

    def begin(self, call_state: CallState) -> None:
        if self._outer is not None:
            self._outer.begin(call_state)

    def sending(self, request: Request) -> None:
        if self._outer is not None:
            self._outer.sending(request)
        self._counts.requests += 1

    def end(self, call_state: CallState) -> None:
        if self._outer is not None:
            self._outer.end(call_state)


@contextmanager
def _counting_requests(counts: SyncCounts) -> Generator[None]:
    token = SEND_OBSERVER.set(_RequestCounter(counts, SEND_OBSERVER.get()))
    try:
        yield
    finally:
        SEND_OBSERVER.reset(token)
