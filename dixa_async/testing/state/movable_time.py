"""A time that can be moved ahead."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""How far it can be moved. What is planned then, and time that passes, must still be times that Python has."""


class MovableTime:
    """The time of a clock, moved ahead. A call returns it in seconds since the epoch.

    Args:
        source: returns the time that is moved, in seconds since the epoch.

    Attributes:
        source: returns the time that is moved.
        moved: how many seconds it is ahead.
    """

    def __init__(self, source: Callable[[], float]) -> None:
        self.source = source
        self.moved: float = 0.0
        self._held: float | None = None

    def __call__(self) -> float:
        """The time, in seconds since the epoch."""
        return self.source() + self.moved if self._held is None else self._held

    def source_now(self) -> datetime:
        """The time that was not moved."""
        return datetime.fromtimestamp(self.source(), UTC)

    @contextmanager
    def held_at(self, seconds: float) -> Generator[None, None, None]:
        """Let it stand still at a time, in which something happens that was due then."""
        self._held = seconds
        try:
            yield
        finally:
            self._held = None
