"""Many calls at once: as fast as the rate limit allows, with an outcome for each input, and a journal to go on from.

- `run`: one call for each input; `run_chunks`: calls that take many inputs at once.
- `Done`, `Failed`, `Unclear`: what became of an input.
- `Journal`: what was done, in a file that survives the job; `JournalView`: a look at it.
- `Job.stop`, `stop_on_signals`: an end that loses nothing; `current_call`: whose requests other tasks send.
- `progress`, `PlainProgress`, `RichProgress`: how far the job is.
"""

from .chunks import run_chunks
from .job import Job
from .journal import DamagedRowsError, Journal, JournalError, JournalView, Row
from .outcomes import (
    BulkError,
    CallCancelledError,
    CannotContinueError,
    Done,
    DuplicateKeyError,
    Failed,
    InputError,
    InvalidKeyError,
    ItemRefusedError,
    Outcome,
    StoppedError,
    Unclear,
    UnexpectedError,
    UnreadableOutcomeError,
)
from .progress import Counts, PlainProgress, Progress, RichProgress, progress
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
    "Done",
    "DuplicateKeyError",
    "Failed",
    "InputError",
    "InvalidKeyError",
    "ItemRefusedError",
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
    "StoppedError",
    "Unclear",
    "UnexpectedError",
    "UnreadableOutcomeError",
    "current_call",
    "progress",
    "run",
    "run_chunks",
    "stop_on_signals",
]
