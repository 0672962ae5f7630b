"""Observes the requests of the calls of a job: how many were sent, and whether a write may have been applied."""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager

import attrs

from ..errors import UsageError
from ..transport.http import SEND_OBSERVER, CallState, Request, SendObserver

logger: logging.Logger = logging.getLogger("dixa_async.bulk")


@attrs.define(eq=False)
class _Write:
    """A request that must not be sent twice, with its retries."""

    call_state: CallState
    sent: int = 0

    @property
    def maybe_applied(self) -> bool:
        """Whether Dixa may have applied it. An attempt that was sent and has not ended may have been applied."""
        return self.call_state.maybe_applied or self.sent > len(self.call_state.attempts)


class CallObserver:
    """Observes the requests of one call of a job, in all tasks that the call starts.

    An outer observer, such as that of a job around this one, is notified of everything, too.

    Args:
        on_first_write: called once, just before the first request is sent that must not be sent twice. If it raises,
            the request is not sent.
    """

    def __init__(self, on_first_write: Callable[[], None]) -> None:
        self._on_first_write = on_first_write
        self._outer: SendObserver | None = SEND_OBSERVER.get()
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()
        self._in_flight = dict[int, asyncio.Event]()
        self._writes = dict[int, _Write]()
        self._is_closed = False
        self._has_failed = False
        self.was_blocked: bool = False
        """Whether `on_first_write` raised."""
        self.requests: int = 0
        self.wait: float = 0.0
        """Seconds from the start of the call until its first request was sent."""

    def begin(self, call_state: CallState) -> None:
        """Record that a call to Dixa has started."""
        if self._outer is not None:
            self._outer.begin(call_state)
        if self._is_closed and not self._has_failed:
            logger.warning(
                "%s %s: sent by a task that outlived the bulk call that started it, so the job does not see it: "
                "await the task in the call, or see bulk.current_call()",
                call_state.operation.method,
                call_state.operation.path,
            )
        self._in_flight[id(call_state)] = asyncio.Event()

    def sending(self, request: Request) -> None:
        """Record a request that is about to be sent. A retry is recorded again.

        Raises:
            UsageError: it is a write of a call that has failed. The call may be made again, and with it the write.
        """
        if self._has_failed and not request.operation.retry_safe:
            raise UsageError(
                "not sent: the bulk call that started this task has failed, and may be made again: await the task in "
                "the call, start tasks that outlive the call outside of it, or see bulk.current_call()"
            )
        if self._outer is not None:
            self._outer.sending(request)
        if self.requests == 0:
            self.wait = self.seconds
        self.requests += 1
        if request.operation.retry_safe:
            return
        if not self._writes and not self._is_closed:
            self.was_blocked = True
            self._on_first_write()
            self.was_blocked = False
        self._writes.setdefault(id(request.call_state), _Write(request.call_state)).sent += 1

    def end(self, call_state: CallState) -> None:
        """Record that a call to Dixa has ended."""
        if self._outer is not None:
            self._outer.end(call_state)
        self._in_flight.pop(id(call_state)).set()

    @contextmanager
    def observe(self) -> Generator[None]:
        """Observe the requests of the current task in the block."""
        token = SEND_OBSERVER.set(self)
        try:
            yield
        finally:
            SEND_OBSERVER.reset(token)

    @contextmanager
    def observe_other_task(self) -> Generator[None]:
        """Observe the requests of a task that the call has not started. The call does not end before the block does."""
        if self._is_closed:
            raise UsageError("the call is over: it must wait for the tasks that send requests for it")
        ended = asyncio.Event()
        self._in_flight[id(ended)] = ended
        try:
            with self.observe():
                yield
        finally:
            self._in_flight.pop(id(ended)).set()

    async def finish(self) -> None:
        """Wait for the requests that the call has started but not awaited, and for those that they lead to."""
        while self._in_flight:
            await next(iter(self._in_flight.values())).wait()

    def close(self, *, has_failed: bool) -> None:
        """Record that the call is over.

        Args:
            has_failed: whether it failed or was cancelled. If so, no more writes are sent for it.
        """
        self._is_closed = True
        self._has_failed = has_failed

    @property
    def seconds(self) -> float:
        """Seconds since the start of the call."""
        return self._clock() - self._started

    @property
    def has_sent_writes(self) -> bool:
        """Whether a request was sent that must not be sent twice."""
        return bool(self._writes)

    @property
    def maybe_applied(self) -> bool:
        """Whether Dixa may have applied a write that must not be applied twice."""
        return any(write.maybe_applied for write in self._writes.values())


class CurrentCall:
    """A running call of a job, as returned by `current_call`. Pass it to the task that sends requests for the call."""

    def __init__(self, observer: CallObserver) -> None:
        self._observer = observer

    @contextmanager
    def track_requests(self) -> Generator[None]:
        """Count the requests that are sent in the block as those of the call, whichever task sends them.

        The journal has them before they are sent, and the call does not end before the block does.

        Raises:
            UsageError: the call is over.
        """
        with self._observer.observe_other_task():
            yield


def current_call() -> CurrentCall:
    """The call of a bulk job that runs in the current task.

    A job sees the requests of its call, and those of the tasks that the call starts. It does not see those of other
    tasks, such as a worker that reads them from a queue, unless the worker says for which call it sends them. Nor does
    it see those of a task that outlives its call: a warning is logged, and if the call has failed, its writes are not
    sent (`UsageError`)::

        async def add(text: str) -> str:
            added = asyncio.get_running_loop().create_future()
            queue.put_nowait((bulk.current_call(), text, added))
            return await added

        async def worker() -> None:
            while True:
                call, text, added = await queue.get()
                with call.track_requests():
                    added.set_result((await dixa.internal_notes.add(conversation_id, text)).id)

    Returns:
        The call.

    Raises:
        UsageError: the current task does not run a call of a job.
    """
    observer = SEND_OBSERVER.get()
    if not isinstance(observer, CallObserver):
        raise UsageError("current_call() must be called in a call of a bulk job")
    return CurrentCall(observer)
