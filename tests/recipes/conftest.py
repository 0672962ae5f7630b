"""Servers for the recipes."""

import math
from collections.abc import AsyncIterator, Iterator

import pytest

from dixa_async.testing import FakeDixa

from ..helpers.redis_server import RedisServer, running_server


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    async with FakeDixa(rate=math.inf) as server:
        yield server


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with running_server() as server:
        yield server
