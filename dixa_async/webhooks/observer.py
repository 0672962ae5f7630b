"""What a receiver reports to whoever observes it, such as `dixa_async.webhooks.telemetry`."""

import enum
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack
from types import TracebackType
from typing import Protocol, Self

from typing_extensions import override

from .handlers import Context, Handler
from .inbox.protocol import Batch, Inbox, InboxStats, IncomingEvent, ParkedEvent
from .reply import ReplyOutcome


class BatchOutcome(enum.StrEnum):
    """How the events of a batch left the inbox."""

    HANDLED = "handled"
    PARKED = "parked"


class ReceiverObserver(Protocol):
    """Observes a `Receiver`, which is made with ``Receiver(observer=...)``.

    Its methods are called on the event loop, between all else. They must not block, and must not raise: what they raise
    counts as an error of what they observe.
    """

    def watching(self, inbox: Inbox) -> AbstractAsyncContextManager[object]:
        """Called when the receiver has opened its inbox. The context is left before the inbox is closed.

        Args:
            inbox: the inbox, which is open.

        Returns:
            What lasts for as long as the inbox is open.
        """
        ...

    def putting(self, event: IncomingEvent) -> AbstractContextManager[object]:
        """Called when an event is put into the inbox: one that was delivered, or taken from the logs.

        Args:
            event: the event. Its body is personal data.

        Returns:
            What lasts until the event is put.
        """
        ...

    def on_put(self, event: IncomingEvent, *, is_new: bool) -> None:
        """Called when the event is safe, still within `putting`.

        Args:
            event: the event.
            is_new: whether it is new; False: the inbox has had it.
        """
        ...

    def handling(self, context: Context) -> AbstractContextManager[object]:
        """Called when a handler is called.

        Args:
            context: what the handler is given.

        Returns:
            What lasts until the handler has ended. What the handler raises passes through it.
        """
        ...

    def on_reply(self, handler_name: str, outcome: ReplyOutcome) -> None:
        """Called when it is known what became of a reply.

        Args:
            handler_name: the handler that replies.
            outcome: what became of it.
        """
        ...

    def on_end(self, batch: Batch, outcome: BatchOutcome) -> None:
        """Called when the events of a batch are done with, whether or not a handler wanted them.

        Args:
            batch: the batch.
            outcome: how it ended.
        """
        ...

    def on_refused(self, status: int, reason: str) -> None:
        """Called when a delivery is not accepted.

        Args:
            status: what is responded: 400, 401, 408, 413 or 503.
            reason: a `RefusalReason`; for 503 ``full``, ``closing`` or ``inbox_failure``.
        """
        ...


async def observed_call(observer: ReceiverObserver, handler: Handler, context: Context) -> None:
    """Call a handler, observed.

    Args:
        observer: the observer.
        handler: the handler.
        context: what it is given.
    """
    with observer.handling(context):
        await handler.call(context)


class ObservedInbox(Inbox):
    """An inbox that reports what goes through it.

    Args:
        inbox: the inbox itself.
        observer: who is told.
    """

    def __init__(self, inbox: Inbox, observer: ReceiverObserver) -> None:
        self._inbox = inbox
        self._observer = observer
        self._opened = AsyncExitStack()

    @override
    async def put(self, event: IncomingEvent) -> bool:
        with self._observer.putting(event):
            is_new = await self._inbox.put(event)
            self._observer.on_put(event, is_new=is_new)
            return is_new

    @override
    async def take(self) -> Batch:
        return await self._inbox.take()

    @override
    async def done(self, batch: Batch) -> None:
        await self._inbox.done(batch)
        self._observer.on_end(batch, BatchOutcome.HANDLED)

    @override
    async def retry(self, batch: Batch, delay: float, reason: str) -> None:
        await self._inbox.retry(batch, delay, reason)

    @override
    async def release(self, batch: Batch) -> None:
        await self._inbox.release(batch)

    @override
    async def park(self, batch: Batch, reason: str) -> None:
        await self._inbox.park(batch, reason)
        self._observer.on_end(batch, BatchOutcome.PARKED)

    @override
    async def parked(self) -> Sequence[ParkedEvent]:
        return await self._inbox.parked()

    @override
    async def rerun(self, event_id: str) -> None:
        await self._inbox.rerun(event_id)

    @override
    async def stats(self) -> InboxStats:
        return await self._inbox.stats()

    @override
    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._inbox)
            await stack.enter_async_context(self._observer.watching(self._inbox))
            self._opened = stack.pop_all()
        return self

    @override
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._opened.__aexit__(kind, error, traceback)
