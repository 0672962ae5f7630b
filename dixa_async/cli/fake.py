"""``python -m dixa_async fake``: a fake Dixa for programs in any language."""

import argparse
import asyncio
import contextlib
import math
import os
from datetime import UTC, datetime
from pathlib import Path

from ..errors import ConfigurationError, DixaError
from .options import check_url

_DEFAULT_PORT = 8642
_LARGEST_PORT = 65_535
_DAILY_QUOTA = 864_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``fake``.
    """
    parser.add_argument(
        "--port",
        type=int,
        default=_DEFAULT_PORT,
        help=f"the port to listen on; 0 chooses a free one (default: {_DEFAULT_PORT})",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--token", default="fake-dixa-token", help="the API token (default: fake-dixa-token)")
    parser.add_argument("--no-page", action="store_true", help="serve no page for browsers, which needs no token")
    _add_data_arguments(parser)
    limits = parser.add_argument_group("rate limit")
    limits.add_argument("--rate", type=float, default=10.0, metavar="N", help="requests a second (default: 10)")
    limits.add_argument("--burst", type=int, default=4, metavar="N", help="requests that may come at once (default: 4)")
    limits.add_argument("--no-limit", action="store_true", help="no limit, neither a second nor a day")
    events = parser.add_argument_group("webhooks and faults")
    events.add_argument("--webhooks-to", metavar="URL", help="deliver all events to this address; prints the secret")
    events.add_argument(
        "--faults",
        action="append",
        default=[],
        metavar="FAULT",
        help="such as 'POST /conversations/*/messages: 504 applied, 5 %%, seed 7'; can be given several times",
    )


def _add_data_arguments(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group("data")
    data.add_argument(
        "--company",
        type=_company,
        metavar="small|large|N",
        help="start with a plausible company of 200, 10 000 or N conversations",
    )
    data.add_argument("--seed", type=int, default=0, metavar="N", help="makes another company (default: 0)")
    data.add_argument(
        "--until",
        type=_until,
        metavar="TIME",
        help="the end of its story: 'now', or a time such as 2026-03-02T15:00Z, which is the default",
    )
    data.add_argument("--load", metavar="FILE", help="start with the state in this file")
    data.add_argument("--save", metavar="FILE", help="save the state to this file at the end")


def run_command(options: argparse.Namespace) -> None:
    """Run the command, until it is interrupted or terminated.

    Args:
        options: the parsed command line.

    Raises:
        ConfigurationError: an option cannot be used, or the port is taken.
        StateFileError: the file to load does not hold a state.
        OSError: a file cannot be read or written.
    """
    _check(options)
    from ..testing.server import FakeDixa  # other commands need no server
    from .fake_server import Printer, serve

    rate: float = math.inf if options.no_limit else options.rate
    try:
        server = FakeDixa(
            host=options.host,
            port=options.port,
            api_key=options.token,
            rate=rate,
            burst=options.burst,
            daily_quota=math.inf if options.no_limit else _DAILY_QUOTA,
            company=options.company,
            seed=options.seed,
            until=options.until,
            load=options.load,
            page=not options.no_page,
        )
        for fault in options.faults:
            server.fault(fault)
    except DixaError:
        raise
    except ValueError as error:
        raise ConfigurationError(str(error).partition("\n")[0]) from None
    printer = Printer()
    with contextlib.suppress(KeyboardInterrupt):  # Windows only: elsewhere the server ends on the signal itself
        asyncio.run(
            serve(server, printer, host=options.host, port=options.port, rate=rate, webhooks_to=options.webhooks_to)
        )
    if options.save is not None:
        server.save(options.save)
        printer.print(f"saved to {options.save}")


def _check(options: argparse.Namespace) -> None:
    """Refuse what could work only until the end, or not as it is meant."""
    token: str = options.token
    if not 0 <= options.port <= _LARGEST_PORT:
        raise ConfigurationError(f"--port must be from 0 to {_LARGEST_PORT}")
    if not token or not all("!" <= character <= "~" for character in token):
        raise ConfigurationError("--token must be ASCII without spaces, for it is a header of requests")
    if options.webhooks_to is not None:
        check_url("--webhooks-to", options.webhooks_to)
    if options.seed != 0 and options.company is None:
        raise ConfigurationError("--seed makes another company: pass --company, too")
    if options.save is not None:
        file = Path(os.path.realpath(options.save))
        if not os.access(file.parent, os.W_OK) or (file.exists() and not file.is_file()):
            raise ConfigurationError(f"--save must name a file in a directory that can be written: {options.save}")


def _company(text: str) -> "int | str":
    if text in ("small", "large"):
        return text
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"must be small, large or a number of conversations, not {text!r}")
    return int(text)


def _until(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise argparse.ArgumentTypeError(f"must be 'now', or a time such as 2026-03-02T15:00Z, not {text!r}")
    return time
