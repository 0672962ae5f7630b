"""A bot that runs for long does not grow."""

import asyncio
import gc
import resource
import sys
from pathlib import Path

import pytest

from dixa_async.models import WebhookEvent
from dixa_async.testing import event_builders as build
from dixa_async.webhooks import MemoryInbox, MessageAdded, Receiver

from .conftest import SECRET

_STATM = Path("/proc/self/statm")
_EVENTS = 200_000


def _resident() -> int:
    """Bytes of memory that the process has now."""
    gc.collect()
    return int(_STATM.read_text().split()[1]) * resource.getpagesize()


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of the process from /proc")
async def test_memory_is_flat_over_many_deliveries() -> None:
    handled = 0
    all_handled = asyncio.Event()
    receiver = Receiver(SECRET, MemoryInbox(order_window=0))

    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED)
    async def hear(event: MessageAdded) -> None:
        nonlocal handled
        handled += 1
        if handled in (_EVENTS // 2, _EVENTS):
            all_handled.set()

    async def deliver(number: int) -> None:
        all_handled.clear()
        for each in range(number):
            headers, body = build.signed(build.message_added(build.conversation(each % 500)), SECRET)
            assert (await receiver.receive(headers, body)).status == 204
            if each % 50 == 49:
                await asyncio.sleep(0)
        await all_handled.wait()

    async with receiver:
        await deliver(_EVENTS // 2)  # there are as many keys then as are remembered
        before = _resident()
        await deliver(_EVENTS // 2)
        after = _resident()
    assert handled == _EVENTS
    assert after - before < 8e6
