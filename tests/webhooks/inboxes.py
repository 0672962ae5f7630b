"""An inbox that is a list, for what only puts."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from typing_extensions import override

from dixa_async.webhooks.inbox.errors import InboxClosedError
from dixa_async.webhooks.inbox.protocol import Batch, Inbox, InboxStats, IncomingEvent, ParkedEvent


class ListInbox(Inbox):
    def __init__(self) -> None:
        self.events: list[IncomingEvent] = []
        self.is_open = False
        self.fault: Exception | None = None

    @override
    async def put(self, event: IncomingEvent) -> bool:
        if not self.is_open:
            raise InboxClosedError("closed")
        if self.fault is not None:
            raise self.fault
        self.events.append(event)
        return True

    def batch(self, attempt: int = 1) -> Batch:
        """All events as one batch."""
        return Batch(events=tuple(self.events), attempt=attempt, lease="l")

    @override
    async def take(self) -> Batch:
        return await asyncio.Future()

    @override
    async def done(self, batch: Batch) -> None:
        raise NotImplementedError

    @override
    async def retry(self, batch: Batch, delay: float, reason: str) -> None:
        raise NotImplementedError

    @override
    async def release(self, batch: Batch) -> None:
        raise NotImplementedError

    @override
    async def park(self, batch: Batch, reason: str) -> None:
        raise NotImplementedError

    @override
    async def parked(self) -> Sequence[ParkedEvent]:
        raise NotImplementedError

    @override
    async def rerun(self, event_id: str) -> None:
        raise NotImplementedError

    @override
    async def stats(self) -> InboxStats:
        raise NotImplementedError

    @override
    async def __aenter__(self) -> Self:
        self.is_open = True
        return self

    @override
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.is_open = False
