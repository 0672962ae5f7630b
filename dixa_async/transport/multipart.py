"""Files on their way out, as ``multipart/form-data``."""

from collections.abc import Sequence

import aiohttp
import attrs


@attrs.frozen
class FilePart:
    """One file of a form."""

    name: str
    """The file's name."""
    content: bytes = attrs.field(repr=False)
    content_type: str


@attrs.frozen
class Encoded:
    """A body that is ready to be sent, and can be sent again."""

    body: bytes = attrs.field(repr=False)
    content_type: str


async def encode_files(field: str, files: Sequence[FilePart]) -> Encoded:
    """Put files into one body.

    Args:
        field: the name of the form's field.
        files: the files.

    Returns:
        The body.
    """
    writer = aiohttp.MultipartWriter("form-data")
    for file in files:
        part = writer.append(file.content, {"Content-Type": file.content_type})
        part.set_content_disposition("form-data", name=field, filename=file.name)
    return Encoded(await writer.as_bytes(), writer.content_type)
