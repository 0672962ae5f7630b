"""``python -m dixa_async``."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Sequence

from .bulk import jobs_command
from .errors import DixaError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after ``python -m dixa_async``; None: those of this process.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m dixa_async")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="show the main job, on a Dixa that runs inside this process")
    demo.add_argument(
        "--live", action="store_true", help="read from your own Dixa (needs DIXA_API_KEY); writes nothing"
    )
    jobs_command.add_command(commands.add_parser("jobs", help="look at the journals of bulk jobs"))
    options = parser.parse_args(arguments)
    try:
        if options.command == "demo":
            return _run_demo(live=options.live)
        _print_lines(jobs_command.run_command(options))
    except (DixaError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _print_lines(lines: Iterable[str]) -> None:
    """Print lines for as long as somebody reads them, as ``head`` does for a while."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python writes what is left when it ends. That must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run_demo(*, live: bool) -> int:
    try:
        from .demo import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "rich":
            raise
        print("The demo shows its tables with rich: pip install 'dixa-async[progress]'", file=sys.stderr)
        return 2
    if live and not os.environ.get("DIXA_API_KEY"):
        print("--live needs the token of an API integration in DIXA_API_KEY", file=sys.stderr)
        return 2
    asyncio.run(run(live=live))
    return 0


if __name__ == "__main__":
    sys.exit(main())
