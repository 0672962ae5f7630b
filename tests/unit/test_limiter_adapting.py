"""What the limiter learns from 429s: a pause for everyone, a lower rate, and the way back."""

import asyncio
import logging
import math

import pytest
from typing_extensions import override

from dixa_async.config import RateLimit
from dixa_async.transport.http import Response
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.protocol import LimiterState

from ..helpers.requests import make_request, make_response
from ..helpers.token_bucket import TokenBucket
from ..helpers.virtual_time import now
from .support import Script, local_limiter, rate_limiting


@pytest.mark.parametrize(("asked", "pause"), [(None, 0.5), (0.0, 0.0), (7.0, 7.0)])
async def test_a_429_pauses_all_callers_for_as_long_as_the_server_asks(asked: float | None, pause: float) -> None:
    limiter = local_limiter()
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(5)]
    await asyncio.sleep(0.001)
    start = now()
    limiter.on_throttled(asked)
    newcomer = asyncio.create_task(limiter.acquire())
    await asyncio.wait([*waiting[3:], newcomer], return_when=asyncio.FIRST_COMPLETED)
    assert now() - start == pytest.approx(max(pause, 0.0), abs=0.11)
    assert now() - start >= pause
    await newcomer
    # After the pause they go one by one, at the lower rate.
    assert now() - start >= pause + 2 / 7 - 1e-6
    await asyncio.gather(*waiting)


async def test_a_server_cannot_pause_all_callers_forever() -> None:
    limiter = local_limiter()
    start = now()
    limiter.on_throttled(1e9)
    await limiter.acquire()
    assert now() - start <= 60


async def test_simultaneous_429s_slow_down_once_and_successes_speed_up_again() -> None:
    limiter = local_limiter()
    for _ in range(20):
        limiter.on_throttled(0.0)
    assert limiter.rate == pytest.approx(7.0)
    await asyncio.sleep(1)
    limiter.on_throttled(0.0)
    assert limiter.rate == pytest.approx(4.9)
    for _ in range(100):
        limiter.on_success()
    assert limiter.rate == pytest.approx(6.9)
    for _ in range(200):
        limiter.on_success()
    assert limiter.rate == 10.0


@pytest.mark.parametrize(("full", "slowest"), [(10.0, 0.5), (0.2, 0.2), (math.inf, math.inf)])
async def test_the_rate_does_not_fall_forever(full: float, slowest: float) -> None:
    limiter = local_limiter(full)
    for _ in range(100):
        limiter.on_throttled(0.0)
        await asyncio.sleep(1)
    assert limiter.rate == slowest


async def test_a_lower_limit_than_announced_is_learned() -> None:
    limiter, bucket, count, throttled = local_limiter(), TokenBucket(6, 4), 300, 0
    start = now()

    async def call() -> None:
        nonlocal throttled
        await limiter.acquire()
        while not bucket.take(now()):
            throttled += 1
            limiter.on_throttled(None)
            await limiter.acquire()
        limiter.on_success()

    await asyncio.gather(*(call() for _ in range(count)))
    assert throttled <= 10
    assert now() - start <= 1.10 * (count - 4) / 6


async def test_the_middleware_reports_429s_and_all_other_responses_to_the_limiter() -> None:
    limiter = local_limiter()
    limit = rate_limiting(limiter)
    start = now()
    await limit(make_request(), Script([make_response(429, retry_after="3")]))
    assert limiter.rate == pytest.approx(7.0)
    await limit(make_request(), Script([make_response(500)]))
    assert now() - start == pytest.approx(3)
    assert limiter.rate == pytest.approx(7.02)


@pytest.mark.parametrize(
    ("response", "reported"),
    [
        (make_response(200), ["accepted"]),
        (make_response(404), ["accepted"]),
        (make_response(429), ["throttled"]),
        (make_response(429, body=b'{"message": "Limit Exceeded"}'), []),  # is about the day
    ],
    ids=lambda value: str(value.status) if isinstance(value, Response) else "",
)
async def test_a_response_is_reported_once_and_with_its_outcome(response: Response, reported: list[str]) -> None:
    noted = list[str]()

    class Recording(LocalLimiter):
        @override
        def on_throttled(self, retry_after: float | None) -> None:
            noted.append("throttled")

        @override
        def on_success(self) -> None:
            noted.append("accepted")

    await rate_limiting(Recording(RateLimit()))(make_request(), Script([response]))
    assert noted == reported


async def test_the_state_shows_the_rate_and_the_queue() -> None:
    limiter = LocalLimiter(RateLimit(burst=1), wall_clock=lambda: 0)
    assert limiter.state == LimiterState(rate=10, waiting=0, next_in=0, requests_today=0, throttled=0)
    await limiter.acquire()
    assert limiter.state.next_in == pytest.approx(0.1)
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(4)]
    await asyncio.sleep(0)
    limiter.on_throttled(3.0)
    limiter.on_throttled(3.0)
    state = limiter.state
    assert (state.waiting, state.requests_today, state.throttled) == (4, 1, 2)
    assert (state.rate, state.next_in) == pytest.approx((7, 3))
    waiting[0].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    state = limiter.state
    assert (state.waiting, state.requests_today, state.throttled) == (0, 4, 2)


async def test_each_slowdown_is_logged_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="dixa_async.rate_limit")
    limiter = local_limiter()
    for _ in range(20):
        limiter.on_throttled(0.0)
    await asyncio.sleep(1)
    limiter.on_throttled(None)
    for _ in range(1000):
        limiter.on_success()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "429: no request for 0.00 s, then 7.00 a second of 10"),
        ("WARNING", "429: no request for 0.50 s, then 4.90 a second of 10"),
        ("WARNING", "no 429 for a while: 10 requests a second again"),
    ]


async def test_new_settings_keep_what_was_learned() -> None:
    limiter = local_limiter()
    limiter.on_throttled(0.0)
    limiter.configure(RateLimit(per_second=20))
    assert limiter.rate == pytest.approx(7.0)
    limiter.configure(RateLimit(per_second=5))
    assert limiter.rate == 5


@pytest.mark.parametrize("burst", [1, 3])
async def test_a_caller_that_waits_at_a_lower_rate_continues_at_the_new_one(burst: int) -> None:
    limiter = local_limiter(0.01, burst)
    calls = [asyncio.create_task(limiter.acquire()) for _ in range(burst + 3)]
    await asyncio.sleep(1)
    start = now()
    limiter.configure(RateLimit(per_second=10, burst=burst))
    await asyncio.gather(*calls)
    assert now() - start == pytest.approx(0.3)


async def test_a_caller_that_waits_at_a_higher_rate_continues_at_the_new_one() -> None:
    limiter = local_limiter(10, 1)
    calls = [asyncio.create_task(limiter.acquire()) for _ in range(4)]
    await asyncio.sleep(0.05)
    start = now()
    limiter.configure(RateLimit(per_second=1, burst=1))
    await asyncio.gather(*calls)
    assert now() - start == pytest.approx(2.05)


async def test_waiting_callers_proceed_at_once_when_the_limit_is_switched_off() -> None:
    limiter = local_limiter(0.01, 1)
    calls = [asyncio.create_task(limiter.acquire()) for _ in range(100)]
    await asyncio.sleep(1)
    start = now()
    limiter.configure(RateLimit(per_second=math.inf))
    await asyncio.gather(*calls)
    assert now() - start == pytest.approx(0)


@pytest.mark.parametrize(
    "settings", [RateLimit(per_second=100, burst=1), RateLimit(per_second=1, burst=50), RateLimit(per_second=math.inf)]
)
async def test_new_settings_do_not_shorten_the_pause_after_a_429(settings: RateLimit) -> None:
    limiter = local_limiter()
    limiter.on_throttled(7.0)
    start = now()
    call = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(1)
    limiter.configure(settings)
    await call
    assert 7 <= now() - start < 7.2


async def test_new_settings_cause_no_burst_after_the_pause() -> None:
    limiter = local_limiter()
    limiter.on_throttled(7.0)
    start = now()
    await asyncio.sleep(1)
    limiter.configure(RateLimit(per_second=10, burst=3))
    await asyncio.gather(*(limiter.acquire() for _ in range(3)))
    assert now() - start >= 7 + 2 / 10


async def test_another_429_in_a_pause_does_not_shorten_it() -> None:
    limiter = local_limiter()
    start = now()
    limiter.on_throttled(7.0)
    await asyncio.sleep(2)
    limiter.on_throttled(0.0)  # the rate falls again
    await limiter.acquire()
    assert now() - start == pytest.approx(7)


async def test_after_a_429_a_limit_that_is_switched_off_is_off() -> None:
    limiter = local_limiter()
    limiter.on_throttled(0.0)
    limiter.configure(RateLimit(per_second=math.inf))
    assert limiter.rate == math.inf
