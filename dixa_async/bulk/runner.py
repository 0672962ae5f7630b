"""Many calls, run as fast as the rate limit allows, with an outcome for each input."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from typing import Generic, Literal, Self, TypeAlias

import attrs

from ..transport.http import WATCH
from .journal import Journal
from .journal_file import JournalError, State
from .level import Level
from .outcomes import Done, DuplicateKeyError, Failed, Input, InputError, Outcome, Result, StoppedError, Unclear
from .progress import Counts, Progress
from .watching import CallWatch

Inputs: TypeAlias = Iterable[Input] | AsyncIterable[Input]
Call: TypeAlias = Callable[[Input], Awaitable[Result]]
Reconcile: TypeAlias = Callable[[Input], Awaitable[Result | None]]
Order: TypeAlias = Literal["completion", "input"]


@attrs.frozen(kw_only=True)
class JobSettings(Generic[Input, Result]):
    """How a job runs; see `run`."""

    key: Callable[[Input], str]
    order: Order
    stop_after: int | None
    max_concurrency: int
    journal: Journal | None
    reconcile: Reconcile[Input, Result] | None
    retry_failed: bool
    progress: Progress | None


class Job(Generic[Input, Result]):
    """A job that `run` made. Iterate over it, once, for the outcomes."""

    def __init__(self, call: Call[Input, Result], inputs: Inputs[Input], settings: JobSettings[Input, Result]) -> None:
        self.counts = Counts()
        self._call = call
        self._settings = settings
        self._inputs = _numbered(inputs)
        self._level = Level(most=settings.max_concurrency)
        self._running: set[asyncio.Task[None]] = set()
        # In the order in which they ended, or, for outcomes in the order of the inputs, by number.
        self._ended: deque[Outcome[Input, Result]] = deque()
        self._held: dict[int, Outcome[Input, Result] | None] = {}
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
        reading: asyncio.Task[tuple[int, Input, str] | None] | None = None
        exhausted = False
        try:
            while True:
                self._news.clear()
                if reading is not None and reading.done():
                    try:
                        item = reading.result()
                    except Exception as error:  # whatever the inputs raise, it is told at the end
                        item = None
                        self._problem = InputError(f"the inputs failed: {type(error).__name__}: {error}")
                        self._problem.__cause__ = error
                    reading = None
                    if item is None:
                        exhausted = True
                    else:
                        self._start(*item)
                if reading is None and not exhausted and self._may_start():
                    reading = asyncio.create_task(self._read())
                    reading.add_done_callback(lambda _: self._news.set())
                if self._ended:
                    yield self._ended.popleft()
                elif reading is not None or self._running:
                    await self._news.wait()
                else:
                    break
        finally:
            await self._cancel(reading)
            await self._inputs.aclose()
        if self._problem is not None:
            raise self._problem
        if self._has_stopped():
            raise StoppedError(self.counts.failed + self.counts.unclear)

    async def _read(self) -> tuple[int, Input, str] | None:
        numbered = await anext(self._inputs, None)
        return None if numbered is None else (*numbered, self._settings.key(numbered[1]))

    def _may_start(self) -> bool:
        # Outcomes that wait for an earlier one take room, too.
        under_way = len(self._running) + len(self._held) + len(self._ended)
        return under_way < self._level.limit and self._problem is None and not self._has_stopped()

    def _has_stopped(self) -> bool:
        stop_after = self._settings.stop_after
        return stop_after is not None and self.counts.failed + self.counts.unclear >= stop_after

    def _start(self, number: int, item: Input, key: str) -> None:
        self.counts.started += 1
        task = asyncio.create_task(self._work(number, item, key))
        self._running.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._news.set()  # also if it had no outcome: there is room for another one

    async def _work(self, number: int, item: Input, key: str) -> None:
        try:
            outcome = await self._outcome(item, key)
        except JournalError as error:  # nothing was sent for this input
            self._problem = error
            self._news.set()
            return
        self.counts.add(outcome)
        if self._settings.progress is not None:
            self._settings.progress.update(self.counts)
        self._give(number, outcome)

    def _give(self, number: int, outcome: Outcome[Input, Result] | None) -> None:
        """Pass an outcome on; None is one that an earlier run gave already."""
        if self._settings.order == "input":
            self._held[number] = outcome
            while self._next_number in self._held:
                held = self._held.pop(self._next_number)
                self._next_number += 1
                if held is not None:
                    self._ended.append(held)
        elif outcome is not None:
            self._ended.append(outcome)
        self._news.set()

    async def _outcome(self, item: Input, key: str) -> Outcome[Input, Result] | None:
        journal = self._settings.journal
        if journal is None:
            return await self._send(item, key, CallWatch())
        state = journal.plan(key, item)
        if state is State.DUPLICATE:
            return Failed(input=item, key=key, error=DuplicateKeyError(key), attempts=0, seconds=0.0)
        if state is State.DONE or (state is State.FAILED and not self._settings.retry_failed):
            return None
        if state in (State.SENT, State.UNKNOWN):
            settled = await self._settle(item, key, journal)
            if settled is not None:
                return settled
        outcome = await self._send(item, key, CallWatch(lambda: journal.sending(key)))
        self._record(outcome, journal)
        return outcome

    def _record(self, outcome: Outcome[Input, Result], journal: Journal) -> None:
        try:
            journal.record(outcome)
        except JournalError as error:  # the outcome is given all the same, and the job ends
            self._problem = error

    async def _settle(self, item: Input, key: str, journal: Journal) -> Outcome[Input, Result] | None:
        """Find out what became of a write that an earlier run sent; None: it was not done, and can be sent."""
        reconcile = self._settings.reconcile
        outcome: Outcome[Input, Result]
        if reconcile is None:
            outcome = Unclear(input=item, key=key, error=None, attempts=0, seconds=0.0)
        else:
            try:
                result = await reconcile(item)
            except Exception as error:
                outcome = Unclear(input=item, key=key, error=error, attempts=0, seconds=0.0)
            else:
                if result is None:
                    return None
                outcome = Done(input=item, key=key, result=result, attempts=0, seconds=0.0)
        self._record(outcome, journal)
        return outcome

    async def _send(self, item: Input, key: str, watch: CallWatch) -> Outcome[Input, Result]:
        WATCH.set(watch)  # for this task, and nothing after it
        try:
            result = await self._call(item)
        except Exception as error:  # it becomes the outcome
            if watch.may_have_acted(error):
                return Unclear(input=item, key=key, error=error, attempts=watch.requests, seconds=watch.seconds)
            return Failed(input=item, key=key, error=error, attempts=watch.requests, seconds=watch.seconds)
        finally:
            WATCH.set(None)
            self._level.finished(wait=watch.wait, seconds=watch.seconds, running=len(self._running))
        return Done(input=item, key=key, result=result, attempts=watch.requests, seconds=watch.seconds)

    async def _cancel(self, reading: "asyncio.Task[object] | None") -> None:
        tasks = [*self._running, *([reading] if reading is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._settings.progress is not None:
            self._settings.progress.close(self.counts)


async def _numbered(inputs: Inputs[Input]) -> AsyncGenerator[tuple[int, Input], None]:
    """Inputs of any kind, one at a time, with their numbers."""
    number = 0
    if isinstance(inputs, AsyncIterable):
        async for item in inputs:
            yield number, item
            number += 1
    else:
        for item in inputs:
            yield number, item
            number += 1


def run(
    call: Call[Input, Result],
    inputs: Inputs[Input],
    *,
    key: Callable[[Input], str] = str,
    order: Order = "completion",
    stop_after: int | None = None,
    max_concurrency: int = 100,
    journal: Journal | None = None,
    reconcile: Reconcile[Input, Result] | None = None,
    retry_failed: bool = False,
    progress: Progress | None = None,
) -> Job[Input, Result]:
    """Make one call for each of many inputs, as fast as the rate limit allows.

    ::

        async with bulk.run(dixa.conversations.get, ids) as outcomes:
            async for outcome in outcomes:
                match outcome:
                    case bulk.Done(result=conversation): ...
                    case bulk.Failed(input=id, error=error): ...
                    case bulk.Unclear(input=id): ...

    Inputs are read as they are needed, and outcomes are made as they are taken: the memory does not grow with the job.
    As many calls run at once as keep the rate limit full.

    Args:
        call: what to do with an input.
        inputs: a list, a generator or an async iterator.
        key: the name of an input in the journal and the outcomes. It must be the same in every run of the job.
        order: ``completion`` gives outcomes as they come, ``input`` in the order of the inputs.
        stop_after: how many failures end the job; None: it never ends early.
        max_concurrency: never more calls at once than this.
        journal: where it is noted what was done, so that the job can be killed and run again.
        reconcile: asked for a write that an earlier run sent without learning what became of it: gives the result if
            it was done, None if it was not.
        retry_failed: whether inputs that failed in an earlier run are tried again.
        progress: told how far the job is.

    Returns:
        The job. Nothing runs before it is iterated. Leaving its block cancels what still runs.

    Raises:
        InputError: while iterating, after the last outcome: the inputs raised.
        StoppedError: while iterating, after the last outcome: `stop_after` was reached.
    """
    settings = JobSettings(
        key=key,
        order=order,
        stop_after=stop_after,
        max_concurrency=max_concurrency,
        journal=journal,
        reconcile=reconcile,
        retry_failed=retry_failed,
        progress=progress,
    )
    return Job(call, inputs, settings)
