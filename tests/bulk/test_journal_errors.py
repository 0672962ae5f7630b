"""A journal that cannot be used says so, and nothing is sent that it does not know of."""

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dixa_async import ConfigurationError, bulk
from dixa_async.bulk import Journal, JournalError, JournalView, State

from .support import Calls, all_of, counts, database_of, summary, take, without_root


class FullDisk:
    """A connection on which some statements fail as they do on a full disk."""

    def __init__(self, database: sqlite3.Connection, fails: str) -> None:
        self._database = database
        self._fails = fails

    def _check(self, statement: str) -> None:
        if self._fails in statement:
            raise sqlite3.OperationalError("database or disk is full")

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        self._check(statement)
        return self._database.execute(statement, *values)  # type: ignore[arg-type]

    def executemany(self, statement: str, *values: object) -> sqlite3.Cursor:
        self._check(statement)
        return self._database.executemany(statement, *values)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._database, name)


@pytest.mark.parametrize(
    ("fails", "called", "expected", "states"),
    [
        ("INSERT INTO inputs", [], [], {}),
        ("UPDATE inputs SET state = ? WHERE", [0], [], {}),
        ("UPDATE inputs SET state = ?, result", [0], [(0, 0)], {State.SENT: 1}),
        ("COMMIT", [0], [], {}),
    ],
)
async def test_a_full_disk_ends_the_job_and_loses_no_outcome(
    path: Path,
    fails: str,
    called: list[int],
    expected: list[tuple[int, object]],
    states: dict[State, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = Calls(writes=True)
    outcomes: list[bulk.Outcome[int, int]] = []
    with Journal(path, job="test") as journal:
        monkeypatch.setattr(journal._file, "_database", FullDisk(database_of(journal), fails))
        with pytest.raises(JournalError, match="disk is full"):
            await take(bulk.run(calls, range(100), journal=journal, order="input", max_concurrency=1), outcomes)
    assert summary(outcomes) == expected
    assert calls.inputs == called
    assert counts(path) == states


def test_nothing_is_sent_for_an_input_that_is_not_in_the_file(path: Path) -> None:
    with Journal(path, job="test") as journal:
        journal.plan("1", 1)
        journal.plan("2", 2)
        database_of(journal).execute("ROLLBACK")  # as after an error of the disk
        journal.plan("2", 2)
        with pytest.raises(JournalError, match="is not in the journal"):
            journal.sending(["1", "2"])
    assert counts(path) == {}


async def test_a_closed_journal_ends_the_job(path: Path) -> None:
    journal = Journal(path, job="test")
    journal.close()
    calls = Calls()
    with pytest.raises(JournalError, match="is closed"):
        await all_of(bulk.run(calls, range(5), journal=journal))
    assert calls.inputs == []


def test_a_journal_of_another_job_is_rejected(path: Path) -> None:
    Journal(path, job="one").close()
    with pytest.raises(ConfigurationError, match="belongs to the job 'one', not 'other'"):
        Journal(path, job="other")
    Journal(path, job="one").close()


@pytest.mark.parametrize("job", [None, "", b"one"])
def test_a_journal_whose_job_has_no_name_is_not_created(path: Path, job: Any) -> None:
    with pytest.raises(ConfigurationError, match="job must be a non-empty str, not "):
        Journal(path, job=job)
    assert not path.exists()


def test_a_journal_that_could_not_be_created_is_created_the_next_time(path: Path) -> None:
    with pytest.raises(JournalError, match="surrogates not allowed"):
        Journal(path, job="\ud800")  # SQLite cannot hold it
    Journal(path, job="one").close()
    with JournalView(path) as view:
        assert view.job == "one"


def test_a_journal_without_a_job_is_rejected(path: Path) -> None:
    Journal(path, job="one").close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM job")
    for open_it in (lambda: Journal(path, job="one"), lambda: JournalView(path)):
        with pytest.raises(ConfigurationError, match="does not name its job: use another file"):
            open_it()


def test_a_journal_of_another_version_is_rejected(path: Path) -> None:
    Journal(path, job="one").close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE job SET version = 99")
    for open_it in (lambda: Journal(path, job="one"), lambda: JournalView(path)):
        with pytest.raises(ConfigurationError, match="has version 99"):
            open_it()


@pytest.mark.parametrize("text", [b"key,state\n" * 100, b"x"])
def test_a_file_that_is_not_a_database_is_rejected(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    for open_it in (lambda: Journal(path, job="one"), lambda: JournalView(path)):
        with pytest.raises(ConfigurationError, match="not a journal"):
            open_it()
    assert path.read_bytes() == text


def test_another_database_is_rejected(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE things (id INTEGER)")
    for open_it in (lambda: Journal(path, job="one"), lambda: JournalView(path)):
        with pytest.raises(ConfigurationError, match="not a journal"):
            open_it()


def test_a_journal_that_does_not_exist_cannot_be_read(path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal"):
        JournalView(path)
    assert not path.exists()


def test_a_directory_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be used"):
        Journal(tmp_path / "missing" / "a.journal", job="one")
    tmp_path.chmod(0o500)
    with without_root(), pytest.raises(JournalError, match="cannot be used"):
        Journal(tmp_path / "a.journal", job="one")


def test_reading_a_journal_creates_no_file(path: Path) -> None:
    with Journal(path, job="one") as journal:
        journal.plan("1", 1)
    before = {*path.parent.iterdir()}
    assert counts(path) == {State.PLANNED: 1}
    assert {*path.parent.iterdir()} == before


def test_a_journal_can_be_read_by_a_user_who_cannot_write_it() -> None:
    with tempfile.TemporaryDirectory() as directory:  # the one of pytest is closed to others
        path = Path(directory, "a.journal")
        Journal(path, job="one").close()
        path.chmod(0o444)
        Path(directory).chmod(0o555)
        with without_root(), JournalView(path) as view:
            assert view.counts() == {}


def test_a_reopened_journal_can_be_read_before_its_first_write(path: Path) -> None:
    Journal(path, job="one").close()
    with Journal(path, job="one") as journal, JournalView(path) as view:
        journal.plan("1", 1)
        journal.save()
        assert view.counts() == {State.PLANNED: 1}


def test_a_path_with_the_word_locked_is_not_taken_for_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "locked.journal"
    path.touch(mode=0)
    with without_root(), pytest.raises(JournalError, match=r"cannot be used: (?!another process)"):
        Journal(path, job="one")


def test_a_journal_is_readable_by_its_owner_only(path: Path) -> None:
    with Journal(path, job="one") as journal:
        journal.plan("1", 1)
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    assert {"a.journal", "a.journal-journal"} <= modes.keys()
    assert set(modes.values()) == {"0o600"}


def test_an_existing_journal_keeps_its_mode(path: Path) -> None:
    Journal(path, job="one").close()
    path.chmod(0o640)
    Journal(path, job="one").close()
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_second_process_is_rejected_until_the_first_has_ended(path: Path) -> None:
    program = (
        f"from dixa_async.bulk import Journal; Journal({str(path)!r}, job='one'); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(JournalError, match="another process has it"):
            Journal(path, job="one")
        assert counts(path) == {}
        process.kill()
    Journal(path, job="one").close()
