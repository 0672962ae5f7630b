"""What an error is about: the input it was raised for, Dixa being out of reach, or the whole job."""

import enum
from datetime import UTC

from aiohttp import ConnectionTimeoutError

from ..errors import (
    AuthenticationError,
    CallTimeoutError,
    CannotConnectError,
    ConfigurationError,
    PermissionDeniedError,
    QuotaExhaustedError,
    RateLimitTimeoutError,
    StatusError,
    TlsError,
    TooManyRequestsError,
    TransportError,
    UsageError,
)
from .outcomes import CannotContinueError, Failed, described_error


class Cause(enum.Enum):
    """What an error is about."""

    INPUT = enum.auto()
    OUTAGE = enum.auto()
    """Dixa cannot be reached, or asks to be left alone for a while. Each input would meet it now, and none later."""
    JOB = enum.auto()
    """Each input would meet it."""


_ABOUT_THE_JOB = (
    AuthenticationError,
    CannotContinueError,  # of a job inside the call
    ConfigurationError,
    QuotaExhaustedError,
    TlsError,
    UsageError,
)
_OUTAGES = (CannotConnectError, RateLimitTimeoutError, TooManyRequestsError)


def cause_of(error: BaseException) -> Cause:
    """What an error is about that a call has raised."""
    if isinstance(error, _ABOUT_THE_JOB):
        return Cause.JOB
    if isinstance(error, _OUTAGES):
        return Cause.OUTAGE
    if isinstance(error, CallTimeoutError) and _had_no_connection(error):
        return Cause.OUTAGE
    if isinstance(error, StatusError) and error.status == 503 and "retry-after" in error.headers:
        return Cause.OUTAGE
    return Cause.INPUT


def _had_no_connection(error: CallTimeoutError) -> bool:
    attempts = error.call.attempts
    return not attempts or attempts[-1].error == ConnectionTimeoutError.__name__


def is_no_response(error: BaseException) -> bool:
    """Whether Dixa, or what stands before it, seems to be gone, if one error after the other is like this."""
    return isinstance(error, TransportError) or (isinstance(error, StatusError) and error.status >= 500)


def is_denied(outcome: object) -> bool:
    """Whether this is the outcome of an input whose call was refused with a 403."""
    return isinstance(outcome, Failed) and isinstance(outcome.error, PermissionDeniedError)


def cannot_continue(error: BaseException) -> CannotContinueError:
    """The error that ends a job, which says how to go on."""
    if isinstance(error, AuthenticationError):
        reason, remedy = "Dixa refuses the token", "give the client a valid token, and"
    elif isinstance(error, PermissionDeniedError):
        reason = "Dixa denied one input after the other"
        remedy = "give the token the permission (or catch PermissionDeniedError in the call, or raise max_denied), and"
    elif isinstance(error, QuotaExhaustedError):
        reason = "the daily quota is used up"
        remedy = f"after {error.day_ends.astimezone(UTC):%Y-%m-%d %H:%M} UTC,"
    elif isinstance(error, CannotContinueError):
        reason, remedy = "a job inside the call could not go on", "then"
    else:
        reason, remedy = "no input can be sent like this", "correct it, and"
    return CannotContinueError(
        f"{reason}: {described_error(error)}. What was not sent is as it was: {remedy} run the job again"
    )
