"""The server in its own thread: ``with FakeDixa()``."""

import asyncio
import math
import threading
from collections.abc import Iterator

import pytest
from aiohttp import web

from dixa_async import ConnectError
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, connect, eventually, statuses


@pytest.fixture
def threaded() -> Iterator[FakeDixa]:
    """A server in a thread, without a rate limit."""
    with FakeDixa(rate=math.inf) as server:
        yield server


def name_of(server: FakeDixa) -> str:
    """Get the name of the organization, on a new event loop."""

    async def get() -> str:
        async with connect(server) as dixa:
            return (await dixa.organization.get()).name

    return asyncio.run(get())


def test_several_event_loops_one_after_the_other(threaded: FakeDixa) -> None:
    assert {name_of(threaded) for _ in range(3)} == {threaded.state.organization.name}
    assert statuses(threaded) == [200, 200, 200]


def test_several_event_loops_at_once(threaded: FakeDixa) -> None:
    threads = [threading.Thread(target=name_of, args=[threaded]) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses(threaded) == [200] * 5


def test_it_can_start_again_and_keeps_its_state() -> None:
    server, before = FakeDixa(), threading.active_count()
    for number in range(2):
        with pytest.raises(RuntimeError, match="not running"):
            _ = server.url
        with server:
            assert name_of(server)
            server.add_tag(f"tag {number}")
        assert threading.active_count() == before
    assert server.request_count == 2
    assert [tag.name for tag in server.tags[-2:]] == ["tag 0", "tag 1"]


def test_it_cannot_be_started_twice_at_once(threaded: FakeDixa) -> None:
    with pytest.raises(RuntimeError, match="running already"), threaded:
        pass
    assert name_of(threaded)


def test_an_error_at_the_start_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise OSError("no port is free")

    before = threading.active_count()
    server = FakeDixa()
    with monkeypatch.context() as patch:
        patch.setattr(web.TCPSite, "start", fail)
        with pytest.raises(OSError, match="no port is free"), server:
            pass
    assert threading.active_count() == before
    with server:
        assert name_of(server)


async def test_it_can_be_stopped_during_a_test(threaded: FakeDixa) -> None:
    async with connect(threaded, retry=NO_RETRY) as dixa:
        await dixa.organization.get()
        await threaded.aclose()
        await threaded.aclose()
        with pytest.raises(ConnectError):
            await dixa.organization.get()


async def test_a_request_waits_for_the_lock(threaded: FakeDixa) -> None:
    async with connect(threaded) as dixa:
        with threaded.lock:
            call = asyncio.create_task(dixa.tags.create("new"))
            await asyncio.sleep(0.05)
            assert (threaded.request_count, len(threaded.tags)) == (0, len(threaded.state.tags))
        await call
    assert threaded.tags[-1].name == "new"


@pytest.mark.parametrize("action", ["add", "read", "inject_fault", "clear_faults"])
def test_methods_wait_for_a_request_that_holds_the_lock(threaded: FakeDixa, action: str) -> None:
    actions = {
        "add": lambda: threaded.add_end_user("Nils"),
        "read": lambda: threaded.end_users,
        "inject_fault": lambda: threaded.inject_fault(status=500),
        "clear_faults": threaded.clear_faults,
    }
    thread = threading.Thread(target=actions[action])
    with threaded.lock:  # as a request does
        thread.start()
        thread.join(0.05)
        assert thread.is_alive()
    thread.join()


async def test_adding_data_during_calls_loses_nothing(threaded: FakeDixa) -> None:
    before = len(threaded.tags)
    async with connect(threaded) as dixa:
        calls = [asyncio.create_task(dixa.tags.create(f"by a call {number}")) for number in range(100)]
        for number in range(100):
            await asyncio.to_thread(threaded.add_tag, f"by the test {number}")
        await asyncio.gather(*calls)
    assert len(threaded.tags) == before + 200
    assert threaded.request_count == 100


async def test_delayed_requests_are_applied_in_the_thread(threaded: FakeDixa) -> None:
    threaded.inject_fault(delay=0.02)
    async with connect(threaded, retry=NO_RETRY) as dixa:
        call = asyncio.create_task(dixa.tags.create("late"))
        await eventually(lambda: threaded.request_count == 1)
        call.cancel()
    await eventually(lambda: threaded.tags[-1].name == "late")
