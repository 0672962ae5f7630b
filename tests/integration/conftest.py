"""Integration tests use real sockets: a `FakeDixa` and a client for each test."""

import math
from collections.abc import AsyncIterator

import pytest

from dixa_async import DixaClient
from dixa_async.testing import FakeDixa

from .clients import NOW, connect


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    """A server without a rate limit, on which it is always `NOW`."""
    async with FakeDixa(rate=math.inf, clock=NOW.timestamp) as server:
        yield server


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    """A client of the server."""
    async with connect(server) as dixa:
        yield dixa
