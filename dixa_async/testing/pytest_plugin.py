"""Fixtures for pytest, which loads this plugin automatically. Public.

- `fake_dixa`: a running `FakeDixa`, a new one for each test.
- `dixa`: a client of it, without a rate limit and with short pauses between retries.
- `dixa_env`: the same server, with environment variables that make `DixaClient()` a client of it.

The fixtures are synchronous and need no other plugin. They work with pytest-asyncio and anyio, with event loops of any
scope, and in tests that start event loops themselves.
"""

# pytest loads this module in every run: a fixture imports what it needs when it is used.
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..client import DixaClient
    from .server import FakeDixa


__all__ = ["dixa", "dixa_env", "fake_dixa"]


@pytest.fixture
def fake_dixa() -> "Iterator[FakeDixa]":
    """A running `FakeDixa` in its own thread, a new one for each test.

    It has no rate limit, which would slow tests down. A client still keeps to its own limit, unless it is created with
    ``rate_limit=math.inf``.
    """
    import math

    from .server import FakeDixa

    with FakeDixa(rate=math.inf) as server:
        yield server


@pytest.fixture
def dixa(fake_dixa: "FakeDixa") -> "Iterator[DixaClient]":
    """A client of `fake_dixa`, without a rate limit and with short pauses between retries.

    It belongs to the first event loop that uses it, needs no ``async with``, and is closed after the test.
    """
    from .fixture_client import fixture_client

    with fixture_client(fake_dixa) as client:
        yield client


@pytest.fixture
def dixa_env(fake_dixa: "FakeDixa", monkeypatch: pytest.MonkeyPatch) -> "FakeDixa":
    """`fake_dixa`, with environment variables that make ``DixaClient()`` a client of it, without a rate limit.

    The other variables that the client reads are removed for the test.
    """
    from .fixture_client import environment_of

    for name, value in environment_of(fake_dixa).items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return fake_dixa
