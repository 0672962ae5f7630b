"""What an inbox does, and what goes through it."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Protocol, Self

import attrs

from ..._ids import MAX_INT64
from ..._utc import utc_offset
from .errors import InvalidEventError

_LONGEST_ID: Final = 512
"""Characters. The IDs of Dixa have 36."""


def _check_id(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if value is None and attribute.name == "message_id":
        return
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID:
        raise InvalidEventError(f"{attribute.name} must be a str of 1 to {_LONGEST_ID} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidEventError(f"{attribute.name} must be Unicode text without lone surrogates") from None


def _check_time(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if value is None and attribute.name == "occurred_at":
        return
    if not isinstance(value, datetime) or utc_offset(value) is None:
        raise InvalidEventError(f"{attribute.name} must be a datetime with a time zone")


def _check_conversation(_: object, __: object, value: Any) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INT64):
        raise InvalidEventError(f"conversation_id must be an int from 0 to {MAX_INT64}")


def _check_body(_: object, __: object, value: Any) -> None:
    if not isinstance(value, bytes):
        raise InvalidEventError("body must be bytes")


@attrs.frozen(kw_only=True)
class IncomingEvent:
    """A delivered event on its way through the inbox.

    Raises:
        InvalidEventError: a field has another type, or an ID is empty, too long or no Unicode text.
    """

    event_id: str = attrs.field(validator=_check_id)
    """The first unique key."""
    event_type: str = attrs.field(validator=_check_id)
    """As it was delivered, such as ``CONVERSATION_MESSAGE_ADDED``."""
    message_id: str | None = attrs.field(default=None, validator=_check_id)
    """Of a message, or the note ID of a note. It is the second unique key, together with the event type."""
    conversation_id: int | None = attrs.field(default=None, validator=_check_conversation)
    """Events of one conversation are in order. None: the event has no order."""
    occurred_at: datetime | None = attrs.field(default=None, validator=_check_time)
    """When it happened, which orders a conversation; defaults to `received_at`."""
    received_at: datetime = attrs.field(validator=_check_time)
    body: bytes = attrs.field(validator=_check_body, repr=False)
    """As it was delivered. It is personal data."""


@attrs.frozen(kw_only=True)
class Batch:
    """Events of one conversation, in order, that are handled in one call. It is one event, unless the inbox bursts."""

    events: tuple[IncomingEvent, ...]
    attempt: int
    """1 at first. It is kept, so that a batch that kills its process is parked in the end, too."""
    lease: str = attrs.field(repr=False)
    """What the inbox knows the batch by."""


@attrs.frozen(kw_only=True)
class ParkedEvent:
    """An event that is not handled any more, until somebody has it rerun."""

    event: IncomingEvent
    reason: str = attrs.field(repr=False)
    """Why. It can hold the message of an exception, and with it personal data."""
    attempts: int
    parked_at: datetime


@attrs.frozen(kw_only=True)
class InboxStats:
    """How full an inbox is."""

    waiting: int
    """Events that wait to be taken, those that are retried included."""
    taken: int
    """Events that are being handled."""
    parked: int
    oldest_received_at: datetime | None
    """When the oldest event was received that is waiting or taken; None if there is none."""


class Inbox(Protocol):
    """Keeps events between their delivery and their handling. It is used as an async context manager.

    - An event is unique by its event ID, and by its event type and message ID, also for some time after it is done.
    - Events of a conversation are in order, and at most one batch of a conversation is out at a time.
    - A batch that was out before is given again as it was, before other events of its conversation.
    - Each method can be cancelled at any moment: it is then done or not done, and nothing is lost.
    """

    async def put(self, event: IncomingEvent) -> bool:
        """Take an event in.

        Args:
            event: the event.

        Returns:
            True if it is new, and safe now; False if the inbox has had it.

        Raises:
            InboxFullError: the inbox is full.
            InboxClosedError: it is not open.
            InboxError: it cannot be written. Whether it holds the event is not known; to put it again is safe.
        """
        ...

    async def take(self) -> Batch:
        """Wait for the next batch, and take it.

        Returns:
            The batch. It is out until one of the four methods below is called with it.

        Raises:
            InboxClosedError: the inbox is not open, or was closed meanwhile.
            InboxError: it cannot be read or written.
        """
        ...

    async def done(self, batch: Batch) -> None:
        """Report that a batch was handled. The bodies of its events are deleted.

        Args:
            batch: the batch.

        Raises:
            LeaseLostError: it is no longer out.
            InboxClosedError: the inbox is not open.
            InboxError: it cannot be written. The method can be called again.
        """
        ...

    async def retry(self, batch: Batch, delay: float, reason: str) -> None:
        """Have a batch handled again later. Other events of its conversation wait until then.

        Args:
            batch: the batch.
            delay: seconds until then, 0 or more.
            reason: what went wrong.

        Raises:
            LeaseLostError: it is no longer out.
            InboxClosedError: the inbox is not open.
            InboxError: it cannot be written. The method can be called again.
        """
        ...

    async def release(self, batch: Batch) -> None:
        """Give a batch back as if it had not been taken. The attempt does not count. A burst is given again as it was.

        Args:
            batch: the batch.

        Raises:
            LeaseLostError: it is no longer out.
            InboxClosedError: the inbox is not open.
            InboxError: it cannot be written. The method can be called again.
        """
        ...

    async def park(self, batch: Batch, reason: str) -> None:
        """Set the events of a batch aside. The conversation goes on without them.

        Args:
            batch: the batch.
            reason: what went wrong.

        Raises:
            LeaseLostError: it is no longer out.
            InboxClosedError: the inbox is not open.
            InboxError: it cannot be written. The method can be called again.
        """
        ...

    async def parked(self) -> Sequence[ParkedEvent]:
        """Look at what is parked.

        Returns:
            The events, those first that were parked first.

        Raises:
            InboxClosedError: the inbox is not open.
            InboxError: it cannot be read.
        """
        ...

    async def rerun(self, event_id: str) -> None:
        """Have a parked event handled after all. It waits for its place in its conversation; its attempts begin anew.

        Args:
            event_id: its ID.

        Raises:
            NotParkedError: no such event is parked.
            InboxClosedError: the inbox is not open.
            InboxError: it cannot be written.
        """
        ...

    async def stats(self) -> InboxStats:
        """Count.

        Returns:
            How many events there are.

        Raises:
            InboxClosedError: the inbox is not open.
            InboxError: it cannot be read.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
