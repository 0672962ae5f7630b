"""The progress of a job, and its display."""

import sys
import time
from typing import Any, Protocol, TextIO

import attrs

from .._durations import format_duration
from .outcomes import Failed, OutcomeOrState, Succeeded
from .state import State


@attrs.define
class Counts:
    """How many inputs were started, and how they ended."""

    started: int = 0
    succeeded: int = 0
    failed: int = 0
    indeterminate: int = 0
    skipped: int = 0
    """Inputs that succeeded in an earlier run."""
    previously_failed: int = 0
    """Inputs that failed in an earlier run, and were skipped since `retry_failed` is False."""
    requests: int = 0
    """Requests of the calls that have ended."""
    started_at: float = attrs.field(factory=time.monotonic)
    """When the job started, as `time.monotonic` reports it."""

    def add(self, result: OutcomeOrState[Any, Any]) -> None:
        """Count an outcome, or an input that was skipped."""
        if result is State.SUCCEEDED:
            self.skipped += 1
        elif result is State.FAILED:
            self.previously_failed += 1
        elif isinstance(result, Succeeded):
            self.succeeded += 1
        elif isinstance(result, Failed):
            self.failed += 1
        else:
            self.indeterminate += 1

    def __str__(self) -> str:
        return format_counts(self)

    @property
    def finished(self) -> int:
        """Inputs that have an outcome or were skipped."""
        return self._processed + self.skipped + self.previously_failed

    @property
    def _processed(self) -> int:
        return self.succeeded + self.failed + self.indeterminate

    @property
    def seconds(self) -> float:
        """Seconds since the job started."""
        return time.monotonic() - self.started_at

    @property
    def rate(self) -> float:
        """Requests per second so far."""
        return self.requests / max(self.seconds, 1e-9)

    def seconds_left(self, total: int) -> float | None:
        """The estimated time until the job ends.

        Args:
            total: the number of inputs.

        Returns:
            Seconds, or None if there is no estimate yet.
        """
        if self.finished >= total:
            return 0.0
        # Skipped inputs took no time.
        return (total - self.finished) * self.seconds / self._processed if self._processed else None


class Progress(Protocol):
    """Displays the progress of a job."""

    def update(self, counts: Counts) -> None:
        """Called when inputs are finished. This is called often: do little, and do not block."""
        ...

    def close(self, counts: Counts) -> None:
        """Called when the job has ended or was closed."""
        ...


class PlainProgress:
    """Prints a line at intervals.

    Args:
        total: the number of inputs, or None if it is not known.
        limit: the rate limit in requests per second, to show next to the rate.
        interval: seconds between lines.
        file: where to print; defaults to standard error.
    """

    def __init__(
        self,
        total: int | None = None,
        *,
        limit: float | None = None,
        interval: float = 5.0,
        file: TextIO | None = None,
    ) -> None:
        self._total = total
        self._limit = limit
        self._interval = interval
        self._file = file
        self._last = time.monotonic()

    def update(self, counts: Counts) -> None:
        """See `Progress`."""
        if time.monotonic() - self._last >= self._interval:
            self._write(counts)

    def close(self, counts: Counts) -> None:
        """See `Progress`."""
        self._write(counts)

    def _write(self, counts: Counts) -> None:
        self._last = time.monotonic()
        of = "" if self._total is None else f" of {self._total}"
        parts = [f"{counts.finished}{of}: {format_counts(counts)}", format_rate(counts, self._limit)]
        if self._total is not None:
            parts.append(f"{format_duration(counts.seconds_left(self._total))} left")
        print(", ".join(parts), file=self._file or sys.stderr, flush=True)


class RichProgress:
    """Shows a progress bar in the terminal. It needs ``pip install 'dixa-async[progress]'``.

    Args:
        total: the number of inputs, or None if it is not known.
        limit: the rate limit in requests per second, to show next to the rate.
        console: a `rich.console.Console`; defaults to one on standard error.
    """

    def __init__(self, total: int | None = None, *, limit: float | None = None, console: Any = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn

        self._total = total
        self._limit = limit
        self._bar = Bar(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[text]}"),
            console=console or Console(stderr=True),
        )
        self._task = self._bar.add_task("", total=total, text="")

    def update(self, counts: Counts) -> None:
        """See `Progress`."""
        self._bar.start()
        self._bar.update(self._task, completed=counts.finished, text=self._text(counts))

    def close(self, counts: Counts) -> None:
        """See `Progress`."""
        self.update(counts)
        self._bar.stop()

    def _text(self, counts: Counts) -> str:
        parts = [format_counts(counts), format_rate(counts, self._limit)]
        if self._total is not None:
            parts.append(f"{format_duration(counts.seconds_left(self._total))} left")
        return ", ".join(parts)


def progress_bar(total: int | None = None, *, limit: float | None = None) -> PlainProgress | RichProgress:
    """A progress bar if standard error is a terminal and rich is installed, otherwise lines.

    Args:
        total: the number of inputs, or None if it is not known.
        limit: the rate limit in requests per second, to show next to the rate.

    Returns:
        What to pass as `progress` to `run` or `run_chunks`.
    """
    if sys.stderr.isatty():
        try:
            return RichProgress(total, limit=limit)
        except ModuleNotFoundError:
            pass
    return PlainProgress(total, limit=limit)


def format_counts(counts: Counts) -> str:
    """The counts as text. All but `succeeded` are left out if they are 0."""
    others = {
        "failed": counts.failed,
        "indeterminate": counts.indeterminate,
        "skipped": counts.skipped,
        "previously failed": counts.previously_failed,
    }
    return ", ".join([f"{counts.succeeded} succeeded", *(f"{count} {name}" for name, count in others.items() if count)])


def format_rate(counts: Counts, limit: float | None) -> str:
    """The rate as text."""
    return f"{counts.rate:.1f}{'' if limit is None else f' of {limit:g}'} requests/s"
