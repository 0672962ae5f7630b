"""What a job has done, in a file that survives it.

- `writer`: the journal of a job that runs.
- `view`: a look at a journal.
- `schema`: its tables, and the errors of its file.
"""

from .schema import JournalError
from .view import DamagedRowsError, JournalView, Row
from .writer import Journal

__all__ = ["DamagedRowsError", "Journal", "JournalError", "JournalView", "Row"]
