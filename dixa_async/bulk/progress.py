"""How far a job is, told to whoever wants to know."""

import sys
import time
from typing import Any, Protocol, TextIO

import attrs

from .outcomes import Done, Failed, Outcome


@attrs.define
class Counts:
    """How many inputs came to what."""

    started: int = 0
    done: int = 0
    failed: int = 0
    unclear: int = 0
    skipped: int = 0
    """Inputs that an earlier run had done."""
    requests: int = 0
    since: float = attrs.field(factory=time.monotonic)

    def add(self, outcome: Outcome[Any, Any] | None) -> None:
        """Count an outcome; None is that of an input which was skipped."""
        if outcome is None:
            self.skipped += 1
            return
        self.requests += outcome.attempts
        if isinstance(outcome, Done):
            self.done += 1
        elif isinstance(outcome, Failed):
            self.failed += 1
        else:
            self.unclear += 1

    @property
    def ended(self) -> int:
        """Inputs that are through."""
        return self.done + self.failed + self.unclear + self.skipped

    @property
    def rate(self) -> float:
        """Requests a second so far."""
        return self.requests / max(time.monotonic() - self.since, 1e-9)


class Progress(Protocol):
    """Is told how far a job is."""

    def update(self, counts: Counts) -> None:
        """An input is through. This is called often: do little, and do not wait."""
        ...

    def close(self, counts: Counts) -> None:
        """The job has ended, or was left."""
        ...


class PlainProgress:
    """Writes a line from time to time.

    Args:
        total: how many inputs there are, if that is known.
        every: seconds from line to line.
        file: where to; None: standard error.
    """

    def __init__(self, total: int | None = None, *, every: float = 5.0, file: TextIO | None = None) -> None:
        self._total = total
        self._every = every
        self._file = file
        self._last = time.monotonic()

    def update(self, counts: Counts) -> None:
        """See `Progress`."""
        if time.monotonic() - self._last >= self._every:
            self._write(counts)

    def close(self, counts: Counts) -> None:
        """See `Progress`."""
        self._write(counts)

    def _write(self, counts: Counts) -> None:
        self._last = time.monotonic()
        of = "" if self._total is None else f" of {self._total}"
        left = "" if self._total is None else f", {_left(counts, self._total)} left"
        line = f"{counts.ended}{of}: {counts.done} done, {counts.failed} failed, {counts.unclear} unclear, "
        line += f"{counts.skipped} skipped, {counts.rate:.1f} requests/s{left}"
        print(line, file=self._file or sys.stderr, flush=True)


def _left(counts: Counts, total: int) -> str:
    """The time that is left, if it goes on like this."""
    worked = counts.ended - counts.skipped
    if worked == 0:
        return "?"
    seconds = round((total - counts.ended) * (time.monotonic() - counts.since) / worked)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
