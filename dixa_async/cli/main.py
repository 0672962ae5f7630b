"""The command line: parses it, runs the command and prints what it yields."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from typing_extensions import override

from ..errors import DixaError
from . import fake, inbox, jobs, webhooks
from .terminal import any_text, printable


class _Parser(argparse.ArgumentParser):
    """Escapes what it repeats of the command line: a shell may have put file names there."""

    @override
    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the arguments after ``python -m dixa_async``; defaults to those of this process.

    Returns:
        The exit code.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "demo":
            return _run_demo(live=options.live)
        if options.command in ("fake", "webhooks"):
            (fake if options.command == "fake" else webhooks).run_command(options)
            return 0
        command = jobs if options.command == "jobs" else inbox
        _print_lines(command.run_command(options))
    except (DixaError, OSError) as error:
        with any_text(sys.stderr) as out:
            print(printable(f"{type(error).__name__}: {error}"), file=out)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m dixa_async")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="show what the package does, with a fake Dixa inside this process")
    demo.add_argument(
        "--live", action="store_true", help="read from your own Dixa (needs DIXA_API_KEY); nothing is written"
    )
    fake.add_arguments(commands.add_parser("fake", help="run a fake Dixa, for programs in any language"))
    jobs.add_arguments(commands.add_parser("jobs", help="show and export the journals of bulk jobs"))
    inbox.add_arguments(commands.add_parser("inbox", help="show the inbox of a bot, and rerun parked events"))
    webhooks.add_arguments(
        commands.add_parser("webhooks", help="receive webhooks on a machine without a public address")
    )
    return parser


def _print_lines(lines: Iterable[str]) -> None:
    """Print lines until the reader, such as ``head``, closes the pipe."""
    with any_text(sys.stdout) as out:
        try:
            for line in lines:
                print(line, file=out)
            out.flush()
        except BrokenPipeError:
            # Python flushes the rest when it exits. That must not fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def _run_demo(*, live: bool) -> int:
    try:
        from rich.console import Console

        from .demo import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "rich":
            raise
        print("the demo needs rich: pip install 'dixa-async[progress]'", file=sys.stderr)
        return 2
    if live and not os.environ.get("DIXA_API_KEY"):
        print("--live needs the token of an API integration in DIXA_API_KEY", file=sys.stderr)
        return 2
    with any_text(sys.stdout) as out:
        asyncio.run(run(live=live, console=Console(file=out)))
        out.flush()
    return 0
