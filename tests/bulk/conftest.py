"""Tests of jobs run in virtual time; those that use `server`, on real sockets and without the machine's pauses."""

import math
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from pytest_asyncio.plugin import LoopFactory

from dixa_async import DixaClient
from dixa_async.testing import FakeDixa

from ..helpers.clients import connect
from ..helpers.steady_loop import SteadyLoop
from ..helpers.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, LoopFactory]:
    is_real = "server" in getattr(item, "fixturenames", ())
    return {"steady": SteadyLoop} if is_real else {"virtual": VirtualTimeLoop}


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    async with FakeDixa(rate=math.inf) as server:
        yield server


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    async with connect(server) as dixa:
        yield dixa


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a journal."""
    return tmp_path / "a.journal"
