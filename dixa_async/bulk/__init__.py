"""Bulk jobs: many calls, as fast as the rate limit allows, with an outcome for each input and a journal to resume from.

- `run`: one call for each input; `run_chunks`: calls that take several inputs each.
- `Succeeded`, `Failed`, `Indeterminate`: the outcome of an input.
- `Journal`: the state of each input, in a file that survives the job; `JournalView`: reads it.
- `Job.stop`, `stop_on_signals`: end a job without losing anything.
- `current_call`: lets other tasks send requests for a call.
- `progress_bar`, `PlainProgress`, `RichProgress`: display the progress.
"""

from .chunks import run_chunks
from .job import Job
from .journal import DamagedRowsError, Journal, JournalError, JournalView, Row
from .outcomes import (
    BulkError,
    CallCancelledError,
    CannotContinueError,
    DuplicateKeyError,
    Failed,
    Indeterminate,
    InputError,
    InvalidKeyError,
    ItemRejectedError,
    Outcome,
    Succeeded,
    TooManyFailuresError,
    UnexpectedError,
    UnknownItemOutcomeError,
)
from .progress import Counts, PlainProgress, Progress, RichProgress, progress_bar
from .runner import run
from .send_observer import CurrentCall, current_call
from .signals import stop_on_signals
from .state import State

__all__ = [
    "BulkError",
    "CallCancelledError",
    "CannotContinueError",
    "Counts",
    "CurrentCall",
    "DamagedRowsError",
    "DuplicateKeyError",
    "Failed",
    "Indeterminate",
    "InputError",
    "InvalidKeyError",
    "ItemRejectedError",
    "Job",
    "Journal",
    "JournalError",
    "JournalView",
    "Outcome",
    "PlainProgress",
    "Progress",
    "RichProgress",
    "Row",
    "State",
    "Succeeded",
    "TooManyFailuresError",
    "UnexpectedError",
    "UnknownItemOutcomeError",
    "current_call",
    "progress_bar",
    "run",
    "run_chunks",
    "stop_on_signals",
]
