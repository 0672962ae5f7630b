"""Calls that take several inputs, with an outcome for each input."""

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
"""The result of one item of a request with several, as Dixa reports it."""
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
    """Make calls that take several inputs each, with an outcome for each input.

    ::

        async with bulk.run_chunks(dixa.end_users.create_many, people, chunk_size=50) as outcomes:
            async for outcome in outcomes: ...

    If a whole call fails, each of its inputs has that outcome: `Failed`, or `Indeterminate` if Dixa may have applied
    what must not be applied twice.

    Args:
        call: an async function that takes a list of inputs. It returns a `Success`, a `Failure` or an `Unknown` for
            each, in their order, or None if it applies all of them or none.
        inputs: a list, a generator or an async iterator.
        chunk_size: inputs in a call. The last call may have fewer, and so may any call of a job that was run before.
        key: see `run`.
        order: see `run`.
        max_failures: see `run`.
        max_concurrency: see `run`.
        journal: see `run`.
        reconcile: see `run`. It is called for one input at a time. If `call` returns None, it returns whether the input
            was applied.
        reconcile_delay: see `run`.
        retry_failed: see `run`.
        retry_rejected: whether rejected inputs are retried once if other inputs of their call succeeded.
        call_errors: see `run`.
        max_denied: see `run`.
        outage_timeout: see `run`.
        progress: see `run`.

    Returns:
        The job. A rejected input is `Failed` with an `ItemRejectedError`, which has Dixa's `fault`.

    Raises:
        ConfigurationError: `chunk_size` is not a whole number of 1 or more; see also `run`.
        UsageError: see `run`.
        JournalError: see `run`.
        CannotContinueError: see `run`.
        UnexpectedError: see `run`.
        InputError: see `run`.
        TooManyFailuresError: see `run`.
    """
    check_call(call)

    async def call_for_all(items: list[Input]) -> Sequence[ItemResult[Result]]:
        count = len(items)  # the call may change its list
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


def _item_results(outcomes: Sequence[ItemOutcome[Result, Fault]] | None, count: int) -> Sequence[ItemResult[Result]]:
    if outcomes is None:
        return [None] * count  # type: ignore[list-item]  # pyright: ignore[reportReturnType]
    if len(outcomes) != count:
        raise BulkError(f"the response has {len(outcomes)} outcomes for {count} inputs")
    results: list[ItemResult[Result]] = []
    for each in outcomes:
        if isinstance(each, Success):
            results.append(each.data)
        elif isinstance(each, Failure):
            results.append(ItemRejectedError(each.error))
        else:
            results.append(UnknownItemOutcomeError(f"this version of the package does not know this outcome: {each}"))
    return results
