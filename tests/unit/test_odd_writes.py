"""What the fast JSON writer would write in another way is noticed wherever it is in a model."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import Any
from uuid import UUID

import pytest

from dixa_async import _json, _plain_json
from dixa_async.models import OpenEnum, Unknown
from dixa_async.models.base import Model, define
from dixa_async.serialization import Serializer, ValidationError


class Colour(OpenEnum):
    RED = "Red"


class Number(IntEnum):
    ONE = 1


class Text(str):
    __slots__ = ()


@dataclass(frozen=True)
class Plain:
    name: str = "a"


@define(kw_only=True)
class Box(Model):
    """A model with a field of every form."""

    text: str | None = None
    number: float | None = None
    at: datetime | None = None
    colour: Colour | None = None
    texts: list[str] | None = None
    numbers: dict[str, int] | None = None
    any: object = None
    boxes: list["Box"] | None = None


def _unknown(raw: Any) -> Unknown:
    return Unknown(type=None, raw=raw)


ODD: list[Any] = [
    {1, 2},
    frozenset(),
    b"bytes",
    bytearray(b"a"),
    {1: 2},
    {None: 1},
    {Colour.RED: 1},
    {Number.ONE: 1},
    {date(2026, 1, 2): 1},
    [{"a": [{2: b""}]}],
    (1, {2}),
    date(2026, 1, 2),
    datetime(2026, 1, 2),
    datetime(2026, 1, 2, tzinfo=UTC),
    datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=2))),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=2))),
    timedelta(1),
    Decimal("1.5"),
    UUID(int=1),
    Text("a"),
    {Text("a"): Text("b")},
    Colour("new"),
    Number.ONE,
    float("nan"),
    2**70,
    "\ud800",
    Plain(),
    object(),
    _unknown({"a": {1, 2}}),
    Box(text="a"),
]
PLACES: dict[str, Callable[[Any], Any]] = {
    "alone": lambda odd: odd,
    "in a list": lambda odd: [1, odd],
    "in a map": lambda odd: {"a": odd},
    "in a text": lambda odd: Box(text=odd),
    "in a number": lambda odd: Box(number=odd),
    "in a time": lambda odd: Box(at=odd),
    "in an enum": lambda odd: Box(colour=odd),
    "for a list": lambda odd: Box(texts=odd),
    "in texts": lambda odd: Box(texts=["a", odd]),
    "for a map": lambda odd: Box(numbers=odd),
    "in numbers": lambda odd: Box(numbers={"a": odd}),
    "in any JSON": lambda odd: Box(any={"a": [odd]}),
    "in a nested model": lambda odd: Box(boxes=[Box(text="a"), Box(text=odd)]),
    "as an extra field": lambda odd: Box(_extra={"new": odd}),
    "in an Unknown": lambda odd: [_unknown(odd)],
}


def _outcome(serializer: Serializer, value: object) -> bytes | type[Exception]:
    try:
        return serializer.encode_unchecked(value)
    except ValidationError as error:
        return type(error)


@pytest.mark.parametrize("place", PLACES)
def test_odd_values_are_written_as_without_the_fast_writer(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = Serializer(), Serializer()
    for odd in ODD:
        value = PLACES[place](odd)
        written = _outcome(fast, value)
        with monkeypatch.context() as patch:
            patch.setattr(_json, "_write_fast", None)
            assert written == _outcome(slow, value), odd


@pytest.mark.skipif(_json._write_fast is None, reason="msgspec is not installed")  # pyright: ignore[reportPrivateUsage]
def test_plain_values_are_not_walked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    serializer = Serializer()
    box = Box(text="a", at=datetime(2026, 1, 2, tzinfo=UTC), colour=Colour.RED, texts=["b"], numbers={"c": 1})
    expected = _plain_json.write(serializer.unstructure(box))

    def fail(_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(_json, "is_plain", fail)
    assert serializer.encode_unchecked([box]) == b"[" + expected + b"]"


def test_a_thread_notices_its_own_odd_values() -> None:
    serializer, wrong = Serializer(), list[object]()

    def write(value: object) -> None:
        for _ in range(300):
            if _outcome(serializer, value) is not ValidationError:
                wrong.append(value)

    threads = [threading.Thread(target=write, args=(PLACES["in a text"](odd),)) for odd in ({1}, b"a")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
