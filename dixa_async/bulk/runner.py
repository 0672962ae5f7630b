"""Many calls, run as fast as the rate limit allows, with an outcome for each input."""

from collections.abc import Callable, Sequence

from .job import Job
from .journal import Journal
from .outcomes import Input, Result
from .progress import Progress
from .settings import Call, Inputs, JobSettings, Order, Reconcile


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
        key: the name of an input in the journal and the outcomes. It must be the same in every run of the job. `str`
            will not do for a journal if the class of the inputs does not say how to write them.
        order: ``completion`` gives outcomes as they come, ``input`` in the order of the inputs.
        stop_after: how many failures end the job; None: it never ends early.
        max_concurrency: never more calls at once than this.
        journal: where it is noted what was done, so that the job can be killed and run again.
        reconcile: asked for a write that an earlier run sent without learning what became of it: gives the result if
            it was done, None if it was not.
        retry_failed: whether inputs that failed in an earlier run are tried again. If not, they are skipped, which a
            warning in the log tells at the end.
        progress: told how far the job is.

    Returns:
        The job. Nothing runs before somebody iterates over it. Leaving its block cancels what still runs.

    Raises:
        ConfigurationError: a setting cannot work. While iterating, after the last
            outcome: there is a journal and no `key`, and an input has no text that is the same in every run.
        InputError: while iterating, after the last outcome: the inputs raised.
        StoppedError: while iterating, after the last outcome: `stop_after` was reached.
        JournalError: while iterating, after the last outcome: the journal could not be written any more.
    """

    async def call_for_one(items: list[Input]) -> Sequence[Result]:
        return (await call(items[0]),)

    settings = JobSettings[Input, Result](
        key=key,
        order=order,
        stop_after=stop_after,
        max_concurrency=max_concurrency,
        journal=journal,
        reconcile=reconcile,
        retry_failed=retry_failed,
        progress=progress,
    )
    return Job(call_for_one, inputs, settings)
