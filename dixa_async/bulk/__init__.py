"""Many calls at once: as fast as the rate limit allows, with an outcome for each input, and a journal to go on from.

- `run`: one call for each input; `run_chunks`: calls that take many inputs at once.
- `Done`, `Failed`, `Unclear`: what became of an input.
- `Journal`: what was done, in a file that survives the job; `JournalView`: a look at it.
- `progress`, `PlainProgress`, `RichProgress`: how far the job is.
"""

from .chunks import run_chunks
from .job import Job
from .journal import Journal
from .journal_file import JournalError, JournalView, Row, State
from .outcomes import (
    BulkError,
    CallCancelledError,
    Done,
    DuplicateKeyError,
    Failed,
    InputError,
    ItemRefusedError,
    Outcome,
    StoppedError,
    Unclear,
    UnreadableOutcomeError,
)
from .progress import Counts, PlainProgress, Progress, RichProgress, progress
from .runner import run

__all__ = [
    "BulkError",
    "CallCancelledError",
    "Counts",
    "Done",
    "DuplicateKeyError",
    "Failed",
    "InputError",
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
    "UnreadableOutcomeError",
    "progress",
    "run",
    "run_chunks",
]
