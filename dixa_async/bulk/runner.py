"""Many calls, run as fast as the rate limit allows, with an outcome for each input."""

from collections.abc import Callable, Sequence

from .arguments import await_call, check_call
from .job import Job
from .journal import Journal
from .outcomes import Input, Result
from .progress import Progress
from .settings import (
    DEFAULT_CALL_ERRORS,
    DEFAULT_MAX_DENIED,
    DEFAULT_OUTAGE_TIMEOUT,
    DEFAULT_RECONCILE_DELAY,
    Call,
    CallErrors,
    Inputs,
    JobSettings,
    Order,
    Reconcile,
)


def run(
    call: Call[Input, Result],
    inputs: Inputs[Input],
    *,
    key: Callable[[Input], str] = str,
    order: Order = "completion",
    max_failures: int | None = None,
    max_concurrency: int = 100,
    journal: Journal | None = None,
    reconcile: Reconcile[Input, Result] | None = None,
    reconcile_delay: float = DEFAULT_RECONCILE_DELAY,
    retry_failed: bool = False,
    call_errors: CallErrors = DEFAULT_CALL_ERRORS,
    max_denied: int | None = DEFAULT_MAX_DENIED,
    outage_timeout: float = DEFAULT_OUTAGE_TIMEOUT,
    progress: Progress | None = None,
) -> Job[Input, Result]:
    """Make one call for each of many inputs, as fast as the rate limit allows.

    ::

        async with bulk.run(dixa.conversations.get, ids) as outcomes:
            async for outcome in outcomes:
                match outcome:
                    case bulk.Succeeded(result=conversation): ...
                    case bulk.Failed(input=id, error=error): ...
                    case bulk.Indeterminate(input=id): ...

    Inputs are read as they are needed, and outcomes are made as they are taken: the memory does not grow with the job.
    As many calls run at once as keep the rate limit full.

    Args:
        call: what to do with an input: an async function.
        inputs: a list, a generator or an async iterator. The job closes a generator when it ends.
        key: the name of an input in the journal and the outcomes. It must be the same in every run of the job. `str`
            will not do for a journal if the class of the inputs does not say how to write them, or writes sets.
        order: ``completion`` gives outcomes as they come, ``input`` in the order of the inputs.
        max_failures: how many failures end the job; defaults to None, which never ends it early.
        max_concurrency: never more calls at once than this.
        journal: where it is noted what was done, so that the job can be killed and run again.
        reconcile: asked about a write of which nobody knows what became, in this run or an earlier one: returns the
            result if it was applied, None or False if it was not. Then it is sent again.
        reconcile_delay: seconds to wait before `reconcile` is asked about a write of this run, which Dixa may still be
            working on.
        retry_failed: whether inputs that failed in an earlier run are retried. If not, they are skipped, which a
            warning in the log reports at the end.
        call_errors: the exceptions of `call` and `reconcile` that are the failure of one input, as in an ``except``
            clause; defaults to `DixaError` and `TimeoutError`. An `ExceptionGroup` of nothing else is one, too. Any
            other is a mistake in the function, and ends the job.
        max_denied: how many calls in a row that Dixa denies (403) end the job; with None, each is the failure of its
            input.
        outage_timeout: seconds for which Dixa may be out of reach, or throttle a call again and again. Calls wait, and
            one at a time finds out whether it is back. After that, the job ends.
        progress: told how far the job is.

    Returns:
        The job. Nothing runs before somebody iterates over it. Leaving its block cancels what still runs.

    Raises:
        ConfigurationError: a setting cannot work, `call` cannot be called, or `inputs` is a text. While iterating,
            after the last outcome: there is a journal and no `key`, and an input has no text that is the same in every
            run.
        JournalError: while iterating: another job uses the journal. After the last outcome: it could not be written
            any more.
        CannotContinueError: while iterating, after the last outcome: no input can be sent any more.
        UnexpectedError: while iterating, after the last outcome: `call` or `reconcile` raised what is none of
            `call_errors`.
        InputError: while iterating, after the last outcome: the inputs or `key` raised.
        TooManyFailuresError: while iterating, after the last outcome: `max_failures` was reached.
    """
    check_call(call)

    async def call_for_one(items: list[Input]) -> Sequence[Result]:
        return (await await_call(call, items[0]),)

    settings = JobSettings[Input, Result](
        key=key,
        order=order,
        max_failures=max_failures,
        max_concurrency=max_concurrency,
        journal=journal,
        reconcile=reconcile,
        reconcile_delay=reconcile_delay,
        retry_failed=retry_failed,
        call_errors=call_errors,
        max_denied=max_denied,
        outage_timeout=outage_timeout,
        progress=progress,
    )
    return Job(call_for_one, inputs, settings)
