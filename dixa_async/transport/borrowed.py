"""An aiohttp session that was passed to the client: its connections are used, its defaults are not.

The defaults are meant for other requests of the program, and must not change a call to Dixa: a header could declare
another type of body, cookies would leak from one token to another, and a response that is not decompressed could not
be read.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
from yarl import URL

from ..errors import ConfigurationError

_KEPT: Final = ("_default_proxy", "_default_proxy_auth", "_middlewares")
"""Attributes to keep that aiohttp does not expose. As arguments, those for the proxy would warn each time."""


def check_session(session: Any) -> None:
    """Check the session that is passed to a client.

    Args:
        session: the session.

    Raises:
        ConfigurationError: it is not an aiohttp session, or it has `auth`.
    """
    if not isinstance(session, aiohttp.ClientSession):
        raise ConfigurationError(f"session must be an aiohttp.ClientSession, not {type(session).__name__}")
    if getattr(session, "auth", None) is not None:  # aiohttp 4 has none
        raise ConfigurationError("the aiohttp session must have no `auth`: it would replace the token")


def connection_limit(session: aiohttp.ClientSession) -> int | None:
    """How many connections to one server a session allows at once; None if it has no limit."""
    connector = session.connector
    limits = () if connector is None else (connector.limit, connector.limit_per_host)
    return min((limit for limit in limits if limit), default=None)  # for aiohttp, 0 means no limit


@contextmanager
def without_defaults(
    session: aiohttp.ClientSession, url: URL, watch: aiohttp.TraceConfig
) -> Generator[aiohttp.ClientSession]:
    """Make a session with the connections, proxy, traces and middlewares of another one, but none of its defaults.

    Plain http is sent to this machine only, and never through a proxy, which would see the token and is probably on
    another machine.

    Args:
        session: the other session. It must not be closed.
        url: the URL of a request.
        watch: a trace that is called before those of the session.

    Yields:
        The session for that request.
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
