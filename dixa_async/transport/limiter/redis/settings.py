"""One rate limit for several processes or hosts that use the same token, kept in Redis."""

import hashlib
import os
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import attrs

from ....config import RateLimit
from ....errors import ConfigurationError
from ....secret import Secret
from ..protocol import Limiter
from ..shared import keep_limiter_after, shared_limiter
from .bucket import RedisBucket
from .limiter import RedisLimiter
from .scripts import RedisRunner

if TYPE_CHECKING:
    from redis.asyncio import Redis

_FASTEST: Final = 100_000.0
"""Requests a second. The scripts count in whole microseconds."""

_shared: "WeakValueDictionary[tuple[int, str], RedisLimiter]" = WeakValueDictionary()


def _reset_after_fork() -> None:
    for limiter in list(_shared.values()):
        limiter.leave_to_parent()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_reset_after_fork)


def _check_redis(_: object, __: object, redis: Any) -> None:
    try:
        from redis.asyncio import Redis
    except ImportError:
        raise ConfigurationError("RedisRateLimit needs redis-py: pip install 'dixa-async[redis]'") from None
    if not isinstance(redis, Redis):
        raise ConfigurationError(
            f"RedisRateLimit.redis must be a redis.asyncio.Redis, such as Redis.from_url(…), not {type(redis).__name__}"
        )


def _check_share(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 1:
        raise ConfigurationError(
            f"RedisRateLimit.{attribute.name} must be a number over 0 and at most 1, not {value!r}"
        )


def _check_timeout(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 60:
        raise ConfigurationError(
            f"RedisRateLimit.{attribute.name} must be seconds, over 0 and at most 60, not {value!r}"
        )


def _check_prefix(_: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"RedisRateLimit.{attribute.name} must be a non-empty str, not {value!r}")


@attrs.frozen(kw_only=True)
class RedisRateLimit(RateLimit):
    """A rate limit that is shared by all processes with the same Redis, server and token.

    ::

        limit = RedisRateLimit(redis=Redis.from_url("redis://cache.example.com"), fallback_share=1 / 4)
        dixa = DixaClient(rate_limit=limit)

    Give all of them the same settings. The Redis client remains yours: close it after the Dixa client.
    """

    redis: "Redis" = attrs.field(validator=_check_redis, repr=False)
    """The client, not one for a cluster. A process requests one permit at a time: if Redis takes longer to respond than
    the time between two permits, a single process does not reach the full rate."""
    fallback_share: float = attrs.field(default=0.5, validator=_check_share)
    """The part of the rate that this process uses while Redis is unavailable. 1 / the number of processes keeps the
    limit if Redis is unavailable to all of them. If only to some, their shares are added to the limit, until 429s
    lower it."""
    redis_timeout: float = attrs.field(default=0.5, validator=_check_timeout)
    """Seconds. If Redis takes longer to respond, it counts as unavailable."""
    key_prefix: str = attrs.field(default="dixa-async", validator=_check_prefix)
    """The prefix of the key in Redis. A digest of server and token follows."""
    _limiters: dict[str, RedisLimiter] = attrs.field(init=False, factory=dict[str, RedisLimiter], repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.per_second > _FASTEST:
            raise ConfigurationError(
                f"RedisRateLimit.per_second must be at most {_FASTEST:.0f}; RateLimit(per_second=math.inf) is no limit"
            )

    def create_limiter(self, server: str, token: Secret) -> Limiter:
        """Make the limiter of a client, or return the one that the process has for the Redis client, server and token.

        Args:
            server: the base URL.
            token: the API key. Redis sees only a digest of it.

        Returns:
            The limiter.
        """
        key = f"{self.key_prefix}:{hashlib.sha256(f'{server} {token.reveal()}'.encode()).hexdigest()}"
        runner = RedisRunner(self.redis, key, self.redis_timeout)
        # Without a burst: the bursts of all shares together would be too large.
        share = RateLimit(per_second=self.per_second * self.fallback_share, burst=1, daily_quota=None)
        fallback = shared_limiter(f"{server} without Redis", token, share)
        limiter = _shared.get((id(self.redis), key))
        if limiter is None:
            limiter = RedisLimiter(RedisBucket(runner, self, self.fallback_share), fallback)
            _shared[id(self.redis), key] = limiter
            keep_limiter_after(limiter, f"{server} without Redis", token)
        else:
            limiter.bucket.configure(runner, self, self.fallback_share)
        # The settings hold the limiter: a program may make a client with them for each call.
        self._limiters[key] = limiter
        return limiter
