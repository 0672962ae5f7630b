"""The errors of the calls, and of the client.

    DixaError
    ├── ConfigurationError        a setting that cannot work (also a ValueError)
    ├── InvalidRequestError       an argument that cannot be sent; nothing was sent (also a ValueError)
    ├── UsageError                used in a way that cannot work (also a RuntimeError)
    │   └── ClientClosedError     used after it was closed
    ├── TransportError            no whole answer came
    │   ├── CannotConnectError    no connection was made, so nothing was sent
    │   ├── TlsError              the server's certificate or TLS was refused, so nothing was sent
    │   ├── ConnectionLostError   the connection broke before the whole answer was there
    │   ├── CallTimeoutError      too slow (also a TimeoutError)
    │   └── ResponseTooLargeError the answer was larger than the client accepts
    ├── StatusError               Dixa answered, with a status other than 2xx
    │   ├── RedirectError         3xx: never followed, for the token would go along
    │   ├── BadRequestError       400
    │   ├── AuthenticationError   401
    │   ├── PermissionDeniedError 403
    │   ├── NotFoundError         404
    │   ├── ConflictError         409
    │   ├── UnprocessableError    422
    │   ├── TooManyRequestsError  429
    │   │   └── QuotaExhaustedError  429, because the requests of the day are used up
    │   └── ServerError           5xx
    ├── ResponseDecodeError       Dixa answered 2xx with something that cannot be read; `body` keeps it
    ├── PaginationError           a page points to itself
    ├── RateLimitTimeoutError     the wait for the rate limit would be longer than `max_wait`; it was not sent
    ├── WaitTooLongError          what a limiter reports, of which a call makes a RateLimitTimeoutError
    └── JsonError                 `to_json` or `from_json` was given what it cannot turn (also a ValueError)

TransportError, PaginationError and RateLimitTimeoutError are `CallError`s, and so are StatusError and
ResponseDecodeError, which have the response with them as `AnswerError`s. Each CallError carries a `CallInfo` (which
operation, and what each attempt came to) and `maybe_applied`: whether Dixa may have done what the call asks for.
All errors can be copied and pickled. None holds the token or the body of a request. Where an error has a `path`, its
text shows that without the keys of maps, which may be personal. What ends a bulk job is a `dixa_async.bulk.BulkError`
or `JournalError`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

import attrs
from typing_extensions import override

_LONGEST_WORDS: Final = 500


@attrs.frozen(kw_only=True)
class Attempt:
    """One try to get an answer."""

    started_at: datetime
    """When it was sent, in UTC."""
    seconds: float
    """How long it took."""
    status: int | None = None
    """The status of the answer, if one came."""
    error: str | None = None
    """The name of the error, if no answer came."""


@attrs.frozen(kw_only=True)
class CallInfo:
    """Which call an error belongs to."""

    operation: str
    """The operation's id in Dixa's description, or ``request`` for a call made by method and path."""
    method: str
    path: str
    """The path template: it holds no ids."""
    attempts: tuple[Attempt, ...] = ()
    """What was tried, in order."""

    @override
    def __str__(self) -> str:
        tried = f" (after {len(self.attempts)} attempts)" if len(self.attempts) > 1 else ""
        return f"{self.method} {self.path}{tried}"


class DixaError(Exception):
    """Base class of all errors of this package."""

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors take keywords, which the pickling of exceptions does not know.
        return _restore, (type(self), self.args, self.__dict__)


def _restore(cls: type[DixaError], args: tuple[Any, ...], state: dict[str, Any]) -> DixaError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ConfigurationError(DixaError, ValueError):
    """A setting that cannot work. The message says which and what to do."""


class InvalidRequestError(DixaError, ValueError):
    """An argument that cannot be sent. Nothing was sent.

    Attributes:
        path: the place in the argument, such as ``$.message.content``.
        reason: what is wrong with it.
    """

    def __init__(self, reason: str, *, path: str = "$", shown_path: str | None = None) -> None:
        super().__init__(f"{shown_path or path}: {reason}" if path != "$" else reason)
        self.reason = reason
        self.path = path


class JsonError(DixaError, ValueError):
    """A value that JSON cannot hold, or JSON that does not fit the kind that was asked for.

    Attributes:
        path: the place, such as ``$[3].createdAt``.
        reason: what is wrong with it.
    """

    def __init__(self, reason: str, *, path: str, shown_path: str | None = None) -> None:
        super().__init__(f"{shown_path or path}: {reason}")
        self.reason = reason
        self.path = path


class UsageError(DixaError, RuntimeError):
    """The client was used in a way that cannot work. The message says what to do."""


class ClientClosedError(UsageError):
    """The client was used after it was closed, or closed while the call waited. Nothing was sent."""


class WaitTooLongError(DixaError):
    """A limiter would let a request wait longer than it may. The call becomes a `RateLimitTimeoutError`.

    Attributes:
        wait: how long the wait would be, in seconds.
        max_wait: how long it may be, in seconds.
    """

    def __init__(self, *, wait: float, max_wait: float) -> None:
        super().__init__(_too_long(wait, max_wait))
        self.wait = wait
        self.max_wait = max_wait


def _too_long(wait: float, max_wait: float) -> str:
    return f"the wait for the rate limit would be {wait:.1f} s, and max_wait is {max_wait:.1f} s"


class CallError(DixaError):
    """Base class of the errors of one call.

    Attributes:
        message: what went wrong.
        call: which call, and what was tried.
        maybe_applied: whether Dixa may have done what the call asks for, in any of its attempts. False if nothing can
            have been done: the call can be made again safely. It is always False for a call that only reads.
        page_key: the key of the page that was asked for, to go on from there; None for the first page and for calls
            without pages.
    """

    def __init__(self, message: str, *, call: CallInfo, maybe_applied: bool) -> None:
        super().__init__(message)
        self.message = message
        self.call = call
        self.maybe_applied = maybe_applied
        self.page_key: str | None = None

    @override
    def __str__(self) -> str:
        return f"{self.call}: {self.message}"


class RateLimitTimeoutError(CallError):
    """The wait for a slot and for the rate limit would be longer than `max_wait`. The request was not sent.

    Attributes:
        wait: how long the wait would be, in seconds, or has been, if it was for a slot.
        max_wait: how long it may be, in seconds.
    """

    def __init__(self, *, wait: float, max_wait: float, call: CallInfo, maybe_applied: bool) -> None:
        super().__init__(_too_long(wait, max_wait), call=call, maybe_applied=maybe_applied)
        self.wait = wait
        self.max_wait = max_wait


class TransportError(CallError):
    """No whole answer came."""


class CannotConnectError(TransportError):
    """No connection was made. Nothing was sent."""


class TlsError(TransportError):
    """The server's certificate, or TLS with it, was refused. Nothing was sent."""


class ConnectionLostError(TransportError):
    """The connection broke before the whole answer was there."""


class CallTimeoutError(TransportError, TimeoutError):
    """The answer did not come in time."""


class ResponseTooLargeError(TransportError):
    """The answer was larger than the client's `max_response_bytes`."""


class PaginationError(CallError):
    """A page names itself, or one before it, as its next page. `page_key` is the key that came back."""


class AnswerError(CallError):
    """Base class of the errors that come with an answer.

    Attributes:
        status: the status of the answer.
        headers: the headers of the answer, names in lower case.
        body: the body of the answer, as it came.
    """

    def __init__(
        self,
        message: str,
        *,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        super().__init__(message, call=call, maybe_applied=maybe_applied)
        self.status = status
        self.headers = dict(headers)
        self.body = body

    @property
    def request_id(self) -> str | None:
        """Dixa's id for the request, if the answer had one."""
        names = ("x-request-id", "x-amzn-requestid", "x-amz-apigw-id")
        return next((self.headers[name] for name in names if name in self.headers), None)

    @override
    def __str__(self) -> str:
        # The server chose the words: they must not fill a log, nor begin a line of their own in it.
        words = self.message if len(self.message) <= _LONGEST_WORDS else f"{self.message[:_LONGEST_WORDS]}…"
        return f"{self.call}: {self.status} {''.join(c if c.isprintable() else ' ' for c in words)}"


class ResponseDecodeError(AnswerError):
    """Dixa answered with success, and the answer cannot be read.

    A request that changes something has most likely done so: look before it is sent again.

    Attributes:
        path: the place in the response, such as ``$.data[3].createdAt``.
        reason: what is wrong there.
    """

    def __init__(
        self,
        reason: str,
        *,
        path: str,
        shown_path: str | None = None,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        message = f"the response cannot be read: {shown_path or path}: {reason}"
        super().__init__(message, call=call, maybe_applied=maybe_applied, status=status, headers=headers, body=body)
        self.reason = reason
        self.path = path


class StatusError(AnswerError):
    """Dixa answered with a status other than 2xx. `message` is what Dixa said, or the name of the status."""

    @classmethod
    def of(
        cls,
        message: str,
        *,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Self:
        """Make the error of the class that belongs to a status."""
        if status >= 500:
            kind: type[StatusError] = ServerError
        else:
            kind = RedirectError if 300 <= status < 400 else _BY_STATUS.get(status, StatusError)
        given: Any = {"maybe_applied": maybe_applied, "status": status, "headers": headers, "body": body}
        return kind(message, call=call, **given)  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def may_have_acted(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a server that sent this status may have done what it was asked for.

    A gateway that gave up may say 408 or 5xx of a server that goes on behind it.
    """
    if status == 503:
        return "retry-after" not in headers  # who says when to come back has done nothing
    return 200 <= status < 300 or status == 408 or status >= 500


class RedirectError(StatusError):
    """3xx. Redirects are never followed, for the token would go along. Check `base_url`."""


class BadRequestError(StatusError):
    """400: Dixa could not read the request, or refused a value in it."""


class AuthenticationError(StatusError):
    """401: the token is missing, wrong, or not allowed to do this."""


class PermissionDeniedError(StatusError):
    """403: the token may not do this."""


class NotFoundError(StatusError):
    """404: there is no such thing."""


class ConflictError(StatusError):
    """409: it contradicts what is there."""


class UnprocessableError(StatusError):
    """422: the request was readable, and refused."""


class TooManyRequestsError(StatusError):
    """429: more requests than the token may make, still after the retries."""


class QuotaExhaustedError(TooManyRequestsError):
    """429: the requests of the day are used up. It is not tried again: that would not help before the day ends.

    Attributes:
        day_ends: when the UTC day ends on which it was answered.
    """

    def __init__(
        self,
        message: str,
        *,
        call: CallInfo,
        maybe_applied: bool,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        day_ends: datetime,
    ) -> None:
        told = f"{message}: the daily quota is used up; the day ends at {day_ends:%Y-%m-%d %H:%M} UTC"
        super().__init__(told, call=call, maybe_applied=maybe_applied, status=status, headers=headers, body=body)
        self.day_ends = day_ends


class ServerError(StatusError):
    """5xx: Dixa failed."""


_BY_STATUS: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableError,
    429: TooManyRequestsError,
}
