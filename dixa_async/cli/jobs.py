"""``python -m dixa_async jobs show FILE``: what a journal holds, on the command line."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from .._json import dumps
from ..bulk.journal import DamagedRowsError, JournalError, JournalView, Row
from ..bulk.state import State
from .terminal import printable

_TROUBLE = (State.FAILED, State.INDETERMINATE, State.SENT)
_STATES = [state.value for state in State if state is not State.DUPLICATE]


def add_command(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes.

    Args:
        parser: the parser of ``jobs``.
    """
    commands = parser.add_subparsers(dest="jobs_command", required=True)
    show = commands.add_parser("show", help="show what a journal holds")
    show.add_argument("file", help="the journal")
    show.add_argument(
        "--state", action="append", choices=_STATES, help="only inputs in this state; may be given several times"
    )
    show.add_argument("--export", metavar="OUT.jsonl", help="write the inputs of the rows to a file, as JSON lines")


def run_command(options: argparse.Namespace) -> Iterator[str]:
    """Run the command.

    Args:
        options: what was given on the command line.

    Yields:
        The lines to show.

    Raises:
        JournalError: the journal cannot be read, or does not hold all that is to be exported.
        ConfigurationError: the file is no journal.
        OSError: the file to export to is there already, or cannot be written.
    """
    wanted = [State(name) for name in options.state or ()]
    with JournalView(options.file) as view:
        if options.export is None:
            yield from _show(view, wanted)
        else:
            yield _export(view.rows(*wanted), Path(options.export))


def _show(view: JournalView, wanted: list[State]) -> Iterator[str]:
    counts = view.counts()
    yield f"job: {printable(view.job)}"
    for state in _STATES:
        yield f"{state + ':':8} {counts.get(State(state), 0):8}"
    for row in view.rows(*(wanted or _TROUBLE)):
        error = "" if row.error is None else f"  {printable(' '.join(row.error.split()))}"
        yield f"{row.state:8} {printable(row.key)}{error}"


def _export(rows: Iterator[Row], path: Path) -> str:
    """Write the inputs to a file."""
    written, absent = 0, list[str]()
    problems = list[str]()
    with open(path, "xb", opener=_for_owner_alone) as file:
        try:
            for row in rows:
                if row.input is None:
                    absent.append(row.key)
                else:
                    file.write(dumps(row.input) + b"\n")
                    written += 1
        except DamagedRowsError as damaged:
            problems.append(str(damaged))
    if absent:
        problems.append(f"JSON could not hold those of {len(absent)} others: {', '.join(absent[:10])}")
    told = "; ".join([f"{written} inputs written to {path}", *problems])
    if problems:
        raise JournalError(told)
    return printable(told)


def _for_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # inputs may be personal data
