"""An aiohttp session of the caller, of which the connections are used and nothing else.

Its defaults are made for the caller's other requests. None of them may change a call to Dixa: a header could say that
the body is something else, its cookies would go from one token to another, and a response that it does not decompress
could not be read.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
from yarl import URL

from ..errors import ConfigurationError

_KEPT: Final = ("_default_proxy", "_default_proxy_auth", "_middlewares")
"""What is kept and aiohttp shows nowhere. Given as an option, a login for the proxy would bring a warning each time."""


def check_session(session: Any) -> None:
    """Check what a caller passes as a session.

    Args:
        session: what it passes.

    Raises:
        ConfigurationError: it is no aiohttp session, or has a login.
    """
    if not isinstance(session, aiohttp.ClientSession):
        raise ConfigurationError(f"session must be an aiohttp.ClientSession, not {type(session).__name__}")
    if getattr(session, "auth", None) is not None:  # aiohttp 4 has none
        raise ConfigurationError("the aiohttp session must have no `auth`: it would take the place of the token")


def connection_limit(session: aiohttp.ClientSession) -> int | None:
    """How many connections to one server a session allows at once; None: any number."""
    connector = session.connector
    limits = () if connector is None else (connector.limit, connector.limit_per_host)
    return min((limit for limit in limits if limit), default=None)  # aiohttp's 0 is no limit


@contextmanager
def without_defaults(
    session: aiohttp.ClientSession, url: URL, watch: aiohttp.TraceConfig
) -> Generator[aiohttp.ClientSession]:
    """The connections of a session, its proxy, traces and middlewares, and none of its defaults.

    Plain http goes to this machine only. It goes past every proxy, which would see the token and most likely be on
    another machine.

    Args:
        session: the session. It must not be closed.
        url: where a request goes.
        watch: sees the request, before the traces of the session do.

    Yields:
        A session for that request.
    """
    is_plain = url.scheme == "http"
    bare = aiohttp.ClientSession(
        connector=session.connector,
        connector_owner=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=session.trust_env and not is_plain,
        trace_configs=[watch, *session.trace_configs],
    )
    try:
        for name in _KEPT:
            if not (is_plain and "proxy" in name):
                setattr(bare, name, getattr(session, name))
        yield bare
    finally:
        bare.detach()
