"""A bot that is delivered all its events again each time it starts, as after an outage, and is killed at any moment.

Each line of its output is what it did: ``put N`` when an event is accepted, ``handled N``, ``end`` when all is done.
"""

import asyncio
import os
import sys

from dixa_async.webhooks.dispatcher import Dispatcher
from dixa_async.webhooks.inbox.protocol import Batch
from dixa_async.webhooks.inbox.sqlite import SqliteInbox
from tests.webhooks.inbox.support import event, names


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


async def handle(batch: Batch) -> None:
    await asyncio.sleep(0.002)
    for name in names(batch):
        say(f"handled {name}")


async def main(path: str, count: int) -> None:
    async with SqliteInbox(path, order_window=0.1, durable=False) as inbox, Dispatcher(inbox, handle, concurrency=4):

        async def put(number: int) -> None:
            if await inbox.put(event(f"{number}", at=number, conversation=number % 7)):
                say(f"put {number}")

        for number in range(0, count, 10):
            await asyncio.gather(*(put(each) for each in reversed(range(number, number + 10))))
            await asyncio.sleep(0.005)
        while (await inbox.stats()).oldest_received_at is not None:  # noqa: ASYNC110 - as somebody who watches it
            await asyncio.sleep(0.02)
        say("end")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
