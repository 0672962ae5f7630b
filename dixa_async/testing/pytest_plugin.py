"""A pytest plugin with one fixture, `fake_dixa`.

It works together with pytest-asyncio. Load it in the top `conftest.py`:

    pytest_plugins = ["dixa_async.testing.pytest_plugin"]

and take the fixture in a test:

    async def test_greets(fake_dixa: FakeDixa) -> None:
        async with DixaClient(fake_dixa.api_key, base_url=fake_dixa.url) as dixa:
            ...
"""

import math
from collections.abc import AsyncIterator

import pytest_asyncio

from .server import FakeDixa


@pytest_asyncio.fixture
async def fake_dixa() -> AsyncIterator[FakeDixa]:
    """A running `FakeDixa` of the test's own.

    It does not limit the rate of requests, so that it slows no test down. The client still keeps to its own limit:
    pass ``rate_limit=RateLimit(per_second=math.inf)`` to switch that off as well.
    """
    async with FakeDixa(rate=math.inf) as server:
        yield server
