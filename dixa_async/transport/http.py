"""Requests and responses, and the state of the call that they belong to."""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final, Protocol

import attrs

from .._json import NotJsonError, loads
from ..config import Timeout
from ..errors import Attempt, CallInfo, RateLimitTimeoutError
from .operation import Operation


@attrs.define
class CallState:
    """The state of one call. All its requests share it, including those of retries."""

    operation: Operation[Any]
    attempts: list[Attempt] = attrs.field(factory=list[Attempt])
    deadline: float | None = None
    """When the whole call must have ended, on the clock of the event loop."""
    waited: float = 0.0
    """Seconds that the current attempt has waited for a slot and a permit."""
    max_wait: float | None = None
    """Seconds that the current attempt may wait in all before its request is sent; None means no limit."""
    maybe_applied: bool = False
    """Whether Dixa may have applied the call, in an attempt that has ended. It is never set for a read."""

    @property
    def has_priority(self) -> bool:
        """Whether the next attempt is served before all callers that wait, as this call has waited before.

        It is not after a 429: at the head of the queue, the call would use up its attempts while the limiter is still
        adapting its rate.
        """
        return bool(self.attempts) and self.attempts[-1].status != 429

    def info(self) -> CallInfo:
        """The call, as errors report it."""
        operation = self.operation
        return CallInfo(
            operation=operation.id, method=operation.method, path=operation.path, attempts=tuple(self.attempts)
        )

    def note_applied(self, maybe: bool) -> bool:
        """Record whether an attempt may have been applied.

        Args:
            maybe: whether Dixa may have acted on it.

        Returns:
            Whether the call may have been applied, in any of its attempts.
        """
        if maybe and not self.operation.is_read:
            self.maybe_applied = True
        return self.maybe_applied

    def wait_too_long_error(self, wait: float, max_wait: float) -> RateLimitTimeoutError:
        """Make the error of a call that is not sent because it would wait too long.

        Args:
            wait: the whole wait, in seconds.
            max_wait: the longest allowed wait, in seconds.

        Returns:
            The error.
        """
        return RateLimitTimeoutError(wait=wait, max_wait=max_wait, call=self.info(), maybe_applied=self.maybe_applied)

    def record(
        self, started_at: datetime, started: float, *, status: int | None = None, error: str | None = None
    ) -> None:
        """Record the end of an attempt.

        Args:
            started_at: when it was sent.
            started: the same on `time.monotonic`, which cannot be set back.
            status: the status of the response, if there was one.
            error: the class name of the error, if no response arrived.
        """
        seconds = time.monotonic() - started
        self.attempts.append(Attempt(started_at=started_at, seconds=seconds, status=status, error=error))


@attrs.frozen(kw_only=True)
class Request:
    """A request. A middleware that changes it makes a copy with `attrs.evolve`."""

    operation: Operation[Any]
    url: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """All headers except those that the session adds, such as the token and the user agent."""
    body: bytes | None = attrs.field(default=None, repr=False)
    timeout: Timeout
    call_state: CallState


@attrs.frozen(kw_only=True)
class Response:
    """A response that was read completely."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    """The names are in lower case."""
    body: bytes = attrs.field(repr=False)
    quota_used_up: bool = False
    """Whether this is a 429 because the daily quota is used up. `RateLimitMiddleware` sets it."""

    @property
    def message(self) -> str | None:
        """The `message` in its JSON, which says what is wrong; None if it has none."""
        try:
            message = loads(self.body)["message"]
        except (NotJsonError, KeyError, TypeError, IndexError):
            return None
        return message if isinstance(message, str) and message else None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class SendObserver(Protocol):
    """Observes the calls of a task and of the tasks that it starts, and the requests that are sent for them."""

    def begin(self, call_state: CallState) -> None:
        """A call has begun. Its first request is not sent yet, and may wait long for a permit."""
        ...

    def sending(self, request: Request) -> None:
        """A request is about to be sent. An error that is raised here prevents it."""
        ...

    def end(self, call_state: CallState) -> None:
        """A call has ended. `call_state` has its attempts."""
        ...


SEND_OBSERVER: Final[ContextVar[SendObserver | None]] = ContextVar("dixa_async.send_observer", default=None)
"""The observer of the current task. A bulk job must know which requests were sent."""
