"""``python -m dixa_async``."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from typing_extensions import override

from .cli import inbox as inbox_command, jobs as jobs_command
from .cli.terminal import any_text, printable
from .errors import DixaError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in which a shell may have put the names of files."""

    @override
    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after ``python -m dixa_async``; None: those of this process.

    Returns:
        The exit code.
    """
    parser = _Parser(prog="python -m dixa_async")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="show the main job, on a Dixa that runs inside this process")
    demo.add_argument(
        "--live", action="store_true", help="read from your own Dixa (needs DIXA_API_KEY); writes nothing"
    )
    jobs_command.add_command(commands.add_parser("jobs", help="look at the journals of bulk jobs"))
    inbox_command.add_command(commands.add_parser("inbox", help="look at the inbox of a bot, and rerun what is parked"))
    options = parser.parse_args(arguments)
    try:
        if options.command == "demo":
            return _run_demo(live=options.live)
        command = jobs_command if options.command == "jobs" else inbox_command
        _print_lines(command.run_command(options))
    except (DixaError, OSError) as error:
        with any_text(sys.stderr) as out:
            print(printable(f"{type(error).__name__}: {error}"), file=out)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _print_lines(lines: Iterable[str]) -> None:
    """Print lines for as long as somebody reads them, as ``head`` does for a while."""
    with any_text(sys.stdout) as out:
        try:
            for line in lines:
                print(line, file=out)
            out.flush()
        except BrokenPipeError:
            # Python writes what is left when it ends. That must not fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def _run_demo(*, live: bool) -> int:
    try:
        from rich.console import Console

        from .cli.demo import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "rich":
            raise
        print("The demo shows its tables with rich: pip install 'dixa-async[progress]'", file=sys.stderr)
        return 2
    if live and not os.environ.get("DIXA_API_KEY"):
        print("--live needs the token of an API integration in DIXA_API_KEY", file=sys.stderr)
        return 2
    with any_text(sys.stdout) as out:
        asyncio.run(run(live=live, console=Console(file=out)))
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
