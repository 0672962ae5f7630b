"""Fixtures and markers for pytest, which loads this plugin automatically. Public.

Fixtures:

- `fake_dixa`: a running `FakeDixa`, a new one for each test.
- `dixa`: a client of it, without a rate limit and with short pauses between retries; in a test with the marker
  ``dixa_cassette``, a client whose calls are recorded or replayed.
- `dixa_env`: the same server, with environment variables that make `DixaClient()` a client of it.
- `dixa_cassette`: the `Cassette` of a test with the marker ``dixa_cassette``.

Markers:

- ``fake_dixa(faults=…, …)``: the arguments of the `FakeDixa` of a test, and what goes wrong in it.
- ``dixa_cassette(path, …)``: the arguments of the `Cassette` of a test.

The fixtures are synchronous and need no other plugin. They work with pytest-asyncio and anyio, with event loops of any
scope, and in tests that start event loops themselves.
"""

# pytest loads this module in every run: a fixture imports what it needs when it is used.
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pluggy import Result

    from ..client import DixaClient
    from .cassettes.cassette import Cassette
    from .server import FakeDixa


__all__ = ["dixa", "dixa_cassette", "dixa_env", "fake_dixa"]

_MARKERS = (
    "fake_dixa(faults=..., **arguments): arguments of the FakeDixa of a test, and the faults that are injected into it",
    "dixa_cassette(path=None, record=None, order='strict', key=None): record the calls of a test, or replay them",
)
_HAS_PASSED = pytest.StashKey["bool | None"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that overrides the record mode of all cassettes."""
    parser.getgroup("dixa").addoption(
        "--dixa-record",
        choices=("once", "none", "all"),
        help="record mode of tests with the marker dixa_cassette: once (the default), none or all",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.hookimpl(hookwrapper=True)  # which old versions of pytest know, too
def pytest_runtest_makereport(item: pytest.Item) -> "Generator[None, Result[pytest.TestReport], None]":
    """Remember whether a test has passed. There is no report of a test that was interrupted."""
    outcome = yield
    report = outcome.get_result()
    item.stash[_HAS_PASSED] = False if not report.passed else None if report.when == "setup" else True


@pytest.fixture
def fake_dixa(request: pytest.FixtureRequest) -> "Iterator[FakeDixa]":
    """A running `FakeDixa` in its own thread, a new one for each test.

    It has no rate limits, which would slow tests down, unless the marker ``fake_dixa`` sets one. A client still keeps
    to its own limits, unless it is created with ``rate_limit=math.inf`` and ``exports_per_minute=math.inf``.
    """
    from .markers import marked_server

    with marked_server(request.node) as server:
        yield server


@pytest.fixture
def dixa(request: pytest.FixtureRequest) -> "Iterator[DixaClient]":
    """A client of `fake_dixa`, without a rate limit and with short pauses between retries.

    In a test with the marker ``dixa_cassette``, it is a client of Dixa whose calls are recorded or replayed. It belongs
    to the first event loop that uses it, needs no ``async with``, and is closed after the test.
    """
    from .fixture_client import cassette_client, fixture_client

    if request.node.get_closest_marker("dixa_cassette") is not None:
        with cassette_client(request.getfixturevalue("dixa_cassette")) as client:
            yield client
    else:
        with fixture_client(request.getfixturevalue("fake_dixa")) as client:
            yield client


@pytest.fixture
def dixa_cassette(request: pytest.FixtureRequest) -> "Iterator[Cassette]":
    """The `Cassette` of a test with the marker ``dixa_cassette``, which is open while the test runs.

    It is a middleware, for a client that the test makes by itself.
    """
    from .markers import marked_cassette, open_cassette

    cassette = marked_cassette(request.node, request.config.getoption("dixa_record", None))
    with open_cassette(cassette, lambda: request.node.stash.get(_HAS_PASSED, None)):
        yield cassette


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
