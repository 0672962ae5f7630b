"""Copies of a `FakeDixa`: run by run, with its clock moved, and by the command."""

import asyncio
import io
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dixa_async import ConnectionLostError, DixaClient, InvalidRequestError, bulk
from dixa_async.exports.sync import (
    JsonLinesStore,
    PlainSyncProgress,
    RichSyncProgress,
    SqliteStore,
    StoreError,
    StoreLockedError,
    Sync,
    SyncCounts,
    SyncResult,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, NOW, QUICK_RETRY, UNLIMITED
from ..helpers.copies import rows_of

SINCE = NOW - timedelta(days=70)


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    async with DixaClient(
        server.api_key, base_url=server.url, rate_limit=UNLIMITED, exports_per_minute=math.inf
    ) as dixa:
        yield dixa


class Copier:
    """Runs syncs with the clock of a server."""

    def __init__(self, server: FakeDixa, dixa: DixaClient, path: Path) -> None:
        self._server = server
        self._dixa = dixa
        self.path = path

    async def run(self, **options: Any) -> SyncResult:
        return await Sync(self._dixa, self.path, **{"clock": self._server.clock.now, "since": SINCE, **options}).run()

    def rows(self) -> dict[tuple[str, int | str], dict[str, Any]]:
        return rows_of(self.path)


@pytest.fixture
def copier(server: FakeDixa, dixa: DixaClient, tmp_path: Path) -> Copier:
    return Copier(server, dixa, tmp_path / "dixa.sqlite")


async def test_runs_copy_what_is_new_and_changed(server: FakeDixa, dixa: DixaClient, copier: Copier) -> None:
    first = server.add_email(server.end_users[0], "My order", ["Where is it?"])
    server.clock.advance(hours=1)
    result = await copier.run()
    assert result.conversations is not None
    assert result.messages is not None
    assert (result.conversations.new, result.messages.new) == (1, 1)
    assert (result.windows, result.requests) == (6, 6)
    assert result.until == server.clock.now() - timedelta(minutes=1)
    second = server.add_email(server.end_users[1], "Hello", ["Hi"])
    server.add_message(first, "Is it there?")
    await dixa.conversations.close(first.id)
    assert str(await copier.run(since=None)).startswith(
        "conversations: 0 new, 0 changed; messages: 0 new, 0 changed; 2 "
    )
    server.clock.advance(hours=1)
    assert "conversations: 1 new, 1 changed; messages: 2 new, 0 changed" in str(await copier.run(since=None))
    rows = copier.rows()
    assert rows["conversation", first.id]["status"] == "closed"
    assert ("conversation", second.id) in rows
    await dixa.conversations.anonymize(first.id, force=True)
    server.clock.advance(hours=30)
    result = await copier.run(since=None)
    assert result.conversations is not None
    assert result.messages is not None
    assert (result.conversations.anonymized, result.messages.anonymized) == (1, 2)
    texts = [row.get("text") for (kind, _), row in copier.rows().items() if kind == "message"]
    assert sorted(texts, key=str) == ["Hi", None, None]


async def test_the_first_run_needs_a_start_and_an_earlier_one_is_added(server: FakeDixa, copier: Copier) -> None:
    with pytest.raises(InvalidRequestError, match="pass since"):
        await copier.run(since=None)
    with pytest.raises(InvalidRequestError, match="not in the past"):
        await copier.run(since=server.clock.now())
    server.add_email(server.end_users[0], "My order", ["Where is it?"])
    server.clock.advance(days=100)
    result = await copier.run(since=server.clock.now() - timedelta(days=1))
    assert "conversations: 0 new" in str(result)
    result = await copier.run(since=NOW - timedelta(days=1))
    assert "conversations: 1 new, 0 changed; messages: 1 new" in str(result)
    assert (await copier.run(since=server.clock.now())).windows == 2


async def test_a_copy_is_never_complete_until_the_future(server: FakeDixa, copier: Copier) -> None:
    now = server.clock.now()
    await copier.run(clock=lambda: now + timedelta(hours=6))  # wrong by no more than the overlap
    assert (await copier.run(clock=lambda: now)).until == now - timedelta(minutes=1)


async def test_one_kind_alone(server: FakeDixa, copier: Copier) -> None:
    server.add_email(server.end_users[0], "My order", ["Where is it?"])
    server.clock.advance(hours=1)
    result = await copier.run(kinds=["messages"])
    assert result.conversations is None
    assert str(result).startswith("messages: 1 new, 0 changed; 3 requests, ")
    assert "conversations: 1 new, 0 changed; messages: 0 new" in str(await copier.run())


async def test_one_sync_at_a_time(copier: Copier) -> None:
    store = SqliteStore(copier.path)
    store.open()
    with pytest.raises(StoreLockedError):
        await copier.run()
    store.close()
    await copier.run()


@pytest.mark.parametrize("store_type", [SqliteStore, JsonLinesStore])
async def test_a_second_sync_with_the_same_store_does_not_disturb_the_first(
    server: FakeDixa, dixa: DixaClient, tmp_path: Path, store_type: type[SqliteStore] | type[JsonLinesStore]
) -> None:
    store = store_type(tmp_path / "dixa.copy")
    first, second = (Sync(dixa, store, since=SINCE, clock=server.clock.now) for _ in range(2))
    with server.inject_fault(operation="GET /conversation_export", delay=0.3):
        running = asyncio.create_task(first.run())
        while server.request_count == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        with pytest.raises(StoreLockedError):
            await second.run()
        assert (await running).windows == 6
    assert (await second.run()).windows == 2


async def test_a_sync_that_runs_is_not_run_again(server: FakeDixa, dixa: DixaClient, copier: Copier) -> None:
    sync = Sync(dixa, copier.path, since=SINCE, clock=server.clock.now)
    first = asyncio.create_task(sync.run())
    await asyncio.sleep(0)
    with pytest.raises(StoreError, match="running"):
        await sync.run()
    await first
    await sync.run()


async def test_a_run_that_fails_or_is_cancelled_is_continued(
    server: FakeDixa, dixa: DixaClient, copier: Copier
) -> None:
    server.add_email(server.end_users[0], "My order", ["Where is it?"])
    server.clock.advance(hours=1)
    with server.inject_fault(operation="GET /message_export", drop="before"), pytest.raises(ConnectionLostError):
        await Copier(server, dixa.with_options(retry=NO_RETRY), copier.path).run()
    assert ("conversation", 1001) in copier.rows()
    with server.inject_fault(operation="GET /message_export", delay=0.3):
        task = asyncio.create_task(copier.run())
        while server.request_count < 6:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    result = await copier.run()
    assert (result.windows, "messages: 1 new" in str(result)) == (4, True)


async def test_requests_are_counted_with_retries_and_in_a_job(
    server: FakeDixa, dixa: DixaClient, copier: Copier
) -> None:
    server.inject_fault(operation="GET /message_export", cut_off=0)
    copier = Copier(server, dixa.with_options(retry=QUICK_RETRY), copier.path)

    async def run(_: int) -> int:
        return (await copier.run()).requests

    job = bulk.run(run, [1])
    (outcome,) = [outcome async for outcome in job]
    assert isinstance(outcome, bulk.Succeeded)
    assert outcome.result == job.counts.requests == 7


async def test_progress(server: FakeDixa, copier: Copier, capsys: pytest.CaptureFixture[str]) -> None:
    seen = list[tuple[int, int]]()

    class Progress(PlainSyncProgress):
        def update(self, counts: SyncCounts) -> None:
            seen.append((counts.windows, counts.total_windows))
            super().update(counts)

    await copier.run(progress=Progress(interval=0.0))
    assert seen == [(number, 6) for number in range(1, 7)]
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("1 of 6 windows: 0 rows, 0 rows/s, 0:00:0")
    assert lines[-1] == "6 of 6 windows: 0 rows, 0 rows/s, 0:00:00 left"


async def test_a_bar_is_shown_once_there_is_progress(copier: Copier) -> None:
    out = io.StringIO()
    progress = RichSyncProgress(console=Console(file=out, force_terminal=True, width=100))
    with pytest.raises(InvalidRequestError):
        await copier.run(since=None, progress=progress)
    assert out.getvalue() == ""
    await copier.run(progress=progress)
    assert "6/6\x1b[0m windows, 0 rows" in out.getvalue()


@pytest.mark.parametrize(
    "options",
    [
        {"since": datetime(2026, 1, 1)},
        {"since": "2026-01-01"},
        {"since": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))},
        {"since": datetime(226, 1, 1, tzinfo=UTC)},
        {"kinds": []},
        {"kinds": "messages"},
        {"kinds": ["notes"]},
        {"overlap": timedelta(-1)},
        {"margin": 5},
    ],
    ids=str,
)
async def test_invalid_options(dixa: DixaClient, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        Sync(dixa, "x.sqlite", **options)
