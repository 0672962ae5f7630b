"""What will happen on its own, and when."""

import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeAlias

import attrs

from .metadata import NOT_SAVED

DueKind: TypeAlias = Literal["follow_up", "anonymization"]
"""What is due: a pending conversation comes back, or an anonymization is done."""


@attrs.frozen(order=True)
class DueEntry:
    """Something that will happen on its own."""

    at: datetime
    number: int
    """The order of what is due at the same time."""
    kind: DueKind
    target: str
    """The ID of the conversation or of the request."""
    user_id: str | None = attrs.field(default=None, order=False)
    """The agent who planned it."""


@attrs.define
class Agenda:
    """What will happen on its own, each kind at most once to a target."""

    entries: list[DueEntry] = attrs.field(factory=list[DueEntry])
    """A heap: the first is due first."""
    on_change: Callable[[], None] | None = attrs.field(default=None, eq=False, repr=False, metadata=NOT_SAVED)
    """Called when the first entry may be another one."""
    _last_number: int = 0

    @property
    def first(self) -> DueEntry | None:
        """What is due first; None if nothing will be."""
        return self.entries[0] if self.entries else None

    def add(self, kind: DueKind, target: str, at: datetime, user_id: str | None = None) -> None:
        """Plan something, in place of the same kind for the same target.

        Args:
            kind: what is due.
            target: the ID of the conversation or of the request.
            at: when.
            user_id: the agent who planned it.
        """
        self.remove(kind, target)
        self._last_number += 1
        heapq.heappush(self.entries, DueEntry(at, self._last_number, kind, target, user_id))
        if self.on_change is not None:
            self.on_change()

    def remove(self, kind: DueKind, target: str) -> None:
        """Cancel something, if it is planned."""
        kept = [entry for entry in self.entries if (entry.kind, entry.target) != (kind, target)]
        if len(kept) < len(self.entries):
            heapq.heapify(kept)
            self.entries = kept

    def pop(self) -> DueEntry:
        """Take out what is due first."""
        return heapq.heappop(self.entries)
