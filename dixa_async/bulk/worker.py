"""What is done with one batch of inputs: look into the journal, make the call, find out what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Generic, NamedTuple, TypeVar, cast

import attrs

from ..errors import ResponseError
from .causes import Cause, cannot_continue, cause_of, is_denied, is_group, is_no_response, single_errors
from .circuit_breaker import CircuitBreaker, NotBegunError
from .keys import Keyed, check_for_journal
from .outcomes import (
    BulkError,
    CallCancelledError,
    DuplicateKeyError,
    Ending,
    Failed,
    Indeterminate,
    Input,
    ItemRejectedError,
    Outcome,
    Result,
    Succeeded,
    UnexpectedError,
    UnknownItemOutcomeError,
    described_error,
)
from .send_observer import CallObserver
from .settings import Batch, BatchCall, ItemResult, JobSettings
from .state import State

T = TypeVar("T")

_MOST_RESENDS = 2
"""Times that a write is sent again in one run that `reconcile` has not found."""


class Worker(Generic[Input, Result]):
    """Works on batches.

    Args:
        call: makes the call for a batch.
        settings: those of the job.
        breaker: lets calls begin.
        called: told of each call when it has ended.
        failed: told of an error after which the job must not go on.
    """

    def __init__(
        self,
        call: BatchCall[Input, Result],
        settings: JobSettings[Input, Result],
        breaker: CircuitBreaker,
        called: Callable[[CallObserver], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._call = call
        self._settings = settings
        self._breaker = breaker
        self._called = called
        self._failed = failed
        chosen = settings.call_errors
        self._call_errors = chosen if isinstance(chosen, tuple) else (chosen,)

    async def work(self, batch: Batch[Input]) -> list[Ending[Input, Result]]:
        """Do what is to be done for a batch.

        Args:
            batch: the inputs.

        Returns:
            An outcome for each input, in their order, or what an earlier run left of it if it is skipped. An input has
            none if the job must not go on: the journal has it as it was. What has an outcome is in the journal, unless
            the call was denied: other calls will show whether that is about its inputs.
        """
        endings: dict[int, Ending[Input, Result]] = {}
        try:
            for number, keyed in enumerate(batch):
                ending = await self._before(keyed)
                if ending is not None:
                    endings[number] = ending
            left = [number for number in range(len(batch)) if number not in endings]
            if left:
                outcomes = await self._send_all([batch[number] for number in left])
                endings.update(zip(left, outcomes, strict=True))
        except NotBegunError:
            pass
        except Exception as error:
            self._failed(error)
        return [endings[number] for number in sorted(endings)]

    async def _before(self, keyed: Keyed[Input]) -> Ending[Input, Result] | None:
        """What became of an input without a call; None: the call is to be made."""
        journal = self._settings.journal
        if keyed.problem is not None:
            return _failed(keyed, keyed.problem)
        if journal is None:
            return None
        check_for_journal(keyed, self._settings.key)
        state = journal.plan(keyed.key, keyed.item)
        if state is State.DUPLICATE:
            return _failed(keyed, DuplicateKeyError(keyed.key))
        if state is State.SUCCEEDED or (state is State.FAILED and not self._settings.retry_failed):
            return state
        if state in (State.SENT, State.INDETERMINATE):
            if self._settings.reconcile is None and state is State.INDETERMINATE:
                return _unclear(keyed, None)  # and the journal keeps why
            return await self._settle(keyed, _unclear(keyed, None))
        return None

    async def _send_all(self, batch: Batch[Input]) -> list[Outcome[Input, Result]]:
        """Make the call. Then make it again for what `reconcile` or a setting says."""
        outcomes = await self._send(batch)
        refused = [number for number, outcome in enumerate(outcomes) if _is_refused(outcome)]
        if self._settings.retry_rejected and 0 < len(refused) < len(batch):
            await self._send_again(batch, outcomes, refused)
        for _ in range(_MOST_RESENDS):
            if not await self._reconcile(batch, outcomes):
                break
        return outcomes

    async def _send_again(
        self, batch: Batch[Input], outcomes: list[Outcome[Input, Result]], numbers: list[int]
    ) -> None:
        try:
            again = await self._send([batch[number] for number in numbers])
        except (NotBegunError, BulkError) as error:
            if isinstance(error, BulkError):
                self._failed(error)
            self.record([outcomes[number] for number in numbers])  # they are what they were
            return
        for number, outcome in zip(numbers, again, strict=True):
            outcomes[number] = outcome

    async def _reconcile(self, batch: Batch[Input], outcomes: list[Outcome[Input, Result]]) -> bool:
        """Find out about the writes of which nobody knows what became, and send those again that were not applied."""
        indeterminate = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Indeterminate)]
        if not indeterminate or self._settings.reconcile is None:
            return False
        if not await self._breaker.sleep(self._settings.reconcile_delay):
            return False
        not_applied: list[int] = []
        for number in indeterminate:
            settled = await self._settle(batch[number], outcomes[number])
            if settled is None:
                not_applied.append(number)
            else:
                outcomes[number] = settled
        if not_applied:
            await self._send_again(batch, outcomes, not_applied)
        return bool(not_applied)

    async def _settle(
        self, keyed: Keyed[Input], indeterminate: Outcome[Input, Result]
    ) -> Outcome[Input, Result] | None:
        """Find out what became of a write, or leave it indeterminate; None: it was not applied, and can be sent."""
        if self._settings.reconcile is None:
            self.record([indeterminate])
            return indeterminate
        try:
            found = await self._ride_out(keyed, partial(_ask, self._settings.reconcile, keyed.item))
        except NotBegunError:
            return indeterminate
        except BulkError as error:
            self._failed(error)
            return indeterminate
        outcome: Outcome[Input, Result]
        if found.error is not None:
            outcome = _unclear(keyed, found.error)
        elif found.value is None or found.value is False:
            return None
        else:
            result = cast("Result", found.value)
            outcome = Succeeded(input=keyed.item, key=keyed.key, result=result, attempts=0, seconds=0.0)
        return self.record([outcome])[0]

    async def _send(self, batch: Batch[Input]) -> list[Outcome[Input, Result]]:
        observers: list[CallObserver] = []
        made = await self._ride_out(batch[0], partial(self._call_once, batch, observers))
        spent = _Spent(sum(observer.requests for observer in observers), observers[0].seconds)
        outcomes: list[Outcome[Input, Result]]
        if made.error is None:
            results = made.value or ()
            outcomes = [_outcome(keyed, result, spent) for keyed, result in zip(batch, results, strict=True)]
        elif made.maybe_applied:
            outcomes = [_unclear(keyed, made.error, spent) for keyed in batch]
        else:
            outcomes = [_failed(keyed, made.error, spent) for keyed in batch]
        if not any(map(is_denied, outcomes)):
            return self.record(outcomes)
        return outcomes

    async def _ride_out(self, keyed: Keyed[Input], attempt: Callable[[], Awaitable["_Attempt[T]"]]) -> "_Attempt[T]":
        """Make an attempt, and another one whenever Dixa was out of reach and is back.

        Args:
            keyed: the input that it is for, or the first of them.
            attempt: makes it.

        Returns:
            The last attempt.

        Raises:
            NotBegunError: the job has ended.
            CannotContinueError: no input can be sent.
            UnexpectedError: the function that was called is at fault.
        """
        responses_before: int | None = None
        since: float | None = None
        while True:
            async with self._breaker.permit():
                made = await attempt()
                end = None if made.error is None else self._end_of_job(keyed, made.error)
                if end is not None and not made.maybe_applied:
                    raise end from made.error
                if end is not None:
                    self._failed(end)
                if made.error is None:
                    self._breaker.responded()
                    return made
                cause = cause_of(made.error)
                if cause in (Cause.OUTAGE, Cause.THROTTLED) and not made.maybe_applied:
                    # If others had a response in between, it is about the input that there is no connection.
                    if cause is Cause.THROTTLED or responses_before in (None, self._breaker.responses):
                        responses_before = self._breaker.responses
                        since = self._breaker.failed(made.error, since=since)
                        continue
                elif is_no_response(made.error):
                    self._breaker.no_response(made.error)
                elif isinstance(made.error, ResponseError):
                    self._breaker.responded()
                return made

    def _end_of_job(self, keyed: Keyed[Input], error: Exception) -> BulkError | None:
        """The error that ends the job because of what a call met; None: it goes on."""
        if cause_of(error) is Cause.JOB:
            end: BulkError = cannot_continue(error)
        elif isinstance(error, UnexpectedError):  # of a job inside the call
            end = UnexpectedError(str(error), input=keyed.item, key=keyed.key)
        elif not self._is_failure_of_input(error):
            problem = f"the called function raised {described_error(error)}, which is none of call_errors"
            end = UnexpectedError(problem, input=keyed.item, key=keyed.key)
        else:
            return None
        end.__cause__ = error
        return end

    def _is_failure_of_input(self, error: Exception) -> bool:
        if isinstance(error, (*self._call_errors, CallCancelledError)):
            return True
        return is_group(error) and all(isinstance(each, self._call_errors) for each in single_errors(error))

    async def _call_once(
        self, batch: Batch[Input], observers: list[CallObserver]
    ) -> "_Attempt[Sequence[ItemResult[Result]]]":
        observer = CallObserver(partial(self._note_sending, batch))
        observers.append(observer)
        results = error = None
        try:
            try:
                with observer.observe():
                    results = await self._call([keyed.item for keyed in batch])
            except (Exception, asyncio.CancelledError) as problem:
                error = _error_of_call(problem)
            _forget_cancellations()
            await observer.finish()
        finally:
            self._called(observer)
            observer.close(has_failed=results is None)
        maybe_applied = observer.maybe_applied
        if observer.was_held_back and not maybe_applied:
            raise NotBegunError
        if error is not None and not maybe_applied and observer.has_sent_writes and self._settings.journal is not None:
            self._settings.journal.put_back([keyed.key for keyed in batch])
        return _Attempt(results, error, maybe_applied)

    def _note_sending(self, batch: Batch[Input]) -> None:
        if self._settings.journal is None:
            return
        try:
            self._settings.journal.sending([keyed.key for keyed in batch])
        except Exception as error:
            self._failed(error)
            raise

    def record(self, outcomes: list[Outcome[Input, Result]]) -> list[Outcome[Input, Result]]:
        """Write outcomes into the journal. If that fails, they are given all the same, and the job ends.

        Args:
            outcomes: the outcomes.

        Returns:
            The same. Those whose results the journal cannot keep say so.
        """
        if self._settings.journal is None:
            return outcomes
        try:
            unkept = self._settings.journal.record(outcomes)
        except Exception as error:
            self._failed(error)
            return outcomes
        return [
            attrs.evolve(outcome, is_result_kept=False)
            if isinstance(outcome, Succeeded) and outcome.key in unkept
            else outcome
            for outcome in outcomes
        ]


@attrs.frozen
class _Attempt(Generic[T]):
    """What an attempt came to: a value or an error."""

    value: T | None
    error: Exception | None
    maybe_applied: bool = False
    """Whether Dixa may have done what must not be done twice."""


class _Spent(NamedTuple):
    """What a call took."""

    requests: int = 0
    seconds: float = 0.0


async def _ask(reconcile: Callable[[Input], Awaitable[T | None]], item: Input) -> _Attempt[T]:
    value = error = None
    try:
        value = await reconcile(item)
    except (Exception, asyncio.CancelledError) as problem:
        error = _error_of_call(problem)
    _forget_cancellations()
    return _Attempt(value, error)


def _error_of_call(problem: BaseException) -> Exception:
    """What a called function met. The cancellation of the job itself goes on.

    Raises:
        CancelledError: the job has cancelled the current task.
    """
    if isinstance(problem, Exception):
        return problem
    task = asyncio.current_task()
    if task is None or task.cancelling():
        raise problem
    cancelled = CallCancelledError("the call was cancelled, and not by its job")
    cancelled.__cause__ = problem
    return cancelled


def _forget_cancellations() -> None:
    """Forget those that the called function has dealt with.

    Before Python 3.13, an `asyncio.TaskGroup` that fails leaves one behind, and no `asyncio.timeout` works after it.
    """
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()


def _outcome(keyed: Keyed[Input], result: ItemResult[Result], spent: _Spent) -> Outcome[Input, Result]:
    if isinstance(result, ItemRejectedError):
        return _failed(keyed, result, spent)
    if isinstance(result, UnknownItemOutcomeError):
        return _unclear(keyed, result, spent)
    return Succeeded(input=keyed.item, key=keyed.key, result=result, attempts=spent.requests, seconds=spent.seconds)


_NOTHING: Final = _Spent()


def _failed(keyed: Keyed[Input], error: Exception, spent: _Spent = _NOTHING) -> Failed[Input]:
    return Failed(input=keyed.item, key=keyed.key, error=error, attempts=spent.requests, seconds=spent.seconds)


def _unclear(keyed: Keyed[Input], error: Exception | None, spent: _Spent = _NOTHING) -> Indeterminate[Input]:
    return Indeterminate(input=keyed.item, key=keyed.key, error=error, attempts=spent.requests, seconds=spent.seconds)


def _is_refused(outcome: Outcome[Input, Result]) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, ItemRejectedError)
