"""Fixtures of tests on real sockets: a `FakeDixa`, a client, and a clock without the machine's pauses."""

import math
from collections.abc import AsyncIterator, Mapping

import pytest
from pytest_asyncio.plugin import LoopFactory

from dixa_async import DixaClient
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW, connect
from ..helpers.steady_loop import SteadyLoop


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, LoopFactory]:
    return {"steady": SteadyLoop}


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    """A server without a rate limit, whose time is always `NOW`."""
    async with FakeDixa(rate=math.inf, exports_per_minute=math.inf, clock=NOW.timestamp) as server:
        yield server


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    """A client of the server."""
    async with connect(server) as dixa:
        yield dixa
