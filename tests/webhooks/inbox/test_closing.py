"""An inbox that is closed while it is used: who was told that an event is safe finds it there, and nothing is left."""

import asyncio
import random
from pathlib import Path

import pytest
from redis.asyncio import Redis

from dixa_async.webhooks.inbox.errors import InboxError
from dixa_async.webhooks.inbox.protocol import Inbox
from dixa_async.webhooks.inbox.redis import RedisInbox
from dixa_async.webhooks.inbox.sqlite import SqliteInbox

from .support import event, names


@pytest.fixture(params=["sqlite", "redis"])
def inbox(request: pytest.FixtureRequest, path: Path) -> Inbox:
    if request.param == "sqlite":
        return SqliteInbox(path, order_window=0.0, durable=False)
    redis: Redis = request.getfixturevalue("redis")
    return RedisInbox(redis, f"closing {request.node.name}", order_window=0.0, lease=1.0)


@pytest.mark.parametrize("seed", range(5))
async def test_what_was_accepted_is_there_and_what_was_done_is_not(inbox: Inbox, seed: int) -> None:
    chance = random.Random(seed)
    accepted, finished, maybe = set[str](), set[str](), set[str]()

    async def put(name: str) -> None:
        await asyncio.sleep(chance.random() / 20)
        if await inbox.put(event(name, conversation=len(accepted))):
            accepted.add(name)

    async def work() -> None:
        while True:
            batch = await inbox.take()
            await asyncio.sleep(chance.random() / 50)
            maybe.update(names(batch))
            await inbox.done(batch)
            finished.update(names(batch))

    before = asyncio.all_tasks()
    async with asyncio.timeout(20):
        async with inbox:
            tasks = [asyncio.create_task(put(f"{number}")) for number in range(150)]
            workers = [asyncio.create_task(work()) for _ in range(4)]
            await asyncio.sleep(chance.random() / 20)
            for task in chance.sample(tasks + workers, 40):
                task.cancel()
        for result in await asyncio.gather(*tasks, *workers, return_exceptions=True):
            assert result is None or isinstance(result, InboxError | asyncio.CancelledError)
        assert asyncio.all_tasks() == before
        async with inbox:
            left = set[str]()
            for _ in range(len(accepted - maybe)):
                batch = await inbox.take()
                left.update(names(batch))
                await inbox.done(batch)
            while (await inbox.stats()).waiting + (await inbox.stats()).taken:
                batch = await inbox.take()
                left.update(names(batch))
                await inbox.done(batch)
    assert accepted <= left | maybe
    assert not left & finished
