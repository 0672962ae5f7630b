"""A redis-server for all tests here, and a separate one for each test that breaks it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from ..helpers.redis_server import RedisServer, running_server


@pytest.fixture(scope="session")
def shared_server() -> Iterator[RedisServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def server(shared_server: RedisServer) -> RedisServer:
    """The server that all tests share, empty."""
    with shared_server.client() as client:
        client.flushall()
    return shared_server


@pytest.fixture
def own_server() -> Iterator[RedisServer]:
    """A server that a test may stop, kill and start."""
    with running_server() as server:
        yield server


@pytest.fixture
async def redis(server: RedisServer) -> AsyncIterator[Redis]:
    client = Redis.from_url(server.url)
    yield client
    await client.aclose()
