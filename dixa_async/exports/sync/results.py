"""What a run has done, and how far it is."""

import time
from datetime import datetime

import attrs
from typing_extensions import override

from .plan import Kind
from .store import Written


@attrs.define
class RowCounts:
    """The rows of one kind."""

    received: int = 0
    """Rows in exports, those that the copy had already included."""
    new: int = 0
    """Rows that the copy did not have."""
    changed: int = 0
    """Rows that replaced others."""
    anonymized: int = 0
    """Rows whose personal data was removed from the copy."""

    @override
    def __str__(self) -> str:
        anonymized = f", {self.anonymized} anonymized" if self.anonymized else ""
        return f"{self.new} new, {self.changed} changed{anonymized}"


@attrs.frozen
class SyncResult:
    """What a run has done.

    As text, it is one line.
    """

    conversations: RowCounts | None
    """None if they are not copied."""
    messages: RowCounts | None
    """None if they are not copied."""
    windows: int
    """Windows that were read."""
    requests: int
    """Requests for exports, with retries."""
    seconds: float
    """How long it took."""
    until: datetime
    """The copy has all rows before this time that Dixa exported."""

    @override
    def __str__(self) -> str:
        until = self.until.isoformat(timespec="seconds").replace("+00:00", "Z")
        kinds = {"conversations": self.conversations, "messages": self.messages}
        return "; ".join(
            [
                *(f"{kind}: {counts}" for kind, counts in kinds.items() if counts is not None),
                f"{self.requests} request{'' if self.requests == 1 else 's'}, {self.seconds:.1f} s",
                f"complete until {until}",
            ]
        )


@attrs.define
class SyncCounts:
    """How far a run is."""

    total_windows: int = 0
    """The windows that the run reads. Each is a request, for at most 30 days of one kind."""
    windows: int = 0
    """The windows that were read."""
    requests: int = 0
    """Requests for exports, with retries."""
    conversations: RowCounts = attrs.field(factory=RowCounts)
    messages: RowCounts = attrs.field(factory=RowCounts)
    started_at: float = attrs.field(factory=time.monotonic)
    """When the run started, as `time.monotonic` reports it."""

    def add(self, kind: Kind, received: int, written: Written) -> None:
        """Count rows that were written."""
        counts = self.conversations if kind == "conversations" else self.messages
        counts.received += received
        counts.new += written.new
        counts.changed += written.changed
        self.conversations.anonymized += written.anonymized
        self.messages.anonymized += written.anonymized_messages

    @property
    def rows(self) -> int:
        """Rows that were received."""
        return self.conversations.received + self.messages.received

    @property
    def seconds(self) -> float:
        """Seconds since the run started."""
        return time.monotonic() - self.started_at

    @property
    def rate(self) -> float:
        """Rows per second so far."""
        return self.rows / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """The estimated time until the run ends, in seconds; None if there is no estimate yet."""
        if self.windows >= self.total_windows:
            return 0.0
        return (self.total_windows - self.windows) * self.seconds / self.windows if self.windows else None
