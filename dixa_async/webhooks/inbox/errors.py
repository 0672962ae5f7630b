"""The errors of an inbox."""

from ...errors import DixaError


class InboxError(DixaError):
    """The inbox cannot do what it was asked: its file or its Redis is in trouble. What it held before is still in it.

    The receiver responds with 503 then, and Dixa delivers the event again.
    """


class InboxFullError(InboxError):
    """The inbox holds `max_events` events. This one was not taken in."""


class InboxClosedError(InboxError):
    """The inbox is not open: it was closed, or not entered with ``async with``."""


class LeaseLostError(InboxError):
    """A batch is no longer out with who reports on it.

    It was reported on before, or its lease has expired and another process may have it. Nothing was changed.
    """


class NotParkedError(InboxError):
    """No event with this ID is parked."""


class InvalidEventError(InboxError, ValueError):
    """An event that no inbox can keep. The message says why."""
