"""Files as a ``multipart/form-data`` body."""

import io
from collections.abc import Sequence
from typing import Final

import aiohttp
import attrs

_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""What browsers escape in a name. aiohttp would escape all but letters and digits, which servers do not unescape."""


@attrs.frozen
class FilePart:
    """One file of a form."""

    name: str
    """The file's name."""
    content: bytes = attrs.field(repr=False)
    content_type: str


@attrs.frozen
class EncodedBody:
    """A body as bytes, so that it can be sent again."""

    body: bytes = attrs.field(repr=False)
    content_type: str


async def encode_files(field: str, files: Sequence[FilePart]) -> EncodedBody:
    """Encode files as one body.

    Args:
        field: the name of the form field.
        files: the files.

    Returns:
        The body.
    """
    writer = aiohttp.MultipartWriter("form-data")
    for file in files:
        # aiohttp warns about bytes of more than 1 MiB.
        part = writer.append(io.BytesIO(file.content), {"Content-Type": file.content_type})
        name = file.name.encode(errors="replace").decode().translate(_ESCAPES)
        part.set_content_disposition("form-data", quote_fields=False, name=field, filename=name)
    return EncodedBody(await writer.as_bytes(), writer.content_type)
