"""A program may make tasks in its own way: with a factory that knows no context, or one that starts them at once."""

import asyncio
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from dixa_async import ConnectError, DixaClient, RateLimit, RetryPolicy, WaitTooLongError
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.redis.bucket import RedisBucket
from dixa_async.transport.limiter.redis.limiter import RedisLimiter
from dixa_async.transport.limiter.redis.scripts import THROTTLED

from ..helpers.virtual_time import now
from .fake_redis_runner import FakeRedisRunner

_Work = Coroutine[Any, Any, Any]


def _without_context(loop: asyncio.AbstractEventLoop, work: _Work) -> "asyncio.Task[Any]":
    return asyncio.Task(work, loop=loop)


def _with_context(loop: asyncio.AbstractEventLoop, work: _Work, **options: Any) -> "asyncio.Task[Any]":
    return asyncio.Task(work, loop=loop, **options)


_Factory = Callable[..., "asyncio.Task[Any]"]
_FACTORIES: Final[list[_Factory]] = [_without_context, _with_context]
if sys.version_info >= (3, 12):
    _FACTORIES.append(asyncio.eager_task_factory)


@pytest.fixture(params=_FACTORIES, ids=lambda factory: getattr(factory, "__name__", "eager"))
def factory(request: pytest.FixtureRequest) -> _Factory:
    return request.param  # type: ignore[no-any-return]


@contextmanager
def _tasks_made_by(factory: _Factory) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    yield
    loop.set_task_factory(None)  # pytest-asyncio makes tasks with a context


class _NoNames(AbstractResolver):
    """Resolves no name."""

    def __init__(self) -> None:
        pass

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        raise OSError("no such name")

    @override
    async def close(self) -> None: ...


async def test_the_server_is_looked_up(factory: _Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aiohttp.DefaultResolver", _NoNames)
    with _tasks_made_by(factory):
        async with DixaClient("s3cret", retry=RetryPolicy(max_attempts=1)) as dixa:
            calls = [asyncio.create_task(dixa.organization.get()) for _ in range(3)]
            for call in calls:
                with pytest.raises(ConnectError):
                    await call


async def test_the_limit_of_many_processes_is_kept(factory: _Factory) -> None:
    with _tasks_made_by(factory):
        mark, seen = ContextVar("mark", default=""), list[str]()

        class Runner(FakeRedisRunner):
            @override
            async def run(self, *arguments: Any) -> list[int]:
                seen.append(mark.get())
                return await super().run(*arguments)

        runner = Runner()
        limit = RateLimit(per_second=10, burst=1)
        limiter = RedisLimiter(RedisBucket(runner, limit, 0.5), LocalLimiter(limit))
        mark.set("of a caller")
        start = now()
        hasty = asyncio.create_task(limiter.acquire(1.0))  # the first caller, which starts the queue
        await asyncio.gather(hasty, *(asyncio.create_task(limiter.acquire()) for _ in range(20)))
        assert now() - start == pytest.approx(2, abs=0.1)
        assert set(seen) == {""}
        limiter.on_throttled(30.0)
        await limiter.drain()
        assert runner.runs[THROTTLED] == 1
        with pytest.raises(WaitTooLongError):
            await limiter.acquire(1.0)


async def test_the_first_waiting_caller_does_not_wait_longer_than_allowed(factory: _Factory) -> None:
    with _tasks_made_by(factory):
        runner = FakeRedisRunner()
        limiter = RedisLimiter(
            RedisBucket(runner, RateLimit(per_second=0.1, burst=1), 0.5), LocalLimiter(RateLimit(per_second=0.1))
        )
        await limiter.acquire()
        limiter._due = None  # as in a process that knows nothing of the bucket
        start = now()
        with pytest.raises(WaitTooLongError) as caught:
            await limiter.acquire(5.0)
        assert caught.value.wait == pytest.approx(10, abs=0.1)
        assert now() - start < 1
