"""Another attempt after a failed one, where that is safe and does not make an outage worse.

- `RetryPolicy` (in `config`) says what is retried, how often, and with what pauses.
- `RetryBudget` sees to it that an outage does not multiply the load.
- `Retry` is the middleware.
"""

import asyncio
import email.utils
import logging
import random
import re
import time
from collections.abc import Callable
from datetime import UTC
from typing import Final

import attrs

from ...config import RetryEvent, RetryPolicy
from ...errors import (
    ClientClosedError,
    RateLimitTimeoutError,
    ResponseTooLargeError,
    StatusError,
    TlsError,
    TransportError,
)
from ...secret import Secret
from ..http import Request, Response
from ..shutdown import PendingWaits
from ..token_registry import TokenRegistry
from .chain import Send

logger = logging.getLogger("dixa_async.retry")

_DOUBLINGS = 60  # more of them reach no longer pause, and in the end numbers that no float holds
_OUTAGE: Final = 3600.0
"""Seconds for which a budget that is not full is remembered when nobody uses it."""
_BETWEEN_HEADERS: Final = re.compile(r",(?!\s*\d{1,2}[ -][A-Za-z])")
"""The comma that joins two headers; not the one in ``Tue, 14 Nov 2023 22:13:20 GMT``."""


@attrs.define
class RetryBudget:
    """What retries may cost. A retry takes from it, a success puts a little back.

    While all goes well, it is full and never felt. In an outage it is soon empty: then calls fail after their first
    attempt, and the load stays what it would be without retries.
    """

    capacity: float = 100.0
    cost: float = 5.0
    income: float = 1.0
    left: float = attrs.field(default=attrs.Factory(lambda self: self.capacity, takes_self=True))

    def spend(self) -> bool:
        """Take the cost of a retry, if there is enough."""
        if self.left < self.cost:
            return False
        self.left -= self.cost
        return True

    def is_disposable(self, unused_for: float) -> bool:
        """Whether a new budget would do just the same: it is full, or tells of an outage of long ago.

        Args:
            unused_for: seconds for which nobody has used it.
        """
        return self.left >= self.capacity or unused_for >= _OUTAGE

    def earn(self) -> None:
        """Put the income of a success back."""
        self.left = min(self.capacity, self.left + self.income)


_shared: TokenRegistry[RetryBudget] = TokenRegistry(RetryBudget.is_disposable)


def shared_budget(server: str, token: Secret) -> RetryBudget:
    """The one budget of this process for a server and a token.

    Args:
        server: the base URL.
        token: the API key.

    Returns:
        The budget.
    """
    budget = _shared.get(server, token)
    if budget is None:
        budget = RetryBudget()
        _shared.add(server, token, budget)
    return budget


def keep_budget_after(user: object, server: str, token: Secret) -> None:
    """Keep the budget of this process for a server and a token when its user is gone, while it says something.

    As for the limiter: a program which makes a client for each call would send all retries in an outage if each client
    came with a full budget.

    Args:
        user: what uses it.
        server: the base URL.
        token: the API key.
    """
    _shared.keep_after(user, server, token)


class RetryMiddleware:
    """The middleware that retries.

    Args:
        policy: what, how often, and with what pauses.
        budget: shared by all calls to a server with a token.
        waits: those of the client.
        draw: gives a number from 0 to 1.
    """

    def __init__(
        self, policy: RetryPolicy, budget: RetryBudget, waits: PendingWaits, draw: Callable[[], float] = random.random
    ) -> None:
        self._policy = policy
        self._budget = budget
        self._waits = waits
        self._draw = draw

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        operation = request.operation
        policy = self._policy.for_operation(operation.method, operation.path)
        outcome: Response | TransportError | None = None
        attempt = 0
        while True:
            attempt += 1
            try:
                outcome = await send(request)
                if outcome.ok and outcome.status not in policy.statuses:
                    self._budget.earn()
                    return outcome
            except TransportError as error:
                outcome = error
            except (RateLimitTimeoutError, ClientClosedError):
                # For the caller this is a call that was sent and failed, not one that was never sent.
                if outcome is None:
                    raise
                return _result(outcome)
            pause = self._pause(policy, request, outcome, attempt)
            if pause is None:
                return _result(outcome)
            _tell(policy, _event(request, outcome, attempt, pause))
            try:
                await self._waits.wait_for(asyncio.sleep, pause)
            except ClientClosedError:
                return _result(outcome)

    def _pause(
        self, policy: RetryPolicy, request: Request, outcome: Response | TransportError, attempt: int
    ) -> float | None:
        """Seconds until the next attempt; None if there is none."""
        if not _may_repeat(policy, request, outcome):
            return None
        if attempt >= policy.max_attempts or self._waits.ended:
            return None
        asked = retry_after(outcome) if isinstance(outcome, Response) else None
        if asked is not None and asked > policy.max_retry_after:
            return None
        # Full jitter. The server's wish is the least; the jitter on top keeps callers from coming back all at once.
        longest = policy.base_delay * 2.0 ** min(attempt - 1, _DOUBLINGS)
        jitter = self._draw() * min(policy.max_delay, longest)
        pause = jitter if asked is None else asked + jitter
        deadline = request.call_state.deadline
        if deadline is not None and asyncio.get_running_loop().time() + pause >= deadline:
            return None
        # The limiter sees to it that 429s do not multiply the load: it pauses, and slows down.
        refused = isinstance(outcome, Response) and outcome.status == 429
        return pause if refused or self._budget.spend() else None


def _may_repeat(policy: RetryPolicy, request: Request, outcome: Response | TransportError) -> bool:
    safe = request.operation.retry_safe
    if isinstance(outcome, TransportError):
        if isinstance(outcome, TlsError | ResponseTooLargeError):
            return False
        return safe or not outcome.maybe_applied
    # 429, and 503 with Retry-After: refused before anything was done.
    if outcome.status == 429:
        return not outcome.quota_used_up
    if outcome.status == 503 and "retry-after" in outcome.headers:
        return True
    return safe and outcome.status in policy.statuses


def _event(request: Request, outcome: Response | TransportError, attempt: int, pause: float) -> RetryEvent:
    return RetryEvent(
        call=request.call_state.info(),
        attempt=attempt,
        pause=pause,
        status=outcome.status if isinstance(outcome, Response) else None,
        error=type(outcome).__name__ if isinstance(outcome, TransportError) else None,
    )


def _tell(policy: RetryPolicy, event: RetryEvent) -> None:
    """Log a retry and call the user's hook."""
    # Of a 429 the rate limit warns, once for all the calls that meet it.
    level = logging.INFO if event.status == 429 else logging.WARNING
    call, outcome = event.call, event.error or event.status
    logger.log(
        level, "%s %s: %s; attempt %d in %.2f s", call.method, call.path, outcome, event.attempt + 1, event.pause
    )
    if policy.on_retry is None:
        return
    try:
        policy.on_retry(event)
    except Exception:
        # A fault in what watches a call must not end the call.
        logger.exception("on_retry failed")


def _result(outcome: Response | TransportError) -> Response:
    if isinstance(outcome, TransportError):
        raise outcome
    return outcome


def retry_after(response: Response | StatusError, *, now: Callable[[], float] = time.time) -> float | None:
    """What a server asks to wait before the next request.

    Args:
        response: the response, or the error that was made of it.
        now: the time of day, in seconds since the epoch, for a date in a response that does not tell the server's time.

    Returns:
        Seconds, 0 or more, the most that it asks for; None if it asks for nothing, or says it in a way that cannot be
        read.
    """
    texts = _BETWEEN_HEADERS.split(response.headers.get("retry-after", ""))
    asked = [_seconds(text.strip(), response, now) for text in texts]
    return max((seconds for seconds in asked if seconds is not None), default=None)


def _seconds(text: str, response: Response | StatusError, now: Callable[[], float]) -> float | None:
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    date = _date(text)
    if date is None:
        return None
    sent_at = _date(response.headers.get("date", ""))
    return max(0.0, date - (now() if sent_at is None else sent_at))


def _date(text: str) -> float | None:
    """An HTTP date in seconds since the epoch; None if it is none."""
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
