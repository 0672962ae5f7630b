"""An SQLite file that one process writes at a time, and that others can read meanwhile.

- **Only SQLite opens the file.** POSIX drops all locks that a process holds on a file as soon as the process closes any
  descriptor of it. So the file is checked with `os.stat`, and by what SQLite reports.
- **The lock is SQLite's own, on the file itself.** A read that is never finished holds a shared lock from the first
  transaction until the file is closed, and whoever opens the file needs an exclusive lock for a moment. So the lock
  does not depend on the path by which the file was opened, there is no lock file to delete, and the operating system
  releases the lock when the process ends, however it ends.
- **It is one file.** In WAL mode, the latest writes are in a second file, which a copy may miss, and which breaks on
  network file systems and on mounts of a single file. A rollback journal exists only during a transaction.
- **A process that is killed loses nothing.** Writes are synced to the disk every ten seconds, and when the file is
  closed: a sync with each write would block the event loop. So a power failure can lose the last seconds, and damage
  the file, unless the file is durable. A file that was not closed is checked when it is opened, and rejected if it is
  damaged.
- **Only its owner can read and write it**, until its mode is changed.
"""

from .file import DatabaseFile
from .path import DatabaseFileError, FilePath, NotDatabaseError, absolute_path, is_locked, is_not_database
from .reader import open_read_only

__all__ = [
    "DatabaseFile",
    "DatabaseFileError",
    "FilePath",
    "NotDatabaseError",
    "absolute_path",
    "is_locked",
    "is_not_database",
    "open_read_only",
]
