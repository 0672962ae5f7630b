"""The stores of copies: each row once, the latest, and nothing left of what was anonymized."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings, strategies as st

from dixa_async.exports.sync import StoreError, Written

from ..helpers.copies import FIRST, SECRET, Copy, conversation, message

both = pytest.mark.parametrize("suffix", [".sqlite", ".jsonl"])


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
