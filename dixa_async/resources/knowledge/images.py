"""Images for the knowledge base: read, checked, and encoded as a form."""

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, cast

from ...errors import InvalidRequestError
from ...transport.multipart import EncodedBody, FilePart, encode_files

ImageFile: TypeAlias = str | os.PathLike[str] | BinaryIO | tuple[str, bytes | BinaryIO]
"""An image: its path, the file opened in binary mode, or a pair of a name and the bytes or the open file."""

# Dixa does not say which MB it means. With the larger one, nothing is rejected here that Dixa would accept.
_MB: Final = 1024 * 1024
_MAX_FILES: Final = 5
_MAX_FILE_BYTES: Final = 4 * _MB
_MAX_FORM_BYTES: Final = 10 * _MB

# A name can say anything: the first bytes show what a file is.
_MEDIA_TYPES: Final = (
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
)


async def encode_images(files: Sequence[ImageFile]) -> EncodedBody:
    """Read images and encode them as one form.

    Args:
        files: the images.

    Returns:
        The form.

    Raises:
        InvalidRequestError: an image cannot be read, or Dixa would not accept it.
    """
    if isinstance(files, str | bytes) or not isinstance(files, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRequestError("files must be a list, also for a single file")
    if not files:
        raise InvalidRequestError("there is no file to upload: files is empty")
    if len(files) > _MAX_FILES:
        raise InvalidRequestError(
            f"files must be at most {_MAX_FILES} in one call, not {len(files)}: upload them in several calls"
        )
    form = await encode_files("files", await asyncio.to_thread(_read_all, files))
    if len(form.body) > _MAX_FORM_BYTES:
        raise InvalidRequestError(
            f"the files, encoded as a form, must be at most {_MAX_FORM_BYTES} bytes in one call, not {len(form.body)}: "
            "upload them in several calls"
        )
    return form


def _read_all(files: Sequence[ImageFile]) -> list[FilePart]:
    return [_read(file, f"$[{index}]") for index, file in enumerate(files)]


def _read(file: ImageFile, place: str) -> FilePart:
    """Read an image and check it."""
    try:
        name, source = _named(file)
        if not isinstance(name, str) or not name:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError
    except (AttributeError, TypeError, ValueError):
        raise InvalidRequestError(
            "a file must be a path, an open file that has a name, or a pair of a name and the bytes or the open file",
            path=place,
        ) from None
    shown = str(source) if isinstance(source, Path) else name
    try:
        content = _content(source)
    except (OSError, TypeError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise InvalidRequestError(f"{shown!r} cannot be read: {reason}", path=place) from error
    if not content:
        raise InvalidRequestError(f"{shown!r} is empty, or was already read to its end", path=place)
    if len(content) > _MAX_FILE_BYTES:
        limit = _in_mb(_MAX_FILE_BYTES)
        raise InvalidRequestError(
            f"{shown!r} is larger than {limit}, the most that Dixa accepts: make it smaller", path=place
        )
    for start, media_type in _MEDIA_TYPES:
        if start.match(content):
            return FilePart(name, content, media_type)
    raise InvalidRequestError(
        f"{shown!r} is not a GIF, JPEG, PNG or WebP image: convert it to one of these", path=place
    )


def _named(file: ImageFile) -> tuple[str, Path | bytes | BinaryIO]:
    """The name of a file, and what to read it from."""
    if isinstance(file, tuple):
        name, source = file
        return name, source
    if isinstance(file, str | os.PathLike):
        path = Path(file)
        return path.name, path
    return Path(file.name).name, file


def _content(source: Any) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, bytearray | memoryview):
        return bytes(cast("bytearray", source))
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return _content(opened)
    if not hasattr(source, "read"):
        raise TypeError("it must be bytes or an open file")
    content = b""
    # Some files return less than was requested. A large one is read only until it is known to be too large.
    while len(content) <= _MAX_FILE_BYTES and (piece := source.read(_MAX_FILE_BYTES + 1 - len(content))):
        if not isinstance(piece, bytes):
            raise TypeError("it must be opened in binary mode")
        content += piece
    return content


def _in_mb(size: int) -> str:
    return f"{size / _MB:.4g} MB"
