"""Retries failed attempts, where that is safe and does not make an outage worse.

- `RetryPolicy` (in `config`) says what is retried, how often, and after what pauses.
- `RetryBudget` keeps retries from multiplying the load in an outage.
- `RetryMiddleware` retries.
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

logger: logging.Logger = logging.getLogger("dixa_async.retry")

_DOUBLINGS = 60  # with more of them, the pause would only overflow a float
_OUTAGE: Final = 3600.0
"""Seconds for which an unused budget that is not full is remembered."""
_BETWEEN_HEADERS: Final = re.compile(r",(?!\s*\d{1,2}[ -][A-Za-z])")
"""The comma that joins two headers, but not the one in ``Tue, 14 Nov 2023 22:13:20 GMT``."""


@attrs.define
class RetryBudget:
    """The budget of retries. A retry costs some of it, and a success returns a little.

    Normally it is full, and has no effect. In an outage it is soon empty: then calls fail after their first attempt,
    and the load is what it would be without retries.
    """

    capacity: float = 100.0
    cost: float = 5.0
    income: float = 1.0
    left: float = attrs.field(default=attrs.Factory(lambda self: self.capacity, takes_self=True))

    def spend(self) -> bool:
        """Pay for a retry; False if too little is left."""
        if self.left < self.cost:
            return False
        self.left -= self.cost
        return True

    def is_disposable(self, unused_for: float) -> bool:
        """Whether a new budget would behave the same: it is full, or was last used long ago.

        Args:
            unused_for: seconds since it was last used.
        """
        return self.left >= self.capacity or unused_for >= _OUTAGE

    def earn(self) -> None:
        """Add the income of a success."""
        self.left = min(self.capacity, self.left + self.income)


_shared: TokenRegistry[RetryBudget] = TokenRegistry(RetryBudget.is_disposable)


def shared_budget(server: str, token: Secret) -> RetryBudget:
    """The budget of this process for a server and a token.

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
    """Keep the budget of a server and a token after its user is gone, for as long as it matters.

    If each client started with a full budget, a program that makes a client for each call would retry every call in an
    outage.

    Args:
        user: what uses the budget.
        server: the base URL.
        token: the API key.
    """
    _shared.keep_after(user, server, token)


class RetryMiddleware:
    """The middleware that retries.

    Args:
        policy: what is retried, how often, and after what pauses.
        budget: the budget of the server and the token.
        waits: the waits of the client.
        draw: returns a random number from 0 to 1.
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
                # The caller must see that the call was sent and failed, not that a retry could not be sent.
                if outcome is None:
                    raise
                return _result(outcome)
            pause = self._pause(policy, request, outcome, attempt)
            if pause is None:
                return _result(outcome)
            _report(policy, _event(request, outcome, attempt, pause))
            try:
                await self._waits.wait_for(asyncio.sleep, pause)
            except ClientClosedError:
                return _result(outcome)

    def _pause(
        self, policy: RetryPolicy, request: Request, outcome: Response | TransportError, attempt: int
    ) -> float | None:
        """Seconds until the next attempt; None if the call is not retried."""
        if not _may_retry(policy, request, outcome):
            return None
        if attempt >= policy.max_attempts or self._waits.ended:
            return None
        asked = retry_after(outcome) if isinstance(outcome, Response) else None
        if asked is not None and asked > policy.max_retry_after:
            return None
        # Full jitter. It is added to the server's Retry-After, so that callers do not all come back at once.
        longest = policy.base_delay * 2.0 ** min(attempt - 1, _DOUBLINGS)
        jitter = self._draw() * min(policy.max_delay, longest)
        pause = jitter if asked is None else asked + jitter
        deadline = request.call_state.deadline
        if deadline is not None and asyncio.get_running_loop().time() + pause >= deadline:
            return None
        # After a 429 the limiter pauses and slows down, so its retries do not multiply the load.
        throttled = isinstance(outcome, Response) and outcome.status == 429
        return pause if throttled or self._budget.spend() else None


def _may_retry(policy: RetryPolicy, request: Request, outcome: Response | TransportError) -> bool:
    """Whether a retry is safe. A POST or PATCH that writes is retried only if Dixa cannot have applied it."""
    safe = request.operation.retry_safe
    if isinstance(outcome, TransportError):
        if isinstance(outcome, TlsError | ResponseTooLargeError):
            return False
        return safe or not outcome.maybe_applied
    # With a 429, or a 503 with Retry-After, Dixa has not acted.
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


def _report(policy: RetryPolicy, event: RetryEvent) -> None:
    """Log a retry and call the user's hook."""
    # The limiter warns of a 429, once for all the calls that get one.
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
        # A bug in the hook must not end the call.
        logger.exception("on_retry failed")


def _result(outcome: Response | TransportError) -> Response:
    if isinstance(outcome, TransportError):
        raise outcome
    return outcome


def retry_after(response: Response | StatusError, *, now: Callable[[], float] = time.time) -> float | None:
    """How long a server asks to wait before the next request.

    Args:
        response: the response, or its error.
        now: returns the time of day, in seconds since the epoch, for a Retry-After date in a response without a Date.

    Returns:
        Seconds, 0 or more, the longest if there are several; None without a Retry-After header that can be read.
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
    """An HTTP date in seconds since the epoch; None if it is malformed."""
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
