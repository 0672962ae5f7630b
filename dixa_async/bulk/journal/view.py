"""Reads a journal, also while its job runs."""

from collections import Counter
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Self

import attrs

from ..._json import NotJsonError, loads
from ...database import FilePath, absolute_path, open_read_only
from ..state import State
from .schema import JournalError, from_cell, job_of, journal_errors

_Cells = tuple[Any, ...]
_COLUMNS: Final = "state, input, result, error, attempts, seconds"
_PAGE_SIZE: Final = 500
"""Rows that are read at once. The writes of the job wait until they are read."""
_MAX_NAMED: Final = 10
"""Damaged rows that are named in a message."""
_STATES: Final = {state.encode(): state for state in State if state is not State.DUPLICATE}


class DamagedRowsError(JournalError):
    """Some rows cannot be read. All others were yielded.

    Attributes:
        numbers: their numbers, counted from 1 in the order of their keys.
    """

    numbers: tuple[int, ...] = ()


@attrs.frozen(kw_only=True)
class Row:
    """What a journal holds of an input."""

    key: str
    state: State
    input: Any
    """The input as JSON, or None if JSON cannot hold it."""
    result: Any
    """The result as JSON, or None if there is none or JSON cannot hold it."""
    error: str | None
    """What went wrong. In the state `SUCCEEDED`, why the result is missing."""
    attempts: int
    seconds: float


class JournalView:
    """Reads a journal, also while its job runs. It does not block the job.

    Args:
        path: the file.

    Raises:
        JournalError: the file cannot be read.
        ConfigurationError: the file is not a journal, or is one of another version of this package, or `path` is not a
            path.
    """

    def __init__(self, path: FilePath) -> None:
        self._path = absolute_path(path)
        with journal_errors(self._path):
            try:
                self._database = open_read_only(self._path)
            except FileNotFoundError:
                raise JournalError(f"there is no journal {self._path}") from None
            try:
                self.job: str = job_of(self._database)
            except BaseException:
                self._database.close()
                raise
        self._database.text_factory = _Text

    def counts(self) -> dict[State, int]:
        """The number of inputs in each state. Damaged rows are not counted.

        Raises:
            JournalError: the file cannot be read.
        """
        numbers = Counter(_state(cell) for _, cell in self._pages("state", _PAGE_SIZE * 10))
        return {state: numbers[state] for state in sorted(State) if state in numbers}

    def rows(self, *states: State) -> Iterator[Row]:
        """What is known of the inputs.

        Args:
            states: the states of the inputs to yield; without any, all inputs are yielded.

        Yields:
            A row for each input, by key.

        Raises:
            DamagedRowsError: after the last row, some rows in these states, or in an unknown state, cannot be read.
            JournalError: the file cannot be read.
        """
        wanted = states or tuple(_STATES.values())
        damaged = dict[int, str]()
        for number, (key, cell, *cells) in enumerate(self._pages(_COLUMNS, _PAGE_SIZE), 1):
            state = _state(cell)
            if state is None:
                damaged[number] = f"its state {cell!r} is unknown"
            elif state in wanted:
                try:
                    row = _row(key, state, *cells)
                except ValueError as error:
                    damaged[number] = str(error)
                else:
                    yield row
        if damaged:
            raise _damaged_rows(damaged)

    def _pages(self, columns: str, size: int) -> Iterator[_Cells]:
        """All rows by key. Each read is finished before its rows are yielded: the job waits for an unfinished one."""
        condition, last = "TRUE", list[bytes]()
        while True:
            # No part of the query is user input.
            query = f"SELECT key, {columns} FROM inputs WHERE {condition} ORDER BY key LIMIT {size}"  # noqa: S608
            with journal_errors(self._path):
                rows = self._database.execute(query, last).fetchall()
            yield from rows
            if len(rows) < size:
                return
            last = [rows[-1][0]]
            condition = "key > CAST(? AS TEXT)" if isinstance(last[0], _Text) else "key > ?"

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _damaged_rows(damaged: dict[int, str]) -> DamagedRowsError:
    rows = "1 damaged row" if len(damaged) == 1 else f"{len(damaged)} damaged rows"
    named = "; ".join(f"row {number}: {reason}" for number, reason in list(damaged.items())[:_MAX_NAMED])
    more = f"; and {len(damaged) - _MAX_NAMED} more" if len(damaged) > _MAX_NAMED else ""
    error = DamagedRowsError(f"the journal has {rows}: {named}{more}")
    error.numbers = tuple(damaged)
    return error


class _Text(bytes):
    """The bytes of a text cell: one that is not UTF-8 must not keep the others from being read."""

    __slots__ = ()


def _state(cell: object) -> State | None:
    return _STATES.get(cell) if isinstance(cell, _Text) else None


def _row(
    key: object, state: State, item: object, result: object, error: object, attempts: object, seconds: object
) -> Row:
    if not (isinstance(attempts, int) and isinstance(seconds, int | float)):
        raise ValueError("its attempts or seconds are not numbers")  # noqa: TRY004 - one error for all damage
    return Row(
        key=_text("key", key),
        state=state,
        input=_json("input", item),
        result=_json("result", result),
        error=None if error is None else _text("error", error),
        attempts=attempts,
        seconds=seconds,
    )


def _text(column: str, cell: object) -> str:
    try:
        if isinstance(cell, _Text):
            return from_cell(cell)
    except UnicodeDecodeError:
        pass
    raise ValueError(f"its {column} is not text")


def _json(column: str, cell: object) -> Any:
    if cell is None:
        return None
    try:
        return loads(_text(column, cell).encode())
    except NotJsonError:
        raise ValueError(f"its {column} is not JSON") from None
