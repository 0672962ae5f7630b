"""The files of copies: whose they are, what is no copy, and what is left of one."""

import os
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from dixa_async import ConfigurationError
from dixa_async.exports.sync import JsonLinesStore, SqliteStore, StoreError, StoreLockedError, Written
from dixa_async.exports.sync.open_store import to_store

from ..helpers.copies import FIRST, SECRET, Copy, conversation, covers, message

both = pytest.mark.parametrize("suffix", [".sqlite", ".jsonl"])


@pytest.fixture
def copy(tmp_path: Path, suffix: str) -> Copy:
    return Copy(tmp_path / f"dixa{suffix}")


@both
def test_a_file_is_its_owners_and_one_sync_has_it(copy: Copy) -> None:
    assert copy.store.open() == {}
    assert copy.path.stat().st_mode & 0o077 == 0
    other = to_store(copy.path)
    with pytest.raises(StoreLockedError, match="another sync"):
        other.open()
    other.close()
    copy.store.write([conversation(1)], ("conversations", covers(2)))
    copy.store.close()
    assert other.open() == {"conversations": covers(2)}
    other.close()
    for each in (copy.store, other):
        with pytest.raises(StoreError, match="not open"):
            each.write([], None)


@both
@pytest.mark.parametrize("content", [b"id,name\n1,a\n" * 100, b"{", b'{"a":1}\n'], ids=["csv", "short", "json"])
def test_another_file_is_left_as_it_is(copy: Copy, suffix: str, content: bytes) -> None:
    if suffix == ".jsonl" and content == b"{":
        pytest.skip("the start of a copy")
    copy.path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="not a copy"):
        copy.store.open()
    copy.store.close()
    assert copy.path.read_bytes() == content


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE messages (id)")
    database.close()
    store = SqliteStore(path)
    with pytest.raises(ConfigurationError, match="not a copy"):
        store.open()
    store.close()
    assert "conversations" not in path.read_bytes().decode("latin-1")


def test_a_newer_version_of_a_database_is_not_touched_and_new_columns_are_added(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "x.db")
    copy.write(conversation(1, subject="a"))
    with sqlite3.connect(copy.path) as database:
        database.execute("DROP VIEW conversation_messages")
        database.execute("ALTER TABLE conversations DROP COLUMN subject")
        database.execute("ALTER TABLE conversations ADD COLUMN mine TEXT")
    database.close()
    assert copy.write(conversation(1, subject="b")) == Written(changed=1)
    assert copy.rows()["conversation", 1]["subject"] == "b"
    with sqlite3.connect(copy.path) as database:
        database.execute("UPDATE dixa_copy SET version = 2")
    database.close()
    with pytest.raises(ConfigurationError, match="version 2"):
        copy.write()


@both
def test_a_symlink_is_the_file_that_it_names(tmp_path: Path, suffix: str) -> None:
    copy = Copy(tmp_path / f"dixa{suffix}")
    copy.write(message("m", text=SECRET))
    (tmp_path / f"link{suffix}").symlink_to(copy.path)
    link = Copy(tmp_path / f"link{suffix}")
    copy.store.open()
    with pytest.raises(StoreLockedError):
        link.store.open()
    link.store.close()
    copy.store.close()
    assert link.write(conversation(1, anonymized_at=FIRST)) == Written(new=1, anonymized_messages=1)
    assert link.path.is_symlink()
    assert not copy.has(SECRET)


@both
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_what_is_not_a_file_is_no_copy(copy: Copy) -> None:
    os.mkfifo(copy.path)
    with pytest.raises(ConfigurationError, match="not a regular file"):
        copy.store.open()
    copy.store.close()


def test_json_lines_of_a_newer_version_are_not_touched(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "x.jsonl")
    copy.write(conversation(1))
    content = copy.path.read_bytes().replace(b'"version":1', b'"version":2')
    copy.path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="another version"):
        copy.write()
    assert copy.path.read_bytes() == content


def test_a_lock_file_that_is_none_is_named(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "x.jsonl")
    lock = tmp_path / "x.jsonl.lock"
    lock.write_text("mine")
    with pytest.raises(ConfigurationError, match=r"x\.jsonl\.lock"):
        copy.write()
    assert lock.read_text() == "mine"


def test_damaged_copies_are_errors(tmp_path: Path) -> None:
    lines = Copy(tmp_path / "x.jsonl")
    lines.write(conversation(1))
    content = lines.path.read_bytes()
    for damaged in (content.replace(b'"id":1', b'"id":"1'), content.replace(b'"since"', b'"x"')):
        lines.path.write_bytes(damaged)
        with pytest.raises(StoreError, match="damaged"):
            lines.write()
        assert lines.path.read_bytes() == damaged
    database = Copy(tmp_path / "x.db")
    database.write(conversation(1))
    with sqlite3.connect(database.path) as connection:
        connection.execute("UPDATE coverage SET since = 'yesterday'")
    connection.close()
    with pytest.raises(StoreError, match="damaged"):
        database.write()


def test_json_lines_that_were_cut_anywhere_go_on_from_what_they_cover(tmp_path: Path) -> None:
    """A process that was killed, or a full disk, leaves any part of what it was about to add."""
    copy = Copy(tmp_path / "x.jsonl")
    ends = dict[int, set[Any]]()
    copy.store.open()
    ends[copy.path.stat().st_size] = set()
    for number in range(3):
        copy.store.write([conversation(number, subject='}\n{"_kind":"coverage"')], None)
        copy.store.write([conversation(number + 10)], ("conversations", covers(number + 1)))
        ends[copy.path.stat().st_size] = {("conversation", each) for n in range(number + 1) for each in (n, n + 10)}
    copy.store.close()
    content = copy.path.read_bytes()
    near = {end + more for end in ends for more in (-1, 0, 1)}
    for size in sorted({*near, *random.Random(1).sample(range(len(content)), 20)} - {len(content) + 1}):
        copy.path.write_bytes(content[:size])
        store = JsonLinesStore(copy.path)
        covered = store.open()
        store.close()
        end = max((end for end in ends if end <= size), default=min(ends))
        assert copy.path.stat().st_size == end
        assert copy.rows().keys() == ends[end]
        assert len(covered) == (end > min(ends))


@pytest.mark.parametrize("name", ["x", "x.csv", "x.parquet", "jsonl"])
def test_the_suffix_says_which_store_it_is(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\.sqlite, .*\.jsonl"):
        to_store(tmp_path / name)
    given: Any = 7
    with pytest.raises(ConfigurationError, match="Store"):
        to_store(given)
    assert repr(to_store("/x/y.NDJSON")) == "JsonLinesStore('/x/y.NDJSON')"
    assert repr(to_store(b"/x/y.db")) == "SqliteStore('/x/y.db')"
