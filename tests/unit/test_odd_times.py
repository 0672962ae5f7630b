"""Times of any class can be sent: those of pandas, pendulum and freezegun are datetimes too."""

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import freezegun
import pytest
from aioresponses import aioresponses
from hypothesis import given

from dixa_async import DixaClient, InvalidRequestError, SerializationError, from_json, to_json
from dixa_async.models import CreatedFilter, NewInternalNote, PeriodInterval
from dixa_async.serialization import Serializer

from ..helpers.strategies import times

Call = Callable[[DixaClient, Any], Awaitable[object]]


class Stamp(datetime):
    """Like the times of pandas: arithmetic returns its own class, and it formats itself differently."""

    nanosecond = 789

    def isoformat(self, *_: Any, **__: Any) -> str:
        return f"Stamp {super().isoformat()}789"

    __str__ = isoformat

    def astimezone(self, tz: tzinfo | None = None) -> "Stamp":
        raise TypeError("Stamps know no zones")


class NoTime(datetime):
    """Like the NaT of pandas: a datetime by its class only."""

    def utcoffset(self) -> timedelta | None:
        raise ValueError("NoTime does not support utcoffset")


class Silent(tzinfo):
    """A zone that does not say how far it is from UTC."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None

    def dst(self, _: datetime | None) -> timedelta | None:
        raise NotImplementedError

    def tzname(self, _: datetime | None) -> str | None:
        raise NotImplementedError


class Broken(Silent):
    """A zone that fails."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        raise NotImplementedError


class Odd(Silent):
    """A zone that has nothing but an offset."""

    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(hours=5, minutes=45)


def stamp(time: datetime, cls: type[datetime] = Stamp) -> datetime:
    return cls.combine(date(time.year, time.month, time.day), time.time(), time.tzinfo)


NOON = datetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC)
IN_NEPAL = (NOON + timedelta(hours=5, minutes=45)).replace(tzinfo=Odd())
AWARE = [
    stamp(NOON),
    stamp(NOON.astimezone(timezone(timedelta(hours=-8)))),
    stamp(NOON.astimezone(ZoneInfo("Europe/Copenhagen"))),
    stamp(IN_NEPAL),
    IN_NEPAL,
    freezegun.api.FakeDatetime(2031, 5, 17, 12, 0, 0, 123456, tzinfo=UTC),
    freezegun.api.FakeDatetime(2031, 5, 17, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2))),
]
NAIVE = [
    stamp(NOON.replace(tzinfo=None)),
    NOON.replace(tzinfo=Silent()),
    stamp(NOON.replace(tzinfo=Silent())),
    NOON.replace(tzinfo=Broken()),
    NoTime(2031, 5, 17),
    NoTime(2031, 5, 17, tzinfo=UTC),
]


async def _add_note(dixa: DixaClient, time: Any) -> object:
    return await dixa.internal_notes.add(1, "Late.", created_at=time)


async def _add_notes(dixa: DixaClient, time: Any) -> object:
    return await dixa.internal_notes.add_many(1, [NewInternalNote(message="Late.", created_at=time)])


async def _search(dixa: DixaClient, time: Any) -> object:
    return await dixa.search.conversations(all_of=[CreatedFilter.since(time)])


async def _query(dixa: DixaClient, time: Any) -> object:
    return await dixa.analytics.query_metric("m", period=PeriodInterval(start=NOON, end=time), timezone="UTC")


async def _request(dixa: DixaClient, time: Any) -> object:
    return await dixa.request("POST", "/new", json={"at": [time]})


async def _list(dixa: DixaClient, time: Any) -> object:
    return await dixa.conversations.list_organization_activity(until=time)


async def _request_query(dixa: DixaClient, time: Any) -> object:
    return await dixa.request("GET", "/new", query={"toDatetime": time})


CALLS: dict[Call, str] = {
    _add_note: "$.createdAt",
    _add_notes: "$[0].createdAt",
    _search: "time",
    _query: "$.periodFilter.end",
    _request: "$[...][0]",
    _list: "until",
    _request_query: "toDatetime",
}


@pytest.mark.parametrize("time", AWARE, ids=lambda time: f"{type(time).__name__} {type(time.tzinfo).__name__}")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
async def test_an_aware_time_of_any_class_is_sent_in_utc(call: Call, time: datetime) -> None:
    sent: list[str] = []

    async def record(request: Any, _: Any) -> Any:
        sent.append(request.body.decode() if request.body else urlsplit(request.url).query)
        raise InvalidRequestError("enough")

    async with DixaClient("key", middleware=[record]) as dixa:
        with pytest.raises(InvalidRequestError, match="enough"):
            await call(dixa, time)
    (text,) = sent
    assert "2031-05-17T12:00:00.123456Z" in (text if text.startswith(("{", "[")) else str(parse_qs(text)))


@pytest.mark.parametrize("time", NAIVE, ids=lambda time: f"{type(time).__name__} {type(time.tzinfo).__name__}")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
async def test_a_time_without_an_offset_is_rejected_with_its_place(
    mock_http: aioresponses, call: Call, time: datetime
) -> None:
    async with DixaClient("key") as dixa:
        with pytest.raises(InvalidRequestError, match="with a time zone") as caught:
            await call(dixa, time)
    assert CALLS[call] in str(caught.value)
    assert not mock_http.requests


@given(time=times)
def test_the_class_makes_no_difference(time: datetime) -> None:
    plain = json.loads(to_json([time]))
    assert json.loads(to_json([stamp(time)])) == plain
    assert from_json(to_json([stamp(time)]), list[datetime]) == [time]


def test_the_earliest_and_the_latest_time_keep_their_offset() -> None:
    last = datetime.max.replace(tzinfo=timezone(timedelta(hours=-8)))
    assert json.loads(to_json([stamp(last)])) == ["9999-12-31T23:59:59.999999-08:00"]
    assert json.loads(to_json([last.replace(tzinfo=Odd()).replace(year=1, month=1, day=1, hour=0)])) == [
        "0001-01-01T00:59:59.999999+05:45"
    ]


def test_storing_a_model_names_the_place_too() -> None:
    with pytest.raises(SerializationError, match="with a time zone") as caught:
        to_json({"a": [NAIVE[0]]})
    assert caught.value.path == "$['a'][0]"


def test_a_time_is_rejected_where_a_string_belongs() -> None:
    note: Any = NewInternalNote(message=AWARE[0])  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"^\$\.message: expected str, got Stamp$"):
        Serializer.shared().encode_request(note, NewInternalNote)


@pytest.mark.parametrize("library", ["pandas", "pendulum"])
def test_the_times_of_other_libraries_are_sent(library: str) -> None:
    module = pytest.importorskip(library)
    if library == "pandas":
        time = module.Timestamp("2031-05-17T14:00:00.123456789+02:00")
        with pytest.raises(SerializationError, match="with a time zone"):
            to_json([module.NaT])
    else:
        time = module.datetime(2031, 5, 17, 14, 0, 0, 123456, tz="Europe/Copenhagen")
    assert to_json([time]) == b'["2031-05-17T12:00:00.123456Z"]'


_FROZEN_BEFORE_THE_IMPORT = """
from datetime import datetime, UTC
import freezegun
real = datetime(2031, 5, 17, tzinfo=UTC)
with freezegun.freeze_time("2031-05-17"):
    from datetime import datetime as frozen
    from dixa_async import from_json, to_json
    from dixa_async.models import Conversation, NewInternalNote
    from dixa_async.serialization import Serializer
    text = (
        '{"_type": "EmailConversation", "id": 1, "requesterId": "u", "channel": "Email", "fromEmail": "a",'
        '"createdAt": "2031-05-17T08:00:00Z", "toEmail": "b", "integrationEmail": "c"}'
    )
    for kind in (frozen, datetime):
        from_json('"2031-05-17T08:00:00Z"', kind)
    assert type(from_json(text, Conversation)).__name__ == "EmailConversation", from_json(text, Conversation)
    assert Serializer.shared().encode_request(NewInternalNote(message="m", created_at=frozen.now(UTC)), NewInternalNote)
assert type(from_json(text, Conversation)).__name__ == "EmailConversation"
for time in (real, datetime.now(UTC)):
    assert Serializer.shared().encode_request(NewInternalNote(message="m", created_at=time), NewInternalNote)
assert from_json(to_json([real]), list[datetime]) == [real]
"""


def test_the_package_may_be_imported_while_the_time_is_frozen() -> None:
    subprocess.run([sys.executable, "-c", _FROZEN_BEFORE_THE_IMPORT], check=True)
