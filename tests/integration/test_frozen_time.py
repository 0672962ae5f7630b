"""FakeDixa and a client in frozen time: on the event loop of the test, and in a thread."""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import freezegun
import pytest
import time_machine

from dixa_async import DixaClient, RateLimit
from dixa_async.models import CreatedFilter
from dixa_async.testing import FakeDixa
from dixa_async.testing.fixture_client import fixture_client

pytest_plugins = ["dixa_async.testing.pytest_plugin"]

MORNING = datetime(2031, 5, 17, 8, tzinfo=UTC)

Freeze = Callable[[], AbstractContextManager[Any]]


async def _use(server: FakeDixa, dixa: DixaClient) -> datetime:
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])
    note = await dixa.internal_notes.add(conversation.id, "Late.", created_at=datetime.now(UTC))
    filters = [CreatedFilter.between(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))]
    hits = [hit.id async for hit in dixa.search.conversations(all_of=filters)]
    assert hits == [conversation.id]
    since = datetime.now(UTC) - timedelta(minutes=1)
    assert [entry async for entry in dixa.conversations.list_organization_activity(since=since)]
    assert note.created_at - conversation.created_at < timedelta(minutes=1)
    return conversation.created_at


@pytest.mark.parametrize(
    ("freeze", "ticks"),
    [
        (lambda: freezegun.freeze_time(MORNING, real_asyncio=True), False),
        (lambda: freezegun.freeze_time(MORNING, tick=True), True),
        (lambda: time_machine.travel(MORNING, tick=False), False),
        (lambda: time_machine.travel(MORNING, tick=True), True),
    ],
    ids=["freezegun", "freezegun ticking", "time-machine", "time-machine ticking"],
)
async def test_its_times_are_frozen_and_its_rate_limits_are_not(freeze: Freeze, ticks: bool) -> None:
    with freeze():
        async with FakeDixa() as server, DixaClient(server.api_key, base_url=server.url) as dixa:
            created = await _use(server, dixa)
            for _ in range(4):  # more than the burst
                await dixa.organization.get()
            assert server.throttled_count == 0
    assert MORNING <= created <= MORNING + timedelta(minutes=1 if ticks else 0)


async def test_a_running_server_follows_the_frozen_time() -> None:
    async with FakeDixa() as server, DixaClient(server.api_key, base_url=server.url) as dixa:
        with freezegun.freeze_time(MORNING, real_asyncio=True) as frozen:
            assert await _use(server, dixa) == MORNING
            frozen.move_to(MORNING + timedelta(days=1))
            assert server.state.now() == MORNING + timedelta(days=1)


async def test_without_limits_nothing_needs_the_clock_of_asyncio() -> None:
    limit = RateLimit(per_second=math.inf)
    with freezegun.freeze_time(MORNING):
        async with (
            FakeDixa(rate=math.inf, daily_quota=math.inf) as server,
            DixaClient(server.api_key, base_url=server.url, rate_limit=limit) as dixa,
        ):
            assert await _use(server, dixa) == MORNING
            for _ in range(8):
                await dixa.organization.get()


each_standstill = pytest.mark.parametrize(
    "freeze",
    [
        lambda: freezegun.freeze_time(MORNING),
        lambda: freezegun.freeze_time(MORNING, real_asyncio=True),
        lambda: time_machine.travel(MORNING, tick=False),
    ],
    ids=["freezegun", "freezegun with asyncio's time real", "time-machine"],
)


async def send(server: FakeDixa, times: int) -> list[int]:
    """Send requests as fast as possible, and return the status of each response."""
    async with aiohttp.ClientSession(server.url, headers={"Authorization": server.api_key}) as web:
        statuses: list[int] = []
        for _ in range(times):
            async with web.get("/beta/organization") as response:
                statuses.append(response.status)
        return statuses


@each_standstill
def test_the_fixtures_follow_the_time(freeze: Freeze, fake_dixa: FakeDixa) -> None:
    before = fake_dixa.state.now()
    with freeze(), fixture_client(fake_dixa) as dixa:
        assert asyncio.run(name_of(dixa)) == fake_dixa.state.organization.name
        assert fake_dixa.state.now() == fake_dixa.add_end_user("Nils").created_at == MORNING
    assert before <= fake_dixa.state.now() < MORNING


async def name_of(dixa: DixaClient) -> str:
    return (await dixa.organization.get()).name


@each_standstill
def test_a_server_that_starts_in_frozen_time_keeps_running_after_it(freeze: Freeze) -> None:
    server = FakeDixa(rate=5)
    with freeze(), server:
        assert server.state.now() == MORNING
        assert asyncio.run(send(server, 6))[-1] == 429
    time.sleep(0.3)
    with server:
        assert asyncio.run(send(server, 6))[0::5] == [200, 429]
    assert server.state.now() < MORNING


@each_standstill
def test_its_rate_limit_is_not_frozen(freeze: Freeze) -> None:
    with FakeDixa(rate=5) as server, freeze():
        assert asyncio.run(send(server, 6))[-1] == 429
        time.sleep(0.3)
        assert asyncio.run(send(server, 1)) == [200]


@each_standstill
def test_its_delays_are_not_frozen(freeze: Freeze) -> None:
    with FakeDixa() as server, freeze():
        server.inject_fault(delay=0.01)
        assert asyncio.run(send(server, 1)) == [200]
