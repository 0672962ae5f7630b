"""The loop of a job: read inputs while there is room, run their calls, pass the outcomes on."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Generic

from ..errors import UsageError
from .adaptive_concurrency import AdaptiveConcurrency
from .causes import cannot_continue, is_denied
from .circuit_breaker import CircuitBreaker
from .denials import Denial, Denials
from .outcomes import (
    BulkError,
    CannotContinueError,
    Ending,
    Failed,
    Input,
    InputError,
    Outcome,
    Result,
    TooManyFailuresError,
    described_error,
)
from .progress import Counts
from .reader import Reader
from .send_observer import CallObserver
from .settings import Batch, BatchCall, Inputs, JobSettings
from .state import State
from .worker import Worker

logger = logging.getLogger("dixa_async.bulk")


class Engine(Generic[Input, Result]):
    """Runs the calls of a job. A call is a task of its own, which no cancelled step of the consumer touches.

    Args:
        call: makes the call for a batch.
        inputs: the inputs.
        settings: those of the job.
    """

    def __init__(
        self, call: BatchCall[Input, Result], inputs: Inputs[Input], settings: JobSettings[Input, Result]
    ) -> None:
        self.counts = Counts()
        self._settings = settings
        self._breaker = CircuitBreaker(settings.outage_timeout)
        self._worker = Worker(call, settings, self._breaker, self._called, self._fail)
        self._reader = Reader(inputs, settings.key, settings.chunk_size, self._wake)
        self._concurrency = AdaptiveConcurrency(most=settings.max_concurrency)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = set[asyncio.Task[None]]()
        self._started = 0
        self._taken = deque[Outcome[Input, Result]]()
        # What has ended and was not taken: in the order in which it is given, and what waits for an earlier batch.
        self._ended = deque[deque[Outcome[Input, Result]]]()
        self._held = dict[int, list[Ending[Input, Result]]]()
        self._next_number = 0
        self._denials = Denials[Input, Result]()
        self._news = asyncio.Event()
        self.is_stopped = False
        """Whether it was told to begin nothing new."""
        self._is_left = False
        self._problem: BaseException | None = None
        self._finishing: asyncio.Task[None] | None = None
        self._run: str | None = None
        """The name of the run in the journal."""
        self._closing: asyncio.Task[None] | None = None

    async def next(self) -> Outcome[Input, Result]:
        """The next outcome. A step that is cancelled loses none, and cancels no call.

        Raises:
            StopAsyncIteration: there are no more.
            BulkError: there are no more, and the job has not done all of its inputs.
        """
        self._begin()
        while not self._taken:
            self._news.clear()
            while self._may_start() and (batch := self._read()):
                self._start(batch)
            if not self._running:
                self._give_denied(self._denials.pop_all())
            if self._ended:
                self._taken = self._ended.popleft()
            elif self._running or (self._reader.is_reading and not self._is_over()):
                await self._news.wait()
            else:
                break
        if self._taken:
            return self._taken.popleft()
        await self._finish()
        raise self._end()

    def _begin(self) -> None:
        if self._loop is None:
            if self._settings.journal is not None:
                self._run = self._settings.journal.begin_run()
            self._loop = asyncio.get_running_loop()
            self.counts.started_at = time.monotonic()

    def _end(self) -> BaseException:
        """What the consumer gets after the last outcome: once what went wrong, and then the end."""
        problem, self._problem = self._problem, None
        if self._is_left:
            return StopAsyncIteration()
        self._is_left = True
        if problem is None and self._has_too_many_failures():
            problem = TooManyFailuresError(self.counts.failed + self.counts.indeterminate)
        return problem or StopAsyncIteration()

    def stop(self) -> None:
        """Begin nothing new, and end when what runs has ended."""
        self.is_stopped = True
        self._breaker.shut()
        self._wake()

    async def close(self) -> None:
        """Cancel what runs, and wait until it has ended.

        Raises:
            UsageError: one of the calls asks for it, and would wait for itself.
        """
        if asyncio.current_task() in self._running:
            raise UsageError("a call cannot close its own job: job.stop() ends it when the call has ended")
        self._is_left = True
        self._breaker.shut()
        self._wake()
        tasks = [*self._running]
        for task in tasks:
            task.cancel()
        try:
            # Cancelled once more, it cancels them once more.
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            await self._finish()

    def abandon(self) -> None:
        """Close the job, which nobody holds any more. The journal is free for another one when nothing runs."""
        if self._loop is None or self._finishing is not None:
            return
        if self._loop.is_closed() or not self._running:
            self._end_run()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close_soon)

    def _close_soon(self) -> None:
        self._closing = asyncio.create_task(self.close())

    def _read(self) -> Batch[Input] | None:
        try:
            return self._reader.next()
        except (Exception, asyncio.CancelledError) as error:  # whatever the inputs raise, it is raised at the end
            self._set_problem(_input_error(error))
            return None
        except BaseException as error:
            self._set_problem(error)
            raise

    def _may_start(self) -> bool:
        under_way = len(self._running) + len(self._ended)
        # What waits for an earlier batch is no reason to send less, but it must not become more and more.
        has_room = under_way < self._concurrency.limit and under_way + len(self._held) < self._settings.max_concurrency
        return has_room and not self._is_over()

    def _is_over(self) -> bool:
        return self.is_stopped or self._is_left or self._problem is not None or self._has_too_many_failures()

    def _has_too_many_failures(self) -> bool:
        max_failures = self._settings.max_failures
        return max_failures is not None and self.counts.failed + self.counts.indeterminate >= max_failures

    def _start(self, batch: Batch[Input]) -> None:
        self.counts.started += len(batch)
        task = asyncio.create_task(self._work(self._started, batch))
        self._started += 1
        self._running.add(task)
        task.add_done_callback(self._ended_task)

    def _ended_task(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            if not self._is_left:
                self._fail(BulkError("something else than the job cancelled its tasks: run the job again"))
        elif (error := task.exception()) is not None:
            self._fail(error)
        self._wake()

    def _wake(self) -> None:
        self._news.set()

    def _called(self, observer: CallObserver) -> None:
        self.counts.requests += observer.requests
        self._concurrency.finished(wait=observer.wait, seconds=observer.seconds, running=len(self._running))

    def _fail(self, error: BaseException) -> None:
        self._set_problem(error)
        self._breaker.shut()  # what waits for its call has not begun

    def _set_problem(self, error: BaseException) -> None:
        if self._problem is None:
            self._problem = error

    async def _work(self, number: int, batch: Batch[Input]) -> None:
        endings: list[Ending[Input, Result]] = []
        try:
            endings = await self._worker.work(batch)
        finally:
            # A batch that has come to nothing must not keep back those that come after it.
            self._conclude(number, endings)
        if self._settings.progress is not None:
            _report(self._settings.progress.update, self.counts)

    def _conclude(self, number: int, endings: list[Ending[Input, Result]]) -> None:
        denied = [ending for ending in endings if isinstance(ending, Failed) and is_denied(ending)]
        if not denied:
            if any(_was_called(ending) for ending in endings):
                self._give_denied(self._denials.pop_before(number))
            self._give(number, endings)
            return
        self._denials.add(number, endings, started=self._started)
        max_denied = self._settings.max_denied
        if max_denied is None:
            self._give_denied(self._denials.pop_before(self._started))
        elif self._denials.in_a_row == max_denied:
            self._fail(cannot_continue(denied[0].error))

    def _give_denied(self, denials: list[Denial[Input, Result]]) -> None:
        for denial in denials:
            endings = denial.endings
            if isinstance(self._problem, CannotContinueError):
                endings = [ending for ending in endings if not is_denied(ending)]  # the journal has those as they were
            self._worker.record([ending for ending in endings if isinstance(ending, Failed) and is_denied(ending)])
            self._give(denial.number, endings)

    def _give(self, number: int, endings: list[Ending[Input, Result]]) -> None:
        """Count the endings of a batch, and pass its outcomes on."""
        for ending in endings:
            self.counts.add(ending)
        if self._has_too_many_failures():
            self._breaker.shut()
        if self._settings.order == "completion":
            self._pass_on(endings)
            return
        self._held[number] = endings
        while self._next_number in self._held:
            self._pass_on(self._held.pop(self._next_number))
            self._next_number += 1

    def _pass_on(self, endings: list[Ending[Input, Result]]) -> None:
        self._ended.append(deque(ending for ending in endings if not isinstance(ending, State)))

    async def _finish(self) -> None:
        if self._finishing is None:
            self._finishing = asyncio.create_task(self._close_inputs())
        await asyncio.shield(self._finishing)

    async def _close_inputs(self) -> None:
        try:
            await self._reader.aclose()
        except (Exception, asyncio.CancelledError) as error:
            self._set_problem(_input_error(error))
        self._end_run()
        if self._settings.progress is not None:
            _report(self._settings.progress.close, self.counts)
        if self.counts.previously_failed:
            logger.warning(
                "%d inputs failed in an earlier run and were skipped: pass retry_failed=True to try them again",
                self.counts.previously_failed,
            )

    def _end_run(self) -> None:
        if self._run is not None and self._settings.journal is not None:
            self._settings.journal.end_run(self._run)


def _input_error(error: BaseException) -> InputError:
    problem = InputError(f"the inputs failed: {described_error(error)}")
    problem.__cause__ = error
    return problem


def _was_called(ending: Ending[Input, Result]) -> bool:
    """Whether there was a call for an input: one that has no key, was skipped or was reconciled took no time."""
    return not isinstance(ending, State) and (ending.attempts > 0 or ending.seconds > 0)


def _report(progress: Callable[[Counts], None], counts: Counts) -> None:
    try:
        progress(counts)
    except (Exception, asyncio.CancelledError):
        # A fault in what watches a job must not end the job.
        logger.exception("the progress of a bulk job cannot be reported")
