"""Single steps through pages and items: those that are cancelled, fail, or are made at once."""

import asyncio
import contextvars
import gc
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from dixa_async import Page, Pager, PaginationError
from dixa_async.errors import CallError
from dixa_async.pagination import ItemIterator, PageIterator

from ..helpers.requests import CALL, OPERATION
from ..helpers.virtual_time import now, run_virtual

PAGES = 4
ALL = list(range(2 * PAGES))

both_ways = pytest.mark.parametrize("prefetch", [False, True])


class Book:
    """Pages of two numbers each; records which were requested and which were cancelled."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.asked: list[str | None] = []
        self.given_up: list[str | None] = []
        self.failing: dict[str | None, list[Exception]] = {}
        self._seconds = seconds

    async def fetch(self, key: str | None) -> Page[int]:
        self.asked.append(key)
        try:
            await asyncio.sleep(self._seconds)
        except asyncio.CancelledError:
            self.given_up.append(key)
            raise
        if self.failing.get(key):
            raise self.failing[key].pop()
        number = int(key or 0)
        return Page(items=[2 * number, 2 * number + 1], next_key=str(number + 1) if number + 1 < PAGES else None)

    def pager(self, *, prefetch: bool = False) -> Pager[int]:
        return Pager(self.fetch, OPERATION, prefetch=prefetch)


async def _with_patience(steps: AsyncIterator[Any], patience: float) -> tuple[list[Any], int]:
    """All items, with a time limit for each step, and how often a step timed out."""
    found: list[Any] = []
    timeouts = 0
    while True:
        try:
            found.append(await asyncio.wait_for(anext(steps), patience))
        except TimeoutError:
            timeouts += 1
        except StopAsyncIteration:
            return found, timeouts


def _no_other_task() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


@both_ways
async def test_a_cancelled_step_loses_nothing_and_requests_nothing_twice(prefetch: bool) -> None:
    book, start = Book(), now()
    found, timeouts = await _with_patience(aiter(book.pager(prefetch=prefetch)), 0.2)
    assert found == ALL
    assert timeouts >= PAGES
    assert book.asked == [None, "1", "2", "3"]
    assert not book.given_up
    assert now() - start == pytest.approx(PAGES, abs=0.01)  # nothing was started again


@both_ways
async def test_the_same_holds_for_pages(prefetch: bool) -> None:
    book = Book()
    found, _ = await _with_patience(book.pager(prefetch=prefetch).pages(), 0.3)
    assert [list(page) for page in found] == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert book.asked == [None, "1", "2", "3"]


@given(plan=st.lists(st.floats(0, 2.5), max_size=20), seconds=st.sampled_from([0.0, 0.5, 1.0]), prefetch=st.booleans())
def test_whenever_steps_are_cancelled_each_item_comes_once_and_in_order(
    plan: list[float], seconds: float, prefetch: bool
) -> None:
    async def main() -> None:
        book = Book(seconds)
        items = aiter(book.pager(prefetch=prefetch))
        found: list[int] = []
        for patience in plan:
            step = asyncio.ensure_future(_step(items))
            await asyncio.wait([step], timeout=patience)
            step.cancel()
            await asyncio.wait([step])
            if not step.cancelled() and (item := step.result()) is not None:
                found.append(item)
        found += [item async for item in items]
        assert found == ALL
        assert book.asked == [None, "1", "2", "3"]
        assert _no_other_task()

    run_virtual(main())


async def _step(items: AsyncIterator[int]) -> int | None:
    return await anext(items, None)


@both_ways
@pytest.mark.parametrize("steps", [lambda pager: aiter(pager), lambda pager: pager.pages()], ids=["items", "pages"])
@pytest.mark.parametrize("end", ["aclose", "drop", "drop in a reference cycle"])
async def test_an_iterator_that_is_closed_or_dropped_leaves_nothing_running(
    prefetch: bool, steps: Callable[[Pager[int]], Any], end: str
) -> None:
    book = Book()
    iterator = steps(book.pager(prefetch=prefetch))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(iterator), 0.5)
    assert not _no_other_task()
    if end == "aclose":
        await iterator.aclose()
        assert _no_other_task()
        assert await anext(iterator, "the end") == "the end"
        await iterator.aclose()
    else:
        if end == "drop in a reference cycle":
            iterator.me = iterator
        del iterator
        gc.collect()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert _no_other_task()
    assert book.given_up == [None]


async def test_an_iterator_that_is_closed_ends_a_step_that_waits() -> None:
    pages = Book().pager().pages()
    step = asyncio.ensure_future(anext(pages, "the end"))
    await asyncio.sleep(0.1)
    await pages.aclose()
    assert await step == "the end"


async def test_an_iterator_can_be_dropped_in_another_thread() -> None:
    book, holder = Book(), list[Any]()
    holder.append(book.pager().pages())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(holder[0]), 0.5)
    thread = threading.Thread(target=holder.clear)
    thread.start()
    thread.join()
    await asyncio.sleep(0.1)
    assert book.given_up == [None]


def test_an_iterator_can_be_dropped_when_its_loop_is_over(recwarn: pytest.WarningsRecorder) -> None:
    loop = asyncio.new_event_loop()
    pages = Book().pager(prefetch=True).pages()
    loop.run_until_complete(asyncio.wait_for(anext(pages), 5))
    task = pages._task
    assert task is not None
    task.cancel()
    loop.run_until_complete(asyncio.wait([task]))
    loop.close()
    del pages
    gc.collect()
    assert not recwarn


async def test_a_cancelled_caller_that_is_still_referenced_leaves_nothing_running() -> None:
    book = Book()

    async def work() -> None:
        async for _ in book.pager():
            pass

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:  # its traceback is kept
        await task
    await asyncio.sleep(0)
    assert _no_other_task()
    assert book.given_up == [None]
    del caught


@both_ways
async def test_after_an_error_the_next_step_requests_that_page_again(prefetch: bool) -> None:
    book = Book()
    book.failing["2"] = [CallError("broken", call=CALL, maybe_applied=False) for _ in range(2)]
    items = aiter(book.pager(prefetch=prefetch))
    found: list[int] = []
    errors: list[CallError] = []
    while True:
        try:
            found.append(await anext(items))
        except CallError as error:
            errors.append(error)
        except StopAsyncIteration:
            break
    assert found == ALL
    assert [error.page_key for error in errors] == ["2", "2"]


async def test_any_other_error_ends_the_iteration() -> None:
    book = Book()
    book.failing["1"] = [LookupError("of a handler")]
    pages = book.pager().pages()
    await anext(pages)
    with pytest.raises(LookupError):
        await anext(pages)
    assert await anext(pages, "the end") == "the end"


async def test_all_pages_of_a_cycle_are_returned_before_the_error() -> None:
    async def fetch(key: str | None) -> Page[int]:
        return Page(items=[1], next_key="a")

    pages = Pager(fetch, OPERATION).pages()
    assert [list(await anext(pages)), list(await anext(pages))] == [[1], [1]]
    with pytest.raises(PaginationError):
        await anext(pages)
    assert await anext(pages, "the end") == "the end"


@both_ways
async def test_concurrent_steps_get_each_item_once(prefetch: bool) -> None:
    items = aiter(Book().pager(prefetch=prefetch))
    found = await asyncio.gather(*(_step(items) for _ in range(len(ALL) + 3)))
    assert sorted(item for item in found if item is not None) == ALL
    assert found.count(None) == 3


async def test_a_page_is_fetched_in_the_context_of_its_caller() -> None:
    who: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")
    seen: list[str] = []

    async def fetch(key: str | None) -> Page[int]:
        seen.append(who.get())
        return Page(items=[1], next_key=None if key else "k")

    pages = Pager(fetch, OPERATION).pages()
    for name in ("anna", "bo"):
        who.set(name)
        await anext(pages)
    assert seen == ["anna", "bo"]


def test_the_reprs_of_the_iterators_name_their_operation() -> None:
    pager = Book().pager()
    assert repr(pager) == "<Pager of getThing: GET /things/{thingId}>"
    assert repr(aiter(pager)) == "<ItemIterator of getThing: GET /things/{thingId}>"
    assert repr(pager.pages()) == "<PageIterator of getThing: GET /things/{thingId}>"
    assert isinstance(aiter(pager), ItemIterator)
    assert isinstance(pager.pages(), PageIterator)
