"""The rate limits of the server, and the client under them."""

import asyncio
import math

import aiohttp
import pytest

from dixa_async import CallTimeoutError, RateLimit, Timeout, TooManyRequestsError
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, connect, statuses
from ..helpers.patient_loop import run_patiently

pytestmark = pytest.mark.clock


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_750_000_000.0

    def __call__(self) -> float:
        return self.now


def test_sixty_reads_at_once_stay_within_the_limit_and_use_it() -> None:
    async def main() -> None:
        clock = asyncio.get_running_loop().time
        async with FakeDixa(clock=clock) as server, connect(server, rate_limit=RateLimit()) as dixa:
            started = clock()
            await asyncio.gather(*(dixa.organization.get() for _ in range(60)))
            assert statuses(server) == [200] * 60
            # Three at once, and then ten a second.
            assert clock() - started == pytest.approx(5.7)

    run_patiently(main())


def test_two_clients_with_one_token_share_the_limit() -> None:
    async def main() -> None:
        clock = asyncio.get_running_loop().time
        async with (
            FakeDixa(clock=clock) as server,
            connect(server, rate_limit=RateLimit()) as one,
            connect(server, rate_limit=RateLimit()) as other,
        ):
            await asyncio.gather(*(dixa.organization.get() for dixa in (one, other) for _ in range(20)))
            assert statuses(server) == [200] * 40

    run_patiently(main())


def test_waiting_for_a_permit_or_a_slot_is_not_charged_to_the_timeouts_of_an_attempt() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with (
            FakeDixa(clock=loop.time) as server,
            connect(
                server, rate_limit=RateLimit(), timeout=Timeout(attempt=0.5, connect=0.5), max_concurrency=4
            ) as dixa,
        ):
            server.inject_fault(delay=0.3, times=20)
            server.inject_fault(status=503, headers={"Retry-After": "5"}, method="GET")
            started = loop.time()
            await asyncio.gather(*(dixa.organization.get() for _ in range(40)))
            assert statuses(server).count(200) == 40
            assert loop.time() - started > 5
            # It is charged to the total timeout of the call.
            limited = dixa.with_options(timeout=Timeout(total=1.0, attempt=0.5))
            ends = await asyncio.gather(*(limited.organization.get() for _ in range(40)), return_exceptions=True)
        late = [end for end in ends if isinstance(end, CallTimeoutError)]
        assert 20 < len(late) < 40
        assert not any(error.maybe_applied or error.call.attempts for error in late)

    run_patiently(main())


def test_a_client_without_a_rate_limit_is_throttled_and_retries() -> None:
    async def main() -> None:
        clock = asyncio.get_running_loop().time
        async with FakeDixa(clock=clock) as server, connect(server) as dixa:
            await asyncio.gather(*(dixa.organization.get() for _ in range(8)))
            assert statuses(server)[:8] == [200] * 4 + [429] * 4
            assert statuses(server).count(200) == 8
            assert server.throttled_count == statuses(server).count(429)

    run_patiently(main())


async def test_without_retries_a_429_is_one_clear_error() -> None:
    async with FakeDixa(rate=0.001, burst=1) as server, connect(server, retry=NO_RETRY) as dixa:
        await dixa.organization.get()
        with pytest.raises(TooManyRequestsError) as caught:
            await dixa.organization.get()
    assert caught.value.message == "Too Many Requests"
    assert "retry-after" not in caught.value.headers


async def test_the_server_can_send_retry_after() -> None:
    clock = Clock()
    async with (
        FakeDixa(rate=0.1, burst=1, retry_after=True, clock=clock) as server,
        connect(server, retry=NO_RETRY) as dixa,
    ):
        await dixa.organization.get()
        clock.now += 2.5
        with pytest.raises(TooManyRequestsError) as caught:
            await dixa.organization.get()
    assert caught.value.headers["retry-after"] == "8"


async def send(server: FakeDixa, times: int) -> list[int]:
    """Send requests by plain HTTP, without a rate limit."""
    received: list[int] = []
    async with aiohttp.ClientSession(server.url, headers={"Authorization": server.api_key}) as web:
        for _ in range(times):
            async with web.get("/beta/organization") as response:
                received.append(response.status)
    return received


async def test_the_bucket_of_the_server_refills_with_time() -> None:
    clock = Clock()
    async with FakeDixa(rate=10, burst=4, clock=clock) as server:
        for seconds, admitted in ((0.0, 4), (0.1, 1), (0.25, 2), (0.05, 1), (60.0, 4)):
            clock.now += seconds
            assert await send(server, 6) == [200] * admitted + [429] * (6 - admitted)
    assert server.throttled_count == statuses(server).count(429)


async def test_the_daily_quota_is_a_separate_limit() -> None:
    clock = Clock()
    async with FakeDixa(rate=math.inf, daily_quota=3, clock=clock) as server:
        assert await send(server, 4) == [200, 200, 200, 429]
        clock.now += 86_400 / 3
        assert await send(server, 2) == [200, 429]


async def test_both_limits_can_be_switched_off() -> None:
    async with FakeDixa(rate=math.inf, daily_quota=math.inf) as server, connect(server, retry=NO_RETRY) as dixa:
        await asyncio.gather(*(dixa.organization.get() for _ in range(200)))
    assert server.throttled_count == 0


@pytest.mark.parametrize("settings", [{"rate": 0}, {"rate": -1}, {"rate": math.nan}, {"burst": 0}, {"daily_quota": 0}])
def test_a_rate_limit_that_admits_nothing_is_rejected(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="rate must be greater than 0"):
        FakeDixa(**settings)  # type: ignore[arg-type]
