"""Four processes with one token: the limit is used, and never passed, whatever happens to Redis or to one of them.

Each has a client of its own. They call a Dixa with the numbers of the real one, 10 a second and 4 at once, which
counts what it refuses. All the room there is for a machine that is late is the one request that the limiter's burst of
3 leaves free, which is 0.1 s.
"""

import asyncio
from collections.abc import Awaitable, Callable

import attrs

from dixa_async.testing import FakeDixa

from .fleet import Worker, fleet
from .server import RedisServer

_RATE = 10.0
_SIZE = 4


@attrs.frozen
class _Run:
    """What the processes did."""

    workers: list[Worker]
    refused: int

    @property
    def times(self) -> list[float]:
        return sorted(time for worker in self.workers for time in worker.times)

    @property
    def counts(self) -> list[int]:
        return [len(worker.times) for worker in self.workers]

    def report(self, what: str) -> float:
        """Print the figures.

        Returns:
            How long it took, as a multiple of the shortest time that the limit allows.
        """
        times = self.times
        ratio = (times[-1] - times[0]) / ((len(times) - 4) / _RATE)
        print(f"\n{what}: {len(times)} calls, {self.refused} refused, {ratio:.3f} of ideal, by process {self.counts}")
        return ratio


async def _run(
    redis: RedisServer, seconds: float, meanwhile: Callable[[list[Worker]], Awaitable[None]] | None = None
) -> _Run:
    async with FakeDixa(rate=_RATE) as dixa:
        async with fleet(redis, dixa, _SIZE, seconds) as workers:
            if meanwhile is not None:
                await meanwhile(workers)
        return _Run(workers, dixa.refused)


async def test_they_use_the_whole_limit_and_never_more_in_fair_shares(server: RedisServer) -> None:
    run = await _run(server, 16)
    ratio = run.report("undisturbed")
    assert run.refused == 0
    assert ratio <= 1.03
    fair = sum(run.counts) / _SIZE
    assert all(abs(count - fair) <= 0.15 * fair for count in run.counts)
    assert not any(worker.log for worker in run.workers)


async def test_they_keep_the_limit_when_redis_is_flushed_killed_and_started_again(own_server: RedisServer) -> None:
    async def hurt(_: list[Worker]) -> None:
        await asyncio.sleep(1.5)
        with own_server.client() as client:
            client.flushall()
            client.script_flush()
        await asyncio.sleep(2)
        own_server.kill()
        await asyncio.sleep(2.5)
        own_server.start()

    run = await _run(own_server, 12, hurt)
    ratio = run.report("flushed and killed")
    assert run.refused == 0
    # A second is lost after the flush and after the restart; without Redis, each process goes on at its share.
    assert ratio <= 1.4
    for worker in run.workers:
        assert [line.split()[0] for line in worker.log] == ["WARNING", "INFO"]


async def test_they_keep_the_limit_when_redis_starts_again_from_an_old_dump(own_server: RedisServer) -> None:
    async def go_back(_: list[Worker]) -> None:
        await asyncio.sleep(0.5)
        with own_server.client() as client:
            client.save()
        await asyncio.sleep(3)
        own_server.kill()
        own_server.start()

    run = await _run(own_server, 6, go_back)
    run.report("back to an old dump")
    assert run.refused == 0


async def test_a_process_that_is_killed_costs_the_others_no_more_than_the_turn_it_held(server: RedisServer) -> None:
    async def kill_one(workers: list[Worker]) -> None:
        await asyncio.sleep(2)
        workers[0].process.kill()  # all its callers wait, so it holds a turn at every moment

    run = await _run(server, 4.5, kill_one)
    run.report("one killed")
    assert run.refused == 0
    assert run.workers[0].times[-1] < run.times[-1] - 2
    gaps = [later - earlier for earlier, later in zip(run.times, run.times[1:], strict=False)]
    lost = (run.times[-1] - run.times[0]) * _RATE + 1 - len(run.times)
    assert lost <= 1.5
    assert max(gaps) <= 0.4
