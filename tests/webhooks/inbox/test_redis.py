"""The inbox in Redis: several processes share it, one that dies gives its batches back, and Redis may go away."""

import asyncio
import os
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from dixa_async.errors import ConfigurationError
from dixa_async.webhooks.dispatcher import Dispatcher
from dixa_async.webhooks.inbox.errors import InboxError, LeaseLostError, NotParkedError
from dixa_async.webhooks.inbox.protocol import Batch
from dixa_async.webhooks.inbox.redis import RedisInbox
from dixa_async.webhooks.inbox.redis_scripts import NAMES

from ...helpers.redis_server import RedisServer, running_server
from .support import all_of, event, names, nothing_comes


@pytest.fixture
def own_server() -> Iterator[RedisServer]:
    """A server that a test may stop and kill."""
    with running_server() as server:
        yield server


def inbox_in(redis: Redis, name: str, **settings: Any) -> RedisInbox:
    return RedisInbox(redis, name, **{"order_window": 0.0, **settings})


async def _is_back(redis: Redis) -> bool:
    try:
        for _ in range(20):  # each connection that was lost fails once
            await redis.get("anything")
    except (OSError, RedisError):
        return False
    return True


async def test_two_share_the_work_in_order_and_nothing_is_handled_twice(redis: Redis) -> None:
    handled = list[int]()
    running = set[int]()

    async def handle(batch: Batch) -> None:
        (number,) = map(int, names(batch))
        conversation = number % 7
        assert conversation not in running
        running.add(conversation)
        await asyncio.sleep(0.005)
        handled.append(number)
        running.discard(conversation)

    async with (
        inbox_in(redis, "shared", order_window=0.2) as one,
        inbox_in(redis, "shared", order_window=0.2) as two,
        Dispatcher(one, handle, concurrency=4),
        Dispatcher(two, handle, concurrency=4),
    ):
        puts = [
            inbox.put(event(f"{number}", at=number, conversation=number % 7))
            for number in reversed(range(200))
            for inbox in (one, two)
        ]
        added = await asyncio.gather(*puts)
        assert added.count(True) == 200
        async with asyncio.timeout(30):
            while len(handled) < 200:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert sorted(handled) == list(range(200))
    for conversation in range(7):
        ours = [number for number in handled if number % 7 == conversation]
        assert ours == sorted(ours)


async def test_what_a_killed_process_had_is_given_to_another_when_its_lease_expires(
    redis_server: RedisServer, redis: Redis
) -> None:
    program = (
        "import asyncio, sys\n"
        "from redis.asyncio import Redis\n"
        "from dixa_async.webhooks.inbox.redis import RedisInbox\n"
        "async def main():\n"
        "    async with RedisInbox(Redis.from_url(sys.argv[1]), 'killed', lease=1.0, order_window=0.0) as inbox:\n"
        "        print((await inbox.take()).events[0].event_id, flush=True)\n"
        "        await asyncio.sleep(100)\n"
        "asyncio.run(main())\n"
    )
    async with inbox_in(redis, "killed", lease=1.0) as inbox:
        await inbox.put(event("a", at=1))
        await inbox.put(event("b", at=2))
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, redis_server.url, stdout=PIPE)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"a\n"
        assert await nothing_comes(inbox, 2.0)  # it renews its lease
        process.kill()
        await process.communicate()
        batch = await asyncio.wait_for(inbox.take(), 5)
        assert (names(batch), batch.attempt) == (["a"], 2)


async def test_a_process_that_was_too_slow_is_told_that_it_has_lost_its_lease(redis: Redis) -> None:
    async with inbox_in(redis, "slow", lease=1.0) as slow, inbox_in(redis, "slow", lease=1.0) as other:
        await slow.put(event("a"))
        batch = await slow.take()
        assert slow._heart is not None
        slow._heart.cancel()  # as if the event loop was blocked
        again = await asyncio.wait_for(other.take(), 5)
        for report in (slow.done(batch), slow.retry(batch, 0, ""), slow.release(batch), slow.park(batch, "")):
            with pytest.raises(LeaseLostError):
                await report
        await other.done(again)


async def test_an_event_is_put_again_after_redis_was_away(own_server: RedisServer) -> None:
    no_backoff = Retry(NoBackoff(), 3)
    async with (
        Redis.from_url(own_server.url, retry=no_backoff) as redis,
        inbox_in(redis, "away", timeout=0.5) as inbox,
    ):
        await inbox.put(event("a"))
        own_server.freeze()
        with pytest.raises(InboxError, match="Redis did not do it"):
            await inbox.put(event("b"))
        with pytest.raises(InboxError):
            await inbox.take()
        own_server.thaw()
        await asyncio.sleep(0.1)
        await inbox.put(event("b"))
        assert (await inbox.stats()).oldest_received_at is not None
        own_server.kill()
        with pytest.raises(InboxError):
            await inbox.put(event("c"))
        own_server.start()
        async with asyncio.timeout(20):
            while not await _is_back(redis):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert await inbox.put(event("c"))  # it was not told to save, and the scripts are gone, too
        assert await all_of(inbox, 1) == ["c"]


async def test_all_that_is_left_of_what_was_done_are_keys_that_expire(redis: Redis) -> None:
    async with inbox_in(redis, "memory", retention=100, parked_retention=0.2) as inbox:
        for number in range(30):
            await inbox.put(event(f"{number}", message_id=f"m{number}", conversation=number % 3))
        for number in range(30):
            batch = await inbox.take()
            await (inbox.done(batch) if number % 2 else inbox.park(batch, "why"))
        await asyncio.sleep(0.3)
        assert not await inbox.parked()
        left = [key async for key in redis.scan_iter("dixa-async:inbox:{memory}:*")]
        kinds = [key.decode().split(":")[3] for key in left]
        assert sorted(set(kinds)) == ["arrivals", "event", "message"]
        assert len(left) == 61
        for key in left:
            if not key.endswith(b"arrivals"):
                assert 0 < await redis.ttl(key) <= 100


@pytest.mark.parametrize("lost", [*NAMES])
async def test_one_key_that_was_evicted_does_not_keep_others_from_going_on(redis: Redis, lost: str) -> None:
    name = f"evicted {lost}"
    async with inbox_in(redis, name, lease=1.0) as inbox:
        for each in ("out", "parked", "waits"):
            await inbox.put(event(each, conversation=len(each)))
        taken = {names(batch)[0]: batch for batch in [await inbox.take() for _ in range(3)]}
        await inbox.park(taken["parked"], "why")
        await inbox.retry(taken["waits"], 0.0, "why")
        await inbox.put(event("not taken", conversation=8))
        await redis.delete(f"dixa-async:inbox:{{{name}}}:{lost}")
        await inbox.parked()
        with suppress(NotParkedError):
            await inbox.rerun("parked")
        with suppress(LeaseLostError):
            await inbox.done(taken["out"])
        await inbox.stats()
        assert await inbox.put(event("new", conversation=9))
        async with asyncio.timeout(5):
            while "new" not in names(batch := await inbox.take()):
                await inbox.done(batch)


@pytest.mark.parametrize("written", ["{}", "[1]", "no json", '{"event_id": 1, "body": "*"}'])
async def test_an_event_that_another_version_has_written_is_given_again(redis: Redis, written: str) -> None:
    name = f"version {len(written)}"
    async with inbox_in(redis, name, lease=1.0) as inbox:
        await inbox.put(event("a"))
        key = f"dixa-async:inbox:{{{name}}}:events"
        mine = await redis.hget(key, "a")
        await redis.hset(key, "a", written)
        with pytest.raises(InboxError, match="another version"):
            await inbox.take()
        await redis.hset(key, "a", mine)
        async with asyncio.timeout(5):
            batch = await inbox.take()
        assert (names(batch), batch.attempt) == (["a"], 2)
        await inbox.park(batch, "why")
        await redis.hset(key, "a", written)
        with pytest.raises(InboxError, match="another version"):
            await inbox.parked()


async def test_it_works_with_a_client_that_decodes(redis_server: RedisServer) -> None:
    async with (
        Redis.from_url(redis_server.url, decode_responses=True) as redis,
        inbox_in(redis, "decoding") as inbox,
    ):
        body = bytes(range(256))
        await inbox.put(event("ä", body=body))
        await inbox.park(await inbox.take(), "wär's")
        (parked,) = await inbox.parked()
        assert (parked.event.body, parked.reason) == (body, "wär's")
        await inbox.rerun("ä")
        batch = await inbox.take()
        assert batch.events[0].event_id == "ä"
        await inbox.done(batch)
        assert (await inbox.stats()).oldest_received_at is None


async def test_all_keys_are_in_one_slot_of_a_cluster(redis: Redis) -> None:
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        socket = f"{directory}/redis.sock"
        options = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory, "--cluster-enabled", "yes"]
        process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)  # noqa: ASYNC220
        try:
            async with Redis.from_url(f"unix://{socket}") as client:
                node: Any = client  # redis-py has no types for commands of a cluster
                async with asyncio.timeout(20):
                    while not Path(socket).exists():  # noqa: ASYNC110, ASYNC240
                        await asyncio.sleep(0.02)
                await node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
                async with asyncio.timeout(20):
                    while b"cluster_state:ok" not in await node.execute_command("CLUSTER", "INFO"):  # noqa: ASYNC110
                        await asyncio.sleep(0.02)
                async with inbox_in(node, "clustered", burst=0.05) as inbox:
                    for name in "abc":
                        await inbox.put(event(name, message_id=name))
                    await inbox.park(await inbox.take(), "why")
                    await inbox.rerun("a")
                    assert await all_of(inbox, 1) == ["a"]
                    assert (await inbox.stats()).parked == 2
                    assert len(await inbox.parked()) == 2
        finally:
            process.kill()
            process.wait()


async def test_a_fork_is_refused(redis: Redis) -> None:
    async with inbox_in(redis, "forked") as inbox:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                inbox.put(event("b")).send(None)
            except InboxError as error:
                code = 0 if "forked" in str(error) else 2
            finally:
                os._exit(code)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        assert os.waitstatus_to_exitcode(status) == 0


async def test_settings_are_checked(redis: Redis) -> None:
    for wrong, said in (
        ({"lease": 0.5}, "lease must be"),
        ({"timeout": 0}, "timeout must be"),
        ({"order_window": -1}, "order_window must be"),
        ({"burst": "soon"}, "burst must be"),
        ({"max_events": 0}, "max_events must be"),
        ({"retention": float("nan")}, "retention must be"),
    ):
        with pytest.raises(ConfigurationError, match=said):
            RedisInbox(redis, "wrong", **wrong)
    for name in ("", "a{b}"):
        with pytest.raises(ConfigurationError, match="name must be"):
            RedisInbox(redis, name)
    with pytest.raises(ConfigurationError, match=r"must be a redis.asyncio.Redis"):
        RedisInbox(object(), "wrong")  # type: ignore[arg-type]
