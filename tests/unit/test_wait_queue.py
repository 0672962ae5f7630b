"""The queue of callers; most of it is tested with the limiters and slots that use it."""

import asyncio

import pytest

from dixa_async.transport.limiter.wait_queue import WaitQueue


async def test_a_caller_cancelled_in_the_tick_of_an_error_stays_cancelled() -> None:
    queue, not_used = WaitQueue[int](), list[int]()
    waiter = queue.enqueue()
    caller = asyncio.create_task(queue.wait(waiter, not_used.append))
    await asyncio.sleep(0)
    waiter.set_exception(ValueError("of a limiter"))
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert not_used == []
