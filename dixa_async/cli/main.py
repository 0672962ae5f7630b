"""The command line: parses it, runs the command and prints what it yields."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from typing_extensions import override

from .._suggest import did_you_mean
from .._version import __version__
from ..errors import DixaError
from .commands import COMMANDS, Command
from .terminal import any_text, printable, until_closed

SCRIPT: Final = "dixa-async"
"""The console script."""
_MODULE: Final = "python -m dixa_async"


class _Parser(argparse.ArgumentParser):
    """Prints on any terminal. Escapes what it repeats of the command line: a shell may have put file names there."""

    @override
    def _print_message(self, message: str, file: object = None) -> None:
        is_error = file is sys.stderr
        with until_closed(sys.stderr if is_error else sys.stdout) as out:
            out.write(message)

    @override
    def error(self, message: str) -> NoReturn:
        super().error(printable(message))

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse a command line. Options may be anywhere, unless there are subcommands."""
        return (self.parse_intermixed_args if self._subparsers is None else self.parse_args)(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the arguments after ``python -m dixa_async``; defaults to those of this process.

    Returns:
        The exit code: 0, 1 after an error, 2 after a command line that cannot be used, 130 after Ctrl-C. Commands may
        have others.
    """
    program = SCRIPT if Path(sys.argv[0]).stem == SCRIPT else _MODULE
    first, *rest = (sys.argv[1:] if arguments is None else list(arguments)) or ["--help"]
    try:
        return _run(first, rest, program)
    except (DixaError, OSError) as error:
        _print_error(f"{type(error).__name__}: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _run(first: str, rest: Sequence[str], program: str) -> int:
    if first in ("-h", "--help"):
        _print_lines(_overview(program))
        return 0
    if first in ("-V", "--version"):
        _print_lines([f"dixa-async {__version__}"])
        return 0
    command = next((each for each in COMMANDS if each.name == first), None)
    if command is None:
        kind = "option" if first.startswith("-") else "command"
        hint = did_you_mean(first, [each.name for each in COMMANDS])
        _print_error(f"{program}: there is no {kind} {first}{hint or '.'} `{program}` shows all commands.")
        return 2
    return _run_command(command, rest, program)


def _run_command(command: Command, arguments: Sequence[str], program: str) -> int:
    try:
        module = command.load()
        parser = _Parser(
            prog=f"{program} {command.name}",
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            conflict_handler="resolve",  # a command may have a --help of its own
        )
        module.add_arguments(parser)
        result = module.run_command(parser.parse(arguments))
        if result is None or isinstance(result, int):
            return result or 0
        _print_lines(result)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "rich":
            raise
        _print_error(f"{command.name} needs rich: pip install 'dixa-async[progress]'")
        return 2
    return 0


def _overview(program: str) -> Iterable[str]:
    width = max(len(each.name) for each in COMMANDS)
    yield f"dixa-async {__version__}: an asyncio client for the Dixa API"
    yield ""
    yield f"usage: {program} COMMAND …"
    yield ""
    yield "commands:"
    for each in COMMANDS:
        yield f"  {each.name:{width}}  {each.summary}"
    yield ""
    yield f"`{program} COMMAND --help` shows the options of a command, and `{program} --version` the version."
    yield f"New here? `{program} demo` needs no token. With one in DIXA_API_KEY, `{program} doctor` tries it."


def _print_lines(lines: Iterable[str]) -> None:
    with until_closed(sys.stdout) as out:
        for line in lines:
            print(line, file=out)


def _print_error(message: str) -> None:
    with any_text(sys.stderr) as out:
        print(printable(message), file=out)
