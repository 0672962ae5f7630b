"""The inbox in a file: it survives a kill, one process has it, and it keeps nothing for longer than it says."""

import asyncio
import os
import random
import sqlite3
import stat
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from dixa_async import bulk
from dixa_async.database import DatabaseFile
from dixa_async.errors import ConfigurationError
from dixa_async.webhooks.inbox.errors import InboxClosedError, InboxError
from dixa_async.webhooks.inbox.sqlite import SqliteInbox

from .support import all_of, event, names, nothing_comes

_COUNT = 1000


class Clock:
    """A time of day that a test sets."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def inbox_at(path: Path, **settings: Any) -> SqliteInbox:
    defaults: dict[str, Any] = {"durable": False, "order_window": 0.0}
    return SqliteInbox(path, **{**defaults, **settings})


async def _run_killed(path: Path, seconds: float | None) -> list[str]:
    """Run the bot, and kill it after a while.

    Returns:
        What it did.
    """
    root = Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.webhooks.inbox.killed_bot", path, str(_COUNT)),
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    first = await process.stdout.readline()
    if seconds is not None:
        await asyncio.sleep(seconds)
        with suppress(ProcessLookupError):  # it was faster
            process.kill()
    rest, errors = await process.communicate()
    assert seconds is not None or process.returncode == 0, errors.decode()
    *lines, half = (first + rest).decode().split("\n")
    assert not half
    return lines


async def test_a_bot_that_is_killed_at_any_moment_handles_all_in_order(path: Path) -> None:
    chance = random.Random(3)
    did, kills = list[str](), 7
    for _ in range(kills):
        did += await _run_killed(path, chance.uniform(0.0, 0.2))
    did += await _run_killed(path, None)
    assert did[-1] == "end"
    puts = Counter(line for line in did if line.startswith("put"))
    assert max(puts.values()) == 1  # each delivery of it was known, in whatever process
    handled = [int(line.split()[1]) for line in did if line.startswith("handled")]
    assert set(handled) == set(range(_COUNT))
    assert len(handled) - _COUNT <= 4 * kills  # those that were out when it was killed
    for conversation in range(7):
        ours = list(dict.fromkeys(number for number in handled if number % 7 == conversation))
        assert ours == sorted(ours)


async def test_what_waits_is_out_retried_and_parked_is_there_after_it_was_closed(path: Path) -> None:
    clock = Clock()
    async with inbox_at(path, wall_clock=clock) as inbox:
        for number, name in enumerate(("waits", "out", "retried", "parked", "done")):
            await inbox.put(event(name, conversation=number + 10))
        batches = {names(batch)[0]: batch for batch in [await inbox.take() for _ in range(5)]}
        await inbox.release(batches["waits"])
        await inbox.retry(batches["retried"], 0.5, "again")
        await inbox.park(batches["parked"], "why")
        await inbox.done(batches["done"])
    begin = asyncio.get_running_loop().time()
    async with inbox_at(path, wall_clock=clock) as inbox:
        again = [await inbox.take() for _ in range(3)]
        assert sorted((names(batch)[0], batch.attempt) for batch in again) == [("out", 2), ("retried", 2), ("waits", 1)]
        assert names(again[2]) == ["retried"]
        assert asyncio.get_running_loop().time() - begin >= 0.5
        assert [each.event.event_id for each in await inbox.parked()] == ["parked"]
        for name in ("waits", "out", "retried", "parked", "done"):
            assert not await inbox.put(event(name))


async def test_a_burst_that_was_out_is_given_again_as_it_was(path: Path) -> None:
    async with inbox_at(path, burst=0.05) as inbox:
        await inbox.put(event("a", at=1))
        await inbox.put(event("b", at=2))
        assert names(await inbox.take()) == ["a", "b"]
        await inbox.put(event("c", at=0))
    async with inbox_at(path, burst=0.05) as inbox:
        assert await all_of(inbox, 2) == ["a", "b", "c"]


async def test_bodies_and_reasons_are_gone_when_they_were_handled_and_nobody_else_can_read_them(path: Path) -> None:
    async with inbox_at(path) as inbox:
        for number in range(50):
            await inbox.put(event(f"{number}", conversation=number, body=b"a secret" * 1000))
            assert stat.S_IMODE(path.stat().st_mode) == 0o600  # noqa: ASYNC240
        for _ in range(50):
            batch = await inbox.take()
            if batch.attempt == 1:
                await inbox.retry(batch, 0, "another secret")
        for _ in range(50):
            await inbox.done(await inbox.take())
    content = path.read_bytes()  # noqa: ASYNC240 - it is closed
    assert b"secret" not in content
    async with inbox_at(path) as inbox:
        assert not await inbox.put(event("7"))


async def test_keys_and_parked_events_are_deleted_when_their_time_is_over(path: Path) -> None:
    clock = Clock()
    async with inbox_at(path, retention=1000, parked_retention=5000, wall_clock=clock) as inbox:
        for name in ("done", "parked", "waits"):
            await inbox.put(event(name))
        await inbox.done(await inbox.take())
        await inbox.park(await inbox.take(), "why")
        clock.now += 900
        assert not await inbox.put(event("done"))
        clock.now += 200
        assert await inbox.put(event("done"))  # nobody knows it any more
        assert not await inbox.put(event("waits"))
        assert not await inbox.put(event("parked"))
        assert len(await inbox.parked()) == 1
        clock.now += 5000
        assert not await inbox.parked()
        assert await all_of(inbox, 2) == ["waits", "done"]
    with closing(sqlite3.connect(path)) as database:
        assert {name for (name,) in database.execute("SELECT event_id FROM events")} == {"waits", "done"}


async def test_a_second_inbox_or_process_is_refused(path: Path) -> None:
    async with inbox_at(path) as inbox:
        with pytest.raises(InboxError, match="another process has it"):
            await inbox_at(path).__aenter__()
        program = (
            "import asyncio, sys\nfrom dixa_async.webhooks.inbox.sqlite import SqliteInbox\n"
            "asyncio.run(SqliteInbox(sys.argv[1]).__aenter__())"
        )
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, path, stderr=PIPE)
        _, errors = await process.communicate()
        assert "InboxError" in errors.decode()
        assert "another process has it" in errors.decode()
        await inbox.put(event("a"))
        assert await all_of(inbox, 1) == ["a"]


async def test_a_fork_is_refused_and_harms_nothing(path: Path) -> None:
    async with inbox_at(path) as inbox:
        await inbox.put(event("a"))
        child = os.fork()
        if child == 0:
            code = 1
            try:
                inbox.put(event("b")).send(None)
            except InboxError as error:
                code = 0 if "forked" in str(error) else 2
            finally:
                os._exit(code)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert await all_of(inbox, 1) == ["a"]


async def test_a_file_that_is_moved_takes_nothing_more_in(path: Path) -> None:
    async with inbox_at(path) as inbox:
        await inbox.put(event("a"))
        moved = path.rename(path.with_name("moved"))  # noqa: ASYNC240
        with pytest.raises(InboxError, match="moved, deleted or replaced"):
            await inbox.put(event("b"))
        with pytest.raises(InboxError, match="moved, deleted or replaced"):
            await inbox.take()
        moved.rename(path)
        assert await inbox.put(event("b"))
        assert await all_of(inbox, 2) == ["a", "b"]


async def test_one_step_that_fails_does_not_undo_those_of_others(path: Path) -> None:
    async with inbox_at(path, max_events=30) as inbox:
        results = await asyncio.gather(*(inbox.put(event(f"{n}")) for n in range(50)), return_exceptions=True)
        assert results.count(True) == 30
        assert (await inbox.stats()).waiting == 30
        await inbox.done(await inbox.take())
        assert await inbox.put(event("one more"))
        assert not await nothing_comes(inbox)


@pytest.mark.parametrize("content", [b"no database" * 100, b"x"])
async def test_another_file_is_refused_and_stays_as_it_was(path: Path, content: bytes) -> None:
    path.write_bytes(content)  # noqa: ASYNC240
    with pytest.raises(ConfigurationError, match="is no inbox"):
        await inbox_at(path).__aenter__()
    assert path.read_bytes() == content  # noqa: ASYNC240


async def test_a_journal_and_another_version_are_refused(path: Path) -> None:
    bulk.Journal(path, job="a job").close()
    with pytest.raises(ConfigurationError, match="no inbox"):
        await inbox_at(path).__aenter__()
    other = path.with_name("other")
    async with inbox_at(other):
        pass
    with closing(sqlite3.connect(other)) as database, database:
        database.execute("UPDATE inbox SET version = 99")
    with pytest.raises(ConfigurationError, match="version 99"):
        await inbox_at(other).__aenter__()


async def test_a_clock_that_was_years_ahead_holds_no_conversation_back_for_years(path: Path) -> None:
    clock = Clock()
    clock.now += 5 * 365 * 86400
    async with inbox_at(path, wall_clock=clock) as inbox:
        await inbox.put(event("a"))
        await inbox.retry(await inbox.take(), 60.0, "why")
    clock.now -= 5 * 365 * 86400
    async with inbox_at(path, wall_clock=clock) as inbox:
        assert inbox._open is not None
        due = inbox._open.schedule.next_due()
        assert due is not None
        assert due - asyncio.get_running_loop().time() < 86401


@pytest.mark.parametrize("broken", ["_commit", "_next_group"])
async def test_a_thread_that_breaks_keeps_nobody_waiting(
    path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    inbox = inbox_at(path)
    async with asyncio.timeout(10):
        async with inbox:
            await inbox.put(event("a"))

            def fail(*_: object) -> None:
                raise MemoryError

            assert inbox._open is not None
            monkeypatch.setattr(inbox._open.file, broken, fail)
            putting = [asyncio.create_task(inbox.put(event(name))) for name in "bcd"]
            results = await asyncio.gather(*putting, return_exceptions=True)
            assert {type(result) for result in results} <= {bool, InboxClosedError}
            with pytest.raises(InboxClosedError):
                await inbox.put(event("e"))
            with pytest.raises(InboxClosedError):
                await inbox.take()
        async with inbox_at(path) as again:
            assert not await again.put(event("a"))
            for name, result in zip("bcd", results, strict=True):
                assert await again.put(event(name)) == (result is not True)


async def test_a_file_that_cannot_be_closed_keeps_nobody_waiting(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: DatabaseFile) -> None:
        close(file)
        raise sqlite3.OperationalError("unable to close due to unfinalized statements")

    close = DatabaseFile.close
    monkeypatch.setattr(DatabaseFile, "close", fail)
    async with asyncio.timeout(10):
        async with inbox_at(path) as inbox:
            await inbox.put(event("a"))


async def test_entering_can_be_cancelled(path: Path) -> None:
    for steps in range(6):
        entering = asyncio.ensure_future(inbox_at(path).__aenter__())
        for _ in range(steps):
            await asyncio.sleep(0)
        entering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await entering
    async with asyncio.timeout(10):
        while True:  # the thread of the last one may still be closing the file
            try:
                async with inbox_at(path) as inbox:
                    assert await inbox.put(event("a"))
                    break
            except InboxError:
                await asyncio.sleep(0.01)
