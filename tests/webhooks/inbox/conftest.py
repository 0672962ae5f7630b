"""The inboxes. What waits for a disk, or goes by Redis' clock, runs in real time."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytest_asyncio.plugin import LoopFactory
from redis.asyncio import Redis

from dixa_async.webhooks.inbox.memory import MemoryInbox
from dixa_async.webhooks.inbox.protocol import Inbox
from dixa_async.webhooks.inbox.redis import RedisInbox
from dixa_async.webhooks.inbox.sqlite import SqliteInbox

from ...helpers.redis_server import RedisServer, running_server
from ...helpers.steady_loop import SteadyLoop
from ...helpers.virtual_time import VirtualTimeLoop
from .support import MakeInbox

_names = count()


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, LoopFactory]:
    waits_for_others = {"make_inbox", "path", "redis", "redis_server", "own_server"} & set(
        getattr(item, "fixturenames", ())
    )
    return {"steady": SteadyLoop} if waits_for_others else {"virtual": VirtualTimeLoop}


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with running_server() as server:
        yield server


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_server.url)
    yield client
    await client.aclose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an inbox can be."""
    return tmp_path / "a.inbox"


@pytest.fixture(params=["memory", "sqlite", "redis"])
def make_inbox(request: pytest.FixtureRequest, tmp_path: Path) -> MakeInbox:
    """Makes an inbox of one kind, empty, with a short window."""

    @asynccontextmanager
    async def open_redis(server: RedisServer, **settings: Any) -> AsyncIterator[Inbox]:
        async with (
            Redis.from_url(server.url) as client,
            RedisInbox(client, f"test {next(_names)}", **settings) as inbox,
        ):
            yield inbox

    def make(**settings: Any) -> AbstractAsyncContextManager[Inbox]:
        settings = {"order_window": 0.05, **settings}
        if request.param == "memory":
            return MemoryInbox(**settings)
        if request.param == "sqlite":
            return SqliteInbox(tmp_path / f"{next(_names)}.inbox", durable=False, **settings)
        return open_redis(request.getfixturevalue("redis_server"), **settings)

    return make
