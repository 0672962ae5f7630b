"""What an error is about: its input, an outage of Dixa, or the whole job."""

import enum
from collections.abc import Iterator
from datetime import UTC
from typing import cast

from aiohttp import ConnectionTimeoutError

from .._error_text import describe_error
from ..errors import (
    AuthenticationError,
    CallTimeoutError,
    ConfigurationError,
    ConnectError,
    PermissionDeniedError,
    QuotaExhaustedError,
    RateLimitTimeoutError,
    StatusError,
    TlsError,
    TooManyRequestsError,
    TransportError,
    UsageError,
)
from .journal import JournalError
from .outcomes import CannotContinueError, Failed, InputError


class Cause(enum.Enum):
    """What an error is about."""

    INPUT = enum.auto()
    OUTAGE = enum.auto()
    """Dixa is unreachable. Every input would fail now, and none later."""
    THROTTLED = enum.auto()
    """Dixa, or the rate limit, asks to wait. It is never about the input."""
    JOB = enum.auto()
    """Every input would fail with it."""


_ABOUT_THE_JOB = (
    AuthenticationError,
    CannotContinueError,  # of a job inside the call
    ConfigurationError,
    JournalError,  # of a job inside the call
    QuotaExhaustedError,
    TlsError,
    UsageError,
)
_THROTTLED = (RateLimitTimeoutError, TooManyRequestsError)


def single_errors(error: BaseException) -> Iterator[BaseException]:
    """The errors of an exception group and of the groups in it; for any other error, the error itself.

    An `InputError`, of a job inside the call, is replaced by its cause.
    """
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        for each in group.exceptions:
            yield from single_errors(each)
    elif isinstance(error, InputError) and error.__cause__ is not None:
        yield from single_errors(error.__cause__)
    else:
        yield error


def is_group(error: BaseException) -> bool:
    """Whether an error is a group of others."""
    return isinstance(error, BaseExceptionGroup)


def cause_of(error: BaseException) -> Cause:
    """What an error of a call is about."""
    causes = {_cause_of_single(each) for each in single_errors(error)}
    return next(cause for cause in (Cause.JOB, Cause.INPUT, Cause.THROTTLED, Cause.OUTAGE) if cause in causes)


def _cause_of_single(error: BaseException) -> Cause:
    if isinstance(error, _ABOUT_THE_JOB):
        return Cause.JOB
    if isinstance(error, _THROTTLED):
        return Cause.THROTTLED
    if isinstance(error, StatusError) and error.status == 503 and "retry-after" in error.headers:
        return Cause.THROTTLED
    if isinstance(error, ConnectError):
        return Cause.OUTAGE
    if isinstance(error, CallTimeoutError) and _had_no_connection(error):
        return Cause.OUTAGE
    return Cause.INPUT


def _had_no_connection(error: CallTimeoutError) -> bool:
    attempts = error.call.attempts
    return not attempts or attempts[-1].error == ConnectionTimeoutError.__name__


def is_no_response(error: BaseException) -> bool:
    """Whether there was no response, or only one of a gateway. Several such errors in a row mean an outage."""
    return all(
        isinstance(each, TransportError) or (isinstance(each, StatusError) and each.status >= 500)
        for each in single_errors(error)
    )


def is_denied(outcome: object) -> bool:
    """Whether this is the outcome of an input whose call was denied with a 403."""
    return isinstance(outcome, Failed) and any(
        isinstance(error, PermissionDeniedError) for error in single_errors(outcome.error)
    )


def cannot_continue(error: BaseException) -> CannotContinueError:
    """The error that ends a job. Its message says how to go on."""
    singles = [*single_errors(error)]
    about_the_job = [each for each in singles if _cause_of_single(each) is Cause.JOB]
    denied = (each for each in singles if isinstance(each, PermissionDeniedError))
    error = next(iter([*about_the_job, *denied]), error)
    if isinstance(error, CannotContinueError):  # of a job inside the call: its message says it already
        return CannotContinueError(str(error))
    if isinstance(error, AuthenticationError):
        reason, remedy = "Dixa rejects the token", "give the client a valid token, and"
    elif isinstance(error, PermissionDeniedError):
        reason = "Dixa denied several calls in a row"
        remedy = "give the token the permission (or catch PermissionDeniedError in the call, or raise max_denied), and"
    elif isinstance(error, QuotaExhaustedError):
        reason = "the daily quota is used up"
        remedy = f"after {error.day_ends.astimezone(UTC):%Y-%m-%d %H:%M} UTC,"
    elif isinstance(error, JournalError):
        reason, remedy = "the journal of a job inside the call cannot be used", "fix that, and"
    else:
        reason, remedy = "every call would fail with this error", "fix it, and"
    return CannotContinueError(
        f"{reason}: {describe_error(error)}. Inputs without an outcome are unchanged: {remedy} run the job again"
    )
