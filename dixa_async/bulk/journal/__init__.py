"""The progress of a job, in a file that survives it.

- `writer`: the journal of a job that runs.
- `view`: reads a journal, also while its job runs.
- `schema`: its tables, and the errors of its file.
"""

from .schema import JournalError
from .view import DamagedRowsError, JournalView, Row
from .writer import Journal

__all__ = ["DamagedRowsError", "Journal", "JournalError", "JournalView", "Row"]
