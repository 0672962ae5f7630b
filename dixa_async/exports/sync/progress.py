"""Displays the progress of a run."""

import sys
import time
from typing import Any, Protocol, TextIO

from ..._durations import format_duration
from .results import SyncCounts


class SyncProgress(Protocol):
    """Displays the progress of a run."""

    def update(self, counts: SyncCounts) -> None:
        """Called when rows were written. Do little, and do not block."""
        ...

    def close(self, counts: SyncCounts) -> None:
        """Called when the run has ended, also if it failed."""
        ...


class PlainSyncProgress:
    """Prints a line at intervals. A run that takes less time prints nothing.

    Args:
        interval: seconds between lines.
        file: where to print; defaults to standard error.
    """

    def __init__(self, *, interval: float = 5.0, file: TextIO | None = None) -> None:
        self._interval = interval
        self._file = file
        self._last = time.monotonic()

    def update(self, counts: SyncCounts) -> None:
        """See `SyncProgress`."""
        now = time.monotonic()
        if now - self._last >= self._interval:
            self._last = now
            line = f"{counts.windows} of {counts.total_windows} windows: {_text(counts)}"
            print(line, file=self._file or sys.stderr, flush=True)

    def close(self, counts: SyncCounts) -> None:
        """See `SyncProgress`."""


class RichSyncProgress:
    """Shows a progress bar in the terminal. It needs ``pip install 'dixa-async[progress]'``.

    Args:
        console: a `rich.console.Console`; defaults to one on standard error.
    """

    def __init__(self, *, console: Any = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn

        self._bar = Bar(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("windows, {task.fields[text]}"),
            console=console or Console(stderr=True),
        )
        self._task = self._bar.add_task("", total=None, text="")
        self._is_shown = False

    def update(self, counts: SyncCounts) -> None:
        """See `SyncProgress`."""
        self._bar.start()
        self._is_shown = True
        self._bar.update(self._task, total=counts.total_windows, completed=counts.windows, text=_text(counts))

    def close(self, counts: SyncCounts) -> None:
        """See `SyncProgress`."""
        if self._is_shown:  # not if another sync has the copy
            self.update(counts)
            self._bar.stop()


def sync_progress(*, interval: float = 5.0) -> PlainSyncProgress | RichSyncProgress:
    """A progress bar if standard error is a terminal and rich is installed, otherwise lines.

    Args:
        interval: seconds between lines.

    Returns:
        What to pass as `progress` to `Sync`.
    """
    if sys.stderr.isatty():
        try:
            return RichSyncProgress()
        except ModuleNotFoundError:
            pass
    return PlainSyncProgress(interval=interval)


def _text(counts: SyncCounts) -> str:
    return f"{counts.rows:,} rows, {counts.rate:,.0f} rows/s, {format_duration(counts.seconds_left)} left"
