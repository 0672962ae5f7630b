"""The limiters that all clients of a process with the same server and token share."""

from typing_extensions import override

from ...config import DEFAULT_RATE_LIMIT, RateLimit
from ...secret import Secret
from ..token_registry import Key, TokenRegistry
from .local import LocalLimiter
from .protocol import Limiter, LimiterFactory
from .quota import PastUse


class LimiterRegistry(TokenRegistry[LocalLimiter]):
    """The limiters by server and token. Of those that are no longer used, it keeps how much they have used today."""

    def __init__(self) -> None:
        super().__init__(LocalLimiter.is_disposable)
        self._past_use = PastUse()

    @override
    def _dropped(self, key: Key, value: LocalLimiter) -> None:
        self._past_use.keep(key, value.state.requests_today)

    def make(self, server: str, token: Secret, settings: RateLimit) -> LocalLimiter:
        """Make and add a limiter, which goes on with the count of the day.

        Args:
            server: the base URL.
            token: the API key.
            settings: the limit.

        Returns:
            The limiter.
        """
        limiter = LocalLimiter(settings, used_today=self._past_use.of((server, token)))
        self.add(server, token, limiter)
        return limiter


_shared = LimiterRegistry()


def shared_limiter(server: str, token: Secret, settings: RateLimit) -> LocalLimiter:
    """The limiter of this process for a server and a token.

    Args:
        server: the base URL.
        token: the API key.
        settings: the limit. A limiter that exists already takes these over, unless they are `DEFAULT_RATE_LIMIT`.

    Returns:
        The limiter.
    """
    limiter = _shared.get(server, token)
    if limiter is None:
        limiter = _shared.make(server, token, settings)
    elif settings is not DEFAULT_RATE_LIMIT:
        limiter.configure(settings)
    return limiter


def keep_limiter_after(user: object, server: str, token: Secret) -> None:
    """Keep the limiter of a server and a token after its user is gone, for as long as its state matters.

    So a program that makes a client for each call keeps the limit too.

    Args:
        user: what uses the limiter.
        server: the base URL.
        token: the API key.
    """
    _shared.keep_after(user, server, token)


def limiter_for(server: str, token: Secret, settings: RateLimit) -> Limiter:
    """The limiter that settings ask for.

    Args:
        server: the base URL.
        token: the API key.
        settings: the limit. If it is a `LimiterFactory`, it makes the limiter.

    Returns:
        The limiter.
    """
    if isinstance(settings, LimiterFactory):
        return settings.create_limiter(server, token)
    return shared_limiter(server, token, settings)
