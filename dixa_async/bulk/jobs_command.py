"""``python -m dixa_async jobs show FILE``: what a journal holds, on the command line."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from .journal import JournalError, JournalView, Row
from .state import State

_TROUBLE = (State.FAILED, State.UNKNOWN, State.SENT)
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
    yield f"job: {_written_out(view.job)}"
    for state in _STATES:
        yield f"{state + ':':8} {counts.get(State(state), 0):8}"
    for row in view.rows(*(wanted or _TROUBLE)):
        error = "" if row.error is None else f"  {_written_out(' '.join(row.error.split()))}"
        yield f"{row.state:8} {_written_out(row.key)}{error}"


def _written_out(text: str) -> str:
    """Keys and errors come from others: they must not command a terminal, nor begin a line of their own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _export(rows: Iterable[Row], path: Path) -> str:
    """Write the inputs to a file."""
    written, absent = 0, list[str]()
    with path.open("xb") as file:
        for row in rows:
            if row.input is None:
                absent.append(_written_out(row.key))
            else:
                file.write(orjson.dumps(row.input) + b"\n")
                written += 1
    if absent:
        few = ", ".join(absent[:10])
        raise JournalError(
            f"{written} inputs written to {path}; JSON could not hold those of {len(absent)} others: {few}"
        )
    return f"{written} inputs written to {path}"
