"""A job of writes is killed while others read, move, copy or link its journal."""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from dixa_async import DixaClient
from dixa_async.bulk import JournalView, State
from dixa_async.testing import FakeDixa

from .support import new_conversation

_PROGRAM = Path(__file__).with_name("watched_job.py")
_COUNT = 150
_RATE = 200.0


class Notes:
    """Starts jobs that add notes to one conversation of a server."""

    def __init__(self, server: FakeDixa, conversation_id: int) -> None:
        self._server = server
        self._conversation_id = conversation_id
        self._notes = server.state.notes.setdefault(conversation_id, [])
        self._processes: list[Process] = []

    async def start(self, path: Path, *, access: str = "none", count: int = _COUNT) -> Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, _PROGRAM, path, str(self._conversation_id), str(count), str(_RATE), access),
            env={**os.environ, "DIXA_API_KEY": self._server.api_key, "DIXA_BASE_URL": self._server.url},
            stderr=PIPE,
        )
        self._processes.append(process)
        return process

    async def close(self) -> None:
        """Kill the processes that a failed test left running."""
        for process in self._processes:
            if process.returncode is None:
                await kill(process)

    async def finish(self, path: Path, *, count: int = _COUNT) -> None:
        process = await self.start(path, count=count)
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()

    async def until(self, number: int, process: Process) -> None:
        """Wait until there are a number of notes."""
        while len(self._notes) < number:
            assert process.returncode is None, "the job ended too soon"
            await asyncio.sleep(0.001)

    def assert_each_once(self, path: Path, count: int = _COUNT) -> None:
        """Assert that each write was applied once, or is reported as indeterminate."""
        applied = Counter(note.message for note in self._notes)
        assert set(applied.values()) == {1}
        with JournalView(path) as view:
            succeeded = {row.key for row in view.rows(State.SUCCEEDED)}
            indeterminate = {row.key for row in view.rows(State.INDETERMINATE)}
        assert succeeded | indeterminate == {str(number) for number in range(count)}
        assert succeeded <= set(applied) <= succeeded | indeterminate
        assert len(indeterminate) <= 20


@pytest.fixture
async def notes(server: FakeDixa, dixa: DixaClient) -> AsyncIterator[Notes]:
    notes = Notes(server, await new_conversation(server, dixa))
    yield notes
    await notes.close()


async def kill(process: Process) -> None:
    process.kill()
    await process.communicate()


async def error_of_process(process: Process) -> str:
    """The last line that a failed job printed to standard error."""
    _, errors = await process.communicate()
    assert process.returncode == 1
    return errors.decode().strip().splitlines()[-1]


@contextmanager
def paused(process: Process) -> Iterator[None]:
    """Suspend a job, so that it neither ends nor reacts."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


async def read_with_another_client(path: Path) -> None:
    program = (
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT COUNT(*) FROM inputs').fetchall())"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, path)
    assert await process.wait() == 0


@pytest.mark.parametrize("access", ["none", "view", "reopen"])
async def test_reading_the_journal_from_any_process_loses_nothing(path: Path, notes: Notes, access: str) -> None:
    job = await notes.start(path, access=access)
    await notes.until(40, job)
    await read_with_another_client(path)
    await notes.until(90, job)
    await kill(job)
    await notes.finish(path)
    notes.assert_each_once(path)


def _soft(path: Path) -> Path:
    name = path.with_name("soft")
    name.symlink_to(path)
    return name


def _soft_directory(path: Path) -> Path:
    name = path.parent.with_name(f"{path.parent.name}-soft")
    name.symlink_to(path.parent)
    return name / path.name


def _hard(path: Path) -> Path:
    directory = path.with_name("elsewhere")
    directory.mkdir()
    os.link(path, directory / "hard")
    return directory / "hard"


def _moved(path: Path) -> Path:
    return path.rename(path.with_name("moved"))


@pytest.mark.parametrize("name", [_soft, _soft_directory, _hard])
async def test_a_second_job_with_another_path_to_the_journal_is_rejected(
    path: Path, notes: Notes, name: Callable[[Path], Path]
) -> None:
    first = await notes.start(path)
    await notes.until(20, first)
    with paused(first):
        second = await notes.start(name(path))
        assert "another process has it" in await error_of_process(second)
    _, errors = await first.communicate()
    assert first.returncode == 0, errors.decode()
    notes.assert_each_once(path)


async def test_a_second_job_is_rejected_when_all_files_next_to_the_journal_are_deleted(
    path: Path, notes: Notes
) -> None:
    first = await notes.start(path)
    await notes.until(20, first)
    with paused(first):
        for file in path.parent.glob(f"{path.name}?*"):
            file.unlink()
        second = await notes.start(path)
        assert "another process has it" in await error_of_process(second)
    await notes.until(60, first)
    await kill(first)
    await notes.finish(path)
    notes.assert_each_once(path)


async def test_a_job_whose_journal_is_moved_ends_and_goes_on_with_its_new_name(path: Path, notes: Notes) -> None:
    first = await notes.start(path)
    await notes.until(20, first)
    moved = _moved(path)
    assert "was moved, deleted or replaced while it was open" in await error_of_process(first)
    await notes.finish(moved)
    notes.assert_each_once(moved)


async def test_a_journal_that_is_moved_cannot_be_opened_twice(path: Path, notes: Notes) -> None:
    first = await notes.start(path)
    await notes.until(20, first)
    with paused(first):
        moved = _moved(path)
        second = await notes.start(moved)
        assert "another process has it" in await error_of_process(second)
    assert "was moved, deleted or replaced while it was open" in await error_of_process(first)
    await notes.finish(moved)
    notes.assert_each_once(moved)


@pytest.mark.parametrize("takes", [Path.rename, shutil.copy])
@pytest.mark.parametrize("takes_all", [True, False])
async def test_a_journal_that_was_moved_or_copied_after_a_kill_is_complete(
    path: Path, notes: Notes, takes: Callable[[Path, Path], object], takes_all: bool
) -> None:
    job = await notes.start(path, count=20)
    await notes.until(15, job)
    await kill(job)
    elsewhere = path.with_name("elsewhere")
    elsewhere.mkdir()
    for file in [*path.parent.glob(f"{path.name}*")]:
        if takes_all or file == path:
            takes(file, elsewhere / file.name)
    await notes.finish(elsewhere / path.name, count=20)
    notes.assert_each_once(elsewhere / path.name, 20)


async def test_a_backup_that_is_made_while_the_job_runs_can_be_read(path: Path, notes: Notes) -> None:
    job = await notes.start(path)
    await notes.until(40, job)
    with closing(sqlite3.connect(path)) as database, closing(sqlite3.connect(path.with_name("copy"))) as copy:
        database.backup(copy)
    _, errors = await job.communicate()
    assert job.returncode == 0, errors.decode()
    with JournalView(path.with_name("copy")) as view:
        assert view.counts()[State.SUCCEEDED] >= 20
    notes.assert_each_once(path)
