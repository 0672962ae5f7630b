"""Many calls at once: as fast as the rate limit allows, with an outcome for each input, and a journal to go on from.

- `run`: one call for each input; `run_chunks`: calls that take many inputs at once.
- `Succeeded`, `Failed`, `Indeterminate`: what became of an input.
- `Journal`: what was done, in a file that survives the job; `JournalView`: a look at it.
- `Job.stop`, `stop_on_signals`: an end that loses nothing; `current_call`: whose requests other tasks send.
- `progress_bar`, `PlainProgress`, `RichProgress`: how far the job is.
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
