"""The addresses of the server: how long they are used, and which callers wait for them."""

import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from dixa_async.transport.resolver import MAX_LOOKUP_WAIT, LookupWaitError, Resolver


class Book(AbstractResolver):
    """Returns a new address each time."""

    def __init__(self) -> None:
        self.looked_up = 0
        self.failing = False

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.looked_up += 1
        await asyncio.sleep(2)
        if self.failing:
            raise OSError("no such name")
        return [_address(self.looked_up)]

    @override
    async def close(self) -> None: ...


def _address(number: int) -> ResolveResult:
    return ResolveResult(hostname="a", host=f"10.0.0.{number}", port=1, family=socket.AF_INET, proto=0, flags=0)


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    book = Book()
    monkeypatch.setattr("aiohttp.DefaultResolver", lambda: book)
    return book


async def test_all_callers_wait_for_one_lookup(book: Book) -> None:
    names = Resolver()
    callers = [asyncio.create_task(names.resolve("a", 1)) for _ in range(5)]
    await asyncio.sleep(1)
    callers.pop().cancel()
    assert await asyncio.gather(*callers) == [[_address(1)]] * 4
    assert book.looked_up == 1


async def test_old_addresses_are_used_while_new_ones_are_looked_up(book: Book) -> None:
    names = Resolver()
    assert await names.resolve("a", 1) == [_address(1)]
    await asyncio.sleep(9)
    assert await names.resolve("a", 1) == [_address(1)]
    assert book.looked_up == 1
    await asyncio.sleep(200)
    start = asyncio.get_running_loop().time()
    assert await names.resolve("a", 1) == [_address(1)]
    assert asyncio.get_running_loop().time() == start
    await asyncio.sleep(3)
    assert await names.resolve("a", 1) == [_address(2)]


async def test_another_server_has_its_own_addresses(book: Book) -> None:
    names = Resolver()
    assert await names.resolve("a", 1) == [_address(1)]
    assert await names.resolve("b", 1) == [_address(2)]
    assert await names.resolve("a", 2) == [_address(3)]
    assert await names.resolve("a", 1) == [_address(1)]


async def test_addresses_that_are_too_old_are_not_used(book: Book) -> None:
    names = Resolver()
    await names.resolve("a", 1)
    await asyncio.sleep(1000)
    assert await names.resolve("a", 1) == [_address(2)]


@pytest.mark.parametrize("host", ["a", "another"])
async def test_a_caller_that_cannot_wait_leaves_the_lookup_to_the_others(book: Book, host: str) -> None:
    names = Resolver()
    patient = asyncio.create_task(names.resolve("a", 1))
    await asyncio.sleep(0.5)
    start = asyncio.get_running_loop().time()
    MAX_LOOKUP_WAIT.set(0.25)
    with pytest.raises(LookupWaitError) as caught:
        await names.resolve(host, 1)
    assert asyncio.get_running_loop().time() - start == caught.value.wait == 0.25
    assert await patient == await names.resolve("a", 1)


async def test_a_lookup_that_times_out_by_itself_is_not_reported_as_a_wait(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(*_: object) -> list[ResolveResult]:
        raise TimeoutError("the name server does not respond")

    monkeypatch.setattr(book, "resolve", resolve)
    MAX_LOOKUP_WAIT.set(100.0)
    with pytest.raises(TimeoutError, match="name server"):
        await Resolver().resolve("a", 1)


async def test_a_failure_is_reported_to_waiting_callers_only(book: Book) -> None:
    names = Resolver()
    book.failing = True
    with pytest.raises(OSError, match="no such name"):
        await names.resolve("a", 1)
    book.failing = False
    assert await names.resolve("a", 1) == [_address(2)]
    book.failing = True
    await asyncio.sleep(100)
    assert await names.resolve("a", 1) == [_address(2)]
    await asyncio.sleep(10)  # the lookup in the background has failed, and nothing was reported


async def test_closing_ends_a_lookup_and_does_not_cancel_waiting_callers(book: Book) -> None:
    names = Resolver()
    waiting = asyncio.create_task(names.resolve("a", 1))
    await asyncio.sleep(1)
    await names.close()
    with pytest.raises(OSError, match="closed"):
        await waiting
