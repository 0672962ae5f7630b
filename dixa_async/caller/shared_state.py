"""What a client and its views share: connections, slots, the limiter and the retry budget."""

import warnings
from collections.abc import Callable

import aiohttp
import attrs

from ..config import ClientConfig
from ..transport.limiter.protocol import Limiter, LimiterState
from ..transport.limiter.quota import QuotaDetector
from ..transport.limiter.shared import keep_limiter_after, limiter_for
from ..transport.middleware.concurrency import Slots
from ..transport.middleware.retry import RetryBudget, keep_budget_after, shared_budget
from ..transport.session import Session


class SharedState:
    """The state of a client that its views use too.

    Args:
        config: the settings of the client.
        user_agent: the User-Agent header.
        session: the caller's own aiohttp session, or None to make one.
        limiter: a custom limiter, or None to make the one that `config` asks for.
    """

    def __init__(
        self,
        config: ClientConfig,
        user_agent: str,
        session: aiohttp.ClientSession | None,
        limiter: Limiter | None,
    ) -> None:
        self.session: Session = Session(config, user_agent, session)
        self.slots: Slots = Slots(self.session.max_connections)
        if limiter is None:
            limiter = limiter_for(config.base_url, config.api_key, config.rate_limit)
        self.limiter = limiter
        self.quota: QuotaDetector = QuotaDetector(config.rate_limit.daily_quota)
        self.budget: RetryBudget = shared_budget(config.base_url, config.api_key)
        keep_limiter_after(self, config.base_url, config.api_key)
        keep_budget_after(self, config.base_url, config.api_key)

    def __del__(self, warn: Callable[..., None] = warnings.warn) -> None:
        # `__init__` may have failed, and the interpreter may be shutting down.
        session = getattr(self, "session", None)
        if session is not None and session.is_left_open:
            warn(
                "a DixaClient was never closed: use `async with DixaClient() as dixa:`, or `await dixa.aclose()`",
                ResourceWarning,
                source=self,
            )

    @property
    def rate_limit_state(self) -> LimiterState:
        """The state of the limiter. Calls that wait for a slot wait for a permit too."""
        state = self.limiter.state
        return attrs.evolve(state, waiting=state.waiting + self.slots.waiting)
