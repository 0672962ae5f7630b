"""A request on its way down, a response on its way up, and what was tried between them."""

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
    """What one call has come to so far. All its requests share it, those of its retries too."""

    operation: Operation[Any]
    attempts: list[Attempt] = attrs.field(factory=list[Attempt])
    deadline: float | None = None
    """When the whole call must be over, on the loop's clock."""
    waited: float = 0.0
    """Seconds that the attempt under way has waited for a slot and a permit."""
    max_wait: float | None = None
    """Seconds that the attempt under way may wait in all before its request is sent; None: as long as it takes."""
    maybe_applied: bool = False
    """Whether Dixa may have done what the call asks for, in an attempt that is over. A read asks for no change."""

    @property
    def has_priority(self) -> bool:
        """Whether the next attempt goes before all who wait: this call has waited before.

        A call that was refused with a 429 does not. At the head of the line it would use up its attempts while the
        limiter is still finding out how slow it has to be.
        """
        return bool(self.attempts) and self.attempts[-1].status != 429

    def info(self) -> CallInfo:
        """What an error tells of the call."""
        operation = self.operation
        return CallInfo(
            operation=operation.id, method=operation.method, path=operation.path, attempts=tuple(self.attempts)
        )

    def note_applied(self, maybe: bool) -> bool:
        """Take note of what an attempt may have done.

        Args:
            maybe: whether Dixa may have acted on it.

        Returns:
            The same for the whole call.
        """
        if maybe and not self.operation.is_read:
            self.maybe_applied = True
        return self.maybe_applied

    def wait_too_long_error(self, wait: float, max_wait: float) -> RateLimitTimeoutError:
        """Make the error of a call that is not sent, for it would wait too long.

        Args:
            wait: the whole wait, in seconds.
            max_wait: how long it may be, in seconds.

        Returns:
            The error.
        """
        return RateLimitTimeoutError(wait=wait, max_wait=max_wait, call=self.info(), maybe_applied=self.maybe_applied)

    def record(
        self, started_at: datetime, started: float, *, status: int | None = None, error: str | None = None
    ) -> None:
        """Note the end of an attempt.

        Args:
            started_at: when it was sent.
            started: the same on `time.monotonic`, which nobody sets back.
            status: the status of the response, if there was one.
            error: the name of the error, if no response arrived.
        """
        seconds = time.monotonic() - started
        self.attempts.append(Attempt(started_at=started_at, seconds=seconds, status=status, error=error))


@attrs.frozen(kw_only=True)
class Request:
    """What is sent. A middleware that changes it makes a copy with `attrs.evolve`."""

    operation: Operation[Any]
    url: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Headers besides the token and the user agent, which the session adds."""
    body: bytes | None = attrs.field(default=None, repr=False)
    timeout: Timeout
    call_state: CallState


@attrs.frozen(kw_only=True)
class Response:
    """What came back, read whole."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    """Resolver in lower case."""
    body: bytes = attrs.field(repr=False)
    quota_used_up: bool = False
    """Whether this is a 429 because the requests of the day are used up. The rate limit sets it."""

    @property
    def message(self) -> str | None:
        """The `message` of its JSON, in which Dixa says what is wrong; None if there is none."""
        try:
            said = loads(self.body)["message"]
        except (NotJsonError, KeyError, TypeError, IndexError):
            return None
        return said if isinstance(said, str) and said else None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class SendObserver(Protocol):
    """Observes the calls of a task and of the tasks that it starts, and the requests that leave for them."""

    def begin(self, call_state: CallState) -> None:
        """A call has begun. Its first request has not left yet, and may wait for a permit for long."""
        ...

    def sending(self, request: Request) -> None:
        """A request is about to leave: nothing but the network is before it. What this raises keeps it back."""
        ...

    def end(self, call_state: CallState) -> None:
        """A call is over. `call_state` has what its attempts came to."""
        ...


SEND_OBSERVER: Final[ContextVar[SendObserver | None]] = ContextVar("dixa_async.send_observer", default=None)
"""Who observes the calls of the current task. A bulk job must know what has left, and what has not."""
