"""Every wait before a request counts against the limits of its call, whichever call started what it waits for."""

import asyncio
import math
import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from dixa_async import (
    CallError,
    CallTimeoutError,
    DixaClient,
    DixaError,
    RateLimit,
    RateLimitTimeoutError,
    RetryPolicy,
    Timeout,
)

from ..helpers.virtual_time import now

_UNBOUNDED = Timeout(attempt=None, connect=None)
_BOUNDS = [
    (Timeout(attempt=0.5), None, 0.5, CallTimeoutError),
    (Timeout(attempt=0.5, connect=None), None, 0.5, CallTimeoutError),
    (Timeout(attempt=None, connect=0.5), None, 0.5, CallTimeoutError),
    (Timeout(attempt=None, connect=None, total=0.5), None, 0.5, CallTimeoutError),
    (Timeout(), 0.3, 0.3, RateLimitTimeoutError),
    (Timeout(attempt=0.2), 0.3, 0.2, CallTimeoutError),
]


class _Silent(AbstractResolver):
    """Never responds."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        await asyncio.sleep(math.inf)
        raise AssertionError

    @override
    async def close(self) -> None: ...


@pytest.fixture(autouse=True)
def _dns_never_responds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aiohttp.DefaultResolver", _Silent)


@pytest.mark.parametrize("started_by_another_call", [True, False])
@pytest.mark.parametrize(("timeout", "max_wait", "longest", "error"), _BOUNDS)
async def test_a_lookup_that_hangs_counts_against_every_limit(
    timeout: Timeout, max_wait: float | None, longest: float, error: type[DixaError], started_by_another_call: bool
) -> None:
    async with DixaClient("s3cret", timeout=_UNBOUNDED, retry=RetryPolicy(max_attempts=1)) as dixa:
        hanging = asyncio.create_task(dixa.organization.get()) if started_by_another_call else None
        await asyncio.sleep(1)
        start = now()
        with pytest.raises(error) as caught:
            await dixa.with_options(timeout=timeout, max_wait=max_wait).organization.get()
        assert now() - start == pytest.approx(longest)
        assert not getattr(caught.value, "maybe_applied", False)
        if hanging is not None:
            hanging.cancel()


async def test_the_waits_for_a_permit_and_for_a_lookup_add_up() -> None:
    limit = RateLimit(per_second=5, burst=1)
    async with DixaClient("s3cret", timeout=_UNBOUNDED, rate_limit=limit) as dixa:
        hanging = asyncio.create_task(dixa.organization.get())
        await asyncio.sleep(0)
        start = now()
        with pytest.raises(RateLimitTimeoutError) as caught:
            await dixa.with_options(max_wait=0.3).organization.get()
        assert now() - start == pytest.approx(0.3)
        assert caught.value.wait == caught.value.max_wait == pytest.approx(0.3)
        hanging.cancel()


@pytest.mark.parametrize("use_dns_cache", [True, False])
@pytest.mark.parametrize("started_by_another_call", [True, False])
@pytest.mark.parametrize(("timeout", "max_wait", "longest", "error"), _BOUNDS)
async def test_a_lookup_of_a_borrowed_session_counts_against_every_limit(
    timeout: Timeout,
    max_wait: float | None,
    longest: float,
    error: type[DixaError],
    started_by_another_call: bool,
    use_dns_cache: bool,
) -> None:
    connector = aiohttp.TCPConnector(resolver=_Silent(), use_dns_cache=use_dns_cache)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        DixaClient("s3cret", session=session, timeout=_UNBOUNDED, retry=RetryPolicy(max_attempts=1)) as dixa,
    ):
        hanging = asyncio.create_task(dixa.organization.get()) if started_by_another_call else None
        await asyncio.sleep(1)
        start = now()
        with pytest.raises(error) as caught:
            await dixa.with_options(timeout=timeout, max_wait=max_wait).tags.create("x")
        assert now() - start == pytest.approx(longest)
        assert isinstance(caught.value, CallError)
        assert not caught.value.maybe_applied
        if hanging is not None:
            hanging.cancel()
