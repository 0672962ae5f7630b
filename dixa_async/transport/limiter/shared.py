"""The limiters that all clients of a process with the same server and token share."""

from ...config import DEFAULT_RATE_LIMIT, RateLimit
from ...secret import Secret
from ..token_registry import TokenRegistry
from .local import LocalLimiter
from .protocol import Limiter, LimiterFactory

_shared: TokenRegistry[LocalLimiter] = TokenRegistry(LocalLimiter.is_disposable)


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
        limiter = LocalLimiter(settings)
        _shared.add(server, token, limiter)
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
