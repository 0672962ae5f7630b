"""Workers handle what is in the inbox: in order, side by side, again if it fails, and to the end when they stop."""

import asyncio
import logging
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dixa_async.errors import ConfigurationError, UsageError
from dixa_async.webhooks.dispatcher import Backoff, Dispatcher
from dixa_async.webhooks.inbox.errors import InboxError
from dixa_async.webhooks.inbox.memory import MemoryInbox
from dixa_async.webhooks.inbox.protocol import Batch
from dixa_async.webhooks.inbox.sqlite import SqliteInbox

from .support import event, names


class Handler:
    """Takes a second for each batch, and fails as often as it is told."""

    def __init__(self, failures: Mapping[str, int] | None = None) -> None:
        self.failures = dict(failures or {})
        self.handled: list[str] = []
        self.running = self.most = 0

    async def __call__(self, batch: Batch) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(1)
            (name,) = names(batch)
            if batch.attempt <= self.failures.get(name, 0):
                raise ValueError(f"the secret of {name}")
            self.handled.append(name)
        finally:
            self.running -= 1


async def test_conversations_are_handled_side_by_side_up_to_a_limit_and_each_in_order() -> None:
    handler = Handler()
    async with MemoryInbox() as inbox, Dispatcher(inbox, handler, concurrency=3):
        for number in range(20):
            await inbox.put(event(f"{number:02}", at=-number, conversation=number % 5))
        await asyncio.sleep(30)
        assert handler.most == 3
        for conversation in range(5):
            ours = [name for name in handler.handled if int(name) % 5 == conversation]
            assert ours == sorted(ours, reverse=True)
        assert len(handler.handled) == 20


async def test_what_fails_is_retried_with_growing_delays_and_nothing_overtakes_it() -> None:
    handler = Handler({"a": 3})
    begin = asyncio.get_running_loop().time()
    async with MemoryInbox() as inbox, Dispatcher(inbox, handler, retry=Backoff(first_delay=10, max_delay=20)):
        await inbox.put(event("a"))
        await inbox.put(event("b"))
        await inbox.put(event("other", conversation=2))
        while len(handler.handled) < 3:  # noqa: ASYNC110 - in virtual time
            await asyncio.sleep(0.1)
    assert handler.handled == ["other", "a", "b"]
    assert 25 + 6 <= asyncio.get_running_loop().time() - begin <= 50 + 7


async def test_what_fails_too_often_is_parked_and_its_conversation_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    handler = Handler({"a": 3})
    async with MemoryInbox() as inbox, Dispatcher(inbox, handler, max_attempts=3):
        await inbox.put(event("a"))
        await inbox.put(event("b"))
        await asyncio.sleep(60)
        assert handler.handled == ["b"]
        (parked,) = await inbox.parked()
        assert (parked.attempts, parked.reason) == (3, "ValueError: the secret of a")
        handler.failures.clear()
        await inbox.rerun("a")
        await asyncio.sleep(10)
        assert handler.handled == ["b", "a"]
    assert "batch of event 'a' is parked after 3 attempts: ValueError at test_dispatcher.py:" in caplog.text
    assert "secret" not in caplog.text


async def test_a_rule_can_park_at_once_and_one_that_fails_does() -> None:
    def rule(attempt: int, error: Exception) -> float | None:
        if "hopeless" in str(error):
            return None
        raise KeyError("a mistake in the rule")

    handler = Handler({"hopeless": 9, "other": 9})
    async with MemoryInbox() as inbox, Dispatcher(inbox, handler, retry=rule):
        await inbox.put(event("hopeless", conversation=1))
        await inbox.put(event("other", conversation=2))
        await asyncio.sleep(3)
        assert {each.event.event_id: each.reason for each in await inbox.parked()} == {
            "hopeless": "ValueError: the secret of hopeless",
            "other": "KeyError: 'a mistake in the rule'",
        }


async def test_a_handler_that_cancels_itself_has_failed() -> None:
    async def handle(batch: Batch) -> None:
        raise asyncio.CancelledError("from within")

    async with MemoryInbox() as inbox, Dispatcher(inbox, handle, max_attempts=1) as dispatcher:
        await inbox.put(event("a"))
        await asyncio.sleep(3)
        assert [each.attempts for each in await inbox.parked()] == [1]
        assert dispatcher.is_running


async def test_what_kills_its_process_is_parked_in_the_end(path: Path) -> None:
    handler = Handler()
    async with SqliteInbox(path, order_window=0.0, durable=False) as inbox:
        await inbox.put(event("a"))
    for _ in range(3):  # each is a process that ends before it reports
        async with SqliteInbox(path, order_window=0.0, durable=False) as inbox:
            await inbox.take()
    async with (
        SqliteInbox(path, order_window=0.0, durable=False) as inbox,
        Dispatcher(inbox, handler, max_attempts=3),
    ):
        async with asyncio.timeout(10):
            while not (parked := await inbox.parked()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert not handler.handled
    assert parked[0].reason.startswith("GaveUpError: taken 3 times, and its process ended each time")


class TestStop:
    async def test_what_runs_is_finished_and_what_waits_stays(self) -> None:
        handler = Handler()
        async with MemoryInbox() as inbox:
            async with Dispatcher(inbox, handler, concurrency=2) as dispatcher:
                for number in range(5):
                    await inbox.put(event(f"{number}", conversation=number))
                await asyncio.sleep(1.5)
                assert dispatcher.is_running
            assert handler.handled == ["0", "1"]
            assert not dispatcher.is_running
            stats = await inbox.stats()
            assert (stats.waiting, stats.taken) == (3, 0)

    async def test_what_does_not_end_in_time_is_cancelled_and_stays_uncounted(self) -> None:
        async def handle(batch: Batch) -> None:
            await asyncio.sleep(100)

        async with MemoryInbox() as inbox:
            async with Dispatcher(inbox, handle, grace=5):
                await inbox.put(event("a"))
                await asyncio.sleep(2)
                begin = asyncio.get_running_loop().time()
            assert asyncio.get_running_loop().time() - begin == pytest.approx(5, abs=0.01)
            assert (await inbox.take()).attempt == 1

    async def test_it_can_be_hurried_by_a_cancellation(self) -> None:
        async def handle(batch: Batch) -> None:
            await asyncio.sleep(100)

        async with MemoryInbox() as inbox:
            await inbox.put(event("a"))

            async def serve() -> None:
                async with Dispatcher(inbox, handle, grace=50):
                    await asyncio.sleep(2)

            serving = asyncio.create_task(serve())
            await asyncio.sleep(10)
            serving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await serving
            assert (await inbox.take()).attempt == 1

    async def test_it_can_be_entered_again_but_not_twice_at_a_time(self) -> None:
        handler = Handler()
        async with MemoryInbox() as inbox:
            dispatcher = Dispatcher(inbox, handler)
            for name in "ab":
                async with dispatcher:
                    with pytest.raises(UsageError, match="once at a time"):
                        await dispatcher.__aenter__()
                    await inbox.put(event(name))
                    await asyncio.sleep(3)
        assert handler.handled == ["a", "b"]

    async def test_it_ends_when_the_inbox_is_closed(self) -> None:
        async with MemoryInbox() as inbox:
            dispatcher = Dispatcher(inbox, Handler())
            await dispatcher.__aenter__()
            await asyncio.sleep(1)
        await asyncio.sleep(1)
        assert not dispatcher.is_running
        await dispatcher.__aexit__(None, None, None)

    async def test_a_handler_that_goes_on_although_it_is_cancelled_does_not_keep_the_program(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        stop = asyncio.Event()

        async def handle(batch: Batch) -> None:
            while not stop.is_set():
                try:
                    await stop.wait()
                except asyncio.CancelledError:
                    continue

        async with MemoryInbox() as inbox:
            begin = asyncio.get_running_loop().time()
            dispatcher = Dispatcher(inbox, handle, grace=5)
            async with dispatcher:
                await inbox.put(event("a"))
                await asyncio.sleep(2)
            assert asyncio.get_running_loop().time() - begin < 30
            assert "1 handler has not ended although it was cancelled" in caplog.text
            async with dispatcher:
                stop.set()
                await asyncio.sleep(1)
            assert (await inbox.stats()).waiting == 0  # it has ended, and said so
            assert asyncio.all_tasks() == {asyncio.current_task()}  # and takes no more

    async def test_a_worker_that_was_left_behind_does_not_work_on_when_it_is_entered_again(self) -> None:
        stop = asyncio.Event()
        handler = Handler()

        async def handle(batch: Batch) -> None:
            while names(batch) == ["a"] and not stop.is_set():
                with suppress(asyncio.CancelledError):
                    await stop.wait()
            await handler(batch)

        async with MemoryInbox() as inbox:
            dispatcher = Dispatcher(inbox, handle, grace=5, concurrency=1)
            async with dispatcher:
                await inbox.put(event("a"))
                await asyncio.sleep(2)
            async with dispatcher:
                stop.set()
                await asyncio.sleep(2)
                for number in range(5):
                    await inbox.put(event(f"{number}", conversation=number + 2))
                await asyncio.sleep(20)
            assert handler.handled == ["a", *"01234"]
            assert handler.most == 1


class Unnamed(BaseException):
    """As some libraries end a task, or a test."""


@pytest.mark.parametrize("group", [False, True])
async def test_a_handler_that_raises_what_is_no_exception_has_failed(group: bool) -> None:
    async def handle(batch: Batch) -> None:
        raise BaseExceptionGroup("both", [Unnamed(), ValueError()]) if group else Unnamed("a secret")

    async with MemoryInbox() as inbox, Dispatcher(inbox, handle, max_attempts=2, concurrency=1) as dispatcher:
        await inbox.put(event("a"))
        await inbox.put(event("b"))
        await asyncio.sleep(60)
        assert dispatcher.is_running
        assert [each.event.event_id for each in await inbox.parked()] == ["a", "b"]


@pytest.mark.parametrize("delay", [timedelta(seconds=5), "5", Decimal(5), math.nan, -1, True, object()])
async def test_a_rule_that_returns_no_seconds_parks(delay: Any) -> None:
    async with (
        MemoryInbox() as inbox,
        Dispatcher(inbox, Handler({"a": 9}), retry=lambda *_: delay, concurrency=1) as dispatcher,
    ):
        await inbox.put(event("a"))
        await inbox.put(event("b"))
        await asyncio.sleep(60)
        assert dispatcher.is_running
        (parked,) = await inbox.parked()
        assert parked.reason.startswith("ConfigurationError: the retry rule must return")


async def test_the_logs_hold_the_stack_of_an_error_and_nothing_that_it_says(caplog: pytest.LogCaptureFixture) -> None:
    async def handle(batch: Batch) -> None:
        try:
            raise KeyError("the secret key")
        except KeyError as error:
            error.add_note("a secret note")
            raise ExceptionGroup("the secret of both", [ValueError("the secret value"), error]) from error

    caplog.set_level(logging.DEBUG)
    async with MemoryInbox() as inbox, Dispatcher(inbox, handle, max_attempts=2):
        await inbox.put(event("a"))
        await asyncio.sleep(60)
    records = [record for record in caplog.records if record.levelno == logging.DEBUG and "stack" in record.message]
    assert len(records) == 2
    for record in records:
        assert record.exc_info is None
        assert "test_dispatcher.py" in record.message
        assert {"ExceptionGroup", "ValueError", "KeyError"} <= set(re.findall(r"\w+", record.message))
    formatted = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "secret" not in formatted


class FailingInbox(MemoryInbox):
    """Raises an error a few times."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.failures = 0
        self._error = error

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise self._error

    async def take(self) -> Batch:
        self._fail()
        return await super().take()

    async def done(self, batch: Batch) -> None:
        self._fail()
        await super().done(batch)


async def test_an_inbox_that_makes_a_mistake_does_not_end_the_workers(caplog: pytest.LogCaptureFixture) -> None:
    handler, inbox = Handler(), FailingInbox(KeyError("a mistake"))
    inbox.failures = 3
    async with inbox, Dispatcher(inbox, handler, concurrency=1):
        await inbox.put(event("a"))
        await inbox.put(event("b"))
        while not handler.running:  # noqa: ASYNC110 - in virtual time
            await asyncio.sleep(0.1)
        inbox.failures = 3
        await asyncio.sleep(60)
    assert handler.handled == ["a", "b"]
    assert "KeyError" in caplog.text


async def test_an_inbox_in_trouble_is_retried(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    handler, inbox = Handler(), FailingInbox(InboxError("the disk is full"))
    inbox.failures = 7
    async with inbox, Dispatcher(inbox, handler, concurrency=1):
        await inbox.put(event("a"))
        await inbox.put(event("b"))
        while not handler.running:  # noqa: ASYNC110 - in virtual time
            await asyncio.sleep(0.1)
        inbox.failures = 7
        await asyncio.sleep(60)
    assert handler.handled == ["a", "b"]
    assert "is retried in 5.0 s" in caplog.text


def test_settings_are_checked() -> None:
    with pytest.raises(ConfigurationError, match="concurrency must be"):
        Dispatcher(MemoryInbox(), Handler(), concurrency=0)
    with pytest.raises(ConfigurationError, match="max_attempts must be"):
        Dispatcher(MemoryInbox(), Handler(), max_attempts=0)
    with pytest.raises(ConfigurationError, match="grace must be"):
        Dispatcher(MemoryInbox(), Handler(), grace=-1)
