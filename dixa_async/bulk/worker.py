"""What is done with one batch of inputs: look into the journal, make the call, tell what came of it."""

import asyncio
import re
from collections.abc import Callable
from typing import Final, Generic

from ..errors import ConfigurationError
from ..transport.http import WATCH
from .journal_file import State
from .outcomes import (
    CallCancelledError,
    Done,
    DuplicateKeyError,
    Ending,
    Failed,
    Input,
    ItemRefusedError,
    Outcome,
    Result,
    Unclear,
    UnreadableOutcomeError,
)
from .settings import Answer, Batch, BatchCall, JobSettings, Keyed
from .watching import CallWatch

_PLACE_IN_MEMORY: Final = re.compile(r" at 0x[0-9A-Fa-f]+>")
"""Stands in the text of an object whose class does not say how to write it."""


class Worker(Generic[Input, Result]):
    """Works on batches.

    Args:
        call: makes the call for a batch.
        settings: those of the job.
        called: told of each call when it has ended.
        failed: told of an error after which the job must not go on.
    """

    def __init__(
        self,
        call: BatchCall[Input, Result],
        settings: JobSettings[Input, Result],
        called: Callable[[CallWatch], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._call = call
        self._settings = settings
        self._called = called
        self._failed = failed

    async def work(self, batch: Batch[Input]) -> list[Ending[Input, Result]]:
        """Do what is to be done for a batch.

        Args:
            batch: the inputs.

        Returns:
            An outcome for each input, in their order, or what an earlier run left of it if it is skipped.

        Raises:
            JournalError: the journal cannot be written; nothing was sent.
            ConfigurationError: an input has no name by which the journal could know it again; nothing was sent.
        """
        if self._settings.journal is None:
            return [*(await self._send_twice_if_told(batch))]
        if self._settings.key is str:
            for keyed in batch:
                _refuse_place_in_memory(keyed)
        outcomes: dict[int, Ending[Input, Result]] = {}
        for number, keyed in enumerate(batch):
            state = self._settings.journal.plan(keyed[1], keyed[0])
            if state is State.DUPLICATE:
                outcomes[number] = _failed(keyed, DuplicateKeyError(keyed[1]))
            elif state is State.DONE or (state is State.FAILED and not self._settings.retry_failed):
                outcomes[number] = state
            elif state in (State.SENT, State.UNKNOWN):
                settled = await self._settle(keyed, state)
                if settled is not None:
                    outcomes[number] = settled
        left = [number for number in range(len(batch)) if number not in outcomes]
        if left:
            self._settings.journal.save()
            outcomes.update(zip(left, await self._send_twice_if_told([batch[number] for number in left]), strict=True))
        return [outcomes[number] for number in range(len(batch))]

    async def _settle(self, keyed: Keyed[Input], state: State) -> Outcome[Input, Result] | None:
        """Find out what became of a write that an earlier run sent; None: it was not done, and can be sent."""
        outcome: Outcome[Input, Result]
        if self._settings.reconcile is None:
            outcome = _unclear(keyed, None)
            if state is State.UNKNOWN:
                return outcome  # and the journal keeps why
        else:
            try:
                result = await self._settings.reconcile(keyed[0])
            except Exception as error:
                outcome = _unclear(keyed, error)
            else:
                if result is None:
                    return None
                outcome = Done(input=keyed[0], key=keyed[1], result=result, attempts=0, seconds=0.0)
        self._record([outcome])
        return outcome

    async def _send_twice_if_told(self, batch: Batch[Input]) -> list[Outcome[Input, Result]]:
        outcomes = await self._send(batch)
        refused = [number for number, outcome in enumerate(outcomes) if _is_refused(outcome)]
        if self._settings.retry_refused and 0 < len(refused) < len(batch):
            again = await self._send([batch[number] for number in refused])
            for number, outcome in zip(refused, again, strict=True):
                outcomes[number] = outcome
        return outcomes

    async def _send(self, batch: Batch[Input]) -> list[Outcome[Input, Result]]:
        watch = CallWatch(lambda: self._note_sending(batch))
        WATCH.set(watch)  # for this task, and nothing after it
        outcomes: list[Outcome[Input, Result]]
        try:
            answers = await self._call([item for item, _ in batch])
        except Exception as error:  # it becomes the outcome
            outcomes = _spread(batch, error, watch)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            cancelled = CallCancelledError("the call was cancelled, and not by its job")
            cancelled.__cause__ = error
            outcomes = _spread(batch, cancelled, watch)
        else:
            outcomes = [_outcome(keyed, answer, watch) for keyed, answer in zip(batch, answers, strict=True)]
        finally:
            WATCH.set(None)
            self._called(watch)
        if not watch.was_held_back:  # else the journal still says that nothing was sent
            self._record(outcomes)
        return outcomes

    def _note_sending(self, batch: Batch[Input]) -> None:
        if self._settings.journal is None:
            return
        try:
            self._settings.journal.sending([key for _, key in batch])
        except Exception as error:
            self._failed(error)
            raise

    def _record(self, outcomes: list[Outcome[Input, Result]]) -> None:
        if self._settings.journal is None:
            return
        try:
            self._settings.journal.record(outcomes)
        except Exception as error:  # the outcomes are given all the same, and the job ends
            self._failed(error)


def _refuse_place_in_memory(keyed: Keyed[Input]) -> None:
    """Refuse a key that is another one in every run: with it, the journal would have all be sent again."""
    item, key = keyed
    if not isinstance(item, str) and _PLACE_IN_MEMORY.search(key):
        kind = type(item).__name__
        raise ConfigurationError(
            f"the text of a {kind} is not the same in every run: pass key=, a function that names it"
        )


def _outcome(keyed: Keyed[Input], answer: Answer[Result], watch: CallWatch) -> Outcome[Input, Result]:
    if isinstance(answer, ItemRefusedError):
        return _failed(keyed, answer, watch)
    if isinstance(answer, UnreadableOutcomeError):
        return _unclear(keyed, answer, watch)
    return Done(input=keyed[0], key=keyed[1], result=answer, attempts=watch.requests, seconds=watch.seconds)


def _spread(batch: Batch[Input], error: Exception, watch: CallWatch) -> list[Outcome[Input, Result]]:
    """The outcomes when the call failed as a whole."""
    if watch.may_have_acted(error):
        return [_unclear(keyed, error, watch) for keyed in batch]
    return [_failed(keyed, error, watch) for keyed in batch]


def _failed(keyed: Keyed[Input], error: Exception, watch: CallWatch | None = None) -> Failed[Input]:
    attempts, seconds = (0, 0.0) if watch is None else (watch.requests, watch.seconds)
    return Failed(input=keyed[0], key=keyed[1], error=error, attempts=attempts, seconds=seconds)


def _unclear(keyed: Keyed[Input], error: Exception | None, watch: CallWatch | None = None) -> Unclear[Input]:
    attempts, seconds = (0, 0.0) if watch is None else (watch.requests, watch.seconds)
    return Unclear(input=keyed[0], key=keyed[1], error=error, attempts=attempts, seconds=seconds)


def _is_refused(outcome: Outcome[Input, Result]) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, ItemRefusedError)
