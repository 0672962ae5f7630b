"""Files of Dixa: attachments, inline images, recordings.

- `Files`, the attribute `files` of a `DixaClient`, downloads them.
- `DownloadedFile`, `FileStream`: what it returns.
- `files_of`, `MessageFile`: the files that a message has.
- `PartialDownloadError`, `FailedDownload`: some files of a message were not downloaded.
"""

from .message_files import FileKind, MessageFile, files_of
from .resource import Destination, Files
from .results import DownloadedFile, FailedDownload, PartialDownloadError
from .stream import FileStream

__all__ = [
    "Destination",
    "DownloadedFile",
    "FailedDownload",
    "FileKind",
    "FileStream",
    "Files",
    "MessageFile",
    "PartialDownloadError",
    "files_of",
]
