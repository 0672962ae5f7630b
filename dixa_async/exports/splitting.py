"""Splits the JSON array of an export into its rows, as its bytes come.

Only a row is ever parsed, never the array: neither its length nor brackets without end can fill the memory. Where a row
ends is found by counting brackets, at first as if no string held any. That is fast and nearly always right: if the
bytes up to there are a JSON object, they are the row. If not, or if no end is found, strings are left out.

ijson, which reads an array as it comes, takes about as long for that alone as all of the reading takes here, with the
models that are made of the rows; and it would have to be installed with its C library. What is a row is still up to the
parser of JSON: a wrong guess makes another attempt, and never another row.
"""

import re
from collections.abc import Generator, Iterator
from typing import Any, Final

from .._json import NotJsonError, has_more_values, loads

_NOT_WHITE: Final = re.compile(rb"[^ \t\n\r]")
_END_OF_OBJECT: Final = re.compile(rb"\}(?=[ \t\n\r]*(?:,[ \t\n\r]*\{|\]))")
"""The end of a row, or of an object in a list of a row."""
_BETWEEN_OBJECTS: Final = re.compile(rb"\}[ \t\n\r]*,[ \t\n\r]*\{")
"""The end of a row or of an object in a list of a row, and the start of the next one."""
_PIECE: Final = 32 * 1024
_AFTER: Final = {b"[": b"{]", b",": b"{", b"]": b""}
"""What may come after a character between rows."""
_COUNTED_BYTES: Final = 64 * 1024
"""Where strings are not left out, a row is not looked for any further than this."""
_MAX_VALUES: Final = 2**16
"""JSON values in a row. The values of a short text can take thirty times its size in memory."""
_ALL_BUT_BRACKETS: Final = bytes(set(range(256)) - set(b"{}[]"))
_ALL_BUT_QUOTES_AND_BRACES: Final = bytes(set(range(256)) - set(b'"{}'))
_STRING: Final = re.compile(rb'"[^"]*"')


class NotAnExportError(ValueError):
    """The bytes are not a JSON array of objects."""


class TruncatedError(NotAnExportError):
    """The bytes end before the array does."""


class RowTooLargeError(ValueError):
    """A row has too many bytes or values."""


class RowSplitter:
    """Splits an array into rows, which are the same whatever the pieces are in which it comes.

    Args:
        max_row_bytes: the largest row.
    """

    def __init__(self, max_row_bytes: int) -> None:
        self._max_row_bytes = max_row_bytes
        self._counted_bytes = _COUNTED_BYTES
        self._rest = b""
        self._expected = b"["
        self._start_row()

    def _start_row(self) -> None:
        self._start_counting()
        self._is_odd = False

    def _start_counting(self) -> None:
        # Positions in the row: where the search goes on, and up to where brackets are counted.
        self._searched = self._counted = 0
        self._depth = self._list_depth = 0
        self._in_string = False

    def feed(self, data: bytes) -> Iterator[tuple[Any, bytes]]:
        """Take the next bytes. The rows in them must be consumed before the next ones are taken.

        Args:
            data: the bytes.

        Yields:
            Each row that is complete, as a JSON value, in which long integers are not exact, and as bytes.

        Raises:
            NotAnExportError: the bytes are not a JSON array of objects.
            RowTooLargeError: a row is too large.
        """
        # Long pieces, of which new ones are made here, would be allocated from the system each time.
        for start in range(0, len(data), _PIECE):
            yield from self._split(data[start : start + _PIECE])

    def _split(self, data: bytes) -> Iterator[tuple[Any, bytes]]:
        data = self._rest + data
        start = self._find_start(data, 0)
        while start is not None:
            if not self._is_odd:
                start = yield from self._usual_rows(data, start)
                if not self._is_odd:
                    if len(data) - start <= min(self._counted_bytes, self._max_row_bytes):
                        break
                    self._is_odd = True
                self._start_counting()
            row = self._find_odd_row(data, start)
            if row is None:
                break
            yield row
            self._start_row()
            self._expected = b",]"
            start = self._find_start(data, start + len(row[1]))
        self._rest = b"" if start is None else data[start:]

    def end(self) -> Iterator[tuple[Any, bytes]]:
        """Take the end of the bytes.

        Yields:
            Rows, as `feed` does.

        Raises:
            NotAnExportError: the bytes are not a JSON array of objects.
            TruncatedError: they end before the array does.
            RowTooLargeError: a row is too large.
        """
        self._counted_bytes = 0
        yield from self._split(b"")
        if self._expected == b"[":
            raise NotAnExportError("the body is empty, and not a JSON array")
        if self._expected:
            raise TruncatedError("the array does not end")

    def _find_start(self, data: bytes, position: int) -> int | None:
        """The position of the next row; None if the bytes end before it."""
        while (found := _NOT_WHITE.search(data, position)) is not None:
            character, position = found[0], found.end()
            if character not in self._expected or not self._expected:
                raise NotAnExportError(self._describe(character))
            if character == b"{":
                return position - 1
            self._expected = _AFTER[character]
        return None

    def _describe(self, character: bytes) -> str:
        shown = ascii(character.decode("latin-1"))
        if self._expected == b"[":
            return f"the body begins with {shown}, and is not a JSON array"
        if not self._expected:
            return f"{shown} follows after the end of the array"
        return f"{shown} is in the array, where an object or its end is expected"

    def _usual_rows(self, data: bytes, start: int) -> Generator[tuple[Any, bytes], None, int]:
        """Find the ends of rows by all their brackets, until those in strings make that impossible.

        Returns:
            The start of the row that is not complete, or is odd.
        """
        counted, depth, list_depth = start + self._counted, self._depth, self._list_depth
        for found in _BETWEEN_OBJECTS.finditer(data, start + self._searched):
            end = found.start() + 1
            brackets = data[counted:end].translate(None, _ALL_BUT_BRACKETS)
            counted = end
            depth += brackets.count(b"{") - brackets.count(b"}")
            list_depth += brackets.count(b"[") - brackets.count(b"]")
            if depth > 0 and list_depth >= 0:
                continue
            raw = data[start:end]
            value = None
            if depth == 0 == list_depth:
                self._check_size(raw)
                value = _object_or_none(raw)
            if value is None:
                self._is_odd = True
                return start
            yield value, raw
            self._expected = b"{"
            start = counted = found.end() - 1
            depth = list_depth = 0
        # What follows after the last brace may not have come yet.
        last = data.rfind(b"}", counted)
        self._searched = (len(data) if last < 0 else last) - start
        self._counted, self._depth, self._list_depth = counted - start, depth, list_depth
        return start

    def _find_odd_row(self, data: bytes, start: int) -> tuple[Any, bytes] | None:
        """Find the end of a row by its braces outside of strings; None if the bytes end before it does."""
        for found in _END_OF_OBJECT.finditer(data, start + self._searched):
            end = found.end()
            depth, self._in_string = _count_outside_strings(data[start + self._counted : end], self._in_string)
            self._depth += depth
            self._counted = self._searched = end - start
            if self._depth <= 0 and not self._in_string:
                raw = data[start:end]
                self._check_size(raw)
                try:
                    return loads(raw), raw
                except NotJsonError as error:
                    raise NotAnExportError(f"a row is {error}") from None
        if len(data) - start > self._max_row_bytes:
            raise self._too_large()
        last = data.rfind(b"}", start + self._counted)
        self._searched = (len(data) if last < 0 else last) - start
        return None

    def _check_size(self, row: bytes) -> None:
        if len(row) > self._max_row_bytes:
            raise self._too_large()
        if has_more_values(row, _MAX_VALUES):
            raise RowTooLargeError(f"a row has more than {_MAX_VALUES} JSON values")

    def _too_large(self) -> RowTooLargeError:
        return RowTooLargeError(f"a row is larger than max_export_row_bytes, {self._max_row_bytes} bytes")


def _object_or_none(raw: bytes) -> Any:
    try:
        return loads(raw)
    except NotJsonError:
        return None


def _count_outside_strings(text: bytes, in_string: bool) -> tuple[int, bool]:
    """Count the braces of JSON that are not in strings.

    Args:
        text: a part of it, which does not end within an escape.
        in_string: whether it starts in a string.

    Returns:
        By how many the opening ones exceed the closing ones, and whether it ends in a string.
    """
    if in_string:
        text = b'"' + text
    if b"\\" in text:
        text = text.replace(rb"\\", b"").replace(rb"\"", b"")
    # Two quotes in a row are a string without braces, or the end of one and the start of the next.
    marks = text.translate(None, _ALL_BUT_QUOTES_AND_BRACES).replace(b'""', b"")
    marks = _STRING.sub(b"", marks)
    outside, quote, _ = marks.partition(b'"')
    return outside.count(b"{") - outside.count(b"}"), bool(quote)
