"""The journal can write anything, and keeps of it what can be kept."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from dixa_async import ConfigurationError, bulk
from dixa_async.bulk import Failed, Journal, JournalError, JournalView, State, Succeeded

from .support import all_of, summary

if TYPE_CHECKING:
    from decimal import Decimal


class SilentError(Exception):
    """Its text cannot be read."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


@attrs.define
class Unresolvable:
    """A class whose types are not there when it runs."""

    amount: "Decimal | None" = None


def nested() -> list[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


def circle() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


class Broken:
    """Everything that is asked of it fails."""

    def __getattribute__(self, name: str) -> Any:
        raise ZeroDivisionError(name)


WORST: dict[str, Any] = {
    "set": {1},
    "surrogate": "\ud800",
    "giant": 10**5000,
    "unresolvable": Unresolvable(),
    "nested": nested(),
    "circle": circle(),
    "broken": Broken(),
    "key": {object(): 1},
    "bytes": b"\xff",
}


@pytest.mark.parametrize("name", WORST)
def test_an_input_whose_result_json_cannot_hold_succeeded(path: Path, name: str) -> None:
    with Journal(path, job="test") as journal:
        journal.plan("k", WORST[name])
        journal.sending(["k"])
        outcome = Succeeded(input=1, key="k", result=WORST[name], attempts=1, seconds=0.1)
        assert journal.record([outcome]) == ["k"]
    with JournalView(path) as view:
        (row,) = view.rows()
    assert (row.key, row.state, row.input, row.result) == ("k", State.SUCCEEDED, None, None)
    assert row.error is not None
    assert row.error.startswith("the result cannot be stored as JSON: ")


def test_a_result_that_json_can_hold_is_stored(path: Path) -> None:
    with Journal(path, job="test") as journal:
        results: list[Any] = [None, 0, "", [], {}, 1.5, "é"]
        for number, result in enumerate(results):
            journal.plan(str(number), result)
            outcome = Succeeded(input=0, key=str(number), result=result, attempts=1, seconds=0.1)
            assert journal.record([outcome]) == []
    with JournalView(path) as view:
        assert all(row.error is None and row.input == row.result for row in view.rows())


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SilentError(), "SilentError (its message cannot be read: RuntimeError)"),
        (ValueError("half of \ud83d"), "ValueError: half of \ud83d"),
        (ValueError("\0\n"), "ValueError: \0\n"),
    ],
)
async def test_any_error_is_stored(path: Path, error: Exception, expected: str) -> None:
    async def call(_: object) -> None:
        raise error

    with Journal(path, job="test") as journal:
        (outcome,) = await all_of(bulk.run(call, [1], journal=journal, call_errors=Exception))
        assert isinstance(outcome, Failed)
    with JournalView(path) as view:
        assert [row.error for row in view.rows(State.FAILED)] == [expected]


TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=8)


@given(keys=st.lists(TEXTS | st.text("\ud83d\ude00\U0001f600a\0", max_size=4), unique=True, max_size=20))
@settings(deadline=None)  # it waits for the disk
def test_any_key_is_stored_and_no_two_become_the_same(
    keys: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("keys") / "a.journal"
    for state in (State.PLANNED, State.SENT):
        with Journal(path, job="test") as journal:
            assert [journal.plan(key, None) for key in keys] == [state] * len(keys)
            assert [journal.plan(key, None) for key in keys] == [State.DUPLICATE] * len(keys)
            journal.sending(keys)
    with JournalView(path) as view:
        assert sorted(row.key for row in view.rows(State.SENT)) == sorted(keys)


async def test_keys_that_differ_in_a_surrogate_are_different(path: Path) -> None:
    keys = ["a\ud800", "a\udc00", "a?", "a\ufffd", "\ud83d\ude00", "\U0001f600"]

    async def call(key: str) -> int:
        return keys.index(key)

    with Journal(path, job="test") as journal:
        outcomes = await all_of(bulk.run(call, keys, journal=journal, order="input"))
        assert summary(outcomes) == [(key, number) for number, key in enumerate(keys)]
        assert await all_of(bulk.run(call, keys, journal=journal)) == []


@pytest.mark.parametrize("key", [1, None, b"a", Path("a")])
def test_a_key_that_is_not_a_str_is_rejected(path: Path, key: Any) -> None:
    with Journal(path, job="test") as journal, pytest.raises(ConfigurationError, match="a key must be a str, not "):
        journal.plan(key, 1)


def test_an_input_in_an_unknown_state_is_not_sent(path: Path) -> None:
    with Journal(path, job="test") as journal:
        journal.plan("1", 1)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE inputs SET state = 'lost'")
    with (
        Journal(path, job="test") as journal,
        pytest.raises(JournalError, match="an input has the unknown state 'lost'"),
    ):
        journal.plan("1", 1)
