"""State that clients with the same token share is kept while it matters, and no longer."""

import asyncio
import gc
import tracemalloc
import weakref

import attrs
import pytest

from dixa_async import DixaClient, RateLimit, Secret
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.quota import PastUse
from dixa_async.transport.limiter.shared import shared_limiter
from dixa_async.transport.middleware.retry import RetryBudget, shared_budget
from dixa_async.transport.token_registry import TokenRegistry

_SERVER = "https://a.example.com"
_TOKEN = Secret("k")
_DAY = 86_400.0


@attrs.define
class _Time:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@attrs.define(eq=False)
class _Value:
    spent: bool = False


class _User:
    """Holds a value."""

    def __init__(self, registry: TokenRegistry[_Value], value: _Value) -> None:
        self.value = value
        registry.keep_after(self, _SERVER, _TOKEN)


def _registry(clock: _Time) -> TokenRegistry[_Value]:
    return TokenRegistry(lambda value, unused_for: not value.spent or unused_for > 500, clock)


def _used(registry: TokenRegistry[_Value], *, spent: bool) -> "weakref.ref[_Value]":
    """A value that was added, used and left."""
    value = _Value()
    registry.add(_SERVER, _TOKEN, value)
    user = _User(registry, value)
    value.spent = spent
    del user
    return weakref.ref(value)


def test_a_disposable_value_is_dropped_with_its_last_user() -> None:
    assert _used(_registry(_Time()), spent=False)() is None


def test_a_value_that_matters_outlives_its_users() -> None:
    registry = _registry(_Time())
    value = _used(registry, spent=True)
    assert registry.get(_SERVER, _TOKEN) is value() is not None


def test_a_value_is_dropped_once_it_is_disposable() -> None:
    clock = _Time()
    registry = _registry(clock)
    value = _used(registry, spent=True)
    clock.now += 400
    registry.get(_SERVER, Secret("another"))
    assert value() is not None
    clock.now += 200
    registry.get(_SERVER, Secret("another"))
    assert value() is None


def test_a_value_in_use_is_the_same_for_all() -> None:
    registry = _registry(_Time())
    value = _Value()
    registry.add(_SERVER, _TOKEN, value)
    first, second = _User(registry, value), _User(registry, value)
    del first
    assert registry.get(_SERVER, _TOKEN) is second.value


@pytest.fixture
def wall() -> _Time:
    return _Time(now=10 * _DAY + 100)


def _limiter(wall: _Time) -> LocalLimiter:
    return LocalLimiter(RateLimit(), wall_clock=wall)


def test_an_unused_limiter_is_disposable(wall: _Time) -> None:
    assert _limiter(wall).is_disposable(0)


async def test_a_warning_of_the_quota_is_remembered_until_midnight(wall: _Time) -> None:
    limiter = LocalLimiter(RateLimit(daily_quota=1), wall_clock=wall)
    assert limiter.try_acquire()
    await asyncio.sleep(1)
    assert not limiter.is_disposable(1)
    wall.now += _DAY
    assert limiter.is_disposable(_DAY)


async def test_only_the_count_of_a_day_is_remembered_until_midnight(wall: _Time) -> None:
    past_use = PastUse(wall)

    async def use(requests: int) -> "weakref.ref[LocalLimiter]":
        limiter = LocalLimiter(RateLimit(), wall_clock=wall, used_today=past_use.of((_SERVER, _TOKEN)))
        for _ in range(requests):
            assert limiter.try_acquire()
        await asyncio.sleep(10)
        assert limiter.is_disposable(0)
        past_use.keep((_SERVER, _TOKEN), limiter.state.requests_today)
        return weakref.ref(limiter)

    assert (await use(2))() is None
    assert (await use(3))() is None
    assert past_use.of((_SERVER, Secret("k"))) == 5
    assert past_use.of((_SERVER, Secret("l"))) == past_use.of(("https://b.example.com", _TOKEN)) == 0
    wall.now += _DAY
    assert past_use.of((_SERVER, _TOKEN)) == 0


async def test_a_used_token_leaves_a_few_bytes() -> None:
    async def use(numbers: range) -> None:
        for number in numbers:
            assert DixaClient(f"key-{number}", base_url=_SERVER)._shared.limiter.try_acquire()
            await asyncio.sleep(1)
        gc.collect()

    await use(range(50))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await use(range(1000, 1500))
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown / 500 < 150
    assert DixaClient("key-1001", base_url=_SERVER).rate_limit_state.requests_today == 1


async def test_a_permit_that_was_just_spent_is_remembered(wall: _Time) -> None:
    limiter = _limiter(wall)
    assert limiter.try_acquire()
    wall.now += _DAY
    assert not limiter.is_disposable(0)
    await asyncio.sleep(0.2)
    assert limiter.is_disposable(0)


async def test_a_pause_and_a_lower_rate_are_remembered(wall: _Time) -> None:
    limiter = _limiter(wall)
    limiter.on_throttled(retry_after=30)
    assert not limiter.is_disposable(4000)  # the pause
    await asyncio.sleep(31)
    assert not limiter.is_disposable(31)  # the lower rate
    assert limiter.is_disposable(4000)


async def test_a_limiter_with_waiting_callers_is_remembered(wall: _Time) -> None:
    limiter = _limiter(wall)
    limiter.on_throttled(retry_after=5)
    waiting = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0)
    assert not limiter.is_disposable(4000)
    await waiting


def test_a_budget_is_remembered_until_the_outage_is_long_over() -> None:
    budget = RetryBudget()
    assert budget.is_disposable(0)
    budget.spend()
    assert not budget.is_disposable(10)
    assert budget.is_disposable(4000)


def test_nothing_is_kept_of_an_unused_token() -> None:
    def use(number: int) -> None:
        DixaClient(f"key-{number}", base_url=_SERVER)

    for number in range(50):
        use(number)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(1000, 1500):
            use(number)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown / 500 < 20  # bytes


async def test_a_new_client_for_each_call_remembers_what_the_previous_one_used() -> None:
    def spend() -> None:
        client = DixaClient("k", base_url=_SERVER)
        assert client._shared.limiter.try_acquire()
        assert client._shared.budget.spend()

    spend()
    spend()
    gc.collect()
    client = DixaClient("k", base_url=_SERVER)
    assert client.rate_limit_state.requests_today == 2
    assert client._shared.budget.left == 90
    assert shared_limiter(_SERVER, _TOKEN, RateLimit()) is client._shared.limiter
    assert shared_budget(_SERVER, _TOKEN) is client._shared.budget
