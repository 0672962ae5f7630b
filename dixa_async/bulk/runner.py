"""One call for each input, as fast as the rate limit allows."""

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

    Inputs are read as they are needed, and calls start as outcomes are taken: the memory does not grow with the number
    of inputs. Just enough calls run at once to use the whole rate limit.

    Args:
        call: an async function that takes an input.
        inputs: a list, a generator or an async iterator. The job closes a generator when it ends.
        key: returns the key that identifies an input in the journal and the outcomes. It must be the same in every run
            of the job. For a journal, `str` is not enough if the class of the inputs defines no `__str__`, or if they
            contain sets.
        order: ``completion`` returns outcomes as calls end, ``input`` in the order of the inputs.
        max_failures: the number of failed and indeterminate inputs that ends the job; defaults to None, which never
            ends it early.
        max_concurrency: the maximum number of calls that run at once.
        journal: records the state of each input, so that the job can be killed and run again.
        reconcile: called for an indeterminate write of this run or an earlier one. It returns the result if the write
            was applied, and None or False if it was not: then the write is sent again.
        reconcile_delay: seconds to wait before `reconcile` is called for a write of this run, which Dixa may still be
            processing.
        retry_failed: whether inputs that failed in an earlier run are retried. If not, they are skipped, and a warning
            with their number is logged at the end.
        call_errors: the exceptions of `call` and `reconcile` that make one input fail, as in an ``except`` clause;
            defaults to `DixaError` and `TimeoutError`. So does an `ExceptionGroup` of nothing but these. Any other
            exception is taken for a bug in the function, and ends the job.
        max_denied: the number of calls that Dixa denies (403) in a row that ends the job, or None to count each as the
            failure of its input.
        outage_timeout: seconds for which Dixa may be unreachable, or throttle a call again and again. Meanwhile calls
            wait, and one at a time probes whether Dixa is back. After that, the job ends.
        progress: displays the progress of the job.

    Returns:
        The job. Nothing runs until it is iterated over. Leaving its block cancels the calls that still run.

    Raises:
        ConfigurationError: a setting is invalid, `call` is not an async function, or `inputs` cannot be iterated over
            or is a str. When iterating, after the last outcome: there is a journal and no `key`, and the `str` of an
            input is not the same in every run.
        UsageError: when iterating: another job uses the journal.
        JournalError: when iterating, after the last outcome: the journal could not be written.
        CannotContinueError: when iterating, after the last outcome: every other input would fail, too.
        UnexpectedError: when iterating, after the last outcome: `call` or `reconcile` raised an exception that is not
            one of `call_errors`.
        InputError: when iterating, after the last outcome: the inputs or `key` raised an exception.
        TooManyFailuresError: when iterating, after the last outcome: `max_failures` was reached.
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
