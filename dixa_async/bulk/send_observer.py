"""What the calls of a job send while they run: what has left, how often, and whether it may have been applied."""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager

import attrs

from ..errors import UsageError
from ..transport.http import SEND_OBSERVER, CallState, Request, SendObserver

logger = logging.getLogger("dixa_async.bulk")


@attrs.define(eq=False)
class _Write:
    """A request that must not be sent twice, with its retries."""

    call_state: CallState
    sent: int = 0

    @property
    def maybe_applied(self) -> bool:
        """Whether Dixa may have acted on it. An attempt that left and has no end yet may have been applied."""
        return self.call_state.maybe_applied or self.sent > len(self.call_state.attempts)


class CallObserver:
    """Observes the requests of one call of a job, in all tasks that the call starts.

    An observer that was there before, such as that of a job around this one, is told of everything, too.

    Args:
        on_first_write: called once, in the moment before a request leaves that must not be sent twice. If it fails,
            the request does not leave.
    """

    def __init__(self, on_first_write: Callable[[], None]) -> None:
        self._on_first_write = on_first_write
        self._outer: SendObserver | None = SEND_OBSERVER.get()
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()
        self._under_way = dict[int, asyncio.Event]()
        self._writes = dict[int, _Write]()
        self._is_over = False
        self._has_failed = False
        self.was_held_back = False
        """Whether `on_first_write` failed."""
        self.requests = 0
        self.wait = 0.0
        """Seconds from the start of the call until its first request left."""

    def begin(self, call_state: CallState) -> None:
        """Note that a call to Dixa has begun."""
        if self._outer is not None:
            self._outer.begin(call_state)
        if self._is_over and not self._has_failed:
            logger.warning(
                "%s %s: sent by a task that outlived the bulk call that started it, so the job does not see it: "
                "let the call wait for it, or see bulk.current_call()",
                call_state.operation.method,
                call_state.operation.path,
            )
        self._under_way[id(call_state)] = asyncio.Event()

    def sending(self, request: Request) -> None:
        """Note a request that is about to leave. One that is retried comes here again.

        Raises:
            UsageError: it is a write of a call that has failed. The call may be made again, and the write with it.
        """
        if self._has_failed and not request.operation.retry_safe:
            raise UsageError(
                "not sent: the bulk call that started this task has failed before, and may be made again: let the call "
                "wait for its tasks, start those that last longer outside of it, or see bulk.current_call()"
            )
        if self._outer is not None:
            self._outer.sending(request)
        if self.requests == 0:
            self.wait = self.seconds
        self.requests += 1
        if request.operation.retry_safe:
            return
        if not self._writes and not self._is_over:
            self.was_held_back = True
            self._on_first_write()
            self.was_held_back = False
        self._writes.setdefault(id(request.call_state), _Write(request.call_state)).sent += 1

    def end(self, call_state: CallState) -> None:
        """Note that a call to Dixa is over."""
        if self._outer is not None:
            self._outer.end(call_state)
        self._under_way.pop(id(call_state)).set()

    @contextmanager
    def observe(self) -> Generator[None]:
        """Observe what the current task sends in the block."""
        token = SEND_OBSERVER.set(self)
        try:
            yield
        finally:
            SEND_OBSERVER.reset(token)

    @contextmanager
    def observe_elsewhere(self) -> Generator[None]:
        """Observe what a task sends in the block that the call has not started. The call is not over before it is."""
        if self._is_over:
            raise UsageError("the call is over: it must wait until what other tasks send for it is sent")
        ended = asyncio.Event()
        self._under_way[id(ended)] = ended
        try:
            with self.observe():
                yield
        finally:
            self._under_way.pop(id(ended)).set()

    async def finish(self) -> None:
        """Wait for what the call has begun and not awaited, and for what that begins in turn."""
        while self._under_way:
            await next(iter(self._under_way.values())).wait()

    def close(self, *, has_failed: bool) -> None:
        """Note that the call is over.

        Args:
            has_failed: whether it failed or was cancelled. Then no write leaves for it any more.
        """
        self._is_over = True
        self._has_failed = has_failed

    @property
    def seconds(self) -> float:
        """Seconds since the start of the call."""
        return self._clock() - self._started

    @property
    def has_sent_writes(self) -> bool:
        """Whether a request has left that must not be sent twice."""
        return bool(self._writes)

    @property
    def maybe_applied(self) -> bool:
        """Whether Dixa may have done something that must not be done again."""
        return any(write.maybe_applied for write in self._writes.values())


class CurrentCall:
    """The call of a job that runs, as `current_call` gives it. Hand it to the task that sends requests for the call."""

    def __init__(self, observer: CallObserver) -> None:
        self._observer = observer

    @contextmanager
    def track_requests(self) -> Generator[None]:
        """Make the requests that are sent in the block those of the call, whichever task sends them.

        The journal has them before they leave, and the call is not over before the block is.

        Raises:
            UsageError: the call is over.
        """
        with self._observer.observe_elsewhere():
            yield


def current_call() -> CurrentCall:
    """The call of a bulk job that the current task works for.

    A job sees the requests of its call, and those of the tasks that the call starts. It does not see those of other
    tasks, such as a worker that takes them from a queue, unless the worker says for which call it sends them. And it
    does not see those of a task that outlives its call: a warning in the log says so, and if the call has failed, no
    write leaves for it any more (`UsageError`)::

        async def add(text: str) -> str:
            done = asyncio.get_running_loop().create_future()
            queue.put_nowait((bulk.current_call(), text, done))
            return await done

        async def worker() -> None:
            while True:
                call, text, done = await queue.get()
                with call.track_requests():
                    done.set_result((await dixa.internal_notes.add(conversation_id, text)).id)

    Returns:
        The call.

    Raises:
        UsageError: the current task does not work for a call of a job.
    """
    observer = SEND_OBSERVER.get()
    if not isinstance(observer, CallObserver):
        raise UsageError("no bulk job has called this function")
    return CurrentCall(observer)
