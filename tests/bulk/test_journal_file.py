"""The file of a journal: whose it is, by whatever name, and what becomes of it when it is moved, copied or damaged."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dixa_async import ConfigurationError, bulk
from dixa_async.bulk import Journal, JournalError, JournalView, State

from .support import Calls, counts, database_of, take, without_root


def other_client(path: Path, statement: str = "SELECT COUNT(*) FROM inputs") -> str:
    """What another SQLite client, in another process, sees."""
    program = (
        "import sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
        "try: print(database.execute(sys.argv[2]).fetchall())\n"
        "except sqlite3.Error as error: print(error)\n"
        "database.close()\n"
    )
    command = [sys.executable, "-c", program, str(path), statement]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def another_process(path: Path) -> str:
    """What a job of another process sees."""
    program = "import sys; from dixa_async.bulk import Journal; Journal(sys.argv[1], job='test').close()"
    found = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    return found.stderr.strip().splitlines()[-1] if found.returncode else "opened"


def _read(path: Path) -> None:
    with JournalView(path) as view:
        list(view.rows())


def _open_again(path: Path) -> None:
    with pytest.raises(JournalError, match="another process has it open, or another Journal of this one"):
        Journal(path, job="test")


def _open_for_another_job(path: Path) -> None:
    with pytest.raises((JournalError, ConfigurationError)):
        Journal(path, job="other")


@pytest.mark.parametrize("access", [_read, _open_again, _open_for_another_job])
def test_reading_in_the_process_of_the_job_does_not_release_its_lock(
    path: Path, access: Callable[[Path], None]
) -> None:
    with Journal(path, job="test") as journal:
        for number in range(3):
            access(path)
            journal.plan(str(number), number)
            journal.save()
            access(path)
            assert other_client(path) == f"[({number + 1},)]"
            assert "another process has it" in another_process(path)
            assert other_client(path, "DELETE FROM inputs") == "database is locked"
    assert another_process(path) == "opened"


def test_only_sqlite_opens_an_existing_journal(path: Path) -> None:
    Journal(path, job="test").close()
    opened: list[object] = []
    is_on = True

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if is_on and event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            opened.append(os.fsdecode(arguments[0]))

    sys.addaudithook(audit)
    with Journal(path, job="test") as journal:
        _read(path)
        _open_again(path)
        journal.plan("1", 1)
    is_on = False
    assert not [name for name in opened if Path(str(name)).name.startswith(path.name)]


def test_the_lock_is_on_the_file_and_not_on_its_path(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    other_names = [tmp_path / "soft", tmp_path / "elsewhere" / "hard"]
    with Journal(path, job="test") as journal:
        other_names[0].symlink_to(path.name)
        os.link(path, other_names[1])
        for name in other_names:
            journal.plan(str(name), 1)
            journal.save()
            _open_again(name)
            assert "another process has it" in another_process(name)
    for name in other_names:
        with Journal(name, job="test"):
            assert "another process has it" in another_process(path)


def test_there_is_no_lock_file_to_delete(path: Path) -> None:
    with Journal(path, job="test") as journal:
        for number in range(3):
            journal.plan(str(number), 1)
            journal.save()
            (beside,) = [file for file in path.parent.iterdir() if file != path]
            assert beside.name == "a.journal-journal"
            beside.unlink()
        assert "another process has it" in another_process(path)
    assert [*path.parent.iterdir()] == [path]
    assert counts(path) == {State.PLANNED: 3}


def _move(path: Path) -> None:
    path.rename(path.with_name("moved"))


def _move_and_replace(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.rename(path.with_name("moved"))
    path.with_name("copy").rename(path)


def _move_its_directory(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))


@pytest.mark.parametrize("change", [Path.unlink, _move, _move_and_replace, _move_its_directory])
async def test_a_job_ends_before_it_sends_more_when_its_journal_is_gone(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    path = tmp_path / "directory" / "a.journal"
    path.parent.mkdir()
    calls = Calls(writes=True)
    outcomes: list[bulk.Outcome[int, int]] = []
    with Journal(path, job="test") as journal:
        job = asyncio.create_task(take(bulk.run(calls, range(100), journal=journal, max_concurrency=5), outcomes))
        await asyncio.sleep(3.5)
        started = len(calls.inputs)
        change(path)
        with pytest.raises(JournalError, match="was moved, deleted or replaced while it was open"):
            await job
    assert 0 < started == len(calls.inputs)
    assert len(outcomes) == started


async def test_a_redirected_symlink_is_detected(path: Path, tmp_path: Path) -> None:
    name = tmp_path / "name"
    name.symlink_to(path)
    with Journal(name, job="test") as journal:
        journal.plan("1", 1)
        name.unlink()
        name.symlink_to(tmp_path / "other.journal")
        with pytest.raises(JournalError, match="was moved, deleted or replaced"):
            journal.sending(["1"])


def test_a_process_that_changes_its_directory_keeps_its_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Journal("a.journal", job="test") as journal, JournalView("a.journal") as view:
        monkeypatch.chdir("/")
        journal.plan("1", 1)
        journal.save()
        assert view.counts() == {State.PLANNED: 1}
    assert counts(tmp_path / "a.journal") == {State.PLANNED: 1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_fork_cannot_write_the_journal_of_its_parent(path: Path) -> None:
    with Journal(path, job="test") as journal:
        journal.plan("1", 1)
        journal.save()
        if (child := os.fork()) == 0:
            try:
                journal.plan("2", 2)
                os._exit(1)
            except JournalError as error:
                os._exit(0 if "was forked" in str(error) else 2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert "another process has it" in another_process(path)


def test_a_closed_or_killed_journal_is_complete_in_one_file(path: Path, tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from dixa_async.bulk import Journal\n"
        "journal = Journal(sys.argv[1], job='test')\n"
        "for number in range(200):\n"
        "    journal.plan(str(number), 'x' * 100); journal.sending([str(number)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, path], check=False).returncode == -9
    shutil.copy(path, tmp_path / "copy")
    assert counts(tmp_path / "copy") == {State.SENT: 200}
    with Journal(tmp_path / "copy", job="test") as journal:
        assert journal.plan("7", 7) is State.SENT
    Journal(path, job="test").close()
    assert {file.name for file in tmp_path.iterdir()} == {path.name, "copy"}


def leave_half_a_write(path: Path) -> Path:
    """Leave a journal as a process does that is killed while it writes.

    Returns:
        The file that SQLite needs to undo it.
    """
    with Journal(path, job="test") as journal:
        for number in range(500):
            journal.plan(str(number), "x" * 500)
    program = (
        "import os, signal, sys; from dixa_async.bulk import Journal\n"
        "journal = Journal(sys.argv[1], job='test')\n"
        "database = journal._file._database\n"
        "database.execute('PRAGMA cache_spill = ON'); database.execute('PRAGMA cache_size = 1')\n"
        "for number in range(1000, 1900):\n"
        "    journal.plan(str(number), 'y' * 500)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, path], check=False).returncode == -9
    rollback_journal = path.with_name(f"{path.name}-journal")
    assert rollback_journal.stat().st_size > 0
    return rollback_journal


def test_half_a_write_is_rolled_back_by_the_next_run_or_read(path: Path) -> None:
    leave_half_a_write(path)
    Journal(path, job="test").close()
    assert counts(path) == {State.PLANNED: 500}
    leave_half_a_write(path)
    assert counts(path) == {State.PLANNED: 500}


def test_half_a_write_is_reported_to_a_user_who_cannot_roll_it_back(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as directory:  # the one of pytest is closed to others
        path = Path(directory, "a.journal")
        rollback_journal = leave_half_a_write(path)
        for file, mode in ((path, 0o444), (rollback_journal, 0o444), (path.parent, 0o555)):
            file.chmod(mode)
        with (
            without_root(),
            pytest.raises(JournalError, match="killed while it wrote it: open it first as a user who may"),
        ):
            JournalView(path)


def test_a_copy_without_its_rollback_journal_is_rejected(path: Path) -> None:
    leave_half_a_write(path).unlink()
    with pytest.raises(JournalError, match=r"damaged|malformed"):
        Journal(path, job="test")


def test_the_database_of_another_program_is_not_changed(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE things (id INTEGER)")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="set its journal_mode to 'wal'"):
        Journal(path, job="test")
    assert path.read_bytes() == before


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    "make",
    [lambda path: path.parent, _fifo, lambda _: "/dev/null", lambda _: "/dev/zero"],
    ids=["directory", "fifo", "/dev/null", "/dev/zero"],
)
def test_anything_but_a_regular_file_is_rejected(path: Path, make: Callable[[Path], Any]) -> None:
    for open_it in (lambda: Journal(make(path), job="test"), lambda: JournalView(make(path))):
        path.unlink(missing_ok=True)
        with pytest.raises(ConfigurationError, match=r"not a journal \(it is not a regular file\): use another file"):
            open_it()


@pytest.mark.parametrize("path", ["", ":memory:", b":memory:", Path(":memory:"), "file:a?mode=memory", "a\0b", None, 5])
def test_anything_but_a_path_is_rejected(path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for open_it in (lambda: Journal(path, job="test"), lambda: JournalView(path)):
        with pytest.raises(ConfigurationError, match="path"):
            open_it()
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["a?mode=memory", "a#b%20c", "é \udcff", "-", "a;b'"])
@pytest.mark.parametrize("path_type", [str, os.fsencode, Path])
def test_any_file_name_works(tmp_path: Path, name: str, path_type: Callable[[str], Any]) -> None:
    path = f"{tmp_path}/{name}"
    with Journal(path_type(path), job="test") as journal:
        journal.plan("1", 1)
    with JournalView(path_type(path)) as view:
        assert view.counts() == {State.PLANNED: 1}
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_a_slow_reader_does_not_block_the_job(path: Path) -> None:
    with Journal(path, job="test") as journal, JournalView(path) as view:
        for number in range(2000):
            journal.plan(str(number), number)
        journal.save()
        rows = view.rows()
        next(rows)
        journal.sending(["1999"])
        assert len(list(rows)) == 1999


def test_the_lock_is_acquired_again_after_an_error_that_releases_it(path: Path) -> None:
    with Journal(path, job="test") as journal:
        journal.plan("1", 1)
        journal.save()
        database = database_of(journal)
        database.execute("PRAGMA max_page_count = 1")  # as on a full disk
        with pytest.raises(JournalError, match="is full"):
            journal.plan("2", "x" * 100_000)
        assert not database.in_transaction
        assert "another process has it" in another_process(path)
        database.execute("PRAGMA max_page_count = 10000")
        journal.sending(["1"])
        assert "another process has it" in another_process(path)
    assert counts(path) == {State.SENT: 1}


def test_another_process_that_opened_the_journal_meanwhile_is_detected(path: Path) -> None:
    with Journal(path, job="test") as journal:
        journal.plan("1", 1)
        journal.save()
        database = database_of(journal)
        assert database.lock_cursor is not None
        database.lock_cursor.close()  # as after an error, if the lock could not be taken again at once
        database.lock_cursor = None
        assert another_process(path) == "opened"
        with pytest.raises(JournalError, match="another process has opened it since"):
            journal.sending(["1"])


def test_a_durable_journal_syncs_each_write(path: Path) -> None:
    for durable, full in ((False, 0), (True, 2)):
        with Journal(path, job="test", durable=durable) as journal:
            modes = list[int]()
            for number in range(3):
                journal.plan(f"{durable} {number}", number)
                journal.sending([f"{durable} {number}"])
                modes.append(database_of(journal).execute("PRAGMA synchronous").fetchone()[0])
            assert modes[1:] == [full] * 2  # the first one waits in any case
