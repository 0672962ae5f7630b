"""A server, a client of it, and somebody who listens, on real sockets, by a clock without the machine's pauses."""

import math
from collections.abc import AsyncIterator, Mapping

import pytest
from pytest_asyncio.plugin import LoopFactory

from dixa_async import DixaClient
from dixa_async.testing import FakeDixa

from ...helpers.clients import connect
from ...helpers.steady_loop import SteadyLoop
from .listener import Listener


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, LoopFactory]:
    return {"steady": SteadyLoop}


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    async with FakeDixa(rate=math.inf) as server:
        yield server


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    async with connect(server) as dixa:
        yield dixa


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener() as listener:
        yield listener
