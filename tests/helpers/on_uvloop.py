"""Runs asynchronous tests on uvloop, as a pytest plugin: ``pytest -p tests.helpers.on_uvloop tests/integration``."""

from collections.abc import Generator, Mapping

import pytest
import uvloop
from pytest_asyncio.plugin import LoopFactory


@pytest.hookimpl(wrapper=True)
def pytest_asyncio_loop_factories() -> Generator[None, object, Mapping[str, LoopFactory]]:
    """Replace the event loop that a suite asks for."""
    yield
    return {"uvloop": uvloop.new_event_loop}
