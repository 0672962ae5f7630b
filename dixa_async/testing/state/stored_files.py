"""The files that the server keeps."""

import hashlib
from typing import Final

import attrs

DIXA_FILES: Final = "https://files.dixa.io"
"""Where links in responses point to. A client of the server fetches such links from the server."""


@attrs.define(kw_only=True)
class StoredFile:
    """A file. A test may change it, even while it is downloaded."""

    content: bytes = attrs.field(repr=False)
    name: str | None = None
    """Its name for the Content-Disposition header; None sends no such header."""
    content_type: str = "application/octet-stream"
    has_etag: bool = True
    """Whether responses have an ``ETag``, which changes with the content."""
    accepts_ranges: bool = True
    """Whether a part of it can be requested."""

    @property
    def etag(self) -> str | None:
        """The ``ETag``."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"' if self.has_etag else None


def copy_of(url: str, name: str | None) -> StoredFile:
    """The file that the server keeps for an attachment, which it never fetches.

    Args:
        url: where the attachment is, according to the message.
        name: its name.

    Returns:
        A file of a few bytes that says what it stands for.
    """
    return StoredFile(content=f"FakeDixa's copy of {url}\n".encode(), name=name, content_type="text/plain")
