"""``python -m dixa_async webhooks listen``: forwards deliveries from Dixa's logs to a local server."""

import argparse
import asyncio
import sys
from datetime import timedelta

from ..errors import ConfigurationError
from .options import check_url
from .terminal import any_text, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``webhooks``.
    """
    commands = parser.add_subparsers(dest="webhooks_command", required=True, metavar="COMMAND", title="commands")
    listen = commands.add_parser(
        "listen", help="forward what Dixa logs as delivered to a server on this machine (needs DIXA_API_KEY)"
    )
    listen.add_argument(
        "--forward", required=True, metavar="URL", help="where to POST each delivery, signed as by Dixa"
    )
    listen.add_argument("--subscription", metavar="ID", help="the webhook subscription; needed if there are several")
    listen.add_argument("--interval", type=float, default=5.0, metavar="SECONDS", help="between two polls (default: 5)")
    listen.add_argument(
        "--last", type=float, default=0.0, metavar="MINUTES", help="forward what was delivered in these minutes, too"
    )


def run_command(options: argparse.Namespace) -> None:
    """Run the command, until it is interrupted.

    Args:
        options: the parsed command line.

    Raises:
        ConfigurationError: an option cannot work, or there is no API key.
        UsageError: there is no subscription, or more than one.
        CallError: the logs cannot be read, and another poll would not help.
    """
    forward: str = options.forward
    check_url("--forward", forward)
    if not options.interval > 0 or not 0 <= options.last < 1e6:
        raise ConfigurationError("--interval must be over 0, and --last 0 or more")
    from .forwarding import listen  # other commands need no client

    last = timedelta(minutes=options.last)
    asyncio.run(listen(forward, options.subscription, interval=options.interval, last=last, show=_show))


def _show(line: str) -> None:
    with any_text(sys.stdout) as out:
        print(printable(line), file=out, flush=True)
