"""A server whose host name is slow to look up."""

import asyncio
import socket
from typing import Any

import pytest

from dixa_async import ConnectError, DixaClient, RateLimit, RetryPolicy, Timeout
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, UNLIMITED
from ..helpers.patient_loop import run_patiently

pytestmark = pytest.mark.clock

_NAME = "localhost"


class SlowLookup:
    """Replaces the name lookup of the event loop: the name is this machine, or unknown."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._getaddrinfo = loop.getaddrinfo
        self.seconds = seconds
        self.failing = False
        self.count = 0
        loop.getaddrinfo = self.getaddrinfo  # type: ignore[method-assign]

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        if host != _NAME:
            return await self._getaddrinfo(host, port, **options)
        self.count += 1
        await asyncio.sleep(self.seconds)
        if self.failing:
            raise socket.gaierror("no such name")
        return await self._getaddrinfo("127.0.0.1", port, **options)


def _client(server: FakeDixa, **options: Any) -> DixaClient:
    url = server.url.replace("127.0.0.1", _NAME)
    return DixaClient(server.api_key, base_url=url, **{"retry": NO_RETRY, "rate_limit": UNLIMITED, **options})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_calls_that_wait_for_a_lookup_are_sent_at_once_and_all_succeed(method: str) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        lookup = SlowLookup(loop, 1)
        async with (
            FakeDixa(clock=loop.time) as server,
            _client(server, rate_limit=RateLimit(), retry=RetryPolicy()) as dixa,
        ):
            calls = [dixa.tags.create(f"tag {n}") if method == "POST" else dixa.organization.get() for n in range(30)]
            start = loop.time()
            await asyncio.gather(*calls)
            assert loop.time() - start < 7
        assert lookup.count == 1
        assert 0 < server.throttled_count < 15
        assert [request.status for request in server.requests].count(429) == server.throttled_count
        assert server.request_count == 30 + server.throttled_count

    run_patiently(main())


async def test_an_unknown_host_fails_all_calls_after_one_lookup() -> None:
    lookup = SlowLookup(asyncio.get_running_loop(), 0.1)
    lookup.failing = True
    async with FakeDixa() as server, _client(server) as dixa:
        results = await asyncio.gather(*(dixa.organization.get() for _ in range(20)), return_exceptions=True)
        assert [type(result) for result in results] == [ConnectError] * 20
        assert lookup.count <= 2  # that of the first call, and one for those that waited for it
        lookup.failing = False
        assert await dixa.organization.get() == server.state.organization


async def test_a_slow_lookup_is_a_timeout_and_the_next_call_looks_up_again() -> None:
    lookup = SlowLookup(asyncio.get_running_loop(), 0.2)
    async with FakeDixa() as server:
        async with _client(
            server, timeout=Timeout(connect=0.05), retry=RetryPolicy(max_attempts=10, base_delay=0.05)
        ) as dixa:
            assert await dixa.organization.get() == server.state.organization
        assert lookup.count == 1


async def test_closing_a_client_does_not_wait_for_a_lookup() -> None:
    SlowLookup(asyncio.get_running_loop(), 60)
    async with FakeDixa() as server:
        async with _client(server) as dixa:
            calls = [asyncio.create_task(dixa.organization.get()) for _ in range(3)]
            await asyncio.sleep(0.01)
        results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [ConnectError] * 3
    assert not any(result.maybe_applied for result in results if isinstance(result, ConnectError))
    assert server.request_count == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
