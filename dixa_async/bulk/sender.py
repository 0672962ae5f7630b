"""Makes the calls of a job: waits while Dixa is unreachable, and separates errors of an input from those of the job."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

import attrs

from .._error_text import describe_error
from ..errors import ResponseError
from .causes import Cause, cannot_continue, cause_of, is_group, is_no_response, single_errors
from .circuit_breaker import CircuitBreaker, NotStartedError
from .keys import Keyed
from .outcomes import BulkError, CallCancelledError, Input, Result, UnexpectedError
from .send_observer import CallObserver
from .settings import Batch, BatchCall, ItemResult, JobSettings, Reconcile

Value = TypeVar("Value")


@attrs.frozen
class Attempt(Generic[Value]):
    """The value or the error of a call."""

    value: Value | None
    error: Exception | None
    maybe_applied: bool = False
    """Whether Dixa may have applied a write that must not be applied twice."""
    requests: int = 0
    seconds: float = 0.0


class Sender(Generic[Input, Result]):
    """Makes the calls of a job, and calls `reconcile`.

    Args:
        call: makes the call for a batch.
        settings: the settings of the job.
        breaker: lets calls start.
        on_call_end: called with the observer of each call when it has ended.
        abort: called with an error after which the job must start no more calls.
    """

    def __init__(
        self,
        call: BatchCall[Input, Result],
        settings: JobSettings[Input, Result],
        breaker: CircuitBreaker,
        on_call_end: Callable[[CallObserver], None],
        abort: Callable[[BaseException], None],
    ) -> None:
        self._call = call
        self._journal = settings.journal
        self._breaker = breaker
        self._on_call_end = on_call_end
        self._abort = abort
        errors = settings.call_errors
        self._call_errors = errors if isinstance(errors, tuple) else (errors,)

    async def send(self, batch: Batch[Input]) -> Attempt[Sequence[ItemResult[Result]]]:
        """Make the call for a batch. It is made again when Dixa was unreachable.

        Args:
            batch: the inputs.

        Returns:
            The last attempt, with the requests and the time of all.

        Raises:
            NotStartedError: the job has ended.
            CannotContinueError: every input would fail with the error of the call.
            UnexpectedError: the call raised an exception that is not one of `call_errors`.
        """
        observers: list[CallObserver] = []
        attempt = await self._retry_after_outages(batch[0], partial(self._call_once, batch, observers))
        requests = sum(observer.requests for observer in observers)
        return Attempt(attempt.value, attempt.error, attempt.maybe_applied, requests, observers[0].seconds)

    async def reconcile(
        self, reconcile: Reconcile[Input, Result] | Reconcile[Input, bool], keyed: Keyed[Input]
    ) -> Attempt[Result | bool]:
        """Find out whether a write was applied. `reconcile` is called again when Dixa was unreachable.

        Args:
            reconcile: the function of the caller.
            keyed: the input.

        Returns:
            The last attempt.

        Raises:
            NotStartedError: see `send`.
            CannotContinueError: see `send`.
            UnexpectedError: see `send`.
        """

        async def attempt() -> Attempt[Result | bool]:
            value = error = None
            try:
                value = await reconcile(keyed.item)
            except (Exception, asyncio.CancelledError) as raised:
                error = _error_of_call(raised)
            _uncancel()
            return Attempt(value, error)

        return await self._retry_after_outages(keyed, attempt)

    async def _retry_after_outages(
        self, keyed: Keyed[Input], attempt: Callable[[], Awaitable[Attempt[Value]]]
    ) -> Attempt[Value]:
        """Make an attempt, and another one whenever Dixa was unreachable and is back.

        Args:
            keyed: the input of the attempt, or the first one.
            attempt: makes it.

        Returns:
            The last attempt.
        """
        responses_before: int | None = None
        since: float | None = None
        while True:
            async with self._breaker.guard():
                made = await attempt()
                if made.error is None:
                    self._breaker.record_response()
                    return made
                self._raise_or_abort(keyed, made.error, maybe_applied=made.maybe_applied)
                cause = cause_of(made.error)
                if cause in (Cause.OUTAGE, Cause.THROTTLED) and not made.maybe_applied:
                    # If other calls had a response in between, a failure to connect is about this input.
                    if cause is Cause.THROTTLED or responses_before in (None, self._breaker.responses):
                        responses_before = self._breaker.responses
                        since = self._breaker.record_outage(made.error, since=since)
                        continue
                elif is_no_response(made.error):
                    self._breaker.record_no_response(made.error)
                elif isinstance(made.error, ResponseError):
                    self._breaker.record_response()
                return made

    def _raise_or_abort(self, keyed: Keyed[Input], error: Exception, *, maybe_applied: bool) -> None:
        """End the job if an error is not about the input. If a write may have been applied, its input has an outcome.

        Raises:
            CannotContinueError: every input would fail with it.
            UnexpectedError: it is not one of `call_errors`.
        """
        job_error = self._job_error(keyed, error)
        if job_error is None:
            return
        if not maybe_applied:
            raise job_error from error
        self._abort(job_error)

    def _job_error(self, keyed: Keyed[Input], error: Exception) -> BulkError | None:
        """The error that ends the job because of an error of a call, or None if the job continues."""
        if cause_of(error) is Cause.JOB:
            job_error: BulkError = cannot_continue(error)
        elif isinstance(error, UnexpectedError):  # of a job inside the call
            job_error = UnexpectedError(str(error), input=keyed.item, key=keyed.key)
        elif not self._is_call_error(error):
            message = f"the called function raised {describe_error(error)}, which is not one of call_errors"
            job_error = UnexpectedError(message, input=keyed.item, key=keyed.key)
        else:
            return None
        job_error.__cause__ = error
        return job_error

    def _is_call_error(self, error: Exception) -> bool:
        if isinstance(error, (*self._call_errors, CallCancelledError)):
            return True
        return is_group(error) and all(isinstance(each, self._call_errors) for each in single_errors(error))

    async def _call_once(
        self, batch: Batch[Input], observers: list[CallObserver]
    ) -> Attempt[Sequence[ItemResult[Result]]]:
        observer = CallObserver(partial(self._record_sending, batch))
        observers.append(observer)
        results = error = None
        try:
            try:
                with observer.observe():
                    results = await self._call([keyed.item for keyed in batch])
            except (Exception, asyncio.CancelledError) as raised:
                error = _error_of_call(raised)
            _uncancel()
            await observer.finish()
        finally:
            self._on_call_end(observer)
            observer.close(has_failed=results is None)
        maybe_applied = observer.maybe_applied
        if observer.was_blocked and not maybe_applied:
            raise NotStartedError
        if error is not None and not maybe_applied and observer.has_sent_writes and self._journal is not None:
            self._journal.put_back([keyed.key for keyed in batch])
        return Attempt(results, error, maybe_applied)

    def _record_sending(self, batch: Batch[Input]) -> None:
        if self._journal is None:
            return
        try:
            self._journal.sending([keyed.key for keyed in batch])
        except Exception as error:
            self._abort(error)
            raise


def _error_of_call(raised: BaseException) -> Exception:
    """The error of a called function. A cancellation by the job itself is raised again.

    Raises:
        CancelledError: the job has cancelled the current task.
    """
    if isinstance(raised, Exception):
        return raised
    task = asyncio.current_task()
    if task is None or task.cancelling():
        raise raised
    cancelled = CallCancelledError("the call was cancelled, but not by its job")
    cancelled.__cause__ = raised
    return cancelled


def _uncancel() -> None:
    """Reset the count of cancellations, which the called function has handled.

    Before Python 3.13, an `asyncio.TaskGroup` that fails leaves one behind, and no `asyncio.timeout` works after it.
    """
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()
