"""How the inbox in Redis talks to it: scripts that a cancellation does not interrupt, and how events are encoded."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ..._json import dumps, loads
from ...transport.limiter.redis.scripts import Script
from .errors import InboxError
from .protocol import IncomingEvent
from .redis_scripts import NAMES

if TYPE_CHECKING:
    from redis.asyncio import Redis

_MOST_CONNECTIONS: Final = 16
"""More deliveries than the pool of the client has connections must wait, and not fail."""


class InboxConnection:
    """Runs the scripts of one inbox.

    Args:
        redis: the client.
        prefix: what all keys begin with. It has a hash tag.
        terms: the arguments that every script gets.
        timeout: seconds for a script.
    """

    def __init__(self, redis: "Redis", prefix: str, terms: Sequence[int], timeout: float) -> None:
        self._redis: Any = redis  # redis-py's types leave open what a script returns
        self._prefix = prefix
        self._keys = [f"{prefix}:{name}" for name in NAMES]
        self._terms = tuple(terms)
        self._timeout = timeout
        self._free = asyncio.Semaphore(_MOST_CONNECTIONS)
        self._calls: set[asyncio.Future[Any]] = set()

    def seen_key(self, kind: str, text: str) -> str:
        """The name of the key of a unique key."""
        return f"{self._prefix}:{kind}:{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"

    async def run(self, script: Script, *arguments: str | bytes | int, keys: Sequence[str] = ()) -> Any:
        """Run a script. It runs to its end if the task that waits for it is cancelled.

        Args:
            script: the script.
            arguments: what it gets, besides what all get.
            keys: keys that it uses, besides those that all use.

        Returns:
            What it returns.

        Raises:
            InboxError: Redis did not respond, or with an error. Whether the script ran is not known.
        """
        return await asyncio.shield(self.start(lambda: self._run(script, arguments, keys)))

    def start(self, call: Callable[[], Awaitable[Any]]) -> "asyncio.Task[Any]":
        """Start something that `finish_calls` waits for."""
        task = asyncio.ensure_future(_awaited(call))
        self._calls.add(task)
        task.add_done_callback(self._forget)
        return task

    async def finish_calls(self) -> None:
        """Wait until nothing runs any more."""
        while self._calls:
            await asyncio.wait(self._calls)

    def _forget(self, task: asyncio.Future[Any]) -> None:
        self._calls.discard(task)
        if not task.cancelled():
            task.exception()  # nobody else may ask for it

    async def _run(self, script: Script, arguments: Sequence[str | bytes | int], more: Sequence[str]) -> Any:
        from redis.exceptions import NoScriptError, RedisError

        told = (len(self._keys) + len(more), *self._keys, *more, *self._terms, *arguments)
        try:
            async with self._free, asyncio.timeout(self._timeout):
                try:
                    return await self._redis.evalsha(script.sha, *told)
                except NoScriptError:  # Redis is new, or has forgotten its scripts
                    return await self._redis.eval(script.text, *told)
        except (RedisError, OSError) as error:  # a TimeoutError is an OSError
            raise InboxError(f"Redis did not do it: {type(error).__name__}: {error}".rstrip(": ")) from error


async def _awaited(call: Callable[[], Awaitable[Any]]) -> Any:
    return await call()


def encode_event(event: IncomingEvent) -> bytes:
    """What Redis keeps of an event."""
    return dumps(
        {
            "event_id": event.event_id,
            "event_type": event.event_type,
            "message_id": event.message_id,
            "conversation_id": event.conversation_id,
            "occurred_at": None if event.occurred_at is None else event.occurred_at.isoformat(),
            "received_at": event.received_at.isoformat(),
            "body": base64.b64encode(event.body).decode(),
        }
    )


def decode_event(encoded: bytes | str) -> IncomingEvent:
    """The event that `encode_event` was given.

    Raises:
        InboxError: it was not made by `encode_event`, or by that of another version of this package.
    """
    try:
        return _decoded(encoded)
    except (ValueError, TypeError, LookupError):  # what is in it is personal
        raise InboxError("an event in Redis cannot be read: another version of this package has written it") from None


def _decoded(encoded: bytes | str) -> IncomingEvent:
    fields: Any = loads(encoded.encode() if isinstance(encoded, str) else encoded)
    occurred_at = fields["occurred_at"]
    return IncomingEvent(
        event_id=fields["event_id"],
        event_type=fields["event_type"],
        message_id=fields["message_id"],
        conversation_id=fields["conversation_id"],
        occurred_at=None if occurred_at is None else datetime.fromisoformat(occurred_at),
        received_at=datetime.fromisoformat(fields["received_at"]),
        body=base64.b64decode(fields["body"]),
    )


def text(reply: bytes | str) -> str:
    """A text of Redis, whether or not the client decodes it."""
    return reply.decode() if isinstance(reply, bytes) else reply
