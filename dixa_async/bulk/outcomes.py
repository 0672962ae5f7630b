"""What becomes of one input of a job."""

from typing import Generic, TypeAlias, TypeVar

import attrs

from ..errors import DixaError
from .state import State

Input = TypeVar("Input")
Result = TypeVar("Result")


@attrs.frozen(kw_only=True)
class Succeeded(Generic[Input, Result]):
    """The call gave a result."""

    input: Input
    key: str
    result: Result
    attempts: int
    """Requests that it took."""
    seconds: float
    """From the start of the call to its result, the wait for the rate limit included."""
    is_result_kept: bool = True
    """False if JSON cannot hold the result: the journal has the input as done, without it."""


@attrs.frozen(kw_only=True)
class Failed(Generic[Input]):
    """The call failed. It can be made again: Dixa did not do what it asks for, or doing it once more does no harm.

    A PUT or DELETE may have been done all the same: `maybe_applied` of a `CallError` says so.
    """

    input: Input
    key: str
    error: Exception
    attempts: int
    seconds: float


@attrs.frozen(kw_only=True)
class Indeterminate(Generic[Input]):
    """A write was sent, and nobody knows whether it was done: no response arrived, or one that does not tell.

    Such a response is a 408, most of 5xx, and one that cannot be read. A call of several requests that failed after its
    first write is indeterminate, too. It is never sent again by itself.
    """

    input: Input
    key: str
    error: Exception | None
    """What happened; None if an earlier run of the job was killed before it learned."""
    attempts: int
    seconds: float


Outcome: TypeAlias = Succeeded[Input, Result] | Failed[Input] | Indeterminate[Input]
Ending: TypeAlias = Outcome[Input, Result] | State
"""An outcome, or the state in which an earlier run left an input that is skipped: done or failed."""


class BulkError(DixaError):
    """Base class of what ends a job."""


def described_error(error: BaseException) -> str:
    """The name of an error and what it says, if it can say it."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception as unsaid:
        return f"{type(error).__name__}, whose text cannot be read: {type(unsaid).__name__}"


class InputError(BulkError):
    """The inputs themselves failed. What was started before is finished, and its outcomes were given."""


class CannotContinueError(BulkError):
    """The job ended early: what went wrong is not about one input, and all that are left would meet it, too.

    It is the `__cause__` of this error: the token is refused, the daily quota is used up, the client was closed or is
    used in a way that cannot work, or Dixa was out of reach for longer than `outage_timeout`. What was not sent is as
    it was before, and the next run of the job does it.
    """


class UnexpectedError(BulkError):
    """The job ended early: `call` or `reconcile` raised an exception that is not one of its `call_errors`.

    The exception is the `__cause__` of this error. The input is as it was before, or in doubt if a write had left.

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
    """The job stopped, since more inputs failed than it was told to bear. What was started is finished.

    Attributes:
        failures: how many failed.
    """

    def __init__(self, failures: int) -> None:
        super().__init__(f"the job stopped after {failures} failures")
        self.failures = failures


class DuplicateKeyError(BulkError):
    """Two inputs of a job have one key. The second one was not sent.

    Attributes:
        key: the key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"an earlier input has the key {key!r}, too: this one was not sent")
        self.key = key


class CallCancelledError(BulkError):
    """The call was cancelled by something else than the job."""


class ItemRejectedError(BulkError):
    """Dixa rejected one item of a request that had many.

    Attributes:
        fault: why.
    """

    def __init__(self, fault: object) -> None:
        super().__init__(f"{type(fault).__name__}: {getattr(fault, 'message', fault)}")
        self.fault = fault


class UnknownItemOutcomeError(BulkError):
    """The response to a request that had many items does not tell what became of this one."""
