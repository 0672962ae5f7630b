"""Workers that take the batches of an inbox, and have them handled."""

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import attrs

from .._error_text import describe_error, place_of, stack_of
from ..errors import ConfigurationError, UsageError
from .inbox.errors import InboxClosedError, InboxError, LeaseLostError
from .inbox.protocol import Batch, Inbox
from .inbox.rules import check_count, check_seconds

logger: logging.Logger = logging.getLogger("dixa_async.webhooks")

Handle: TypeAlias = Callable[[Batch], Awaitable[object]]
"""Handles a batch. If it raises, the batch was not handled."""
RetryRule: TypeAlias = Callable[[int, Exception], float | None]
"""Returns the seconds until a batch is retried; None parks it. It gets the attempt, 1 at first, and the error. If it
raises, or returns anything else, the batch is parked."""

_LONGEST_REASON: Final = 1000
"""Characters of the description of an error that are kept."""
_LAST_GRACE: Final = 5.0
"""Seconds that handlers have to end after they were cancelled."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
"""Seconds before an inbox that raised an error is used again. They double."""


@attrs.frozen(kw_only=True)
class Backoff:
    """Seconds between the attempts of a batch: they double.

    Raises:
        ConfigurationError: a setting is not a number of seconds.
    """

    first_delay: float = attrs.field(default=1.0, validator=check_seconds)
    """Seconds until the second attempt."""
    max_delay: float = attrs.field(default=60.0, validator=check_seconds)
    """The most seconds between two attempts. The conversation waits this long."""

    def __call__(self, attempt: int, error: Exception) -> float:
        """See `RetryRule`. The delays are shortened at random, by up to a half, so that not all come at once."""
        delay = min(self.max_delay, self.first_delay * 2.0 ** min(attempt - 1, 60))
        return delay * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


class _NotAnExceptionError(Exception):
    """A handler raised what is a `BaseException` only."""


class GaveUpError(Exception):
    """A batch was taken as often as is allowed, and its process ended each time before it reported."""


class Dispatcher:
    """Takes the batches of an inbox, and has them handled: those of a conversation one after the other.

    A handler that raises is retried, and parked in the end. On leaving the block, no more is taken; what is being
    handled has `grace` seconds to end. What does not end is cancelled and stays in the inbox, as does what waits. A
    handler that does not end then either, within 5 seconds, is left behind.

    ::

        async with SqliteInbox("bot.inbox") as inbox, Dispatcher(inbox, handle) as dispatcher:
            await stop.wait()

    Args:
        inbox: the inbox. It must be open, and is not closed.
        handle: called with each batch.
        concurrency: how many batches, and so conversations, are handled at a time.
        max_attempts: how often a batch is handled at most, also if its process ends each time. It is then parked.
        retry: a `Backoff`, or a function that says when to retry, and can park a hopeless batch earlier.
        grace: seconds that handlers have to end when the block is left.

    Raises:
        ConfigurationError: a setting has the wrong type or is out of range.
    """

    def __init__(
        self,
        inbox: Inbox,
        handle: Handle,
        *,
        concurrency: int = 16,
        max_attempts: int = 10,
        retry: RetryRule = Backoff(),
        grace: float = 30.0,
    ) -> None:
        self._settings = _Settings(concurrency=concurrency, max_attempts=max_attempts, grace=grace)
        self._inbox = inbox
        self._handle = handle
        self._retry = retry
        self._workers: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.Task[Any]] = set()
        """Workers that wait for a batch: they can be cancelled at any moment."""
        self._is_stopping = False

    async def __aenter__(self) -> Self:
        if self._workers:
            raise UsageError("the dispatcher runs already, and can be entered once at a time")
        self._is_stopping = False
        self._workers = {asyncio.create_task(self._work()) for _ in range(self._settings.concurrency)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_stopping = True
        for worker in self._idle:
            worker.cancel()
        try:
            await asyncio.wait(self._workers, timeout=self._settings.grace)
        finally:
            # If the task that leaves is itself cancelled, there is no more time.
            for worker in self._workers:
                worker.cancel()
            workers, self._workers = self._workers, set()
            _, left = await asyncio.wait(workers, timeout=_LAST_GRACE)
            if left:
                logger.error(
                    "%d handler%s not ended although %s cancelled, and %s left behind: another one may handle the same"
                    " events, too",
                    len(left),
                    *((" has", "it was", "is") if len(left) == 1 else ("s have", "they were", "are")),
                )

    @property
    def is_running(self) -> bool:
        """Whether it takes batches. It stops when the block is left, or when the inbox is closed."""
        return not self._is_stopping and any(not worker.done() for worker in self._workers)

    async def _work(self) -> None:
        while not self._is_stopping and not _is_being_cancelled():
            try:
                batch = await self._take()
            except InboxClosedError:
                return
            await self._process(batch)

    async def _take(self) -> Batch:
        """Wait for a batch."""
        worker = asyncio.current_task()
        assert worker is not None  # noqa: S101 - for the type checker: this is a coroutine
        pause = _FIRST_PAUSE
        self._idle.add(worker)
        try:
            while True:
                try:
                    return await self._inbox.take()
                except InboxClosedError:
                    raise
                except InboxError as error:
                    logger.warning("no batch can be taken, which is retried in %.1f s: %s", pause, error)
                except Exception as error:  # a worker that ended would not be missed before the inbox is full
                    logger.error(  # noqa: TRY400 - what the error says can be personal
                        "no batch can be taken, which is retried in %.1f s: %s", pause, stack_of(error)
                    )
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            self._idle.discard(worker)

    async def _process(self, batch: Batch) -> None:
        if batch.attempt > self._settings.max_attempts:
            await self._park(batch, GaveUpError(f"taken {batch.attempt - 1} times, and its process ended each time"))
            return
        try:
            await self._handle(batch)
        except asyncio.CancelledError as error:
            if _is_being_cancelled():
                await self._report(batch, self._inbox.release)
                raise
            await self._fail(batch, RuntimeError(f"the handler was cancelled from within: {error}"))
        except (SystemExit, KeyboardInterrupt, GeneratorExit):
            raise
        except Exception as error:
            await self._fail(batch, error)
        except BaseException as error:
            await self._fail(batch, _NotAnExceptionError(describe_error(error)).with_traceback(error.__traceback__))
        else:
            await self._report(batch, self._inbox.done)

    async def _fail(self, batch: Batch, error: Exception) -> None:
        delay = None
        if batch.attempt < self._settings.max_attempts:
            try:
                delay = _checked_delay(self._retry(batch.attempt, error))
            except Exception as rule_error:
                error = rule_error
        if delay is None:
            await self._park(batch, error)
            return
        logger.warning(
            "%s failed in attempt %d, and is retried in %.1f s: %s",
            _named(batch),
            batch.attempt,
            delay,
            place_of(error),
        )
        logger.debug("the stack of the error: %s", stack_of(error))
        reason = describe_error(error)[:_LONGEST_REASON]
        await self._report(batch, lambda each: self._inbox.retry(each, delay, reason))

    async def _park(self, batch: Batch, error: Exception) -> None:
        logger.error("%s is parked after %d attempts: %s", _named(batch), batch.attempt, place_of(error))
        logger.debug("the stack of the error: %s", stack_of(error))
        reason = describe_error(error)[:_LONGEST_REASON]
        await self._report(batch, lambda each: self._inbox.park(each, reason))

    async def _report(self, batch: Batch, report: Callable[[Batch], Awaitable[None]]) -> None:
        """Report on a batch, for as long as it takes: until then, its conversation waits."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await report(batch)
            except LeaseLostError as error:
                logger.warning("%s: %s", _named(batch), error)
                return
            except InboxClosedError:
                logger.warning("%s is given again when the inbox is opened: it was closed meanwhile", _named(batch))
                return
            except InboxError as error:
                logger.warning("the inbox cannot be written, which is retried in %.1f s: %s", pause, error)
            except Exception as error:
                logger.error(  # noqa: TRY400 - as above
                    "the inbox cannot be written, which is retried in %.1f s: %s", pause, stack_of(error)
                )
            else:
                return
            if self._is_stopping and _is_being_cancelled():
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


@attrs.frozen(kw_only=True)
class _Settings:
    concurrency: int = attrs.field(validator=check_count)
    max_attempts: int = attrs.field(validator=check_count)
    grace: float = attrs.field(validator=check_seconds)


def _checked_delay(delay: Any) -> float | None:
    if delay is None:
        return None
    if not isinstance(delay, int | float) or isinstance(delay, bool) or not 0 <= delay < math.inf:
        raise ConfigurationError(
            f"the retry rule must return seconds, 0 or more, or None, not a {type(delay).__name__}"
        )
    return float(delay)


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _named(batch: Batch) -> str:
    """A batch in a log: by IDs, which are not personal."""
    return f"batch of event {batch.events[0].event_id!r}" + (
        f" and {len(batch.events) - 1} more" if len(batch.events) > 1 else ""
    )
