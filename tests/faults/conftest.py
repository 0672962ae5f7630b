"""A misbehaving server and a client for it. Every test fails if it leaves a task, a socket or a warning behind."""

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping

import pytest
from pytest_asyncio.plugin import LoopFactory

from dixa_async import DixaClient

from ..helpers.steady_loop import SteadyLoop
from .behaviours import BEHAVIOURS
from .clients import make_client
from .raw_server import RawServer


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, LoopFactory]:
    return {"steady": SteadyLoop}


@pytest.fixture
async def nothing_left() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    left = {task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()}
    assert not left
    gc.collect(1)  # an unclosed socket warns when it is collected, and warnings are errors


@pytest.fixture
async def server(nothing_left: None) -> AsyncIterator[RawServer]:
    async with RawServer(BEHAVIOURS) as server:
        yield server


@pytest.fixture
async def dixa(server: RawServer) -> AsyncIterator[DixaClient]:
    async with make_client(server.url) as dixa:
        yield dixa
