"""Pages: awaited, iterated over, resumed, prefetched, and the ways in which a response names the next page."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import TypeVar
from urllib.parse import quote

import pytest
from aioresponses import aioresponses
from hypothesis import given, strategies as st

from dixa_async import DixaClient, Page, Pager, PaginationError, RateLimitTimeoutError, ServerError
from dixa_async.errors import CallError, InvalidRequestError
from dixa_async.models import Agent
from dixa_async.pagination import next_page_key

from ..helpers.requests import CALL, OPERATION
from ..helpers.strategies import json_values
from ..helpers.virtual_time import run_virtual

T = TypeVar("T")

KEYS = (None, "k1", "k2", "k3")


class Book:
    """Pages of two numbers each: 0 and 1 under no key, 2 and 3 under ``k1``, and so on."""

    def __init__(self, *, seconds: float = 0.0, failing: dict[str | None, Exception] | None = None) -> None:
        self.asked: list[str | None] = []
        self._seconds = seconds
        self._failing = failing or {}

    async def fetch(self, key: str | None) -> Page[int]:
        self.asked.append(key)
        await asyncio.sleep(self._seconds)
        if key in self._failing:
            raise self._failing[key]
        number = KEYS.index(key)
        following = KEYS[number + 1] if number + 1 < len(KEYS) else None
        return Page(items=[2 * number, 2 * number + 1], next_key=following)

    def pager(self, *, page_key: str | None = None, prefetch: bool = False) -> Pager[int]:
        return Pager(self.fetch, OPERATION, page_key=page_key, prefetch=prefetch)


both_ways = pytest.mark.parametrize("prefetch", [False, True])


async def _collect(pager: Pager[T], found: list[T]) -> None:
    """Collect items; those found before an error are kept."""
    async for item in pager:
        found.append(item)  # noqa: PERF401


def _no_other_task() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


async def test_awaited_it_is_the_first_page_and_a_sequence() -> None:
    book = Book()
    page = await book.pager()
    assert (page[0], page[-1], page[:1], len(page), list(page)) == (0, 1, [0], 2, [0, 1])
    assert isinstance(page, Sequence)
    assert page.next_key == "k1"
    assert book.asked == [None]


def test_pages_are_equal_when_items_and_key_are() -> None:
    assert Page(items=[1, 2], next_key="k") == Page(items=(1, 2), next_key="k")
    assert Page(items=[1], next_key="k") != Page(items=[1])
    assert Page(items=[1]) != Page(items=[2])
    assert Page(items=[1]) != [1]


@both_ways
async def test_iteration_returns_every_item_of_every_page(prefetch: bool) -> None:
    book = Book()
    pager = book.pager(prefetch=prefetch)
    assert [item async for item in pager] == list(range(8))
    assert book.asked == list(KEYS)
    assert [item async for item in pager] == list(range(8))  # and again


@both_ways
async def test_it_returns_pages_too_and_starts_at_the_given_key(prefetch: bool) -> None:
    pages = [page async for page in Book().pager(page_key="k2", prefetch=prefetch).pages()]
    assert [list(page) for page in pages] == [[4, 5], [6, 7]]
    assert [page.next_key for page in pages] == ["k3", None]


async def test_nothing_is_requested_before_it_is_needed() -> None:
    book = Book()
    pager = book.pager()
    assert book.asked == []
    async with aclosing(pager.pages()) as pages:
        await anext(pages)
        assert book.asked == [None]


@both_ways
async def test_an_empty_page_with_a_next_key_is_not_the_end(prefetch: bool) -> None:
    pages = {None: Page[int](items=[], next_key="a"), "a": Page(items=[], next_key="b"), "b": Page(items=[1])}

    async def fetch(key: str | None) -> Page[int]:
        return pages[key]

    assert [item async for item in Pager(fetch, OPERATION, prefetch=prefetch)] == [1]


@both_ways
@pytest.mark.parametrize("start", [None, "a"])
@pytest.mark.parametrize("cycle", [["a", "a"], ["a", "b", "a"]], ids=str)
async def test_a_pagination_cycle_is_an_error(cycle: list[str], start: str | None, prefetch: bool) -> None:
    follow, asked = iter([*cycle, *cycle]), list[str | None]()

    async def fetch(key: str | None) -> Page[int]:
        asked.append(key)
        return Page(items=[1], next_key=next(follow))

    with pytest.raises(PaginationError, match="cycle") as caught:
        [item async for item in Pager(fetch, OPERATION, page_key=start, prefetch=prefetch)]
    assert caught.value.page_key == "a"
    assert len(asked) == len(set(asked))  # no page was fetched twice
    assert _no_other_task()


@both_ways
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "error",
    [
        CallError("broken", call=CALL, maybe_applied=False),
        RateLimitTimeoutError(wait=9, max_wait=1, call=CALL, maybe_applied=False),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_an_error_reports_where_to_continue(
    error: CallError | RateLimitTimeoutError, key: str | None, prefetch: bool
) -> None:
    found: list[int] = []
    with pytest.raises(type(error)) as caught:
        await _collect(Book(failing={key: error}).pager(prefetch=prefetch), found)
    assert caught.value is error
    assert error.page_key == key
    rest = [item async for item in Book().pager(page_key=error.page_key)]
    assert found + rest == list(range(8))


async def _worked_through(pager: Pager[int]) -> float:
    loop = asyncio.get_running_loop()
    start = loop.time()
    async for _ in pager.pages():
        await asyncio.sleep(1)
    return loop.time() - start


async def test_prefetch_fetches_one_page_while_the_caller_works_on_another() -> None:
    assert await _worked_through(Book(seconds=1).pager()) == 8
    assert await _worked_through(Book(seconds=1).pager(prefetch=True)) == 5


async def test_prefetch_is_never_more_than_one_page_ahead() -> None:
    book = Book()
    async with aclosing(book.pager(prefetch=True).pages()) as pages:
        await anext(pages)
        await asyncio.sleep(100)
        assert book.asked == [None, "k1"]


async def _break_off(pages: AsyncIterator[object], after: float) -> None:
    async for _ in pages:
        await asyncio.sleep(after)
        break


@both_ways
@pytest.mark.parametrize("after", [0.5, 5.0])
async def test_a_caller_who_stops_leaves_nothing_running(prefetch: bool, after: float) -> None:
    book = Book(seconds=1)
    async with aclosing(book.pager(prefetch=prefetch).pages()) as pages:
        await _break_off(pages, after)
    assert _no_other_task()
    assert book.asked == ([None, "k1"] if prefetch else [None])


@both_ways
async def test_a_caller_who_stops_in_a_page_leaves_nothing_running(prefetch: bool) -> None:
    items = aiter(Book(seconds=1).pager(prefetch=prefetch))
    async with aclosing(items):
        await _break_off(items, 0.5)
    assert _no_other_task()


async def test_a_caller_who_stops_does_not_get_the_error_of_a_prefetched_page(caplog: pytest.LogCaptureFixture) -> None:
    book = Book(failing={"k1": CallError("broken", call=CALL, maybe_applied=False)})
    async with aclosing(book.pager(prefetch=True).pages()) as pages:
        await _break_off(pages, 1)
    gc.collect()
    await asyncio.sleep(0)
    assert not caplog.records  # asyncio would log an exception that was never retrieved


async def test_a_cancelled_caller_cancels_the_prefetched_page() -> None:
    task = asyncio.create_task(_worked_through(Book(seconds=10).pager(prefetch=True)))
    await asyncio.sleep(15)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert _no_other_task()


@pytest.mark.parametrize("page_limit", [0, -1, 1.5, "7", True])
def test_an_impossible_page_limit_is_rejected_at_once(page_limit: int) -> None:
    with pytest.raises(InvalidRequestError, match="page_limit"):
        DixaClient("token").agents.list(page_limit=page_limit)


def test_a_page_key_that_is_not_a_string_is_rejected_at_once() -> None:
    with pytest.raises(InvalidRequestError, match="page_key must be a str, not int"):
        Book().pager(page_key=7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("response", "key"),
    [
        ({"meta": {"next": "/beta/agents?pageLimit=2&pageKey=abc"}}, "abc"),
        ({"meta": {"next": "/<api-version>/agents?pageLimit=2&pageKey=abc:"}}, "abc"),
        ({"meta": {"next": "https://elsewhere.example.com/x?pageKey=abc"}}, "abc"),
        ({"meta": {"next": "//elsewhere.example.com?pageKey=abc"}}, "abc"),
        ({"meta": {"next": "?pageKey=a%2Bb%3D%3D&email=x"}}, "a+b=="),
        ({"meta": {"next": "?pageKey=a+b=="}}, "a+b=="),
        ({"meta": {"next": "?pageKey=abc%3A"}}, "abc:"),
        ({"meta": {"next": "?pageKey=abc:&pageLimit=2"}}, "abc:"),
        ({"meta": {"next": "/beta/agents?pageKey="}}, None),
        ({"meta": {"next": "/beta/agents?pageKey=:"}}, None),
        ({"meta": {"next": "/beta/agents?pageLimit=2"}}, None),
        ({"meta": {"next": "/beta/agents"}}, None),
        ({"meta": {"next": ""}}, None),
        ({"meta": {"next": None}}, None),
        ({"meta": {"next": 7}}, None),
        ({"meta": {"previous": "/beta/agents?pageKey=abc"}}, None),
        ({"meta": {}}, None),
        ({"meta": None}, None),
        ({"meta": []}, None),
        ({}, None),
        ({"pageKey": "top"}, "top"),
        ({"meta": {"next": None}, "pageKey": "top"}, "top"),
        ({"meta": {"next": "?pageKey=abc"}, "pageKey": "top"}, "abc"),
        ({"pageKey": ""}, None),
        ({"pageKey": 7}, None),
        ([], None),
        ("?pageKey=abc", None),
        (None, None),
    ],
    ids=str,
)
def test_the_key_of_the_next_page_is_found_and_nothing_else_followed(response: object, key: str | None) -> None:
    assert next_page_key(response) == key


@given(next_link=json_values | st.text().map("?pageKey=".__add__), page_key=json_values)
def test_no_response_breaks_the_search_for_the_key(next_link: object, page_key: object) -> None:
    key = next_page_key({"meta": {"next": next_link}, "pageKey": page_key})
    assert key is None or (isinstance(key, str) and key)


@given(key=st.text(min_size=1), end=st.sampled_from(["", ":", "&pageLimit=2", "&pageLimit=2:"]))
def test_any_key_is_read_from_the_link_unchanged(key: str, end: str) -> None:
    assert next_page_key({"meta": {"next": f"/beta/agents?email=x&pageKey={quote(key, safe='')}{end}"}}) == key


def test_pagers_can_be_used_at_the_same_time() -> None:
    async def main() -> None:
        pager = Book(seconds=1).pager(prefetch=True)

        first: list[int] = []
        second: list[int] = []
        await asyncio.gather(_collect(pager, first), _collect(pager, second))
        assert first == second == list(range(8))

    run_virtual(main())


async def test_filters_are_sent_once_with_every_page_and_the_link_s_host_is_not_followed(
    mock_http: aioresponses,
) -> None:
    agents = "https://dev.dixa.io/beta/agents?email=a@example.com&pageLimit=1"
    user = {"id": "1", "createdAt": "2024-02-29T12:00:00Z", "displayName": "Anna", "email": "a@example.com"}
    evil = "https://evil.example.com/beta/agents?email=a@example.com&pageLimit=1&pageKey=two"
    mock_http.get(agents, payload={"data": [user], "meta": {"next": evil}})
    mock_http.get(
        f"{agents}&pageKey=two", payload={"data": [], "meta": {"next": "/<api-version>/agents?pageKey=three:"}}
    )
    mock_http.get(f"{agents}&pageKey=three", status=501)
    found: list[Agent] = []
    async with DixaClient("key") as dixa:
        with pytest.raises(ServerError) as caught:
            await _collect(dixa.agents.list(email="a@example.com", page_limit=1), found)
    assert [agent.display_name for agent in found] == ["Anna"]
    assert caught.value.page_key == "three"
    assert {url.host for _, url in mock_http.requests} == {"dev.dixa.io"}
