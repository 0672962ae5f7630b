"""The errors of one call, apart from those that come with a response."""

from datetime import datetime

import attrs
from typing_extensions import override

from .base import DixaError, wait_too_long


@attrs.frozen(kw_only=True)
class Attempt:
    """One try to get a response."""

    started_at: datetime
    """When it was sent, in UTC."""
    seconds: float
    """How long it took."""
    status: int | None = None
    """The status of the response, if there was one."""
    error: str | None = None
    """The name of the error, if no response came."""


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
        super().__init__(wait_too_long(wait, max_wait), call=call, maybe_applied=maybe_applied)
        self.wait = wait
        self.max_wait = max_wait


class TransportError(CallError):
    """No response came, or an incomplete one."""


class ConnectError(TransportError):
    """No connection was made. Nothing was sent."""


class TlsError(TransportError):
    """The server's certificate, or TLS with it, was refused. Nothing was sent."""


class ConnectionLostError(TransportError):
    """The connection broke before the response was complete."""


class CallTimeoutError(TransportError, TimeoutError):
    """The response did not come in time."""


class ResponseTooLargeError(TransportError):
    """The response was larger than the client's `max_response_bytes`, or holds more JSON values than these allow."""


class PaginationError(CallError):
    """A page names itself, or one before it, as its next page. `page_key` is the key that came back."""
