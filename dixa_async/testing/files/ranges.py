"""Which part of a file a request asks for."""

import re
from collections.abc import Mapping

from ..state.stored_files import StoredFile


class RangeNotSatisfiableError(Exception):
    """416: the file has no such part."""


def requested_range(headers: Mapping[str, str], file: StoredFile) -> range | None:
    """Find the part of a file that a request asks for.

    Args:
        headers: the headers of the request.
        file: the file.

    Returns:
        The positions of its bytes; None for the whole file.

    Raises:
        RangeNotSatisfiableError: the file has no such part.
    """
    matched = re.fullmatch(r"bytes=(\d*)-(\d*)", headers.get("Range", ""))
    if matched is None or not any(matched.groups()) or not file.accepts_ranges:
        return None
    condition = headers.get("If-Range")
    if condition is not None and condition != file.etag:
        return None
    size = len(file.content)
    first, last = matched.groups()
    if not first:
        part = range(max(0, size - int(last)), size)
    else:
        part = range(int(first), min(size, int(last) + 1) if last else size)
    if not part:
        raise RangeNotSatisfiableError
    return part
