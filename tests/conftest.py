"""Fixtures for all tests."""

import pytest

from dixa_async.transport.limiter import shared as shared_limiters
from dixa_async.transport.middleware import retry
from dixa_async.transport.middleware.retry import RetryBudget
from dixa_async.transport.token_registry import TokenRegistry

from .helpers import aioresponses_shim

aioresponses_shim.install()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the settings or the token of the person who runs it."""
    for name in (
        "DIXA_API_KEY",
        "DIXA_BASE_URL",
        "DIXA_EXPORTS_URL",
        "DIXA_EXPORTS_PER_MINUTE",
        "DIXA_FILES_URL",
        "DIXA_API_VERSION",
        "DIXA_AUTH_SCHEME",
        "DIXA_TIMEOUT",
        "DIXA_RATE_LIMIT",
        "DIXA_MAX_ATTEMPTS",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _own_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for the requests of another test, or uses up its retry budget."""
    monkeypatch.setattr(shared_limiters, "_shared", shared_limiters.LimiterRegistry())
    monkeypatch.setattr(retry, "_shared", TokenRegistry(RetryBudget.is_disposable))
