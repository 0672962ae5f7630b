"""``python -m dixa_async demo``: shows what the package does.

- `tour`: all of it, in order.
- `kinds`: a conversation of each type, and a message of each kind.
- `failures`: a retry, a lost response, and a job that is killed; `killed_job` is the process of that job.
- `bot`: a bot that replies once.
- `text`: text from other people.
"""

import argparse
import asyncio
import logging
import os
import sys

import dixa_async

from ..terminal import any_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``demo``.
    """
    parser.add_argument(
        "--live", action="store_true", help="read from your own Dixa (needs DIXA_API_KEY); nothing is written"
    )


def run_command(options: argparse.Namespace) -> int:
    """Run the command.

    Args:
        options: the parsed command line.

    Returns:
        The exit code: 2 if there is no token for ``--live``.

    Raises:
        DixaError: a call failed.
        ModuleNotFoundError: rich is not installed.
    """
    from rich.console import Console

    from .tour import run

    live: bool = options.live
    if live and not os.environ.get("DIXA_API_KEY"):
        print("--live needs the token of an API integration in DIXA_API_KEY", file=sys.stderr)
        return 2
    logging.getLogger(dixa_async.__name__).addHandler(logging.NullHandler())  # the demo shows the retries itself
    with any_text(sys.stdout) as out:
        asyncio.run(run(live=live, console=Console(file=out, highlight=False)))
        out.flush()
    return 0
