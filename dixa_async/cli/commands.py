"""The table of commands. A command is a module of this package, which is imported when the command is used."""

import argparse
from collections.abc import Iterable
from importlib import import_module
from typing import Final, Protocol, TypeAlias, cast

import attrs

Result: TypeAlias = Iterable[str] | int | None
"""What a command returns: the lines to print, or its exit code (None is 0)."""


class CommandModule(Protocol):
    """What the module of a command has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command."""
        ...

    def run_command(self, options: argparse.Namespace) -> Result:
        """Run the command."""
        ...


@attrs.frozen
class Command:
    """A command of ``python -m dixa_async``."""

    name: str
    """What it is called on the command line. Its module has this name, too."""
    summary: str
    """What it does, in one line."""

    def load(self) -> CommandModule:
        """Import the module."""
        return cast("CommandModule", import_module(f".{self.name}", __package__))


COMMANDS: Final = (
    Command("demo", "show what the package does, with a fake Dixa inside this process"),
    Command("doctor", "check whether this machine can use the package, and the token"),
    Command("call", "make one call to Dixa, with JSON in and out"),
    Command("export", "copy conversations and messages to a database or a file, and keep the copy in step"),
    Command("fake", "run a fake Dixa, for programs in any language"),
    Command("jobs", "show and export the journals of bulk jobs"),
    Command("inbox", "show the inbox of a bot, and rerun parked events"),
    Command("webhooks", "receive webhooks on a machine without a public address"),
)
"""All commands, in the order in which they are shown."""
