"""The file of a cassette: a line with its format, and a line for each call.

A recording is written to ``<name>.partial``, each line as soon as its call has ended. The file itself appears when the
recording is complete. So a recording that was cut short is never replayed by accident, and does not replace a complete
one; and if two processes record to one file, it is that of one of them.
"""

import errno
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import attrs

from ..._json import NotJsonError, dumps, loads
from .errors import CassetteFileError
from .json_types import is_object
from .recorded_call import RecordedCall

FORMAT: Final = "dixa-async cassette"
VERSION: Final = 1
_RECORD_AGAIN: Final = "delete it, or record it again with record='all'"


@attrs.frozen(kw_only=True)
class Tape:
    """A cassette that was read."""

    calls: list[RecordedCall]
    """In the order in which they were started."""
    key_check: str | None = None
    """Shows which key its pseudonyms were made with; None if nobody has it."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Args:
            path: where it is.

        Returns:
            The cassette. Empty lines are skipped, and so is a last line that was cut off.

        Raises:
            CassetteFileError: it cannot be read, or is not a cassette of this version.
        """
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise CassetteFileError(f"{path} cannot be read: {error.strerror}") from None
        head = _line(path, 1, lines[0])
        if head.get("format") != FORMAT:
            raise CassetteFileError(f"{path} is not a cassette: its first line has no format {FORMAT!r}")
        if head.get("version") != VERSION:
            found = head.get("version")
            raise CassetteFileError(f"{path} has version {found!r}, this is version {VERSION}: {_RECORD_AGAIN}")
        if not _is_json(lines[-1]):
            del lines[-1]
        calls = [_call(path, number, line) for number, line in enumerate(lines[1:], 2) if line.strip()]
        return cls(calls=sorted(calls, key=lambda call: call.index), key_check=head.get("key_check"))


class TapeWriter:
    """Writes a cassette.

    Args:
        path: where it will be. Missing directories are created.
        key_check: shows which key its pseudonyms are made with; None if nobody has it.
    """

    def __init__(self, path: Path, key_check: str | None) -> None:
        self._path = path
        self._partial = path.with_name(f"{path.name}.partial")
        self._head = dumps({"format": FORMAT, "version": VERSION, "key_check": key_check})
        self._calls = list[RecordedCall]()

    def start(self) -> None:
        """Begin the file, so that no call is sent that could not be written.

        Raises:
            CassetteFileError: it cannot be written.
        """
        with self._writing():
            if self._path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a directory")
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._partial.write_bytes(self._head + b"\n")

    def write(self, call: RecordedCall) -> None:
        """Write a call.

        Args:
            call: the call, which has ended.

        Raises:
            CassetteFileError: it cannot be written.
        """
        self._calls.append(call)
        with self._writing(), self._partial.open("ab") as file:
            file.write(call.to_json() + b"\n")

    def finish(self) -> None:
        """Make the file itself, with the calls in the order in which they were started, unless there are none.

        Raises:
            CassetteFileError: it cannot be written.
        """
        with self._writing():
            if self._calls:
                calls = sorted(self._calls, key=lambda call: call.index)
                complete = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}.partial")
                complete.write_bytes(b"".join(line + b"\n" for line in (self._head, *(c.to_json() for c in calls))))
                complete.replace(self._path)
            self._partial.unlink(missing_ok=True)

    def stop(self) -> None:
        """Leave the calls that were recorded until now in the partial file."""
        if not self._calls:
            self.finish()

    @contextmanager
    def _writing(self) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            raise CassetteFileError(f"{self._path} cannot be written: {error.strerror}") from None


def _is_json(line: bytes) -> bool:
    try:
        loads(line)
    except NotJsonError:
        return False
    return True


def _line(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = loads(line)
    except NotJsonError:
        value = None
    if not is_object(value):
        raise CassetteFileError(f"{path}, line {number}, is not a JSON object: {_RECORD_AGAIN}")
    return value


def _call(path: Path, number: int, line: bytes) -> RecordedCall:
    value = _line(path, number, line)
    try:
        return RecordedCall(**value)
    except (TypeError, ValueError):
        raise CassetteFileError(f"{path}, line {number}, is not a recorded call: {_RECORD_AGAIN}") from None
