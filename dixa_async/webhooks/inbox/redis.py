"""The inbox in Redis, for several processes and hosts."""

import asyncio
import hashlib
import logging
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from typing_extensions import override

from ...errors import ConfigurationError
from ...transport.limiter.redis.scripts import MICRO
from .errors import InboxClosedError, InboxError, InboxFullError, LeaseLostError, NotParkedError
from .protocol import Batch, Inbox, InboxStats, IncomingEvent, ParkedEvent
from .redis_connection import InboxConnection, decode_event, encode_event, text
from .redis_scripts import PARKED, PUT, RENEW, REPORT, RERUN, STATS, TAKE
from .rules import DAY, Burst, InboxRules, message_key, order_of, storable

if TYPE_CHECKING:
    from redis.asyncio import Redis

logger: logging.Logger = logging.getLogger("dixa_async.webhooks")

_LOOK_EVERY: Final = 0.25
"""Seconds, at most, until an event is found that another process has put. Less than the usual order window."""
_SHORTEST_LEASE: Final = 1.0


class RedisInbox(Inbox):
    """An inbox in Redis, for several processes and hosts that work on the same events.

    A process that takes a batch has a lease on it, which it renews for as long as the batch is out. If it dies, the
    batch is given to another one when the lease expires. All times are those of Redis' clock.

    Redis is as safe as it is configured: turn its append-only file on, and keep ``maxmemory-policy noeviction``. If
    it cannot be reached, `put` raises, the receiver responds with 503, and Dixa delivers again; the unique keys make
    that safe.

    ::

        redis = Redis.from_url("redis://cache.example.com")
        async with RedisInbox(redis, "refund-bot") as inbox: ...

    Give all processes the same settings. What Redis holds is personal data: protect it as such.

    Args:
        redis: the client. It stays yours: close it after the inbox. The inbox uses up to 16 of its connections.
        name: the name of the inbox. Processes with the same name share it.
        lease: seconds after which the batches of a dead process are given to another one, at least 1.
        timeout: seconds that Redis has for a step.
        order_window: seconds that an event waits for others of its conversation that happened before it.
        burst: seconds without an event in a conversation, or a `Burst`: its events are then one batch. None: each
            event is a batch.
        max_events: the most events that it holds, waiting, taken and parked.
        retention: seconds for which the keys of an event are remembered after it came in, so that a redelivery is
            known. They take about 250 bytes of Redis' memory for each event. An event that is not done is always known.
        parked_retention: seconds after which a parked event is deleted.

    Raises:
        ConfigurationError: a setting cannot be used, or redis-py is not installed.
    """

    def __init__(
        self,
        redis: "Redis",
        name: str,
        *,
        lease: float = 30.0,
        timeout: float = 5.0,
        order_window: float = 1.0,
        burst: Burst | float | None = None,
        max_events: int = 100_000,
        retention: float = 7 * DAY,
        parked_retention: float = 30 * DAY,
    ) -> None:
        _check_redis(redis)
        if not isinstance(name, str) or not name or "{" in name or "}" in name:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"name must be a str without braces that is not empty, not {name!r}")
        self._rules = InboxRules(
            order_window=order_window,
            burst=burst,
            max_events=max_events,
            retention=retention,
            parked_retention=parked_retention,
        )
        self._lease = _checked("lease", lease, _SHORTEST_LEASE)
        self._connection = InboxConnection(
            redis, f"dixa-async:inbox:{{{name}}}", _terms(self._rules), _checked("timeout", timeout, 0.001)
        )
        self._process = os.getpid()
        self._is_open = False
        self._out: dict[str, str] = {}
        """The conversations of the batches that this process has, by token."""
        self._turn = asyncio.Lock()
        """One task at a time asks for a batch: more would ask the same."""
        self._changed = asyncio.Event()
        self._heart: asyncio.Task[None] | None = None

    @override
    async def put(self, event: IncomingEvent) -> bool:
        self._check_open()
        keys = [self._connection.seen_key("event", event.event_id)]
        message = message_key(event)
        if message is not None:
            keys.append(self._connection.seen_key("message", message))
        added: int = await self._connection.run(
            PUT,
            _conversation(event),
            f"{order_of(event):018d}",
            event.event_id,
            encode_event(event),
            "" if message is None else _digest(message),
            int(event.received_at.timestamp() * MICRO),
            self._rules.max_events,
            round(self._rules.retention * 1000),
            keys=keys,
        )
        if added < 0:
            raise InboxFullError(f"the inbox holds {self._rules.max_events} events, the most that it may")
        self._changed.set()
        return added == 1

    @override
    async def take(self) -> Batch:
        self._check_open()
        async with self._turn:
            while True:
                self._check_open()
                self._changed.clear()
                found = await self._ask()
                if isinstance(found, Batch):
                    return found
                try:
                    async with asyncio.timeout(found):
                        await self._changed.wait()
                except TimeoutError:
                    pass

    @override
    async def done(self, batch: Batch) -> None:
        await self._report(batch, "done")

    @override
    async def retry(self, batch: Batch, delay: float, reason: str) -> None:
        await self._report(batch, "retry", delay, reason)

    @override
    async def release(self, batch: Batch) -> None:
        await self._report(batch, "release")

    @override
    async def park(self, batch: Batch, reason: str) -> None:
        await self._report(batch, "park", 0.0, reason)

    @override
    async def parked(self) -> Sequence[ParkedEvent]:
        self._check_open()
        return [
            ParkedEvent(
                event=decode_event(encoded),
                reason=text(reason),
                attempts=attempts,
                parked_at=datetime.fromtimestamp(float(parked_at) / MICRO, UTC),
            )
            for encoded, reason, attempts, parked_at in await self._connection.run(PARKED)
        ]

    @override
    async def rerun(self, event_id: str) -> None:
        self._check_open()
        if not await self._connection.run(RERUN, event_id):
            raise NotParkedError(f"no event {event_id!r} is parked")
        self._changed.set()

    @override
    async def stats(self) -> InboxStats:
        self._check_open()
        unfinished, taken, parked, oldest = await self._connection.run(STATS)
        return InboxStats(
            waiting=unfinished - taken,
            taken=taken,
            parked=parked,
            oldest_received_at=datetime.fromtimestamp(float(oldest) / MICRO, UTC) if oldest else None,
        )

    @override
    async def __aenter__(self) -> Self:
        if self._is_open:
            raise InboxClosedError("the inbox is open already, and can be entered once at a time")
        self._process = os.getpid()
        self._is_open = True
        self._heart = asyncio.create_task(self._renew_leases())
        return self

    @override
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        heart, self._heart = self._heart, None
        self._is_open = False
        if os.getpid() != self._process:
            return
        self._changed.set()
        if heart is not None:
            heart.cancel()
            await asyncio.wait([heart])
        await self._connection.finish_calls()
        self._out.clear()

    def _check_open(self) -> None:
        if not self._is_open:
            raise InboxClosedError("the inbox is not open: use it inside `async with`")
        if os.getpid() != self._process:
            raise InboxError("the inbox is that of the process that this one was forked from")

    async def _ask(self) -> Batch | float:
        """Ask for a batch.

        Returns:
            The batch, or the seconds after which to ask again.
        """
        token = secrets.token_hex(8)
        asking = self._connection.start(
            lambda: self._connection.run(TAKE, token, round(self._lease * MICRO)),
        )
        try:
            reply = await asyncio.shield(asking)
        except asyncio.CancelledError:
            # It runs on, and may take a batch that nobody wants any more.
            self._connection.start(lambda: self._give_back(asking, token))
            raise
        is_there, *rest = reply
        if not is_there:
            (wait,) = rest
            return _LOOK_EVERY if wait < 0 else min(_LOOK_EVERY, wait / MICRO)
        conversation, attempt, encoded = rest
        # What cannot be read is not kept: it is given again when its lease expires.
        events = tuple(decode_event(each) for each in encoded if each is not None)
        self._out[token] = text(conversation)
        batch = Batch(events=events, attempt=attempt, lease=token)
        if not events:  # somebody has deleted them
            await self._report(batch, "done")
            return 0.0
        return batch

    async def _give_back(self, asking: "asyncio.Task[Any]", token: str) -> None:
        is_there, *rest = await asking
        if is_there:
            await self._connection.run(REPORT, rest[0], token, "release", 0, "")
            self._changed.set()

    async def _report(self, batch: Batch, outcome: str, delay: float = 0.0, reason: str = "") -> None:
        self._check_open()
        conversation = self._out.get(batch.lease)
        if conversation is None:
            raise LeaseLostError("the batch is no longer out: it was reported on before, or its lease has expired")
        told = (outcome, round(delay * MICRO), storable(reason))

        async def report() -> bool:
            is_done = await self._connection.run(REPORT, conversation, batch.lease, *told)
            self._out.pop(batch.lease, None)
            self._changed.set()
            return bool(is_done)

        if not await asyncio.shield(self._connection.start(report)):
            raise LeaseLostError("the batch is no longer out: its lease has expired")

    async def _renew_leases(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            if not self._out:
                continue
            leases = [word for token, conversation in self._out.items() for word in (conversation, token)]
            try:
                lost = await self._connection.run(RENEW, round(self._lease * MICRO), *leases)
            except InboxError as error:
                logger.warning("leases cannot be renewed, and another process may take over: %s", error)
                continue
            for token in map(text, lost):
                if self._out.pop(token, None) is not None:
                    logger.warning("a lease has expired: another process may handle the batch, too")


def _conversation(event: IncomingEvent) -> str:
    """What the scripts know a conversation by: letters and digits, of which none begins another one and a colon."""
    if event.conversation_id is not None:
        return f"c{event.conversation_id}"
    return f"e{_digest(event.event_id)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _terms(rules: InboxRules) -> tuple[int, int, int, int, int]:
    burst = rules.burst
    return (
        round(rules.order_window * MICRO),
        -1 if burst is None else round(burst.quiet * MICRO),
        0 if burst is None else round(burst.max_wait * MICRO),
        1 if burst is None else burst.max_events,
        round(rules.parked_retention * MICRO),
    )


def _checked(name: str, value: Any, least: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= DAY:
        raise ConfigurationError(f"{name} must be a number of seconds from {least:g} to {DAY:g}, not {value!r}")
    return float(value)


def _check_redis(redis: object) -> None:
    try:
        from redis.asyncio import Redis
    except ImportError:
        raise ConfigurationError("RedisInbox needs redis-py: pip install 'dixa-async[redis]'") from None
    if not isinstance(redis, Redis):
        raise ConfigurationError(
            f"redis must be a redis.asyncio.Redis, such as Redis.from_url(…), not {type(redis).__name__}"
        )
