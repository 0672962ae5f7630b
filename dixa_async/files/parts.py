"""Parts of a file: how the rest of it is requested, and whether a response is that rest."""

import re
from collections.abc import Mapping
from typing import Final

import attrs

_CONTENT_RANGE: Final = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", re.IGNORECASE)
_STRONG_ETAG: Final = re.compile(r'"[!#-~\x80-\uffff]*"')


@attrs.frozen
class Part:
    """What a Content-Range header says."""

    first: int
    """The position of the first byte."""
    total: int
    """The bytes of the whole file."""

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> "Part | None":
        """Read the header; None if it is missing or contradicts itself."""
        matched = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        if matched is None:
            return None
        first, last, total = map(int, matched.groups())
        return cls(first, total) if first <= last < total else None


def etag_of(headers: Mapping[str, str]) -> str | None:
    """The ETag of a response, if it is one by which parts can be put together.

    A weak one also fits other bytes that mean the same, and an encoded response has other bytes than the file.
    """
    etag = headers.get("etag", "").strip()
    return etag if _STRONG_ETAG.fullmatch(etag) and not is_encoded(headers) else None


def is_encoded(headers: Mapping[str, str]) -> bool:
    """Whether the body is compressed, although that was not asked for."""
    return headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")


def has_an_end(headers: Mapping[str, str]) -> bool:
    """Whether the headers say where the body ends. Else a lost connection would look like the end."""
    return "content-length" in headers or "chunked" in headers.get("transfer-encoding", "").lower()


def whole_size(headers: Mapping[str, str]) -> int | None:
    """The size of the file according to a response with the whole of it; None if it does not say."""
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() and not is_encoded(headers) else None
