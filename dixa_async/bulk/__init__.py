"""Many calls at once: as fast as the rate limit allows, with an outcome for each input, and a journal to go on from.

- `run`: one call for each input.
- `Journal`: what was done, in a file that survives the job; `JournalView`: a look at it.
- `Done`, `Failed`, `Unclear`: what became of an input.
- `PlainProgress`, `RichProgress`: how far the job is.
"""

from .journal import Journal
from .journal_file import JournalError, JournalView, Row, State
from .outcomes import BulkError, Done, DuplicateKeyError, Failed, InputError, Outcome, StoppedError, Unclear
from .progress import Counts, PlainProgress, Progress
from .runner import Job, run

__all__ = [
    "BulkError",
    "Counts",
    "Done",
    "DuplicateKeyError",
    "Failed",
    "InputError",
    "Job",
    "Journal",
    "JournalError",
    "JournalView",
    "Outcome",
    "PlainProgress",
    "Progress",
    "Row",
    "State",
    "StoppedError",
    "Unclear",
    "run",
]
