"""Clients and servers for tests, without delays by limits and pauses that are not their subject."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import aiohttp

from dixa_async import DixaClient, RateLimit, RetryPolicy, Timeout
from dixa_async.config import ApiVersion, AuthScheme
from dixa_async.testing import FakeDixa

UNLIMITED: Final = RateLimit(per_second=math.inf)
QUICK_RETRY: Final = RetryPolicy(base_delay=0.01)
NO_RETRY: Final = RetryPolicy(max_attempts=1)
NOW: Final = datetime(2025, 6, 7, 8, 9, 10, 123000, tzinfo=UTC)
"""The time on a server of which the clock stands still."""

Job = Callable[[DixaClient], Awaitable[object]]
"""Something to do with a client."""


def connect(
    server: FakeDixa,
    *,
    api_key: str | None = None,
    api_version: ApiVersion | None = None,
    auth_scheme: AuthScheme | None = None,
    rate_limit: RateLimit = UNLIMITED,
    retry: RetryPolicy = QUICK_RETRY,
    timeout: Timeout | float | None = None,
    max_concurrency: int | None = None,
    session: aiohttp.ClientSession | None = None,
) -> DixaClient:
    """A client of a server."""
    return DixaClient(
        server.api_key if api_key is None else api_key,
        base_url=server.url,
        api_version=api_version,
        auth_scheme=auth_scheme,
        rate_limit=rate_limit,
        retry=retry,
        timeout=timeout,
        max_concurrency=max_concurrency,
        session=session,
    )


async def eventually(is_so: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


def statuses(server: FakeDixa) -> list[int | None]:
    """The statuses with which a server responded."""
    return [request.status for request in server.requests]
