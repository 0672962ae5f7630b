"""A first call loads the models of its own operation, and a view checks what it changes."""

import subprocess
import sys
from typing import Any

import pytest

from dixa_async import ConfigurationError, DixaClient, Operation, Timeout, _base_url
from dixa_async.transport.operation import LazyType

_FIRST_CALL = """
import asyncio, sys
from dixa_async import ConnectError, DixaClient, RetryPolicy

async def main():
    once = RetryPolicy(max_attempts=1)
    async with DixaClient("k", base_url="http://127.0.0.1:9", retry=once) as dixa:
        call = asyncio.create_task(dixa.conversations.get(42))
        iterations = []
        while not call.done():
            loaded = {name for name in sys.modules if name.startswith("dixa_async.models.")}
            iterations.append(loaded)
            await asyncio.sleep(0)
        assert "dixa_async.models.conversations" not in iterations[1]
        try:
            await call
        except ConnectError:
            print(*sorted(loaded))

asyncio.run(main())
"""


def test_a_first_call_loads_its_own_models_in_iterations_of_their_own() -> None:
    done = subprocess.run([sys.executable, "-c", _FIRST_CALL], capture_output=True, text=True, check=True)
    loaded = [name.removeprefix("dixa_async.models.") for name in done.stdout.split()]
    assert loaded == ["base", "common", "conversations", "custom_attributes", "frameworks"]


def test_a_lazy_type_is_looked_up_once_and_when_it_is_used() -> None:
    looked_up: list[int] = []

    def look_up() -> type[int]:
        looked_up.append(1)
        return int

    operation: Operation[Any] = Operation("id", "GET", "/x", response_type=LazyType(look_up))
    assert not operation.is_loaded
    assert not looked_up
    assert operation.response_type is operation.response_type is int
    assert operation.is_loaded
    assert len(looked_up) == 1
    assert operation.body is None


def test_a_view_checks_what_it_changes_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    dixa = DixaClient("k", timeout=7)

    def fail(_: object) -> None:
        raise AssertionError("checked again")

    monkeypatch.setattr(_base_url, "_split_checked", fail)
    view = dixa.with_options(timeout=5)
    assert view.config.timeout == Timeout(attempt=5)
    assert view.config.base_url == dixa.config.base_url
    assert view.config.api_key == dixa.config.api_key
    assert dixa.config.timeout == Timeout(attempt=7)
    with pytest.raises(ConfigurationError, match="retry must be a RetryPolicy"):
        dixa.with_options(retry=3)  # type: ignore[arg-type]
