"""What all inboxes do alike. They are timed by the clock of the machine, as Redis is, and never come too early."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest

from dixa_async.webhooks.inbox.errors import InboxClosedError, InboxFullError, LeaseLostError, NotParkedError
from dixa_async.webhooks.inbox.protocol import Batch, Inbox
from dixa_async.webhooks.inbox.rules import Burst

from .support import NOON, MakeInbox, all_of, event, names, nothing_comes


async def test_an_event_comes_out_as_it_went_in(make_inbox: MakeInbox) -> None:
    sent = event(
        "Ünï'\"\0:{}",
        message_id="m:1",
        occurred_at=datetime(2026, 1, 2, 3, 4, 5, 678901, timezone(timedelta(hours=2))),
        body=bytes(range(256)),
    )
    plain = event("plain", conversation=None, occurred_at=None)
    async with make_inbox() as inbox:
        assert await inbox.put(sent)
        batch = await inbox.take()
        assert batch.events == (sent,)
        assert batch.attempt == 1
        await inbox.done(batch)
        assert await inbox.put(plain)
        assert (await inbox.take()).events == (plain,)


async def test_it_is_known_by_its_id_while_it_waits_is_out_parked_and_done(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        assert await inbox.put(event("a"))
        assert not await inbox.put(event("a"))
        batch = await inbox.take()
        assert not await inbox.put(event("a"))
        await inbox.park(batch, "why")
        assert not await inbox.put(event("a"))
        await inbox.rerun("a")
        assert await all_of(inbox, 1) == ["a"]
        assert not await inbox.put(event("a"))
        assert await nothing_comes(inbox)


async def test_a_message_is_known_by_its_id_under_another_event_id_but_not_under_another_type(
    make_inbox: MakeInbox,
) -> None:
    async with make_inbox() as inbox:
        assert await inbox.put(event("a", message_id="m"))
        assert not await inbox.put(event("b", message_id="m"))
        assert await inbox.put(event("c", message_id="m", event_type="CONVERSATION_NOTE_ADDED"))
        assert await inbox.put(event("m", message_id=None))


async def test_a_hundred_deliveries_of_one_event_at_once_are_one(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        added = await asyncio.gather(*(inbox.put(event(f"e{n % 3}", message_id="m")) for n in range(100)))
        assert added.count(True) == 1


async def test_events_of_a_conversation_come_in_the_order_in_which_they_happened(make_inbox: MakeInbox) -> None:
    order = list(range(20))
    random.Random(1).shuffle(order)
    async with make_inbox(order_window=0.3) as inbox:
        for number in order:
            await inbox.put(event(f"{number}", at=number))
        assert await all_of(inbox, 20) == [str(number) for number in range(20)]


async def test_of_the_same_moment_the_first_to_arrive_is_first(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        for name in "cab":
            await inbox.put(event(name))
        assert await all_of(inbox, 3) == ["c", "a", "b"]


async def test_an_event_waits_for_its_window(make_inbox: MakeInbox) -> None:
    async with make_inbox(order_window=0.4) as inbox:
        begin = time.monotonic()
        await inbox.put(event("late", at=2))
        await asyncio.sleep(0.2)
        await inbox.put(event("early", at=1))
        assert await all_of(inbox, 1) == ["early"]
        assert time.monotonic() - begin >= 0.59  # its own window, since no order is certain before
        assert await all_of(inbox, 1) == ["late"]


async def test_one_batch_of_a_conversation_is_out_and_others_go_on(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        for name, conversation in (("a1", 1), ("a2", 1), ("b1", 11), ("none", None), ("none too", None)):
            await inbox.put(event(name, conversation=conversation))
        batches = [await inbox.take() for _ in range(4)]
        assert sorted(name for batch in batches for name in names(batch)) == ["a1", "b1", "none", "none too"]
        assert await nothing_comes(inbox)
        await inbox.done(next(batch for batch in batches if names(batch) == ["a1"]))
        assert names(await inbox.take()) == ["a2"]


async def test_a_retry_holds_its_conversation_back(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        await inbox.put(event("a", at=1))
        begin = time.monotonic()
        await inbox.retry(await inbox.take(), 0.5, "again")
        await inbox.put(event("earlier", at=0))
        await inbox.put(event("later", at=2))
        await inbox.put(event("other", conversation=2))
        assert names(await inbox.take()) == ["other"]
        again = await inbox.take()
        assert time.monotonic() - begin >= 0.49
        assert (names(again), again.attempt) == (["a"], 2)
        await inbox.done(again)
        assert await all_of(inbox, 2) == ["earlier", "later"]


async def test_a_released_batch_counts_as_not_taken(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        await inbox.put(event("a", at=1))
        await inbox.release(await inbox.take())
        await inbox.put(event("earlier", at=0))
        assert await all_of(inbox, 1) == ["earlier"]
        first = await inbox.take()
        assert (names(first), first.attempt) == (["a"], 1)
        await inbox.retry(first, 0, "again")
        await inbox.release(await inbox.take())
        assert (await inbox.take()).attempt == 2


async def test_a_burst_that_was_released_is_given_again_as_it_was(make_inbox: MakeInbox) -> None:
    """Its handler may have begun, and replied to the last of its events."""
    async with make_inbox(burst=0.05) as inbox:
        await inbox.put(event("a", at=1))
        await inbox.put(event("b", at=2))
        await inbox.release(await inbox.take())
        await inbox.put(event("c", at=0))
        batch = await inbox.take()
        assert (names(batch), batch.attempt) == (["a", "b"], 1)
        await inbox.done(batch)
        assert await all_of(inbox, 1) == ["c"]


@pytest.mark.parametrize("retention", [0, 0.1])
async def test_a_message_that_is_not_done_is_known_however_old_it_is(make_inbox: MakeInbox, retention: float) -> None:
    async with make_inbox(retention=retention) as inbox:
        for message in ("waits", "out", "parked"):
            await inbox.put(event(message, message_id=message, conversation=len(message)))
        batches = [await inbox.take() for _ in range(3)]
        for batch in batches:
            if names(batch) == ["parked"]:
                await inbox.park(batch, "why")
            elif names(batch) == ["waits"]:
                await inbox.retry(batch, 0.3, "why")
        await asyncio.sleep(0.2)
        for message in ("waits", "out", "parked"):
            assert not await inbox.put(event(f"{message} again", message_id=message))
        await inbox.rerun("parked")
        assert not await inbox.put(event("parked again", message_id="parked"))


async def test_what_is_parked_lets_the_others_go_on_and_can_be_rerun(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        await inbox.put(event("a"))
        await inbox.put(event("b"))
        await inbox.retry(await inbox.take(), 0, "first")
        await inbox.park(await inbox.take(), "half \ud800 of\0a character")
        assert await all_of(inbox, 1) == ["b"]
        (parked,) = await inbox.parked()
        assert parked.event == event("a")
        assert parked.attempts == 2
        assert parked.reason == "half \\ud800 of\0a character"
        assert "character" not in repr(parked)
        assert parked.parked_at.tzinfo is not None
        with pytest.raises(NotParkedError, match="no event 'b' is parked"):
            await inbox.rerun("b")
        await inbox.rerun("a")
        assert not await inbox.parked()
        with pytest.raises(NotParkedError):
            await inbox.rerun("a")
        again = await inbox.take()
        assert (names(again), again.attempt) == (["a"], 1)


@pytest.mark.parametrize("report", ["done", "retry", "release", "park"])
async def test_who_reports_twice_is_told(make_inbox: MakeInbox, report: str) -> None:
    reports: dict[str, Callable[[Inbox, Batch], Awaitable[None]]] = {
        "done": lambda inbox, batch: inbox.done(batch),
        "retry": lambda inbox, batch: inbox.retry(batch, 100, "again"),
        "release": lambda inbox, batch: inbox.release(batch),
        "park": lambda inbox, batch: inbox.park(batch, "why"),
    }
    async with make_inbox() as inbox:
        await inbox.put(event("a"))
        batch = await inbox.take()
        await reports[report](inbox, batch)
        for again in reports.values():
            with pytest.raises(LeaseLostError):
                await again(inbox, batch)


async def test_it_is_bounded_and_knows_what_it_holds_also_when_it_is_full(make_inbox: MakeInbox) -> None:
    async with make_inbox(max_events=3) as inbox:
        for name in "abc":
            await inbox.put(event(name))
        with pytest.raises(InboxFullError, match="holds 3 events"):
            await inbox.put(event("d"))
        assert not await inbox.put(event("a"))
        await inbox.park(await inbox.take(), "why")
        with pytest.raises(InboxFullError):
            await inbox.put(event("d"))
        assert await all_of(inbox, 1) == ["b"]
        assert await inbox.put(event("d"))
        assert await all_of(inbox, 2) == ["c", "d"]


async def test_it_counts(make_inbox: MakeInbox) -> None:
    async with make_inbox() as inbox:
        empty = await inbox.stats()
        assert (empty.waiting, empty.taken, empty.parked, empty.oldest_received_at) == (0, 0, 0, None)
        for number in range(5):
            await inbox.put(event(f"{number}", at=number, conversation=number))
        await inbox.park(await inbox.take(), "why")
        batch = await inbox.take()
        await inbox.retry(await inbox.take(), 10, "again")
        stats = await inbox.stats()
        assert (stats.waiting, stats.taken, stats.parked) == (3, 1, 1)
        assert stats.oldest_received_at == NOON + timedelta(seconds=2)
        await inbox.done(batch)


class TestBurst:
    async def test_the_events_of_a_quiet_period_are_one_batch_in_order(self, make_inbox: MakeInbox) -> None:
        async with make_inbox(burst=0.4) as inbox:
            begin = time.monotonic()
            for name, at in (("b", 2), ("c", 3), ("a", 1)):
                await inbox.put(event(name, at=at))
                await asyncio.sleep(0.1)
            batch = await inbox.take()
            assert names(batch) == ["a", "b", "c"]
            assert time.monotonic() - begin >= 0.59
            await inbox.put(event("d"))
            assert await nothing_comes(inbox, 0.5)
            await inbox.done(batch)
            assert names(await inbox.take()) == ["d"]
            assert (await inbox.stats()).waiting == 0

    async def test_it_comes_at_the_latest_after_the_longest_wait(self, make_inbox: MakeInbox) -> None:
        async with make_inbox(burst=Burst(quiet=0.5, max_wait=0.7)) as inbox:
            taking = asyncio.ensure_future(inbox.take())
            number = 0
            while not taking.done():
                await inbox.put(event(f"{number:02}", at=number))
                number += 1
                await asyncio.sleep(0.05)
                assert number < 100
            taken = names(taking.result())
            assert 2 <= len(taken) <= number
            assert taken == [f"{each:02}" for each in range(len(taken))]

    async def test_it_comes_as_soon_as_it_is_large(self, make_inbox: MakeInbox) -> None:
        async with make_inbox(burst=Burst(quiet=50, max_wait=50, max_events=3)) as inbox:
            for number in range(7):
                await inbox.put(event(f"{number}", at=number))
            assert await all_of(inbox, 2) == [str(number) for number in range(6)]
            assert await nothing_comes(inbox)

    async def test_a_batch_is_retried_as_it_was(self, make_inbox: MakeInbox) -> None:
        async with make_inbox(burst=0.1) as inbox:
            await inbox.put(event("a", at=1))
            await inbox.put(event("b", at=2))
            batch = await inbox.take()
            await inbox.put(event("c", at=0))
            await inbox.retry(batch, 0.2, "again")
            again = await inbox.take()
            assert (names(again), again.attempt) == (["a", "b"], 2)
            await inbox.park(again, "why")
            assert [each.event.event_id for each in await inbox.parked()] == ["a", "b"]
            assert await all_of(inbox, 1) == ["c"]


class TestCancellation:
    async def test_of_a_waiting_taker_loses_nothing(self, make_inbox: MakeInbox) -> None:
        async with make_inbox() as inbox:
            takers = [asyncio.ensure_future(inbox.take()) for _ in range(4)]
            await asyncio.sleep(0.05)
            for taker in takers[:3]:
                taker.cancel()
            await inbox.put(event("a"))
            assert names(await takers[3]) == ["a"]

    async def test_at_any_moment_loses_nothing_and_gives_nothing_twice(self, make_inbox: MakeInbox) -> None:
        chance = random.Random(2)
        async with make_inbox(order_window=0.01) as inbox:
            taken = list[str]()

            async def work() -> None:
                while True:
                    batch = await inbox.take()
                    taken.extend(names(batch))
                    await inbox.done(batch)

            for number in range(60):
                putting = asyncio.ensure_future(inbox.put(event(f"{number}", at=number, conversation=number % 3)))
                for _ in range(chance.randrange(6)):
                    await asyncio.sleep(0)
                putting.cancel()
                with suppress(asyncio.CancelledError):
                    await putting
                await inbox.put(event(f"{number}", at=number, conversation=number % 3))  # as Dixa does
                working = asyncio.ensure_future(work())
                for _ in range(chance.randrange(30)):
                    await asyncio.sleep(0)
                await asyncio.sleep(chance.choice([0, 0.001, 0.01]))
                working.cancel()
                with suppress(asyncio.CancelledError, LeaseLostError):
                    await working
            working = asyncio.ensure_future(work())
            async with asyncio.timeout(30):
                while len(taken) < 60:  # noqa: ASYNC110 - the workers that are cancelled take some, too
                    await asyncio.sleep(0.01)
            working.cancel()
            assert sorted(taken) == sorted(str(number) for number in range(60))


class TestClosing:
    async def test_who_waits_is_told(self, make_inbox: MakeInbox) -> None:
        async with make_inbox() as inbox:
            takers = [asyncio.ensure_future(inbox.take()) for _ in range(3)]
            await asyncio.sleep(0.05)
        for taker in takers:
            with pytest.raises(InboxClosedError):
                await taker

    async def test_nothing_can_be_done_with_a_closed_one(self, make_inbox: MakeInbox) -> None:
        async with make_inbox() as inbox:
            await inbox.put(event("a"))
            batch = await inbox.take()
        for call in (
            inbox.put(event("b")),
            inbox.take(),
            inbox.done(batch),
            inbox.retry(batch, 0, ""),
            inbox.release(batch),
            inbox.park(batch, ""),
            inbox.parked(),
            inbox.rerun("a"),
            inbox.stats(),
        ):
            with pytest.raises(InboxClosedError):
                await call

    async def test_it_cannot_be_entered_twice_at_a_time(self, make_inbox: MakeInbox) -> None:
        async with make_inbox() as inbox:
            with pytest.raises(InboxClosedError, match="is open already"):
                await inbox.__aenter__()
