"""The loop of a job: reads inputs as long as more calls may run, starts their calls, and delivers the outcomes."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Generic

from .._error_text import describe_error
from ..errors import UsageError
from .adaptive_concurrency import AdaptiveConcurrency
from .causes import cannot_continue, is_denied
from .circuit_breaker import CircuitBreaker
from .denials import Denial, Denials
from .outcome_queue import OutcomeQueue
from .outcomes import (
    BulkError,
    CannotContinueError,
    Failed,
    Input,
    InputError,
    Outcome,
    OutcomeOrState,
    Result,
    TooManyFailuresError,
)
from .progress import Counts
from .reader import Reader
from .send_observer import CallObserver
from .sender import Sender
from .settings import Batch, BatchCall, Inputs, JobSettings
from .state import State
from .worker import Worker

logger: logging.Logger = logging.getLogger("dixa_async.bulk")


class Engine(Generic[Input, Result]):
    """Runs the calls of a job. Each runs in its own task, so cancelling a step of the consumer does not cancel it.

    Args:
        call: makes the call for a batch.
        inputs: the inputs.
        settings: the settings of the job.
    """

    def __init__(
        self, call: BatchCall[Input, Result], inputs: Inputs[Input], settings: JobSettings[Input, Result]
    ) -> None:
        self.counts: Counts = Counts()
        self._settings = settings
        self._breaker = CircuitBreaker(settings.outage_timeout)
        sender = Sender(call, settings, self._breaker, self._on_call_end, self._abort)
        self._worker = Worker(settings, self._breaker, sender, self._abort)
        self._reader = Reader(inputs, settings.key, settings.chunk_size, self._wake)
        self._concurrency = AdaptiveConcurrency(maximum=settings.max_concurrency)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = set[asyncio.Task[None]]()
        self._started_batches = 0
        self._outcomes = OutcomeQueue[Input, Result](settings.order)
        self._denials = Denials[Input, Result]()
        self._changed = asyncio.Event()
        self.is_stopped: bool = False
        """Whether `stop` was called."""
        self._is_closed = False
        self._error: BaseException | None = None
        """Raised after the last outcome."""
        self._finishing: asyncio.Task[None] | None = None
        self._run: str | None = None
        """The ID of the run in the journal."""
        self._closing: asyncio.Task[None] | None = None

    async def next(self) -> Outcome[Input, Result]:
        """The next outcome. Cancelling a step loses no outcome, and cancels no call.

        Raises:
            StopAsyncIteration: after the last outcome.
            BulkError: after the last outcome, the job has not processed all of its inputs.
        """
        self._start_run()
        while (outcome := self._outcomes.pop()) is None:
            self._changed.clear()
            while self._may_start() and (batch := self._read()):
                self._start_batch(batch)
            if not self._running:
                self._deliver_denied(self._denials.pop_all())
            if self._outcomes.next_batch():
                continue
            if not self._running and (not self._reader.is_reading or self._is_over()):
                await self._finish()
                raise self._final_error()
            await self._changed.wait()
        return outcome

    def _start_run(self) -> None:
        if self._loop is None:
            if self._settings.journal is not None:
                self._run = self._settings.journal.begin_run()
            self._loop = asyncio.get_running_loop()
            self.counts.started_at = time.monotonic()

    def _final_error(self) -> BaseException:
        """What is raised after the last outcome: the error of the job, once, and then the end of the iteration."""
        error, self._error = self._error, None
        if self._is_closed:
            return StopAsyncIteration()
        self._is_closed = True
        if error is None and self._has_too_many_failures():
            error = TooManyFailuresError(self.counts.failed + self.counts.indeterminate)
        return error or StopAsyncIteration()

    def stop(self) -> None:
        """Start no more calls, and end when those that run have ended."""
        self.is_stopped = True
        self._breaker.shut_down()
        self._wake()

    async def close(self) -> None:
        """Cancel the calls that run, and wait until they have ended.

        Raises:
            UsageError: one of these calls closes the job, and would wait for itself.
        """
        if asyncio.current_task() in self._running:
            raise UsageError("a call cannot close its own job: job.stop() ends it when the call has ended")
        self._is_closed = True
        self._breaker.shut_down()
        self._wake()
        tasks = [*self._running]
        for task in tasks:
            task.cancel()
        try:
            # If this is cancelled, it cancels them once more.
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            await self._finish()

    def abandon(self) -> None:
        """Close a job that is no longer referenced. Its journal is free for another job when no call runs."""
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
        except (Exception, asyncio.CancelledError) as error:  # any error of the inputs is raised at the end
            self._set_error(_input_error(error))
            return None
        except BaseException as error:
            self._set_error(error)
            raise

    def _may_start(self) -> bool:
        pending = len(self._running) + self._outcomes.ready_batches
        # Batches that wait for an earlier one do not slow down the job, but their number must be bounded.
        may_hold = pending + self._outcomes.waiting_batches < self._settings.max_concurrency
        return pending < self._concurrency.limit and may_hold and not self._is_over()

    def _is_over(self) -> bool:
        return self.is_stopped or self._is_closed or self._error is not None or self._has_too_many_failures()

    def _has_too_many_failures(self) -> bool:
        max_failures = self._settings.max_failures
        return max_failures is not None and self.counts.failed + self.counts.indeterminate >= max_failures

    def _start_batch(self, batch: Batch[Input]) -> None:
        self.counts.started += len(batch)
        task = asyncio.create_task(self._process(self._started_batches, batch))
        self._started_batches += 1
        self._running.add(task)
        task.add_done_callback(self._on_task_done)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            if not self._is_closed:
                self._abort(BulkError("the tasks of the job were cancelled from outside: run the job again"))
        elif (error := task.exception()) is not None:
            self._abort(error)
        self._wake()

    def _wake(self) -> None:
        self._changed.set()

    def _on_call_end(self, observer: CallObserver) -> None:
        self.counts.requests += observer.requests
        self._concurrency.finished(wait=observer.wait, seconds=observer.seconds, running=len(self._running))

    def _abort(self, error: BaseException) -> None:
        """Start no more calls, and raise an error after the last outcome."""
        self._set_error(error)
        self._breaker.shut_down()

    def _set_error(self, error: BaseException) -> None:
        if self._error is None:
            self._error = error

    async def _process(self, number: int, batch: Batch[Input]) -> None:
        results: list[OutcomeOrState[Input, Result]] = []
        try:
            results = await self._worker.process(batch)
        finally:
            # A batch without results must not hold back the later ones.
            self._conclude(number, results)
        if self._settings.progress is not None:
            _report(self._settings.progress.update, self.counts)

    def _conclude(self, number: int, results: list[OutcomeOrState[Input, Result]]) -> None:
        denied = [result for result in results if isinstance(result, Failed) and is_denied(result)]
        if not denied:
            if any(_was_called(result) for result in results):
                self._deliver_denied(self._denials.pop_before(number))
            self._deliver(number, results)
            return
        self._denials.add(number, results, started=self._started_batches)
        max_denied = self._settings.max_denied
        if max_denied is None:
            self._deliver_denied(self._denials.pop_before(self._started_batches))
        elif self._denials.in_a_row == max_denied:
            self._abort(cannot_continue(denied[0].error))

    def _deliver_denied(self, denials: list[Denial[Input, Result]]) -> None:
        for denial in denials:
            results = denial.results
            if isinstance(self._error, CannotContinueError):
                results = [result for result in results if not is_denied(result)]  # unchanged in the journal
            self._worker.record([result for result in results if isinstance(result, Failed) and is_denied(result)])
            self._deliver(denial.number, results)

    def _deliver(self, number: int, results: list[OutcomeOrState[Input, Result]]) -> None:
        """Count the results of a batch, and queue its outcomes for the consumer."""
        for result in results:
            self.counts.add(result)
        if self._has_too_many_failures():
            self._breaker.shut_down()
        self._outcomes.put(number, results)

    async def _finish(self) -> None:
        if self._finishing is None:
            self._finishing = asyncio.create_task(self._close_inputs())
        await asyncio.shield(self._finishing)

    async def _close_inputs(self) -> None:
        try:
            await self._reader.aclose()
        except (Exception, asyncio.CancelledError) as error:
            self._set_error(_input_error(error))
        self._end_run()
        if self._settings.progress is not None:
            _report(self._settings.progress.close, self.counts)
        if self.counts.previously_failed:
            logger.warning(
                "%d inputs failed in an earlier run and were skipped: pass retry_failed=True to retry them",
                self.counts.previously_failed,
            )

    def _end_run(self) -> None:
        if self._run is not None and self._settings.journal is not None:
            self._settings.journal.end_run(self._run)


def _input_error(error: BaseException) -> InputError:
    input_error = InputError(f"the inputs failed: {describe_error(error)}")
    input_error.__cause__ = error
    return input_error


def _was_called(result: OutcomeOrState[Input, Result]) -> bool:
    """Whether there was a call for an input: without a key, skipped or reconciled, it has no attempts and no time."""
    return not isinstance(result, State) and (result.attempts > 0 or result.seconds > 0)


def _report(progress: Callable[[Counts], None], counts: Counts) -> None:
    try:
        progress(counts)
    except (Exception, asyncio.CancelledError):
        # A faulty progress display must not end the job.
        logger.exception("the progress of a bulk job cannot be reported")
