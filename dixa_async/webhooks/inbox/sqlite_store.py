"""The rows of an inbox in a file. Each function is one step in a transaction, in the thread that has the file."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from .errors import InboxError, InboxFullError, NotParkedError
from .protocol import InboxStats, IncomingEvent, ParkedEvent
from .rules import message_key

_EVENT: Final = "event_id, event_type, message_id, conversation_id, occurred_at, received_at, body"
_MOST_PRUNED: Final = 1000
"""Rows that are deleted in one transaction, so that no delivery waits for long."""


class Unfinished(NamedTuple):
    """A row of an event that waits, or was out when the process ended."""

    arrival: int
    event: IncomingEvent
    """Without its body."""
    attempts: int
    retry_at: float | None


def insert(database: sqlite3.Connection, event: IncomingEvent, now: float) -> int | None:
    """Add an event.

    Returns:
        Its number; None if there is one with one of its keys.
    """
    cursor = database.execute(
        f"INSERT OR IGNORE INTO events ({_EVENT}, message_key, state, put_at)"  # noqa: S608 - nothing comes from others
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
        (
            event.event_id,
            event.event_type,
            event.message_id,
            event.conversation_id,
            None if event.occurred_at is None else event.occurred_at.isoformat(),
            event.received_at.isoformat(),
            event.body,
            message_key(event),
            now,
        ),
    )
    return cursor.lastrowid if cursor.rowcount == 1 else None


def is_known(database: sqlite3.Connection, event: IncomingEvent) -> bool:
    """Whether there is an event with one of its keys."""
    query = "SELECT 1 FROM events WHERE event_id = ? OR message_key = ?"
    return database.execute(query, (event.event_id, message_key(event))).fetchone() is not None


def held(database: sqlite3.Connection) -> int:
    """How many events there are that are not done."""
    (count,) = database.execute("SELECT COUNT(*) FROM events WHERE state <> 'done'").fetchone()
    return int(count)


def unfinished(database: sqlite3.Connection) -> list[Unfinished]:
    """All events that wait, in the order of their arrival."""
    columns = _EVENT.replace("body", "X''")
    rows = database.execute(
        f"SELECT arrival, attempts, retry_at, {columns} FROM events WHERE state = 'waiting' ORDER BY arrival"  # noqa: S608
    )
    return [
        Unfinished(arrival, _event(cells), attempts, retry_at)
        for arrival, attempts, retry_at, *cells in rows.fetchall()
    ]


def give(database: sqlite3.Connection, arrivals: Sequence[int], attempt: int) -> tuple[IncomingEvent, ...]:
    """Note that events are about to be handled, and read them."""
    database.executemany(
        "UPDATE events SET attempts = ?, retry_at = NULL WHERE arrival = ?", [(attempt, each) for each in arrivals]
    )
    found = [
        database.execute(f"SELECT {_EVENT} FROM events WHERE arrival = ?", (each,)).fetchone()  # noqa: S608
        for each in arrivals
    ]
    if None in found:
        raise InboxError("an event that waits is not in the inbox: was it deleted by another program?")
    return tuple(_event(cells) for cells in found)


def finish(database: sqlite3.Connection, arrivals: Sequence[int]) -> None:
    """Note that events were handled. Only their keys stay."""
    database.executemany(
        "UPDATE events SET state = 'done', body = NULL, reason = NULL, retry_at = NULL WHERE arrival = ?",
        [(each,) for each in arrivals],
    )


def postpone(database: sqlite3.Connection, arrivals: Sequence[int], attempt: int, retry_at: float, reason: str) -> None:
    """Note that events are to be handled again."""
    database.executemany(
        "UPDATE events SET attempts = ?, retry_at = ?, reason = ? WHERE arrival = ?",
        [(attempt, retry_at, reason, each) for each in arrivals],
    )


def take_back(database: sqlite3.Connection, arrivals: Sequence[int], attempt: int) -> None:
    """Note that events were not handled after all."""
    database.executemany("UPDATE events SET attempts = ? WHERE arrival = ?", [(attempt, each) for each in arrivals])


def park(database: sqlite3.Connection, arrivals: Sequence[int], reason: str, now: float) -> None:
    """Set events aside."""
    database.executemany(
        "UPDATE events SET state = 'parked', parked_at = ?, reason = ?, retry_at = NULL WHERE arrival = ?",
        [(now, reason, each) for each in arrivals],
    )


def parked(database: sqlite3.Connection) -> list[ParkedEvent]:
    """What is parked, those first that were parked first."""
    rows = database.execute(
        f"SELECT reason, attempts, parked_at, {_EVENT} FROM events"  # noqa: S608
        " WHERE state = 'parked' ORDER BY parked_at, arrival"
    )
    return [
        ParkedEvent(
            event=_event(cells), reason=reason, attempts=attempts, parked_at=datetime.fromtimestamp(parked_at, UTC)
        )
        for reason, attempts, parked_at, *cells in rows.fetchall()
    ]


def rerun(database: sqlite3.Connection, event_id: str) -> tuple[int, IncomingEvent]:
    """Let a parked event wait again.

    Returns:
        Its number, and the event.

    Raises:
        NotParkedError: no such event is parked.
    """
    row = database.execute(
        f"SELECT arrival, {_EVENT} FROM events WHERE event_id = ? AND state = 'parked'",  # noqa: S608
        (event_id,),
    ).fetchone()
    if row is None:
        raise NotParkedError(f"no event {event_id!r} is parked")
    arrival, *cells = row
    database.execute(
        "UPDATE events SET state = 'waiting', attempts = 0, retry_at = NULL, reason = NULL, parked_at = NULL"
        " WHERE arrival = ?",
        (arrival,),
    )
    return arrival, _event(cells)


def prune(database: sqlite3.Connection, done_before: float, parked_before: float) -> bool:
    """Delete the keys of what was done long ago, and what is parked for too long.

    Returns:
        Whether that was all of it.
    """
    cursor = database.execute(
        "DELETE FROM events WHERE arrival IN (SELECT arrival FROM events WHERE put_at < ? AND state = 'done' LIMIT ?)",
        (done_before, _MOST_PRUNED),
    )
    database.execute("DELETE FROM events WHERE state = 'parked' AND parked_at < ?", (parked_before,))
    return cursor.rowcount < _MOST_PRUNED


def stats(database: sqlite3.Connection, taken: int) -> InboxStats:
    """Count.

    Args:
        database: the connection.
        taken: how many events are out.
    """
    counts: dict[str, int] = dict(
        database.execute("SELECT state, COUNT(*) FROM events WHERE state <> 'done' GROUP BY state").fetchall()
    )
    received = database.execute("SELECT received_at FROM events WHERE state = 'waiting'").fetchall()
    return InboxStats(
        waiting=max(0, counts.get("waiting", 0) - taken),
        taken=taken,
        parked=counts.get("parked", 0),
        oldest_received_at=min((datetime.fromisoformat(text) for (text,) in received), default=None),
    )


def _event(cells: Iterable[Any]) -> IncomingEvent:
    event_id, event_type, message_id, conversation_id, occurred_at, received_at, body = cells
    return IncomingEvent(
        event_id=event_id,
        event_type=event_type,
        message_id=message_id,
        conversation_id=conversation_id,
        occurred_at=None if occurred_at is None else datetime.fromisoformat(occurred_at),
        received_at=datetime.fromisoformat(received_at),
        body=body,
    )


def full(count: int) -> InboxFullError:
    """The error of an inbox that is full."""
    return InboxFullError(f"the inbox holds {count} events, the most that it may")
