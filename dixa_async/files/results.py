"""What a download returns, and the errors of several at once."""

from collections.abc import Sequence
from pathlib import Path

import attrs

from ..errors import DixaError
from .message_files import MessageFile


@attrs.frozen(kw_only=True)
class DownloadedFile:
    """A file that was downloaded completely."""

    path: Path | None
    """Where it is; None if it was written to an open file."""
    size: int
    """Bytes."""
    sha256: str
    """The SHA-256 of its content, in hexadecimal."""
    content_type: str | None
    """Its media type, as the server declares it."""
    name: str = attrs.field(repr=False)
    """Its name as its sender or the server gave it, made safe for every file system."""


@attrs.frozen(kw_only=True)
class FailedDownload:
    """A file of a message that was not downloaded."""

    file: MessageFile
    error: Exception
    """Why: a `CallError` such as `NotFoundError`, an `InvalidRequestError` for a link of another server, or an OSError
    if it cannot be written."""


class PartialDownloadError(DixaError):
    """Some files of a message were not downloaded. The others are complete, and stay where they are.

    Attributes:
        downloaded: the files that were downloaded.
        failed: the files that were not, each with its error.
    """

    def __init__(self, *, downloaded: Sequence[DownloadedFile], failed: Sequence[FailedDownload]) -> None:
        self.downloaded: tuple[DownloadedFile, ...] = tuple(downloaded)
        self.failed: tuple[FailedDownload, ...] = tuple(failed)
        kinds = ", ".join(dict.fromkeys(type(failure.error).__name__ for failure in failed))
        count = len(self.downloaded) + len(self.failed)
        super().__init__(f"{len(self.failed)} of {count} files were not downloaded: {kinds}")
