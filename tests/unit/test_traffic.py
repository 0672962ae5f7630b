"""Limiter and retry together, against a model of the server: full speed, no 429, no retry storm, no call lost."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st
from typing_extensions import override

from dixa_async.config import RateLimit, RetryPolicy
from dixa_async.transport.http import Request, Response
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.middleware.chain import Send, chain
from dixa_async.transport.middleware.concurrency import Slots
from dixa_async.transport.middleware.retry import RetryBudget, RetryMiddleware
from dixa_async.transport.shutdown import PendingWaits

from ..helpers.requests import make_request, make_response
from ..helpers.token_bucket import TokenBucket
from ..helpers.virtual_time import now, run_virtual
from .support import local_limiter, rate_limiting, with_slots


@pytest.mark.slow
def test_a_hundred_thousand_calls_of_which_many_are_cancelled_are_never_throttled_in_order_and_on_time() -> None:
    calls, draw, queue, in_the_tick = 100_000, random.Random(7), deque[asyncio.Task[None]](), 0

    class Meddling(LocalLimiter):
        """Cancels some callers in the tick in which they were granted their permit."""

        @override
        def _grant_due(self, loop: asyncio.AbstractEventLoop) -> None:
            nonlocal in_the_tick
            before = self._full_at
            super()._grant_due(loop)
            if self._full_at > before and draw.random() < 0.05:
                while queue[0].done():
                    queue.popleft()
                in_the_tick += queue[0].cancel()

    async def main() -> None:
        limiter, bucket, loop = (
            Meddling(RateLimit(), wall_clock=lambda: 0),
            TokenBucket(10, 4),
            asyncio.get_running_loop(),
        )
        served, tasks, start = list[int](), list[asyncio.Task[None]](), loop.time()

        async def call(number: int) -> None:
            await limiter.acquire()
            assert bucket.take(loop.time())
            served.append(number)

        while len(tasks) < calls:
            for number in range(len(tasks), len(tasks) + 1000):
                tasks.append(loop.create_task(call(number)))
                queue.append(tasks[-1])
                if draw.random() < 0.15:
                    loop.call_later(draw.uniform(0, 100), tasks[-1].cancel)
            await asyncio.sleep(0)
            await asyncio.sleep(max(0, limiter.waiting - 500) / 10)
        await asyncio.wait(tasks)
        assert served == [number for number, task in enumerate(tasks) if not task.cancelled()]
        assert all(tasks[number].exception() is None for number in served)
        assert in_the_tick > 3000
        assert calls - len(served) - in_the_tick > 10_000
        assert loop.time() - start <= 1.01 * (len(served) - 4) / 10
        assert limiter.state.requests_today == len(served)

    run_virtual(main())


@settings(max_examples=50)
@given(delays=st.lists(st.floats(0, 0.0999), min_size=5, max_size=100))
def test_a_network_that_delays_requests_by_up_to_a_tenth_of_a_second_causes_no_429(delays: list[float]) -> None:
    async def main() -> None:
        limiter, arrivals = local_limiter(), list[float]()
        for delay in delays:
            await limiter.acquire()
            arrivals.append(now() + delay)
        bucket = TokenBucket(10, 4)
        assert all(bucket.take(arrival) for arrival in sorted(arrivals))

    run_virtual(main())


class Server:
    """A `Send` that limits the rate, and can be out of order. Half of its delay is before the request is looked at."""

    def __init__(self, rate: float, *, delay: tuple[float, float] = (0, 0), draw: random.Random | None = None) -> None:
        self.bucket = TokenBucket(rate, 4)
        self.outage: Callable[[], Response] | None = None
        self.received = 0
        self.throttled = 0
        self._delay = delay
        self._draw = draw or random.Random(1)

    async def __call__(self, request: Request) -> Response:
        delay = self._draw.uniform(*self._delay)
        await asyncio.sleep(delay / 2)
        response = self._respond()
        await asyncio.sleep(delay / 2)
        request.call_state.record(datetime.now(UTC), time.monotonic(), status=response.status)
        return response

    def _respond(self) -> Response:
        self.received += 1
        if self.outage is not None:
            return self.outage()
        if self.bucket.take(now()):
            return make_response()
        self.throttled += 1
        return make_response(429)


def through_the_chain(server: Server, limiter: LocalLimiter, draw: random.Random) -> Send:
    """The server behind the middleware of a client."""
    retry = RetryMiddleware(RetryPolicy(), RetryBudget(), PendingWaits(), draw=draw.random)
    return chain([retry, with_slots(Slots(100)), rate_limiting(limiter)], server)


@pytest.mark.parametrize("delay", [(0.0, 0.0), (0.05, 0.3), (0.5, 0.5)])
@pytest.mark.parametrize("seed", range(3))
async def test_a_limit_lower_than_announced_causes_few_429s_and_loses_little_time_and_no_call(
    delay: tuple[float, float], seed: int
) -> None:
    draw, count = random.Random(seed), 300
    server, limiter = Server(6, delay=delay, draw=draw), local_limiter()
    send, start = through_the_chain(server, limiter, draw), now()
    responses = await asyncio.gather(*(send(make_request("POST")) for _ in range(count)))
    assert all(response.ok for response in responses)
    assert server.throttled == limiter.state.throttled <= 10
    assert now() - start <= 1.10 * (count - 4) / 6


async def test_the_rate_falls_for_another_program_with_the_same_token_and_recovers() -> None:
    draw, calls = random.Random(1), 1500
    server, limiter = Server(10, delay=(0.05, 0.2), draw=draw), local_limiter()
    send, start = through_the_chain(server, limiter, draw), now()

    async def someone_else() -> None:
        while now() < start + 60:
            server.bucket.take(now())
            await asyncio.sleep(0.2)

    other = asyncio.create_task(someone_else())
    responses = await asyncio.gather(*(send(make_request("POST")) for _ in range(calls)))
    assert all(response.ok for response in responses)
    assert server.throttled <= 15
    assert limiter.state.rate == 10
    assert now() - start <= 1.10 * ((calls - 5 * 60) / 10 + 60)
    await other


async def test_a_retried_call_does_not_queue_behind_all_others_again() -> None:
    draw = random.Random(1)
    server, limiter = Server(10, delay=(0.1, 0.1), draw=draw), local_limiter()
    send, start = through_the_chain(server, limiter, draw), now()

    async def call() -> None:
        assert (await send(make_request())).ok

    server.outage = lambda: make_response(500)
    asyncio.get_running_loop().call_at(start + 0.15, setattr, server, "outage", None)
    calls = [asyncio.create_task(call()) for _ in range(1000)]
    await asyncio.wait(calls[:3])
    assert server.received > 3
    assert now() - start < 10
    await asyncio.gather(*calls)


@pytest.mark.parametrize("processes", [4, 8])
async def test_processes_that_do_not_know_of_each_other_are_throttled_often_and_lose_no_call(processes: int) -> None:
    draw = random.Random(1)
    server = Server(10, delay=(1.0, 1.0), draw=draw)
    sends = [through_the_chain(server, local_limiter(), draw) for _ in range(processes)]
    responses = await asyncio.gather(*(send(make_request("POST")) for send in sends for _ in range(200)))
    assert server.throttled > 50
    assert all(response.ok for response in responses)


@pytest.mark.parametrize("response", [make_response(503), make_response(503, retry_after="1"), make_response(429)])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_outage_of_a_minute_hardly_multiplies_the_load_and_is_over_when_it_is_over(
    method: str, response: Response
) -> None:
    draw, calls = random.Random(1), 9 * 60
    server = Server(10, delay=(0.05, 0.2), draw=draw)
    limiter = local_limiter()
    send, start = through_the_chain(server, limiter, draw), now()

    async def call(number: int) -> int:
        await asyncio.sleep(number / 9)  # for 60 s, somewhat slower than the limit
        return (await send(make_request(method))).status

    server.outage = lambda: response
    asyncio.get_running_loop().call_at(start + 60, setattr, server, "outage", None)
    await asyncio.gather(*(call(number) for number in range(calls)))
    assert server.received <= 1.1 * calls
    server.received = 0
    assert await asyncio.gather(*(call(number) for number in range(calls))) == [200] * calls
    assert server.received - server.throttled == calls
    assert server.throttled <= 1
