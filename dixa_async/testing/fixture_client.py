"""The clients of the fixture `dixa`, and the environment of the fixture `dixa_env`.

Synchronous fixtures work with every plugin for asyncio, and without one. But they run outside the event loop, which may
already be closed when the test is over, and a client can close a connection only on its own loop. So this client keeps
no connection open: the rest of it can be closed from anywhere.
"""

import asyncio
import math
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

import attrs

from ..client import DixaClient
from ..config import ENVIRONMENT_VARIABLES, RateLimit, RetryPolicy
from ..transport.http import Request, Response
from ..transport.middleware.chain import Send
from .cassettes.cassette import Cassette, client_key
from .server import FakeDixa

_BASE_DELAY: Final = 0.01
"""The longest pause before the first retry, in seconds."""


@contextmanager
def fixture_client(server: FakeDixa) -> Generator[DixaClient, None, None]:
    """A client without a rate limit and with short pauses between retries, for the first event loop that uses it.

    Args:
        server: the server that it calls.

    Returns:
        The client, as a context manager that closes it.
    """
    connections = _NoConnections()
    client = DixaClient(
        server.api_key,
        base_url=server.url,
        rate_limit=RateLimit(per_second=math.inf),
        exports_per_minute=math.inf,
        retry=RetryPolicy(base_delay=_BASE_DELAY),
        middleware=[connections],
    )
    try:
        yield client
    finally:
        connections.close(client)


@contextmanager
def cassette_client(cassette: Cassette) -> Generator[DixaClient, None, None]:
    """A client whose calls are recorded or replayed, for the first event loop that uses it.

    Args:
        cassette: the cassette, which is open.

    Returns:
        The client, as a context manager that closes it.

    Raises:
        ConfigurationError: there is no API key to record with.
    """
    connections = _NoConnections()
    client = DixaClient(client_key(cassette), middleware=[connections, cassette])
    try:
        yield client
    finally:
        connections.close(client)


def environment_of(server: FakeDixa) -> Mapping[str, str | None]:
    """The environment variables that make ``DixaClient()`` a client of a server.

    Args:
        server: the server.

    Returns:
        The variables that the client reads, by name; None for one that must not be set.
    """
    return {
        **dict.fromkeys(ENVIRONMENT_VARIABLES),
        "DIXA_API_KEY": server.api_key,
        "DIXA_BASE_URL": server.url,
        "DIXA_RATE_LIMIT": "inf",
        "DIXA_EXPORTS_PER_MINUTE": "inf",
    }


class _NoConnections:
    """The middleware that keeps no connection open, and closes the client on the loop that it has used."""

    def __init__(self) -> None:
        self._loops = set[asyncio.AbstractEventLoop]()

    async def __call__(self, request: Request, send: Send) -> Response:
        self._loops.add(asyncio.get_running_loop())
        return await send(attrs.evolve(request, headers={**request.headers, "Connection": "close"}))

    def close(self, client: DixaClient) -> None:
        """Close a client from outside its event loop: on that loop if it can still run, else on a new one."""
        for loop in self._loops:
            if not loop.is_closed() and not loop.is_running():
                loop.run_until_complete(client.aclose())
                return
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(client.aclose())
