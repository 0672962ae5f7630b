"""A copy in a file of JSON lines.

Lines are only added: rows, and after those of a window a line that says what is then covered. A run that was killed
leaves lines after the last such line, perhaps half of one: the next run cuts them off. Where personal data must go, the
file is written anew beside the old one, which it then replaces.
"""

import os
import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from typing_extensions import override

from ..._json import NotJsonError, dumps, loads
from ...database import DatabaseFile, FilePath, absolute_path, is_locked, is_not_database
from ...errors import ConfigurationError
from .errors import StoreError, StoreLockedError
from .json_lines_index import CONVERSATION, MESSAGE, TAG, Index, erased
from .plan import KINDS, Coverage, Kind
from .store import ExportedRow, Store, Written, sum_of, time_text

_HEADER: Final = dumps({TAG: "copy", "version": 1}) + b"\n"
_ANY_VERSION: Final = _HEADER.partition(b"1")[0]
_COVERAGE: Final = "coverage"


class JsonLinesStore(Store):
    """A copy in a file of JSON lines, for tools that read such files.

    Each line is an object whose ``_kind`` is ``conversation`` or ``message``, and whose other keys are those of the
    export; times are ISO 8601 in UTC. A later line replaces an earlier one of the same ``_kind`` and ``id``. Other
    lines are for the next run. Only its owner can read a new file.

    What it knows of each row is in memory during a run, about 300 bytes, and the whole file is read when it is opened.
    For more than a million rows, an `SqliteStore` is better.

    Args:
        path: the file. It is created if it does not exist, with a lock file beside it, whose name ends with ``.lock``.

    Raises:
        ConfigurationError: it is not the path of a file.
    """

    def __init__(self, path: FilePath) -> None:
        self._path = Path(os.path.realpath(absolute_path(path)))  # where it is rewritten, and for all links one lock
        self._new = self._path.with_name(f"{self._path.name}.new")
        self._lock: DatabaseFile | None = None
        self._file: BinaryIO | None = None
        self._index = Index()
        self._coverage: dict[Kind, Coverage] = {}

    @override
    def __repr__(self) -> str:
        return f"JsonLinesStore({str(self._path)!r})"

    def open(self) -> Mapping[Kind, Coverage]:
        """See `Store`."""
        if self._lock is not None:
            raise StoreLockedError(f"the copy {self._path} is in use: another sync has this store")
        with self._errors():
            self._lock = DatabaseFile(f"{self._path}.lock", lambda _: None)
            try:
                self._new.unlink(missing_ok=True)
                self._load()
                if self._index.must_erase:  # a run was killed before it was done
                    self._rewrite()
                    self._load()
                self._file = self._path.open("ab")
            except BaseException:
                self.close()
                raise
            return dict(self._coverage)

    def write(self, rows: Sequence[ExportedRow], covered: tuple[Kind, Coverage] | None) -> Written:
        """See `Store`."""
        if self._file is None:
            raise StoreError(f"the copy {self._path} is not open")
        written = list[Written]()
        with self._errors():
            for row in rows:
                line, counts = self._index.line(row)
                written.append(counts)
                if line is not None:
                    self._file.write(line)
            if covered is not None:
                _sync(self._file)  # before the line that says that they are there
                self._file.write(_coverage_line(*covered))
                _sync(self._file)
                self._coverage[covered[0]] = covered[1]
        return sum_of(written)

    def finish(self) -> None:
        """See `Store`."""
        if self._file is not None and (self._index.must_erase or self._index.is_worth_rewriting):
            file, self._file = self._file, None
            with self._errors():
                file.close()
                self._rewrite()

    def close(self) -> None:
        """See `Store`."""
        file, self._file = self._file, None
        lock, self._lock = self._lock, None
        self._index = Index()
        if file is not None:
            with suppress(OSError):  # what is not covered is cut off by the next run
                file.close()
        if lock is not None:
            lock.close()

    def _load(self) -> None:
        """Read the file, and cut off what comes after the last line that says what is covered."""
        if self._path.exists() and not self._path.is_file():
            raise ConfigurationError(f"{self._path} is not a copy of Dixa: it is not a regular file")
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            start = file.read(len(_HEADER))
            if start != _HEADER:
                if not _HEADER.startswith(start):
                    if start.startswith(_ANY_VERSION):
                        raise ConfigurationError(f"the copy {self._path} is of another version of this package")
                    raise ConfigurationError(f"{self._path} is not a copy of Dixa in JSON lines: use another file")
                file.seek(0)
                file.write(_HEADER)
            file.truncate(self._find_end(file))
            self._index, self._coverage = Index(), {}
            for line, raw in self._lines(file):
                if line[TAG] == _COVERAGE:
                    kind, coverage = self._read_coverage(line)
                    self._coverage[kind] = coverage
                else:
                    self._index.load(line, raw)

    def _find_end(self, file: BinaryIO) -> int:
        """The end of the last line that says what is covered; that of the header if there is none."""
        file.seek(0)
        position = end = 0
        start = dumps({TAG: _COVERAGE})[:-1]
        for raw in file:
            position += len(raw)
            if raw == _HEADER or (raw.startswith(start) and raw.endswith(b"}\n")):
                end = position
        return end

    def _lines(self, file: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
        file.seek(len(_HEADER))
        for number, raw in enumerate(file, 2):
            line = _line_of_copy(raw)
            if line is None:
                raise StoreError(f"the copy {self._path} is damaged: line {number} is not one of a copy")
            yield line, raw

    def _read_coverage(self, line: dict[str, Any]) -> tuple[Kind, Coverage]:
        for kind in KINDS:
            if line.get("kind") == kind:
                try:
                    return kind, Coverage(*(datetime.fromisoformat(line[name]) for name in ("since", "until")))
                except (KeyError, TypeError, ValueError):
                    break
        raise StoreError(f"the copy {self._path} is damaged: one of its lines has {line}")

    def _rewrite(self) -> None:
        """Write the file anew, without what is replaced or must not be kept. It uses up the index."""
        descriptor = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as out, self._path.open("rb") as old:
            self._new.chmod(self._path.stat().st_mode)  # as its owner has set it
            out.write(_HEADER)
            for line, raw in self._lines(old):
                if line[TAG] != _COVERAGE and self._index.take(line, raw):
                    out.write(erased(line) if self._index.is_erased(line) else raw)
            for kind, coverage in self._coverage.items():
                out.write(_coverage_line(kind, coverage))
            _sync(out)
        self._new.replace(self._path)

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if is_not_database(error):
                raise ConfigurationError(f"{self._path}.lock is not the lock of a copy: move it away") from error
            if is_locked(error):
                raise StoreLockedError(f"the copy {self._path} is in use: another sync writes it") from error
            raise StoreError(f"the copy {self._path} cannot be used: {error}") from error


def _coverage_line(kind: Kind, coverage: Coverage) -> bytes:
    since, until = time_text(coverage.since), time_text(coverage.until)
    return dumps({TAG: _COVERAGE, "kind": kind, "since": since, "until": until}) + b"\n"


def _line_of_copy(raw: bytes) -> dict[str, Any] | None:
    try:
        line: dict[str, Any] = loads(raw)
        kind = line[TAG]
        is_valid = (
            kind == _COVERAGE
            or (kind == CONVERSATION and isinstance(line["id"], int))
            or (kind == MESSAGE and isinstance(line["id"], str) and isinstance(line["csid"], int))
        )
    except (NotJsonError, KeyError, TypeError):
        return None
    return line if is_valid else None


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
