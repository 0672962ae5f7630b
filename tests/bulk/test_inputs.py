"""Inputs and their keys: which are accepted, which are rejected, and how one bad input affects the others."""

import uuid
from collections import UserList, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from dixa_async import ConfigurationError, bulk
from dixa_async.bulk import Journal, State

from .support import Calls, all_of, counts, error_of, summary, take


async def echo(item: Any) -> Any:
    return item


@pytest.mark.parametrize("inputs", ["1001", b"1001", bytearray(b"1001"), memoryview(b"1001"), 1001, None])
def test_anything_but_an_iterable_of_inputs_is_rejected(inputs: Any) -> None:
    with pytest.raises(ConfigurationError, match="inputs must be a list, a generator or an async iterator"):
        bulk.run(Calls(), inputs)
    with pytest.raises(ConfigurationError, match="inputs must be a list"):
        bulk.run_chunks(echo, inputs, chunk_size=2)


@dataclass(frozen=True)
class Row:
    names: frozenset[str] = frozenset({"a", "b"})
    note: str = field(default="", repr=False)


@attrs.frozen
class Record:
    names: set[str] = attrs.field(factory=lambda: {"a", "b"})


@pytest.mark.parametrize(
    "item",
    [
        frozenset({"a", "b"}),
        {1},
        (1, frozenset("ab")),
        [{"a": {1, 2}}],
        Row(),
        Record(),
        (Row(),),
        deque([{"a"}]),
        UserList([{"a"}]),
        {1: {"a"}}.values(),
        SimpleNamespace(names={"a"}),
    ],
    # The order of a set differs from process to process: so would the names of the tests, which xdist compares.
    ids=[
        *("frozenset", "set", "in a tuple", "in a list", "in a dataclass", "in an attrs class"),
        *("in a row in a tuple", "in a deque", "in a UserList", "in a view", "in a namespace"),
    ],
)
async def test_an_input_whose_str_differs_in_the_next_run_is_rejected(path: Path, item: object) -> None:
    calls = Calls()
    with Journal(path, job="test") as journal, pytest.raises(ConfigurationError, match="in every run: pass key="):
        await all_of(bulk.run(echo, [item], journal=journal))
    assert calls.inputs == []
    with Journal(path, job="test") as journal:
        assert len(await all_of(bulk.run(echo, [item], journal=journal, key=lambda _: "a"))) == 1


@pytest.mark.parametrize(
    "item",
    [uuid.UUID(int=1), (1, "a"), None, 1.5, {"a": [1]}, {"a": 1}.keys(), range(3), SimpleNamespace(name="a")],
    ids=repr,
)
async def test_an_input_whose_str_stays_the_same_is_accepted(path: Path, item: object) -> None:
    for expected in ([(item, item)], []):
        with Journal(path, job="test") as journal:
            assert summary(await all_of(bulk.run(echo, [item], journal=journal))) == expected


async def test_a_key_of_a_str_subclass_becomes_a_plain_str() -> None:
    class Name(str):
        __slots__ = ()

        def __iter__(self) -> Iterator[str]:
            return iter(["all", "alike"])

    outcomes = await all_of(bulk.run(echo, [1, 2], key=lambda item: Name(f"item {item}"), order="input"))
    assert [outcome.key for outcome in outcomes] == ["item 1", "item 2"]
    assert {type(outcome.key) for outcome in outcomes} == {str}


class Textless:
    def __str__(self) -> str:
        raise ValueError("no text")


CYCLE: list[object] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize("poison", [10**5000, Textless()], ids=["giant", "textless"])
@pytest.mark.parametrize("size", [1, 2, 5])
async def test_an_input_without_a_usable_key_fails_alone(path: Path, poison: object, size: int) -> None:
    called: list[object] = []

    async def call(items: list[object]) -> None:
        called.extend(items)

    for run in range(2):
        with Journal(path, job="test") as journal:
            job = bulk.run_chunks(call, ["a", poison, "b", "c"], chunk_size=size, journal=journal)
            outcomes = await all_of(job)
        (failed,) = [outcome for outcome in outcomes if isinstance(outcome, bulk.Failed)]
        assert failed.input is poison
        assert isinstance(failed.error, bulk.InvalidKeyError)
        assert len(outcomes) == (1 if run else 4)
    assert called == ["a", "b", "c"]
    assert counts(path) == {State.SUCCEEDED: 3}


@pytest.mark.parametrize("key", [uuid.UUID(int=1), (1, "a"), None, 7, b"a"], ids=repr)
@pytest.mark.parametrize("has_journal", [True, False])
async def test_a_key_that_is_not_a_str_fails_its_input_with_a_clear_error(
    path: Path, key: Any, has_journal: bool
) -> None:
    with Journal(path, job="test") as journal:
        (first, second) = await all_of(
            bulk.run(
                echo,
                [1, 2],
                key=lambda item: key if item == 1 else "2",
                order="input",
                journal=journal if has_journal else None,
            )
        )
    assert isinstance(error_of(first), bulk.InvalidKeyError)
    assert f"key must return a str, not {type(key).__name__}" in str(error_of(first))
    assert isinstance(second, bulk.Succeeded)


@pytest.mark.parametrize("ends", ["break", "return", "raise", "itself", "stop", "never iterated"])
@pytest.mark.parametrize("is_async", [False, True])
async def test_a_generator_given_inline_is_closed_when_the_block_is_left(ends: str, is_async: bool) -> None:
    events: list[str] = []

    def inputs() -> Iterator[int]:
        try:
            yield from range(20)
        finally:
            events.append("closed")

    async def later() -> AsyncIterator[int]:
        try:
            for number in range(20):
                yield number
        finally:
            events.append("closed")

    async def consume() -> None:
        async with bulk.run(Calls(), later() if is_async else inputs()) as job:
            if ends == "never iterated":
                return
            async for _ in job:
                if ends == "break":
                    break
                if ends == "return":
                    return
                if ends == "raise":
                    raise ValueError
                if ends == "stop":
                    job.stop()

    try:
        await consume()
    except ValueError:
        assert ends == "raise"
    # A generator that has not begun has nothing to close.
    assert events == ([] if ends == "never iterated" else ["closed"])


async def test_a_generator_that_cannot_be_closed_is_an_error_of_the_inputs() -> None:
    def inputs() -> Iterator[int]:
        try:
            yield from range(20)
        finally:
            raise ValueError("the file is gone")

    outcomes: list[bulk.Outcome[int, int]] = []
    with pytest.raises(bulk.InputError, match="ValueError: the file is gone"):
        await take(bulk.run(Calls(), inputs()), outcomes)
    assert len(outcomes) == 20
