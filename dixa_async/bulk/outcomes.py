"""The outcomes of the inputs of a job, and the errors of jobs."""

from typing import Generic, TypeAlias, TypeVar

import attrs

from ..errors import DixaError
from .state import State

Input = TypeVar("Input")
Result = TypeVar("Result")


@attrs.frozen(kw_only=True)
class Succeeded(Generic[Input, Result]):
    """The call returned a result."""

    input: Input
    key: str
    result: Result
    attempts: int
    """Requests that were sent for it."""
    seconds: float
    """Seconds from the start of the call to its result, including the wait for the rate limit."""
    is_result_kept: bool = True
    """False if JSON cannot hold the result: the journal has the input as succeeded, without its result."""


@attrs.frozen(kw_only=True)
class Failed(Generic[Input]):
    """The call failed. It can be made again: Dixa has not applied it, or applying it twice does no harm.

    A PUT or DELETE may have been applied all the same: `maybe_applied` of a `CallError` says so.
    """

    input: Input
    key: str
    error: Exception
    attempts: int
    seconds: float


@attrs.frozen(kw_only=True)
class Indeterminate(Generic[Input]):
    """A write was sent, and it is not known whether it was applied: there was no response, or one that does not say.

    Such a response is a 408, most of 5xx, and one that cannot be read. A call of several requests that failed after its
    first write is indeterminate, too. The job does not send it again unless `reconcile` says that it was not applied.
    """

    input: Input
    key: str
    error: Exception | None
    """The error of the call, or None if an earlier run of the job was killed before it knew the outcome."""
    attempts: int
    seconds: float


Outcome: TypeAlias = Succeeded[Input, Result] | Failed[Input] | Indeterminate[Input]
OutcomeOrState: TypeAlias = Outcome[Input, Result] | State
"""An outcome, or the state of an input that is skipped since it succeeded or failed in an earlier run."""


class BulkError(DixaError):
    """Base class of the errors of jobs and of their inputs."""


class InputError(BulkError):
    """Reading the inputs failed. The calls that ran have ended, and their outcomes were returned."""


class CannotContinueError(BulkError):
    """The job ended early: its error is not about one input, and all remaining inputs would fail with it, too.

    The error is the `__cause__`: the token is rejected, the daily quota is used up, the client was closed or is used in
    a way that cannot work, or Dixa was unreachable for longer than `outage_timeout`. Inputs that were not sent are
    unchanged, and the next run of the job sends them.
    """


class UnexpectedError(BulkError):
    """The job ended early: `call` or `reconcile` raised an exception that is not one of its `call_errors`.

    The exception is the `__cause__`. The input is unchanged, or indeterminate if a write was sent.

    Attributes:
        input: the input for which it was raised.
        key: the key of the input.
    """

    def __init__(self, message: str, *, input: object, key: str) -> None:  # noqa: A002
        super().__init__(message)
        self.input = input
        self.key = key


class InvalidKeyError(BulkError):
    """The key of an input cannot be used. The input was not sent, and is not in the journal."""


class TooManyFailuresError(BulkError):
    """The job stopped since `max_failures` was reached. The calls that ran have ended.

    Attributes:
        failures: the number of inputs that failed or are indeterminate.
    """

    def __init__(self, failures: int) -> None:
        super().__init__(f"the job stopped after {failures} failures")
        self.failures = failures


class DuplicateKeyError(BulkError):
    """Two inputs of a job have the same key. The second one was not sent.

    Attributes:
        key: the key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"an earlier input has the same key {key!r}: this one was not sent")
        self.key = key


class CallCancelledError(BulkError):
    """The call was cancelled, but not by the job."""


class ItemRejectedError(BulkError):
    """Dixa rejected one item of a request with several.

    Attributes:
        fault: the reason, as Dixa reports it.
    """

    def __init__(self, fault: object) -> None:
        super().__init__(f"{type(fault).__name__}: {getattr(fault, 'message', fault)}")
        self.fault = fault


class UnknownItemOutcomeError(BulkError):
    """The response to a request with several items does not say whether this one was applied."""
