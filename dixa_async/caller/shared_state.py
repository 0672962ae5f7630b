"""What a client and its views share: connections, slots, the limiter and the retry budget."""

import math
import warnings
from collections.abc import Callable
from functools import cached_property

import aiohttp
import attrs

from ..config import ClientConfig, RateLimit
from ..transport.limiter.protocol import Limiter, LimiterState
from ..transport.limiter.quota import QuotaDetector
from ..transport.limiter.shared import keep_limiter_after, limiter_for
from ..transport.middleware.concurrency import Slots
from ..transport.middleware.retry import RetryBudget, keep_budget_after, shared_budget
from ..transport.session import Session


@attrs.frozen
class ExportState:
    """The limits of exports, which Dixa does not count with other requests."""

    limiter: Limiter
    budget: RetryBudget


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
        self._config = config
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

    @cached_property
    def exports(self) -> ExportState:
        """The state for exports. It is shared through Redis if the limiter of other requests is."""
        config = self._config
        server, token = f"{config.exports_server} exports", config.api_key
        rate, limit = config.exports_per_minute / 60, config.rate_limit
        if rate == math.inf:
            limit = RateLimit(per_second=math.inf, daily_quota=None)
        else:
            # Without a burst: in no minute are more requests sent than Dixa allows.
            limit = attrs.evolve(limit, per_second=rate, burst=1, daily_quota=None, max_wait=None)
        state = ExportState(limiter_for(server, token, limit), shared_budget(server, token))
        keep_limiter_after(self, server, token)
        keep_budget_after(self, server, token)
        return state

    async def drain_limiters(self) -> None:
        """Finish the background work of the limiters."""
        await self.limiter.drain()
        if "exports" in vars(self):
            await self.exports.limiter.drain()

    @property
    def rate_limit_state(self) -> LimiterState:
        """The state of the limiter. Calls that wait for a slot wait for a permit too."""
        state = self.limiter.state
        return attrs.evolve(state, waiting=state.waiting + self.slots.waiting)
