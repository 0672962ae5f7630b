"""An aiohttp session of the caller: its connections are used, and its defaults change no call."""

import asyncio
from typing import Any

import aiohttp
import pytest

from dixa_async import RateLimitWaitError
from dixa_async.testing import FakeDixa

from .clients import connect, eventually, statuses


@pytest.mark.parametrize("limits", [{"limit": 1}, {"limit_per_host": 1}, {"limit": 1, "limit_per_host": 5}])
async def test_the_wait_for_a_connection_of_a_small_pool_counts_against_max_wait(
    server: FakeDixa, limits: dict[str, Any]
) -> None:
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(**limits)) as session,
        connect(server, session=session) as dixa,
    ):
        server.misbehave(delay=60)
        slow = asyncio.create_task(dixa.organization.get())
        await eventually(lambda: server.request_count == 1)
        with pytest.raises(RateLimitWaitError):
            await asyncio.wait_for(dixa.with_options(max_wait=0.05).organization.get(), 5)
        assert dixa.rate_limit_state.waiting == 0
        waiting = asyncio.create_task(dixa.organization.get())
        await asyncio.sleep(0.01)
        assert dixa.rate_limit_state.waiting == 1
        slow.cancel()
        await waiting
    assert statuses(server) == [None, 200]


async def test_a_pool_without_a_limit_leaves_it_to_max_concurrency(server: FakeDixa) -> None:
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        connect(server, session=session, max_concurrency=2) as dixa,
    ):
        server.misbehave(delay=0.1, times=3)
        calls = [asyncio.create_task(dixa.organization.get()) for _ in range(3)]
        await eventually(lambda: server.request_count == 2)
        assert dixa.rate_limit_state.waiting == 1
        await asyncio.gather(*calls)
