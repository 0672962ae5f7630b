"""Fixtures for pytest, which finds this plugin by itself.

- `fake_dixa`: a running `FakeDixa` of the test's own.
- `dixa`: a client of it, without a rate limit and with quick retries.
- `dixa_env`: the same server, and an environment that points to it.

They are plain fixtures, and need no other plugin. Tests can be of pytest-asyncio or of anyio, on an event loop of any
scope, or start event loops themselves.
"""

# pytest loads this module in every run: what a fixture needs is imported when it is used.
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..client import DixaClient
    from .server import FakeDixa


@pytest.fixture
def fake_dixa() -> "Iterator[FakeDixa]":
    """A running `FakeDixa` of the test's own, in a thread of its own.

    It does not limit the rate of requests, so that it slows no test down. A client still keeps to its own limit, unless
    it is made with ``rate_limit=math.inf``.
    """
    import math

    from .server import FakeDixa

    with FakeDixa(rate=math.inf) as server:
        yield server


@pytest.fixture
def dixa(fake_dixa: "FakeDixa") -> "Iterator[DixaClient]":
    """A client of the `fake_dixa`, without a rate limit and with quick retries.

    It belongs to the event loop that uses it first, needs no ``async with``, and is closed after the test.
    """
    from .fixture_client import fixture_client

    with fixture_client(fake_dixa) as client:
        yield client


@pytest.fixture
def dixa_env(fake_dixa: "FakeDixa", monkeypatch: pytest.MonkeyPatch) -> "FakeDixa":
    """The `fake_dixa`, with an environment in which ``DixaClient()`` is a client of it, without a rate limit.

    The other settings that the environment can make are taken out of it.
    """
    from .fixture_client import environment_of

    for name, value in environment_of(fake_dixa).items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return fake_dixa
