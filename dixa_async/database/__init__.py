"""An SQLite file that one process writes at a time, and that others can read meanwhile.

- **Nobody but SQLite opens it.** POSIX drops all locks that a process holds on a file as soon as the process closes any
  descriptor of it. So a file is judged by `os.stat`, and by what SQLite says.
- **The lock is SQLite's own, on the file itself.** A read that is never finished keeps a shared lock on it from the
  first transaction to the end, and whoever wants the file must have it exclusively for a moment. So the lock does not
  depend on the name by which the file was found, there is no lock file to delete, and the system releases it when the
  process ends, however it ends.
- **It is one file.** In WAL mode, what was written last is in a second file, which a copy may miss, and which network
  file systems and mounts of a single file break. A rollback journal is there only during a transaction.
- **A process that is killed loses nothing.** The disk is waited for every ten seconds, and when the file is closed: to
  wait for it with each write would block the event loop. So a machine that loses its power can lose the last seconds,
  and damage the file, unless that was made durable. One that was not closed is checked, and refused if it is damaged.
- **It is for its owner alone**, until somebody changes its mode.
"""

from .file import FilePath, FileTroubleError, OtherFileError, absolute, is_other_file, is_taken
from .owner import DatabaseFile
from .reading import open_to_read

__all__ = [
    "DatabaseFile",
    "FilePath",
    "FileTroubleError",
    "OtherFileError",
    "absolute",
    "is_other_file",
    "is_taken",
    "open_to_read",
]
