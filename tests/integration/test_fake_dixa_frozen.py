"""The server in a thread while a test holds the time still, and its fixtures."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import freezegun
import pytest
import time_machine

from dixa_async import DixaClient
from dixa_async.testing import FakeDixa
from dixa_async.testing.fixture_client import fixture_client

pytest_plugins = ["dixa_async.testing.pytest_plugin"]

MORNING = datetime(2031, 5, 17, 8, tzinfo=UTC)

Freeze = Callable[[], AbstractContextManager[Any]]

each_tool = pytest.mark.parametrize(
    "freeze",
    [
        lambda: freezegun.freeze_time(MORNING),
        lambda: freezegun.freeze_time(MORNING, real_asyncio=True),
        lambda: time_machine.travel(MORNING, tick=False),
    ],
    ids=["freezegun", "freezegun with asyncio's time real", "time-machine"],
)


async def ask(server: FakeDixa, times: int) -> list[int]:
    """Send requests as fast as it goes, and tell how each was answered."""
    async with aiohttp.ClientSession(server.url, headers={"Authorization": server.api_key}) as web:
        statuses: list[int] = []
        for _ in range(times):
            async with web.get("/beta/organization") as response:
                statuses.append(response.status)
        return statuses


@each_tool
def test_the_fixtures_follow_the_time(freeze: Freeze, fake_dixa: FakeDixa) -> None:
    before = fake_dixa.state.now()
    with freeze(), fixture_client(fake_dixa) as dixa:
        assert asyncio.run(name_of(dixa)) == fake_dixa.state.organization.name
        assert fake_dixa.state.now() == fake_dixa.add_end_user("Nils").created_at == MORNING
    assert before <= fake_dixa.state.now() < MORNING


async def name_of(dixa: DixaClient) -> str:
    return (await dixa.organization.get()).name


@each_tool
def test_a_server_that_starts_in_frozen_time_goes_on_after_it(freeze: Freeze) -> None:
    server = FakeDixa(rate=5)
    with freeze(), server:
        assert server.state.now() == MORNING
        assert asyncio.run(ask(server, 6))[-1] == 429
    time.sleep(0.3)
    with server:
        assert asyncio.run(ask(server, 6))[0::5] == [200, 429]
    assert server.state.now() < MORNING


@each_tool
def test_its_limit_does_not_stand_still(freeze: Freeze) -> None:
    with FakeDixa(rate=5) as server, freeze():
        assert asyncio.run(ask(server, 6))[-1] == 429
        time.sleep(0.3)
        assert asyncio.run(ask(server, 1)) == [200]


@each_tool
def test_its_delays_do_not_stand_still(freeze: Freeze) -> None:
    with FakeDixa() as server, freeze():
        server.misbehave(delay=0.01)
        assert asyncio.run(ask(server, 1)) == [200]
