"""The loop of a job: read inputs while there is room, run their calls, pass the outcomes on."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from typing import Generic, Self

from .batches import batches, batches_as_they_come
from .journal_file import State
from .level import Level
from .outcomes import Ending, Input, InputError, Outcome, Result, StoppedError
from .progress import Counts
from .settings import Batch, BatchCall, Inputs, JobSettings
from .watching import CallWatch
from .worker import Worker

logger = logging.getLogger("dixa_async.bulk")


class Job(Generic[Input, Result]):
    """A job that `run` or `run_chunks` made. Iterate over it, once, for the outcomes.

    Attributes:
        counts: how far it is.
    """

    def __init__(
        self, call: BatchCall[Input, Result], inputs: Inputs[Input], settings: JobSettings[Input, Result]
    ) -> None:
        self.counts = Counts()
        self._settings = settings
        self._worker = Worker(call, settings, self._called, self._fail)
        self._reader = _Reader(inputs, settings, self._wake)
        self._level = Level(most=settings.max_concurrency)
        self._running: set[asyncio.Task[None]] = set()
        self._started = 0
        # What has ended and was not taken: in the order in which it is given, and what waits for an earlier batch.
        self._ended: deque[list[Ending[Input, Result]]] = deque()
        self._held: dict[int, list[Ending[Input, Result]]] = {}
        self._next_number = 0
        self._news = asyncio.Event()
        self._problem: Exception | None = None
        self._outcomes = self._run()

    def __aiter__(self) -> AsyncGenerator[Outcome[Input, Result], None]:
        return self._outcomes

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Cancel what runs, and wait until it has ended."""
        await self._outcomes.aclose()

    async def _run(self) -> AsyncGenerator[Outcome[Input, Result], None]:
        self.counts.since = time.monotonic()
        try:
            while True:
                self._news.clear()
                while self._may_start() and (batch := self._read()):
                    self._start(batch)
                if self._ended:
                    for outcome in self._ended.popleft():
                        if not isinstance(outcome, State):
                            yield outcome
                elif self._running or (self._reader.is_reading and not self._is_over()):
                    await self._news.wait()
                else:
                    break
        finally:
            try:
                await self._cancel()
            finally:
                self._tell_the_end()
        if self._problem is not None:
            raise self._problem
        if self._has_stopped():
            raise StoppedError(self.counts.failed + self.counts.unclear)

    def _read(self) -> Batch[Input] | None:
        try:
            return self._reader.next()
        except (Exception, asyncio.CancelledError) as error:  # whatever the inputs raise, it is told at the end
            self._problem = InputError(f"the inputs failed: {type(error).__name__}: {error}")
            self._problem.__cause__ = error
            return None

    def _may_start(self) -> bool:
        under_way = len(self._running) + len(self._ended)
        # What waits for an earlier batch is no reason to send less, but it must not become more and more.
        has_room = under_way < self._level.limit and under_way + len(self._held) < self._settings.max_concurrency
        return has_room and not self._is_over()

    def _is_over(self) -> bool:
        return self._problem is not None or self._has_stopped()

    def _has_stopped(self) -> bool:
        stop_after = self._settings.stop_after
        return stop_after is not None and self.counts.failed + self.counts.unclear >= stop_after

    def _start(self, batch: Batch[Input]) -> None:
        self.counts.started += len(batch)
        task = asyncio.create_task(self._work(self._started, batch))
        self._started += 1
        self._running.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake()

    def _wake(self) -> None:
        self._news.set()

    def _called(self, watch: CallWatch) -> None:
        self.counts.requests += watch.requests
        self._level.finished(wait=watch.wait, seconds=watch.seconds, running=len(self._running))

    def _fail(self, error: Exception) -> None:
        if self._problem is None:
            self._problem = error

    async def _work(self, number: int, batch: Batch[Input]) -> None:
        outcomes: list[Ending[Input, Result]] = []
        try:
            outcomes = await self._worker.work(batch)
        except Exception as error:  # nothing was sent for these inputs
            self._fail(error)
        for outcome in outcomes:
            self.counts.add(outcome)
        self._give(number, outcomes)
        if self._settings.progress is not None:
            _tell(self._settings.progress.update, self.counts)

    def _give(self, number: int, outcomes: list[Ending[Input, Result]]) -> None:
        """Pass the outcomes of a batch on."""
        if self._settings.order == "completion":
            self._ended.append(outcomes)
            return
        self._held[number] = outcomes
        while self._next_number in self._held:
            self._ended.append(self._held.pop(self._next_number))
            self._next_number += 1

    def _tell_the_end(self) -> None:
        if self._settings.progress is not None:
            _tell(self._settings.progress.close, self.counts)
        if self.counts.failed_before:
            logger.warning(
                "%d inputs failed in an earlier run and were skipped: pass retry_failed=True to try them again",
                self.counts.failed_before,
            )

    async def _cancel(self) -> None:
        tasks = [*self._running]
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            await self._reader.aclose()


class _Reader(Generic[Input]):
    """Reads the inputs: those of a list or a generator at once, those of an async iterator in a task."""

    def __init__(self, inputs: Inputs[Input], settings: JobSettings[Input, Result], wake: Callable[[], None]) -> None:
        self._wake = wake
        self._task: asyncio.Task[Batch[Input] | None] | None = None
        self._later = None
        self._now = None
        if isinstance(inputs, AsyncIterable):
            self._later = batches_as_they_come(inputs, settings.key, settings.size)
        else:
            self._now = batches(inputs, settings.key, settings.size)

    @property
    def is_reading(self) -> bool:
        """Whether a batch will come later."""
        return self._task is not None

    def next(self) -> Batch[Input] | None:
        """The next batch; None if there is none, or it will come later."""
        if self._now is not None:
            return next(self._now, None)
        if self._task is None:
            self._begin()
        elif self._task.done():
            task, self._task = self._task, None
            batch = task.result()
            if batch is None:
                self._later = None
            return batch
        return None

    def _begin(self) -> None:
        if self._later is not None:
            self._task = asyncio.create_task(_next(self._later))
            self._task.add_done_callback(lambda _: self._wake())

    async def aclose(self) -> None:
        """Stop to read."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._later is not None:
            await self._later.aclose()


async def _next(later: AsyncGenerator[Batch[Input]]) -> Batch[Input] | None:
    return await anext(later, None)


def _tell(progress: Callable[[Counts], None], counts: Counts) -> None:
    try:
        progress(counts)
    except Exception:
        # A fault in what watches a job must not end the job.
        logger.exception("the progress of a bulk job cannot be told")
