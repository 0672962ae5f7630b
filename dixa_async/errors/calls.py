"""The errors of calls that got no response."""

from datetime import datetime

import attrs
from typing_extensions import override

from .base import DixaError, wait_message


@attrs.frozen(kw_only=True)
class Attempt:
    """One attempt of a call."""

    started_at: datetime
    """When it was started, in UTC, after the waits for a slot and a permit."""
    seconds: float
    """How long it took."""
    status: int | None = None
    """The status of the response, or None if no complete response arrived."""
    error: str | None = None
    """The class name of the error, or None if a complete response arrived."""


@attrs.frozen(kw_only=True)
class CallInfo:
    """A call, as its error, response or retry reports it."""

    operation: str
    """The ID of the operation in Dixa's OpenAPI description; ``request`` for calls of `DixaClient.request`."""
    method: str
    path: str
    """The path template, without IDs."""
    attempts: tuple[Attempt, ...] = ()
    """The attempts, in order."""

    @override
    def __str__(self) -> str:
        tried = f" (after {len(self.attempts)} attempts)" if len(self.attempts) > 1 else ""
        return f"{self.method} {self.path}{tried}"


class CallError(DixaError):
    """Base class of the errors of calls.

    Attributes:
        message: what went wrong.
        call: the call, with its attempts.
        maybe_applied: whether Dixa may have applied the call, in any of its attempts. If it is False, the call can
            safely be made again. It is always False for a call that only reads.
        page_key: the key of the requested page, to resume from there. None for the first page and for calls without
            pages.
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
    """The wait for a slot and for the rate limit would exceed `max_wait`. The request was not sent.

    Attributes:
        wait: the expected wait, in seconds, or the actual one if it was for a slot.
        max_wait: the longest allowed wait, in seconds.
    """

    def __init__(self, *, wait: float, max_wait: float, call: CallInfo, maybe_applied: bool) -> None:
        super().__init__(wait_message(wait, max_wait), call=call, maybe_applied=maybe_applied)
        self.wait = wait
        self.max_wait = max_wait


class TransportError(CallError):
    """No complete response arrived."""


class ConnectError(TransportError):
    """No connection could be made. Nothing was sent."""


class TlsError(TransportError):
    """The TLS handshake failed, for example because of the server's certificate. Nothing was sent."""


class ConnectionLostError(TransportError):
    """The connection was lost before the response was complete, or the response is not valid HTTP."""


class CallTimeoutError(TransportError, TimeoutError):
    """The response did not arrive in time."""


class ResponseTooLargeError(TransportError):
    """The response is larger than `max_response_bytes`, or has more JSON values than that allows."""


class FileChangedError(CallError):
    """A file changed while it was downloaded, after a part of it had been handed over. Download it again."""


class PaginationError(CallError):
    """Pagination cycle: a page names itself or an earlier one as the next page. `page_key` is that key."""


class IndeterminateWriteError(CallError):
    """A write that must happen only once may have been applied, and that cannot be found out; see ``add_once``.

    Its cause is the error of the last attempt. The same call, with the same external ID, can be made again.
    """
