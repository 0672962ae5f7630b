"""How far a job is, told to whoever wants to know."""

import sys
import time
from typing import Any, Protocol, TextIO

import attrs

from .outcomes import Ending, Failed, Succeeded
from .state import State


@attrs.define
class Counts:
    """How many inputs came to what."""

    started: int = 0
    succeeded: int = 0
    failed: int = 0
    indeterminate: int = 0
    skipped: int = 0
    """Inputs that an earlier run had done."""
    previously_failed: int = 0
    """Inputs that failed in an earlier run. They were skipped, too: `retry_failed` is False."""
    requests: int = 0
    """Requests of the calls that have ended."""
    started_at: float = attrs.field(factory=time.monotonic)
    """When the job began, on the clock of `time.monotonic`."""

    def add(self, outcome: Ending[Any, Any]) -> None:
        """Count an outcome, or an input that was skipped since an earlier run left it done or failed."""
        if outcome is State.SUCCEEDED:
            self.skipped += 1
        elif outcome is State.FAILED:
            self.previously_failed += 1
        elif isinstance(outcome, Succeeded):
            self.succeeded += 1
        elif isinstance(outcome, Failed):
            self.failed += 1
        else:
            self.indeterminate += 1

    def __str__(self) -> str:
        return described(self)

    @property
    def finished(self) -> int:
        """Inputs that are through."""
        return self._worked + self.skipped + self.previously_failed

    @property
    def _worked(self) -> int:
        return self.succeeded + self.failed + self.indeterminate

    @property
    def seconds(self) -> float:
        """Seconds since the job began."""
        return time.monotonic() - self.started_at

    @property
    def rate(self) -> float:
        """Requests a second so far."""
        return self.requests / max(self.seconds, 1e-9)

    def seconds_left(self, total: int) -> float | None:
        """How long it takes until the end, if it goes on like this.

        Args:
            total: how many inputs there are.

        Returns:
            Seconds; None if nobody can tell yet.
        """
        if self.finished >= total:
            return 0.0
        # What was skipped took no time.
        return (total - self.finished) * self.seconds / self._worked if self._worked else None


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
        limit: the rate limit in requests a second, to show beside the rate.
        interval: seconds from line to line.
        file: where to; None: standard error.
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
        parts = [f"{counts.finished}{of}: {described(counts)}", described_rate(counts, self._limit)]
        if self._total is not None:
            parts.append(f"{described_time(counts.seconds_left(self._total))} left")
        print(", ".join(parts), file=self._file or sys.stderr, flush=True)


class RichProgress:
    """Shows a bar in the terminal. It needs ``pip install 'dixa-async[progress]'``.

    Args:
        total: how many inputs there are, if that is known.
        limit: the rate limit in requests a second, to show beside the rate.
        console: where to, a `rich.console.Console`; None: standard error.
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
        parts = [described(counts), described_rate(counts, self._limit)]
        if self._total is not None:
            parts.append(f"{described_time(counts.seconds_left(self._total))} left")
        return ", ".join(parts)


def progress_bar(total: int | None = None, *, limit: float | None = None) -> PlainProgress | RichProgress:
    """A bar if standard error is a terminal and rich is installed, else lines.

    Args:
        total: how many inputs there are, if that is known.
        limit: the rate limit in requests a second, to show beside the rate.

    Returns:
        What to pass as `progress` to `run` or `run_chunks`.
    """
    if sys.stderr.isatty():
        try:
            return RichProgress(total, limit=limit)
        except ModuleNotFoundError:
            pass
    return PlainProgress(total, limit=limit)


def described(counts: Counts) -> str:
    """What the inputs came to, in words; only `done` is named if there is none."""
    others = {
        "failed": counts.failed,
        "indeterminate": counts.indeterminate,
        "skipped": counts.skipped,
        "failed before": counts.previously_failed,
    }
    return ", ".join([f"{counts.succeeded} done", *(f"{count} {name}" for name, count in others.items() if count)])


def described_rate(counts: Counts, limit: float | None) -> str:
    """The rate in words."""
    return f"{counts.rate:.1f}{'' if limit is None else f' of {limit:g}'} requests/s"


def described_time(seconds: float | None) -> str:
    """Hours, minutes and seconds."""
    if seconds is None:
        return "?"
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
