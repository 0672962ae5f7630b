"""An exit code for each kind of error, so that a script knows what to do."""

from typing import Final

from ...errors import (
    AuthenticationError,
    CallError,
    ConfigurationError,
    DixaError,
    InvalidRequestError,
    NoMatchError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitTimeoutError,
    ResponseDecodeError,
    ServerError,
    StatusError,
    TooManyRequestsError,
    TransportError,
    UsageError,
)

NOT_SENT: Final = 2
MAYBE_APPLIED: Final = 7

_CODES: Final[tuple[tuple[type[DixaError], int], ...]] = (
    (InvalidRequestError, NOT_SENT),
    (ConfigurationError, NOT_SENT),
    (UsageError, NOT_SENT),
    (AuthenticationError, 3),
    (PermissionDeniedError, 3),
    (NotFoundError, 4),
    (NoMatchError, 4),
    (TooManyRequestsError, 6),
    (ServerError, 6),
    (RateLimitTimeoutError, 6),
    (TransportError, 6),
    (ResponseDecodeError, 8),
    (StatusError, 5),
)


def exit_code(error: DixaError) -> int:
    """The exit code of an error.

    Args:
        error: the error.

    Returns:
        2 nothing was sent, 3 the token was rejected or has no permission, 4 not found, 5 rejected, 6 no response, or
        too many requests, or Dixa failed, 7 a write that may have been applied, 8 the response cannot be read, 1 any
        other.
    """
    if isinstance(error, CallError) and error.maybe_applied:
        return MAYBE_APPLIED
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)
