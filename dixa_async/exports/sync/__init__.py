"""Keeps a copy of Dixa's conversations and messages in step, run by run.

- `Sync`: one run copies what is new or changed since the last one, and can be killed at any moment.
- `SqliteStore`, `JsonLinesStore`: the file that has the copy; `Store`: the protocol for others, `without_content` for
  its messages.
- `SyncResult`: what a run did.
- `sync_progress`, `PlainSyncProgress`, `RichSyncProgress`: display the progress.
"""

from .errors import StoreError, StoreLockedError
from .json_lines import JsonLinesStore
from .plan import Coverage, Kind
from .progress import PlainSyncProgress, RichSyncProgress, SyncProgress, sync_progress
from .results import RowCounts, SyncCounts, SyncResult
from .sqlite import SqliteStore
from .store import ExportedRow, Store, Written, without_content
from .sync import Sync

__all__ = [
    "Coverage",
    "ExportedRow",
    "JsonLinesStore",
    "Kind",
    "PlainSyncProgress",
    "RichSyncProgress",
    "RowCounts",
    "SqliteStore",
    "Store",
    "StoreError",
    "StoreLockedError",
    "Sync",
    "SyncCounts",
    "SyncProgress",
    "SyncResult",
    "Written",
    "sync_progress",
    "without_content",
]
