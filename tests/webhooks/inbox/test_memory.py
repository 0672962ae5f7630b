"""The inbox in memory stays small, and an event that no inbox could keep is refused before it comes to one."""

import asyncio
import math
import tracemalloc
from datetime import datetime
from typing import Any

import pytest

from dixa_async.errors import ConfigurationError
from dixa_async.webhooks.inbox import memory
from dixa_async.webhooks.inbox.errors import InvalidEventError, LeaseLostError
from dixa_async.webhooks.inbox.memory import MemoryInbox
from dixa_async.webhooks.inbox.rules import Burst

from .support import all_of, event, names


class Clock:
    """A time of day that a test sets."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_keys_and_parked_events_are_forgotten_when_their_time_is_over() -> None:
    clock = Clock()
    async with MemoryInbox(retention=1000, parked_retention=5000, wall_clock=clock) as inbox:
        for name in ("done", "parked", "waits"):
            await inbox.put(event(name))
        await inbox.done(await inbox.take())
        await inbox.park(await inbox.take(), "why")
        clock.now += 900
        assert not await inbox.put(event("done"))
        clock.now += 200
        assert await inbox.put(event("done"))
        assert not await inbox.put(event("waits"))
        assert not await inbox.put(event("parked"))
        clock.now += 5000
        assert not await inbox.parked()
        assert await all_of(inbox, 2) == ["waits", "done"]


async def test_what_was_out_when_it_was_closed_is_given_again_when_it_is_opened() -> None:
    inbox = MemoryInbox(burst=0.5)
    async with inbox:
        await inbox.put(event("a", at=1))
        await inbox.put(event("b", at=2))
        out = await inbox.take()
        await inbox.put(event("c", at=0))
    async with inbox:
        with pytest.raises(LeaseLostError):
            await inbox.done(out)
        again = await asyncio.wait_for(inbox.take(), 10)
        assert (names(again), again.attempt) == (["a", "b"], 2)
        await inbox.done(again)
        assert await all_of(inbox, 1) == ["c"]


async def test_a_message_that_it_holds_is_known_when_there_have_been_too_many_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "_MOST_KEYS", 4)
    async with MemoryInbox() as inbox:
        for number in range(10):
            await inbox.put(event(f"{number}", message_id=f"{number}"))
        assert not await inbox.put(event("again", message_id="0"))


async def test_it_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST_KEYS", 1000)
    async with MemoryInbox(burst=0.5) as inbox:

        async def go_on(number: int) -> None:
            for each in range(number, number + 2000):
                await inbox.put(event(f"{each}", message_id=f"{each}", conversation=each, body=b"x" * 1000))
                if each % 100 == 99:
                    await asyncio.sleep(5)
                    for _ in range(100):
                        await inbox.done(await inbox.take())

        await go_on(0)
        tracemalloc.start()
        try:
            await go_on(2000)
            before, _ = tracemalloc.get_traced_memory()
            for number in range(4000, 10_000, 2000):
                await go_on(number)
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert after - before < 100_000
        assert not await inbox.put(event("9999"))
        assert await inbox.put(event("0"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_id", ""),
        ("event_id", "x" * 513),
        ("event_id", 7),
        ("event_id", "half \ud800"),
        ("event_type", None),
        ("message_id", ""),
        ("conversation_id", "7"),
        ("conversation_id", True),
        ("conversation_id", -1),
        ("conversation_id", 2**63),
        ("occurred_at", datetime(2026, 1, 1)),
        ("received_at", None),
        ("body", "text"),
    ],
)
def test_an_event_that_cannot_be_kept_is_refused(field: str, value: Any) -> None:
    with pytest.raises(InvalidEventError, match=f"{field} must be"):
        event("a", **({field: value}))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"order_window": math.inf}, "order_window must be"),
        ({"order_window": True}, "order_window must be"),
        ({"burst": -1.0}, "quiet must be"),
        ({"burst": "soon"}, "burst must be"),
        ({"max_events": 0}, "max_events must be"),
        ({"retention": math.nan}, "retention must be"),
        ({"parked_retention": None}, "parked_retention must be"),
    ],
)
def test_settings_are_checked(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        MemoryInbox(**settings)


def test_a_burst_must_not_be_too_large() -> None:
    with pytest.raises(ConfigurationError, match="at most 1000"):
        Burst(quiet=1, max_events=1001)


async def test_an_event_that_is_due_later_sets_no_timer_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    async with MemoryInbox(order_window=60) as inbox:
        taker = asyncio.create_task(inbox.take())
        await asyncio.sleep(0)
        due: list[float] = []
        call_at = loop.call_at

        def counted(when: float, *arguments: Any, **more: Any) -> asyncio.TimerHandle:
            due.append(when)
            return call_at(when, *arguments, **more)

        monkeypatch.setattr(loop, "call_at", counted)
        for number in range(100):
            assert await inbox.put(event(conversation=number))
        assert len(due) == 1
        taker.cancel()
