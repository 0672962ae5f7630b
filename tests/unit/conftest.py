"""Unit tests run in virtual time and respond to requests with aioresponses: nothing sleeps, nothing is sent."""

from collections.abc import Iterator, Mapping

import pytest
from aioresponses import aioresponses
from pytest_asyncio.plugin import LoopFactory

from ..helpers.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, LoopFactory]:
    return {"virtual": VirtualTimeLoop}


@pytest.fixture
def mock_http() -> Iterator[aioresponses]:
    """Responds to requests; a request without a response fails like a refused connection."""
    with aioresponses() as responses:
        yield responses
