"""``python -m dixa_async export``: copies conversations and messages to a file, and keeps the copy in step."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Final

from ..client import DixaClient
from ..errors import ConfigurationError, InvalidRequestError, UnreadableItem
from ..exports.sync import Kind, Store, StoreLockedError, Sync, SyncResult, sync_progress
from ..exports.sync.open_store import to_store
from ..exports.sync.sync import OVERLAP
from .terminal import any_text, printable, until_closed

FAILED_USAGE: Final = 2
LOCKED: Final = 3
"""The exit code if another sync is running."""
_WHAT: Final[dict[str, tuple[Kind, ...]]] = {
    "all": ("conversations", "messages"),
    "conversations": ("conversations",),
    "messages": ("messages",),
}
_HOUR: Final = timedelta(hours=1)
_INTERVAL: Final = 30.0
"""Seconds between the lines that show the progress where there is no terminal, such as in a mail of cron."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``export``.
    """
    parser.add_argument("what", nargs="?", choices=list(_WHAT), default="all", help="what to copy (default: all)")
    parser.add_argument(
        "--to", required=True, type=_store, metavar="FILE", help="the copy: FILE.sqlite, or FILE.jsonl for JSON lines"
    )
    parser.add_argument(
        "--since",
        type=_time,
        metavar="DATE",
        help="where the copy begins, such as 2026-01-31 or 2026-01-31T08:00+01:00, in UTC if it has no offset; needed "
        "for the first run only",
    )
    parser.add_argument(
        "--overlap",
        type=_hours,
        default=OVERLAP,
        metavar="HOURS",
        help=f"how much of the copy is read again (default: {OVERLAP / _HOUR:g}); more finds what Dixa exports late",
    )
    parser.add_argument(
        "--skip-unreadable",
        action="store_true",
        help="leave out rows that cannot be read, and print which, instead of failing",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run_command(options: argparse.Namespace) -> int:
    """Run the command.

    Args:
        options: the parsed command line.

    Returns:
        The exit code: 0; 2 if the copy is new and ``--since`` is missing or not in the past; 3 if another sync is
        running.

    Raises:
        StoreError: the copy cannot be read or written.
        ConfigurationError: the file is not a copy, or there is no API key.
        CallError: an export has failed.
    """
    try:
        result = asyncio.run(_sync(options))
    except InvalidRequestError as error:
        _print_error(str(error).replace("pass since", "pass --since"))
        return FAILED_USAGE
    except StoreLockedError as error:
        _print_error(str(error))
        return LOCKED
    if not options.quiet:
        with until_closed(sys.stdout) as out:
            print(result, file=out)
    return 0


async def _sync(options: argparse.Namespace) -> SyncResult:
    async with DixaClient(on_unreadable_item=_print_left_out if options.skip_unreadable else "raise") as dixa:
        sync = Sync(
            dixa,
            options.to,
            since=options.since,
            kinds=_WHAT[options.what],
            overlap=options.overlap,
            progress=None if options.quiet else sync_progress(interval=_INTERVAL),
        )
        return await sync.run()


def _store(name: str) -> Store:
    try:
        return to_store(name)
    except ConfigurationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _hours(text: str) -> timedelta:
    try:
        hours = timedelta(hours=float(text))
    except (ValueError, OverflowError):
        hours = timedelta(-1)
    if hours < timedelta():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of hours")
    return hours


def _print_left_out(item: UnreadableItem) -> None:
    """Print which row is left out, without its values, which may be personal data."""
    row_id = item.raw.get("id")
    row = repr(row_id) if isinstance(row_id, str | int) else "a row"
    _print_error(f"left out: {row} of {item.call.path}: {item.path}: {item.reason}")


def _print_error(message: str) -> None:
    with any_text(sys.stderr) as out:
        print(printable(message), file=out)
