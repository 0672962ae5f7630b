"""``python -m dixa_async inbox``: what an inbox in a file holds, and a rerun of what is parked."""

import argparse
from collections.abc import Iterator
from contextlib import closing

from ..database import DatabaseFile, absolute, open_to_read
from ..webhooks.inbox import sqlite_store as store
from ..webhooks.inbox.errors import InboxError
from ..webhooks.inbox.protocol import InboxStats, ParkedEvent
from ..webhooks.inbox.sqlite_schema import check, inbox_errors, prepare
from .terminal import printable


def add_command(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes.

    Args:
        parser: the parser of ``inbox``.
    """
    commands = parser.add_subparsers(dest="inbox_command", required=True)
    show = commands.add_parser("show", help="show what an inbox holds, also while a bot uses it")
    show.add_argument("file", help="the inbox")
    rerun = commands.add_parser("rerun", help="have a parked event handled after all, when the bot runs again")
    rerun.add_argument("file", help="the inbox; the bot must not be running")
    rerun.add_argument("event_id", help="the ID of the event, or 'all'")


def run_command(options: argparse.Namespace) -> Iterator[str]:
    """Run the command.

    Args:
        options: what was given on the command line.

    Yields:
        The lines to show.

    Raises:
        InboxError: the inbox cannot be read or written, or another process has it and it is to be written.
        NotParkedError: the event is not parked.
        ConfigurationError: the file is no inbox.
    """
    path = absolute(options.file)
    if options.inbox_command == "show":
        yield from _show(path)
    else:
        yield from _rerun(path, options.event_id)


def _show(path: str) -> Iterator[str]:
    stats, parked = _read(path)
    yield f"waiting: {stats.waiting:8}"
    yield f"parked:  {stats.parked:8}"
    if stats.oldest_received_at is not None:
        yield f"the oldest that waits was received {stats.oldest_received_at:%Y-%m-%d %H:%M:%S%z}"
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
            database = open_to_read(path)
        except FileNotFoundError:
            raise InboxError(f"there is no inbox {path}") from None
        with closing(database):
            check(database)
            return store.stats(database, taken=0), store.parked(database)


def _rerun(path: str, event_id: str) -> Iterator[str]:
    _read(path)  # else a new inbox would be made of a name that is mistyped
    with inbox_errors(path), closing(DatabaseFile(path, prepare, durable=True)) as file, file.transaction() as database:
        wanted = [each.event.event_id for each in store.parked(database)] if event_id == "all" else [event_id]
        for each in wanted:
            store.rerun(database, each)
    yield f"{len(wanted)} events wait again"
