"""Calls that take many inputs in one request, with an outcome for each input all the same."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar, overload

from ..models import Failure, Success, Unknown
from .arguments import await_call, check_call
from .job import Job
from .journal import Journal
from .outcomes import BulkError, Input, ItemRejectedError, Result, UnknownItemOutcomeError
from .progress import Progress
from .settings import (
    DEFAULT_CALL_ERRORS,
    DEFAULT_MAX_DENIED,
    DEFAULT_OUTAGE_TIMEOUT,
    DEFAULT_RECONCILE_DELAY,
    CallErrors,
    Inputs,
    ItemResult,
    JobSettings,
    Order,
    Reconcile,
)

Fault = TypeVar("Fault")
ItemOutcome: TypeAlias = Success[Result] | Failure[Fault] | Unknown
"""What Dixa says of one item of a request that had many."""
ChunkCall: TypeAlias = Callable[[list[Input]], Awaitable[Sequence[ItemOutcome[Result, Fault]]]]
PlainChunkCall: TypeAlias = Callable[[list[Input]], Awaitable[None]]


@overload
def run_chunks(
    call: PlainChunkCall[Input],
    inputs: Inputs[Input],
    *,
    chunk_size: int,
    key: Callable[[Input], str] = str,
    order: Order = "input",
    max_failures: int | None = None,
    max_concurrency: int = 100,
    journal: Journal | None = None,
    reconcile: Reconcile[Input, bool] | None = None,
    reconcile_delay: float = DEFAULT_RECONCILE_DELAY,
    retry_failed: bool = False,
    retry_rejected: bool = False,
    call_errors: CallErrors = DEFAULT_CALL_ERRORS,
    max_denied: int | None = DEFAULT_MAX_DENIED,
    outage_timeout: float = DEFAULT_OUTAGE_TIMEOUT,
    progress: Progress | None = None,
) -> Job[Input, None]: ...


@overload
def run_chunks(
    call: ChunkCall[Input, Result, Fault],
    inputs: Inputs[Input],
    *,
    chunk_size: int,
    key: Callable[[Input], str] = str,
    order: Order = "input",
    max_failures: int | None = None,
    max_concurrency: int = 100,
    journal: Journal | None = None,
    reconcile: Reconcile[Input, Result] | None = None,
    reconcile_delay: float = DEFAULT_RECONCILE_DELAY,
    retry_failed: bool = False,
    retry_rejected: bool = False,
    call_errors: CallErrors = DEFAULT_CALL_ERRORS,
    max_denied: int | None = DEFAULT_MAX_DENIED,
    outage_timeout: float = DEFAULT_OUTAGE_TIMEOUT,
    progress: Progress | None = None,
) -> Job[Input, Result]: ...


def run_chunks(
    call: ChunkCall[Input, Result, Fault] | PlainChunkCall[Input],
    inputs: Inputs[Input],
    *,
    chunk_size: int,
    key: Callable[[Input], str] = str,
    order: Order = "input",
    max_failures: int | None = None,
    max_concurrency: int = 100,
    journal: Journal | None = None,
    reconcile: Reconcile[Input, Result] | Reconcile[Input, bool] | None = None,
    reconcile_delay: float = DEFAULT_RECONCILE_DELAY,
    retry_failed: bool = False,
    retry_rejected: bool = False,
    call_errors: CallErrors = DEFAULT_CALL_ERRORS,
    max_denied: int | None = DEFAULT_MAX_DENIED,
    outage_timeout: float = DEFAULT_OUTAGE_TIMEOUT,
    progress: Progress | None = None,
) -> Job[Input, Result] | Job[Input, None]:
    """Make calls that take many inputs at once, with an outcome for each input.

    ::

        async with bulk.run_chunks(dixa.end_users.create_many, people, chunk_size=50) as outcomes:
            async for outcome in outcomes: ...

    If a call fails as a whole, that becomes the outcome of each of its inputs: `Failed`, or `Indeterminate` if Dixa
    may have done what must not be done twice.

    Args:
        call: what to do with a list of inputs. It gives a `Success`, a `Failure` or an `Unknown` for each, in their
            order, or None if it does them all or none.
        inputs: a list, a generator or an async iterator.
        chunk_size: inputs in a call. The last one may have fewer, and so may one of a job that was run before.
        key: see `run`.
        order: see `run`.
        max_failures: see `run`.
        max_concurrency: see `run`.
        journal: see `run`.
        reconcile: see `run`. It is asked about one input at a time. For a call that returns None, it returns whether
            the input was applied.
        reconcile_delay: see `run`.
        retry_failed: see `run`.
        retry_rejected: whether the inputs that were refused, while others of their call were done, are sent once more.
        call_errors: see `run`.
        max_denied: see `run`.
        outage_timeout: see `run`.
        progress: see `run`.

    Returns:
        The job. An input that was refused is `Failed` with an `ItemRejectedError`, which has Dixa's `fault`.

    Raises:
        ConfigurationError: `chunk_size` or another setting cannot work; see `run`.
        JournalError: see `run`.
        CannotContinueError: see `run`.
        UnexpectedError: see `run`.
        InputError: see `run`.
        TooManyFailuresError: see `run`.
    """
    check_call(call)

    async def call_for_all(items: list[Input]) -> Sequence[ItemResult[Result]]:
        count = len(items)  # the list is the call's own, to do with as it likes
        return _item_results(await await_call(call, items), count)

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
        chunk_size=chunk_size,
        retry_rejected=retry_rejected,
    )
    return Job(call_for_all, inputs, settings)


def _item_results(found: Sequence[ItemOutcome[Result, Fault]] | None, count: int) -> Sequence[ItemResult[Result]]:
    if found is None:
        return [None] * count  # type: ignore[list-item]  # pyright: ignore[reportReturnType]
    if len(found) != count:
        raise BulkError(f"the response has {len(found)} outcomes for {count} inputs")
    results: list[ItemResult[Result]] = []
    for each in found:
        if isinstance(each, Success):
            results.append(each.data)
        elif isinstance(each, Failure):
            results.append(ItemRejectedError(each.error))
        else:
            results.append(UnknownItemOutcomeError(f"this version does not know such an outcome: {each}"))
    return results
