"""``python -m dixa_async jobs show FILE``: shows what a journal holds, and exports its inputs."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from .._json import dumps
from ..bulk.journal import DamagedRowsError, JournalError, JournalView, Row
from ..bulk.state import State
from .terminal import printable

_SHOWN_BY_DEFAULT = (State.FAILED, State.INDETERMINATE, State.SENT)
_STATES = [state.value for state in State if state is not State.DUPLICATE]
_WIDTH = max(map(len, _STATES)) + 1
_MAX_NAMED = 10
"""Inputs that are named in a message."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``jobs``.
    """
    commands = parser.add_subparsers(dest="jobs_command", required=True, metavar="COMMAND", title="commands")
    show = commands.add_parser(
        "show", help="show how many inputs are in each state, and those that failed or are indeterminate"
    )
    show.add_argument("file", help="the journal")
    show.add_argument(
        "--state", action="append", choices=_STATES, help="show only inputs in this state; can be given several times"
    )
    show.add_argument("--export", metavar="OUT.jsonl", help="write the inputs to a new file instead, as JSON lines")


def run_command(options: argparse.Namespace) -> Iterator[str]:
    """Run the command.

    Args:
        options: the parsed command line.

    Yields:
        The lines to print.

    Raises:
        JournalError: the journal cannot be read, or does not hold all inputs that are to be exported.
        ConfigurationError: the file is not a journal.
        OSError: the file to export to exists, or cannot be written.
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
        yield f"{state + ':':{_WIDTH}} {counts.get(State(state), 0):8}"
    for row in view.rows(*(wanted or _SHOWN_BY_DEFAULT)):
        error = "" if row.error is None else f"  {printable(' '.join(row.error.split()))}"
        yield f"{row.state:{_WIDTH}} {printable(row.key)}{error}"


def _export(rows: Iterator[Row], path: Path) -> str:
    """Write the inputs to a file, and report how many."""
    written, missing = 0, list[str]()
    errors = list[str]()
    with open(path, "xb", opener=_open_for_owner) as file:
        try:
            for row in rows:
                if row.input is None:
                    missing.append(row.key)
                else:
                    file.write(dumps(row.input) + b"\n")
                    written += 1
        except DamagedRowsError as error:
            errors.append(str(error))
    if missing:
        named = ", ".join(missing[:_MAX_NAMED]) + (", …" if len(missing) > _MAX_NAMED else "")
        errors.append(f"{_inputs(len(missing))} missing, which JSON cannot hold: {named}")
    report = "; ".join([f"{_inputs(written)} written to {path}", *errors])
    if errors:
        raise JournalError(report)
    return printable(report)


def _inputs(count: int) -> str:
    return f"{count} input{'' if count == 1 else 's'}"


def _open_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # inputs may be personal data
