"""``python -m dixa_async inbox``: shows what an inbox in a file holds, and reruns parked events."""

import argparse
from collections.abc import Iterator
from contextlib import closing

from ..database import DatabaseFile, absolute_path, open_read_only
from ..webhooks.inbox import sqlite_store as store
from ..webhooks.inbox.errors import InboxError
from ..webhooks.inbox.protocol import InboxStats, ParkedEvent
from ..webhooks.inbox.sqlite_schema import check, inbox_errors, prepare
from .terminal import printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``inbox``.
    """
    commands = parser.add_subparsers(dest="inbox_command", required=True, metavar="COMMAND", title="commands")
    show = commands.add_parser("show", help="show what an inbox holds; the bot may be running")
    show.add_argument("file", help="the inbox")
    rerun = commands.add_parser("rerun", help="have parked events handled again when the bot is started")
    rerun.add_argument("file", help="the inbox; the bot must not be running")
    rerun.add_argument("event_id", help="the ID of a parked event, or 'all'")


def run_command(options: argparse.Namespace) -> Iterator[str]:
    """Run the command.

    Args:
        options: the parsed command line.

    Yields:
        The lines to print.

    Raises:
        InboxError: the inbox cannot be read or written; ``rerun`` also raises it while another process has it open.
        NotParkedError: the event is not parked.
        ConfigurationError: the file is not an inbox.
    """
    path = absolute_path(options.file)
    if options.inbox_command == "show":
        yield from _show(path)
    else:
        yield from _rerun(path, options.event_id)


def _show(path: str) -> Iterator[str]:
    stats, parked = _read(path)
    yield f"waiting: {stats.waiting:8}"
    yield f"parked:  {stats.parked:8}"
    if stats.oldest_received_at is not None:
        yield f"the oldest waiting event was received {stats.oldest_received_at:%Y-%m-%d %H:%M:%S%z}"
    for each in parked:
        event = each.event
        conversation = "" if event.conversation_id is None else f"  conversation {event.conversation_id}"
        yield (
            f"parked {each.parked_at:%Y-%m-%d %H:%M:%S%z}  {printable(event.event_id)}  {printable(event.event_type)}"
            f"{conversation}  attempts {each.attempts}  {printable(' '.join(each.reason.split()))}"
        )


def _read(path: str) -> tuple[InboxStats, list[ParkedEvent]]:
    with inbox_errors(path):
        try:
            database = open_read_only(path)
        except FileNotFoundError:
            raise InboxError(f"there is no inbox {path}") from None
        with closing(database):
            check(database)
            return store.stats(database, taken=0), store.parked(database)


def _rerun(path: str, event_id: str) -> Iterator[str]:
    _read(path)  # a mistyped name must not create a new inbox
    with inbox_errors(path), closing(DatabaseFile(path, prepare, durable=True)) as file, file.transaction() as database:
        wanted = [each.event.event_id for each in store.parked(database)] if event_id == "all" else [event_id]
        for each in wanted:
            store.rerun(database, each)
    yield f"{len(wanted)} event{'' if len(wanted) == 1 else 's'} will be handled again"
