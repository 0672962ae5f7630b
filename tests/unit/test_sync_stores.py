"""The stores of copies: each row once, the latest, and nothing left of what was anonymized."""

import json
import os
import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings, strategies as st

from dixa_async import ConfigurationError, from_json
from dixa_async.exports import ExportedConversation, ExportedMessage
from dixa_async.exports.sync import (
    Coverage,
    ExportedRow,
    JsonLinesStore,
    SqliteStore,
    Store,
    StoreError,
    StoreLockedError,
    Written,
)
from dixa_async.exports.sync.open_store import to_store

from ..helpers.copies import rows_of

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = round(SINCE.timestamp() * 1000)
SECRET = "Ada Lovelace, 4 St James's Square"

StoreType = Callable[[Path], Store]
both = pytest.mark.parametrize("suffix", [".sqlite", ".jsonl"])


def conversation(number: int, updated: int = 0, **others: Any) -> ExportedConversation:
    row = {"id": number, "created_at": FIRST, "initial_channel": "email", "requester_id": "u", **others}
    return from_json(json.dumps({"updated_at": FIRST + updated, **row}), ExportedConversation)


def message(name: str, csid: int = 1, **others: Any) -> ExportedMessage:
    row = {"id": name, "csid": csid, "created_at": FIRST + 5, "text": "Hello", **others}
    return from_json(json.dumps(row), ExportedMessage)


def covers(days: int) -> Coverage:
    return Coverage(SINCE, SINCE + timedelta(days=days))


class Copy:
    """A copy in a file, opened for each write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = to_store(path)

    def write(self, *rows: ExportedRow, finish: bool = True) -> Written:
        kind: Any = "messages" if rows and isinstance(rows[0], ExportedMessage) else "conversations"
        self.store.open()
        try:
            written = self.store.write(rows, (kind, covers(1)))
            if finish:
                self.store.finish()
        finally:
            self.store.close()
        return written

    def rows(self) -> dict[tuple[str, int | str], dict[str, Any]]:
        return rows_of(self.path)

    def has(self, text: str) -> bool:
        return text.encode() in self.path.read_bytes()


@pytest.fixture
def copy(tmp_path: Path, suffix: str) -> Copy:
    return Copy(tmp_path / f"dixa{suffix}")


@both
def test_a_row_is_new_then_known_then_changed(copy: Copy) -> None:
    assert copy.write(conversation(1, subject="a"), conversation(2)) == Written(new=2)
    assert copy.write(conversation(1, subject="a"), conversation(2)) == Written()
    assert copy.write(conversation(1, 1, subject="b")) == Written(changed=1)
    assert copy.write(conversation(1, subject="a")) == Written()  # older
    assert copy.write(conversation(1, 1)) == Written(changed=1)  # a field that is gone
    assert copy.write(message("m"), message("m", text="other")) == Written(new=1, changed=1)
    rows = copy.rows()
    assert rows.keys() == {("conversation", 1), ("conversation", 2), ("message", "m")}
    assert "subject" not in rows["conversation", 1]
    assert rows["conversation", 1]["updated_at"] == "2026-01-01T00:00:00.001Z"
    assert rows["message", "m"]["text"] == "other"


@both
@pytest.mark.parametrize("messages_first", [True, False])
def test_nothing_is_left_of_what_was_anonymized(copy: Copy, messages_first: bool) -> None:
    said = message("m", text=SECRET, attached_files=[{"url": SECRET}], new_field=SECRET, direction="inbound")
    gone = conversation(1, 9, anonymized_at=FIRST + 9)
    copy.write(conversation(1, subject=SECRET, requester_name=SECRET))
    if messages_first:
        copy.write(said, message("other", csid=2))
        assert copy.has(SECRET)
        assert copy.write(gone) == Written(changed=1, anonymized=1, anonymized_messages=1)
    else:
        assert copy.write(gone) == Written(changed=1, anonymized=1)
        assert copy.write(said, message("other", csid=2)) == Written(new=2)
    assert not copy.has(SECRET)
    assert copy.write(conversation(1, subject=SECRET)) == Written()  # an old answer of a server that lags
    assert copy.write(conversation(1, 99, subject=SECRET)) == Written()
    assert copy.write(said, gone) == Written()
    assert not copy.has(SECRET)
    rows = copy.rows()
    assert rows["message", "m"] == {
        "id": "m",
        "csid": 1,
        "created_at": "2026-01-01T00:00:00.005Z",
        "direction": "inbound",
    }
    assert rows["message", "other"]["text"] == "Hello"
    assert rows["conversation", 1]["anonymized_at"] == "2026-01-01T00:00:00.009Z"


@both
def test_messages_of_a_conversation_that_is_new_and_anonymized(copy: Copy) -> None:
    copy.write(message("m", text=SECRET))
    assert copy.write(conversation(1, anonymized_at=FIRST)) == Written(new=1, anonymized_messages=1)
    assert not copy.has(SECRET)


@both
def test_a_changed_message_leaves_nothing_of_what_it_was(copy: Copy) -> None:
    copy.write(message("m", text=SECRET))
    assert copy.write(message("m", text=None)) == Written(changed=1)
    assert not copy.has(SECRET)
    copy.write(message("m", text=SECRET))
    copy.write(conversation(1, anonymized_at=FIRST))
    assert not copy.has(SECRET)


@both
def test_a_message_whose_content_was_gone_before_is_not_counted(copy: Copy) -> None:
    copy.write(conversation(1), finish=False)
    copy.write(message("m"), message("m", text=None), message("again"), message("again", text=None), message("again"))
    gone = conversation(1, 9, anonymized_at=FIRST)
    assert copy.write(gone) == Written(changed=1, anonymized=1, anonymized_messages=1)
    copy.write(message("again", text=None), conversation(1, 10, anonymized_at=FIRST))
    assert copy.write(conversation(1, 11, anonymized_at=FIRST)) == Written(changed=1)


@both
def test_counts_of_one_run_with_changes_of_content(copy: Copy) -> None:
    changes = [message("m"), message("m", text=None), message("again"), message("again", text=None), message("again")]
    gone = conversation(1, 9, anonymized_at=FIRST)
    assert copy.write(*changes, gone, message("again")) == Written(new=3, changed=3, anonymized_messages=1)


@both
def test_what_a_killed_run_has_left_of_an_anonymized_conversation_is_removed_by_the_next(copy: Copy) -> None:
    copy.write(message("m", text=SECRET))
    copy.write(conversation(1, anonymized_at=FIRST), finish=False)
    copy.store.open()
    copy.store.close()
    assert not copy.has(SECRET)


@both
def test_all_values_are_kept(copy: Copy) -> None:
    copy.write(
        conversation(
            1,
            tags=["a", "ü\u2028\0"],
            total_duration=1.5,
            rating_score=5,
            requester_phone_number=45123,
            custom_fields=[{"identifier": "x", "value": ["a"], "odd": 1}],
            new_field={"a": [1]},
            _kind="x",
        ),
        conversation(2**62),
    )
    sent: dict[str, Any] = {"to": "a@example.com", "from": ["b@example.com"], "is_automated_message": True}
    copy.write(message("m", **sent))
    rows = copy.rows()
    row = rows["conversation", 1]
    assert row["tags"] == ["a", "ü\u2028\0"]
    assert (row["total_duration"], row["rating_score"]) == (1.5, 5)
    assert row["requester_phone_number"] in ("45123", 45123)
    assert row["custom_fields"] == [{"identifier": "x", "value": ["a"], "odd": 1}]
    assert row["new_field"] == {"a": [1]}
    assert ("conversation", 2**62) in rows
    assert rows["message", "m"]["to"] in (["a@example.com"], "a@example.com")
    assert rows["message", "m"]["from"] == ["b@example.com"]
    assert rows["message", "m"]["is_automated_message"] == 1


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


def test_a_number_that_sqlite_cannot_hold_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="too large"):
        Copy(tmp_path / "x.db").write(conversation(2**64))


def test_rows_that_changed_often_leave_no_traces_when_they_are_anonymized(tmp_path: Path) -> None:
    """SQLite moves rows that grow to other pages, and leaves parts of them behind."""
    copy, draw = Copy(tmp_path / "x.db"), random.Random(0)
    for version in range(5):
        notes = {number: [SECRET * draw.randrange(12)] * draw.randrange(version + 1) for number in range(200)}
        changed = draw.sample(range(200), 100)
        copy.write(*(conversation(each, version, conversation_wrapup_notes=notes[each]) for each in changed))
    copy.write(*(conversation(number, 9, anonymized_at=FIRST) for number in range(200)), finish=False)
    copy.write()  # the run before was killed
    assert not copy.has(SECRET)
    assert len(copy.rows()) == 200


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


def test_json_lines_are_written_anew_when_most_are_replaced(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "x.jsonl")
    for number in range(10):
        copy.write(conversation(1, number), conversation(2, number))
    assert len(copy.path.read_bytes().splitlines()) < 12
    assert copy.rows()["conversation", 1]["updated_at"] == "2026-01-01T00:00:00.009Z"


row = st.one_of(
    st.builds(
        lambda number, updated, gone: conversation(number, updated, **({"anonymized_at": FIRST} if gone else {})),
        st.integers(1, 3),
        st.integers(0, 3),
        st.booleans(),
    ),
    st.builds(
        lambda name, text: message(name, csid=int(name) % 3 + 1, text=text),
        st.sampled_from("123456"),
        st.sampled_from(["a", "b", None]),
    ),
)


@given(st.lists(st.lists(row, max_size=10), max_size=3))
@settings(deadline=None, max_examples=10, phases=[Phase.explicit, Phase.generate])  # each waits for the disk
def test_both_stores_have_and_count_the_same(tmp_path_factory: pytest.TempPathFactory, runs: list[list[Any]]) -> None:
    folder = tmp_path_factory.mktemp("copies")
    copies = [Copy(folder / "x.sqlite"), Copy(folder / "x.jsonl")]
    for rows in runs:
        assert copies[0].write(*rows) == copies[1].write(*rows)
    if runs:
        assert copies[0].rows() == copies[1].rows()


@pytest.mark.parametrize("name", ["x", "x.csv", "x.parquet", "jsonl"])
def test_the_suffix_says_which_store_it_is(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\.sqlite, .*\.jsonl"):
        to_store(tmp_path / name)
    given: Any = 7
    with pytest.raises(ConfigurationError, match="Store"):
        to_store(given)
    assert repr(to_store("/x/y.NDJSON")) == "JsonLinesStore('/x/y.NDJSON')"
    assert repr(to_store(b"/x/y.db")) == "SqliteStore('/x/y.db')"
