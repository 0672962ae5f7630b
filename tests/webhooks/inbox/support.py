"""Events, and what a test does with an inbox."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeAlias

from dixa_async.webhooks.inbox.protocol import Batch, Inbox, IncomingEvent

MakeInbox: TypeAlias = Callable[..., AbstractAsyncContextManager[Inbox]]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_numbers = count()


def event(name: str = "", *, at: float = 0.0, conversation: int | None = 1, **more: Any) -> IncomingEvent:
    """An event with its name as body, that happened `at` seconds after noon."""
    name = name or f"event {next(_numbers)}"
    fields = {
        "event_id": name,
        "event_type": "CONVERSATION_MESSAGE_ADDED",
        "conversation_id": conversation,
        "occurred_at": NOON + timedelta(seconds=at),
        "received_at": NOON + timedelta(seconds=at + 1),
        "body": name.encode(),
    }
    return IncomingEvent(**{**fields, **more})


def names(batch: Batch) -> list[str]:
    """The events of a batch, by their bodies."""
    return [each.body.decode() for each in batch.events]


async def nothing_comes(inbox: Inbox, seconds: float = 0.1) -> bool:
    """Whether no batch is due within some seconds."""
    try:
        async with asyncio.timeout(seconds):
            batch = await inbox.take()
    except TimeoutError:
        return True
    await inbox.release(batch)
    return False


async def all_of(inbox: Inbox, number: int) -> list[str]:
    """Take so many batches, one after the other, and finish them."""
    taken = list[str]()
    for _ in range(number):
        batch = await inbox.take()
        taken += names(batch)
        await inbox.done(batch)
    return taken
