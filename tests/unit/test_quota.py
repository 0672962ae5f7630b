"""The daily quota: counted, reported in time, and not mistaken for the rate limit."""

import logging
from datetime import UTC, datetime

import pytest
from aioresponses import aioresponses

from dixa_async import DixaClient, RateLimit, RetryPolicy
from dixa_async.errors import QuotaExhaustedError, TooManyRequestsError
from dixa_async.transport.http import Request, Response
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.quota import DailyUse, QuotaDetector, day_end
from dixa_async.transport.middleware.retry import RetryBudget, RetryMiddleware
from dixa_async.transport.shutdown import PendingWaits

from ..helpers.requests import make_request, make_response
from ..helpers.virtual_time import now
from .support import Script, local_limiter, rate_limiting

URL = "https://dev.dixa.io/beta/organization"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
USED_UP = make_response(429, body=b'{"message": "Limit Exceeded"}')
BUSY = make_response(429, body=b'{"message": "Too Many Requests"}')


class WallClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING, logger="dixa_async.rate_limit")
    return caplog


def test_the_count_restarts_at_midnight_utc(clock: WallClock) -> None:
    use = DailyUse(None, clock)
    for _ in range(5):
        use.add()
    assert use.used == 5
    clock.now = NOON + 12 * 3600 - 1
    use.add()
    assert use.used == 6
    clock.now += 1
    assert use.used == 0
    use.take_back()  # for a request of the day before
    use.add()
    assert use.used == 1


def test_the_count_restarts_when_a_clock_that_was_a_day_ahead_is_corrected(
    clock: WallClock, logged: pytest.LogCaptureFixture
) -> None:
    use, check = DailyUse(10, clock), QuotaDetector(10, clock)
    clock.now = NOON + 24 * 3600
    for _ in range(10):
        use.add()
    check.is_used_up(USED_UP, 10)
    assert len(logged.messages) == 3
    clock.now = NOON
    assert use.used == 0
    for _ in range(10):
        use.add()
    check.is_used_up(USED_UP, 10)
    assert len(logged.messages) == 6


def test_the_end_of_a_day_is_midnight_utc() -> None:
    assert day_end(NOON) == datetime(2026, 3, 2, tzinfo=UTC)
    assert day_end(day_end(NOON).timestamp()) == datetime(2026, 3, 3, tzinfo=UTC)


def test_it_warns_at_nine_tenths_and_at_the_end_once_a_day(clock: WallClock, logged: pytest.LogCaptureFixture) -> None:
    use = DailyUse(20, clock)
    for _ in range(2):
        for count in range(1, 31):
            use.add()
            use.take_back()
            use.add()
            assert len(logged.messages) == (count >= 18) + (count >= 20)
        assert logged.messages == [
            "90 % of the daily quota is used: 18 of 20 requests",
            "100 % of the daily quota is used: 20 of 20 requests",
        ]
        logged.clear()
        clock.now += 24 * 3600


def test_a_quota_that_changes_is_reported_by_the_new_numbers(
    clock: WallClock, logged: pytest.LogCaptureFixture
) -> None:
    use = DailyUse(None, clock)
    for _ in range(50):
        use.add()
    assert not logged.messages
    use.quota = 40
    use.add()
    use.add()
    use.quota = 55
    use.add()
    use.add()
    use.add()
    assert logged.messages == [
        "127 % of the daily quota is used: 51 of 40 requests",
        "100 % of the daily quota is used: 55 of 55 requests",
    ]


async def test_the_limiter_counts_the_requests_it_permits(clock: WallClock) -> None:
    limiter = LocalLimiter(RateLimit(), wall_clock=clock)
    for _ in range(7):
        await limiter.acquire()
    assert limiter.state.requests_today == 7
    clock.now += 24 * 3600
    assert limiter.state.requests_today == 0


@pytest.mark.parametrize(
    ("body", "is_quota"),
    [
        (b'{"message": "Limit Exceeded"}', True),
        (b'{"message": "limit exceeded."}', True),
        (b" LIMIT EXCEEDED\n", True),
        (b'{"message": "Too Many Requests"}', False),
        (b'{"message": "Rate limit exceeded"}', False),
        (b'{"message": 7}', False),
        (b"<html>Limit Exceeded</html>", False),
        (b"\xff", False),
        (b"", False),
    ],
)
def test_the_server_s_message_distinguishes_the_quota_from_the_rate(body: bytes, is_quota: bool) -> None:
    assert QuotaDetector(None).is_used_up(make_response(429, body=body), 10**9) is is_quota


def test_our_own_count_distinguishes_it_too() -> None:
    check = QuotaDetector(100)
    assert not check.is_used_up(BUSY, 100)  # the request that uses up the quota is still within it
    assert check.is_used_up(BUSY, 101)


def test_an_exhausted_quota_is_reported_once_a_day(clock: WallClock, logged: pytest.LogCaptureFixture) -> None:
    check = QuotaDetector(None, clock)
    for day in (1, 2):
        for _ in range(3):
            check.is_used_up(USED_UP, 7)
        assert logged.messages == ["429: the daily quota is used up; this client has counted 7 requests today"] * day
        clock.now += 12 * 3600


async def test_a_429_for_the_quota_neither_slows_the_limiter_nor_is_it_retried() -> None:
    limiter, script = local_limiter(), Script([USED_UP])
    limit, retry = (
        rate_limiting(limiter),
        RetryMiddleware(RetryPolicy(), RetryBudget(), PendingWaits(), draw=lambda: 1.0),
    )
    start = now()

    async def send(request: Request) -> Response:
        return await limit(request, script)

    response = await retry(make_request(), send)
    assert response.status == 429
    assert response.quota_used_up
    assert script.sends == 1
    assert (limiter.state.rate, limiter.state.throttled, limiter.state.next_in) == (10, 0, 0)
    assert now() == start


@pytest.mark.parametrize("by_count", [False, True])
async def test_it_raises_its_own_error_that_reports_when_the_day_ends(
    mock_http: aioresponses, logged: pytest.LogCaptureFixture, by_count: bool
) -> None:
    mock_http.get(URL, payload={})
    message = "Too Many Requests" if by_count else "Limit Exceeded"
    mock_http.get(URL, status=429, payload={"message": message})
    async with DixaClient("s3cret", rate_limit=RateLimit(daily_quota=1 if by_count else None)) as dixa:
        await dixa.request("GET", "/organization")
        before = datetime.now(UTC)
        with pytest.raises(QuotaExhaustedError, match=f"429 {message}: the daily quota is used up") as caught:
            await dixa.request("GET", "/organization")
    error = caught.value
    assert isinstance(error, TooManyRequestsError)
    assert error.day_ends in (day_end(before.timestamp()), day_end(datetime.now(UTC).timestamp()))
    assert f"the day ends at {error.day_ends:%Y-%m-%d} 00:00 UTC" in str(error)
    assert len(error.call.attempts) == 1
    assert "the daily quota is used up" in logged.messages[-1]
    assert "s3cret" not in logged.text
