"""The client of the fixture `dixa`, and the environment of the fixture `dixa_env`.

Fixtures that are no coroutines work with every plugin for asyncio, and with none. But they run outside of the event
loop, which may be closed already when the test is over, and only on its loop can a client close a connection. So this
client keeps no connection: then nothing is left of it but what can be closed from anywhere.
"""

import asyncio
import math
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import attrs

from ..client import DixaClient
from ..config import RateLimit, RetryPolicy
from ..transport.http import Request, Response
from ..transport.middleware.chain import Send
from .server import FakeDixa

_SECONDS = 0.01
"""The pause before the first retry, at most."""


@contextmanager
def fixture_client(server: FakeDixa) -> Generator[DixaClient, None, None]:
    """A client without a rate limit and with quick retries, for whichever event loop uses it first.

    Args:
        server: the server that it calls.

    Returns:
        The client, as a context manager that closes it.
    """
    loops = set[asyncio.AbstractEventLoop]()

    async def keep_no_connection(request: Request, send: Send) -> Response:
        loops.add(asyncio.get_running_loop())
        return await send(attrs.evolve(request, headers={**request.headers, "Connection": "close"}))

    client = DixaClient(
        server.api_key,
        base_url=server.url,
        rate_limit=RateLimit(per_second=math.inf),
        retry=RetryPolicy(base_delay=_SECONDS),
        middleware=[keep_no_connection],
    )
    try:
        yield client
    finally:
        _close(client, loops)


def environment_of(server: FakeDixa) -> Mapping[str, str | None]:
    """The environment in which ``DixaClient()`` is a client of a server.

    Args:
        server: the server.

    Returns:
        The variables that the client reads; None: one that must not be set.
    """
    return {
        "DIXA_API_KEY": server.api_key,
        "DIXA_BASE_URL": server.url,
        "DIXA_RATE_LIMIT": "inf",
        "DIXA_API_VERSION": None,
        "DIXA_AUTH_SCHEME": None,
        "DIXA_TIMEOUT": None,
        "DIXA_MAX_ATTEMPTS": None,
    }


def _close(client: DixaClient, loops: set[asyncio.AbstractEventLoop]) -> None:
    """Close a client from outside of its event loop: on that loop if it can still be run, else on another one."""
    for loop in loops:
        if not loop.is_closed() and not loop.is_running():
            loop.run_until_complete(client.aclose())
            return
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(client.aclose())
