"""Large lists and maps are read slice by slice, and other tasks of the event loop run in between."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from aioresponses import aioresponses
from hypothesis import example, given, settings, strategies as st

from dixa_async import DixaClient, Timeout, UnreadableItem, UnreadableItemsError
from dixa_async.caller.partial_list import read_item_by_item
from dixa_async.models import Tag
from dixa_async.models.base import JsonValue, Model, define
from dixa_async.serialization import SLICE_SIZE, Serializer, ValidationError

from ..helpers.virtual_time import VirtualTimeLoop

URL = "https://dev.dixa.io/beta/tags"
MANY = 3 * SLICE_SIZE + 230


@define(kw_only=True)
class Counted(Model):
    id: int
    made: ClassVar[int] = 0

    def __attrs_post_init__(self) -> None:
        Counted.made += 1


@define(kw_only=True)
class Holder(Model):
    anything: JsonValue = None


def _tags(count: int) -> list[dict[str, Any]]:
    return [{"id": str(number), "name": f"tag {number}", "state": "Active"} for number in range(count)]


@pytest.fixture
async def dixa() -> AsyncIterator[DixaClient]:
    async with DixaClient("s3cret") as dixa:
        yield dixa


async def _beside(action: Callable[[], object]) -> None:
    """Do something in each iteration of the event loop, until cancelled."""
    while True:
        action()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("kind", "made_of"),
    [
        (list[Counted], list),
        (tuple[Counted, ...], tuple),
        (Sequence[Counted], list),
        (dict[str, Counted], dict),
        (Mapping[str, Counted], dict),
    ],
)
async def test_other_tasks_run_between_slices(kind: Any, made_of: Any) -> None:
    items = [{"id": number} for number in range(MANY)]
    body = json.dumps({"data": {str(item["id"]): item for item in items} if made_of is dict else items}).encode()
    made = [Counted.made]
    beside = asyncio.create_task(_beside(lambda: made.append(Counted.made)))
    read: Any
    read, rest = await Serializer.shared().read_async(body, kind, "data")
    beside.cancel()
    made.append(Counted.made)
    assert max(after - before for before, after in itertools.pairwise(made)) == SLICE_SIZE
    assert type(read) is made_of
    assert [item.id for item in (read.values() if made_of is dict else read)] == list(range(MANY))
    assert rest == {}


@pytest.mark.parametrize("count", [0, 1, SLICE_SIZE])
def test_a_page_is_read_without_yielding_to_the_event_loop(count: int) -> None:
    reading = Serializer.shared().read_async(json.dumps({"data": _tags(count)}).encode(), list[Tag], "data")
    with pytest.raises(StopIteration) as end:
        reading.send(None)
    assert len(end.value.value[0]) == count


def test_other_tasks_run_between_the_arrival_and_the_parsing_of_a_large_body() -> None:
    reading = Serializer.shared().read_async(b"-" * (2**20 + 1), list[Tag])
    assert reading.send(None) is None
    with pytest.raises(ValidationError, match="not JSON"):
        reading.send(None)


_wrong = st.sampled_from([None, 7, {}, {"id": 7, "name": "x"}, {"id": "x"}])


@settings(max_examples=15)  # each reads thousands of items
@example(bad=[(730, None)], is_map=False)
@example(bad=[(730, None)], is_map=True)
@given(bad=st.lists(st.tuples(st.integers(0, MANY - 1), _wrong), max_size=3), is_map=st.booleans())
def test_the_value_or_the_error_is_the_same_as_when_read_in_one_go(bad: list[tuple[int, Any]], is_map: bool) -> None:
    serializer, items = Serializer.shared(), _tags(MANY)
    for index, wrong in bad:
        items[index] = wrong
    value: Any = {f"key {index}": item for index, item in enumerate(items)} if is_map else items
    kind: Any = dict[str, Tag] if is_map else list[Tag]
    body = json.dumps({"data": value, "meta": {"a": 1}}).encode()
    try:
        expected: Any = serializer.structure(value, kind)
    except ValidationError as problem:
        expected = str(problem.within(".data"))
    read: Any
    try:
        read, rest = serializer.read(body, kind, "data")
        assert rest == {"meta": {"a": 1}}
    except ValidationError as problem:
        read = str(problem)
    assert read == expected


async def test_long_integers_are_exact_whatever_else_is_read_in_between() -> None:
    serializer, long = Serializer.shared(), 2**64 + 1
    items: list[Any] = [{} for _ in range(MANY)]
    items[0] = {"anything": long}
    others = json.dumps([{"id": number} for number in range(MANY)]).encode()

    async def read_others() -> None:
        for _ in range(2):  # the first slice has been read by then
            await asyncio.sleep(0)
        await serializer.read_async(others, list[Counted])

    beside = asyncio.create_task(read_others())
    read, _ = await serializer.read_async(json.dumps(items).encode(), list[Holder])
    await beside
    assert read[0].anything == long
    assert type(read[0].anything) is int


async def test_every_unreadable_item_of_a_large_list_is_reported(mock_http: aioresponses, dixa: DixaClient) -> None:
    items = _tags(MANY)
    bad = (730, 731, MANY - 1)
    for index in bad:
        items[index]["name"] = None
    mock_http.get(URL, payload={"data": items, "meta": {}}, repeat=True)
    with pytest.raises(UnreadableItemsError) as caught:
        await dixa.tags.list()
    assert [item.path for item in caught.value.unreadable] == [f"$.data[{index}].name" for index in bad]
    assert caught.value.path == "$.data[730].name"
    assert len(caught.value.items) == MANY - len(bad)

    reported: list[UnreadableItem] = []
    async with DixaClient("s3cret", on_unreadable_item=reported.append) as tolerant:
        page = await tolerant.tags.list()
    assert [item.path for item in reported] == [f"$.data[{index}].name" for index in bad]
    assert [tag.id for tag in page] == [str(index) for index in range(MANY) if index not in bad]


async def test_other_tasks_run_while_a_list_is_read_item_by_item() -> None:
    body = json.dumps([{"id": number} for number in range(MANY)] + [None]).encode()
    made = [Counted.made]
    beside = asyncio.create_task(_beside(lambda: made.append(Counted.made)))
    found = await read_item_by_item(Serializer.shared(), body, list[Counted], None)
    beside.cancel()
    made.append(Counted.made)
    assert max(after - before for before, after in itertools.pairwise(made)) == SLICE_SIZE
    assert found is not None
    assert len(found.items) == MANY


async def test_a_cancelled_call_reads_no_further(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get("https://dev.dixa.io/beta/counted", payload={"data": [{"id": n} for n in range(MANY)]}, repeat=True)
    before = Counted.made
    call = asyncio.create_task(dixa.request("GET", "/counted", response_type=list[Counted]))
    beside = asyncio.create_task(_beside(lambda: Counted.made > before and call.cancel()))
    with pytest.raises(asyncio.CancelledError):
        await call
    beside.cancel()
    assert Counted.made - before == SLICE_SIZE
    assert len(await dixa.request("GET", "/counted", response_type=list[Counted])) == MANY


async def test_a_cancelled_step_of_an_iteration_loses_no_page(mock_http: aioresponses, dixa: DixaClient) -> None:
    mock_http.get(URL, payload={"data": _tags(MANY), "meta": {}})  # once
    pages = dixa.tags.list().pages()
    for _ in range(20):
        step = asyncio.ensure_future(anext(pages))
        await asyncio.sleep(0)
        step.cancel()
        await asyncio.wait([step])
    assert len(await anext(pages)) == MANY


def test_the_time_of_reading_is_not_charged_to_the_call(mock_http: aioresponses) -> None:
    """A response that came in time is no timeout, however busy the program is then."""
    loop = VirtualTimeLoop()
    mock_http.get("https://dev.dixa.io/beta/counted", payload={"data": [{"id": n} for n in range(MANY)]})

    async def call() -> int:
        before = Counted.made

        def be_slow() -> None:
            if Counted.made > before:
                loop.now += 100

        beside = asyncio.create_task(_beside(be_slow))
        async with DixaClient("s3cret", timeout=Timeout(total=5)) as dixa:
            read = await dixa.request("GET", "/counted", response_type=list[Counted])
        beside.cancel()
        return len(read)

    started = loop.now
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        assert runner.run(call()) == MANY
    assert loop.now - started >= 300
