"""What happens to calls that wait or are in flight when their client is closed."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest
from aioresponses import CallbackResult, aioresponses
from yarl import URL

from dixa_async import (
    ClientClosedError,
    DixaClient,
    LimiterState,
    NotFoundError,
    RateLimit,
    RetryPolicy,
    ServerError,
    StatusError,
    TooManyRequestsError,
)
from dixa_async.config import RetryEvent
from dixa_async.errors import CallTimeoutError, TransportError
from dixa_async.transport.http import Request, Response
from dixa_async.transport.middleware.chain import chain
from dixa_async.transport.middleware.concurrency import Slots
from dixa_async.transport.middleware.retry import RetryBudget, RetryMiddleware
from dixa_async.transport.shutdown import PendingWaits

from ..helpers.requests import CALL, make_request, make_response
from ..helpers.virtual_time import VirtualTimeLoop, now
from .support import local_limiter, rate_limiting, takes, with_slots

URL_OF_CALL = "https://dev.dixa.io/beta/things"
_SAME_TICK = 5e-10


def things(dixa: DixaClient, method: str = "GET") -> Coroutine[Any, Any, Any]:
    return dixa.request(method, "/things")


def start_calls(calls: Iterable[Coroutine[Any, Any, Any]]) -> "asyncio.Task[list[Any]]":
    """Start calls; each ends with its result or its error."""

    async def end() -> list[Any]:
        return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.create_task(end())


async def test_all_waiting_calls_fail_at_once_and_use_no_permit(mock_http: aioresponses) -> None:
    mock_http.get(URL_OF_CALL, payload={}, repeat=True)
    dixa, another = DixaClient("one-token", max_concurrency=10), DixaClient("one-token")
    calls = start_calls(things(dixa) for _ in range(101))
    start = now()
    await asyncio.sleep(0.05)
    assert dixa.rate_limit_state.waiting == 98
    await dixa.aclose()
    results = await calls
    assert now() - start == pytest.approx(0.05)
    assert results[:3] == [{}, {}, {}]
    assert [type(result) for result in results[3:]] == [ClientClosedError] * 98
    assert dixa.rate_limit_state.waiting == 0
    assert dixa.rate_limit_state.requests_today == 3
    await things(another)
    assert now() - start == pytest.approx(0.1)
    await another.aclose()


async def test_a_failing_group_of_calls_leaves_the_rate_limit_to_others(mock_http: aioresponses) -> None:
    mock_http.post(URL_OF_CALL, status=404)
    mock_http.get(URL_OF_CALL, payload={}, repeat=True)
    start, calls = now(), list[asyncio.Task[Any]]()

    async def make_calls() -> None:
        async with DixaClient("one-token") as dixa:
            calls.extend(asyncio.ensure_future(things(dixa, method)) for method in ("POST", *["GET"] * 100))
            await asyncio.gather(*calls)

    with pytest.raises(NotFoundError):
        await make_calls()
    async with DixaClient("one-token") as another:
        await things(another)
    assert now() - start == pytest.approx(0.1)
    await asyncio.wait(calls)
    assert another.rate_limit_state.requests_today <= 4


async def test_the_waits_of_a_view_end_with_those_of_its_client_and_not_before(mock_http: aioresponses) -> None:
    mock_http.get(URL_OF_CALL, payload={}, repeat=True)
    dixa = DixaClient("one-token", rate_limit=RateLimit(per_second=1, burst=1), max_concurrency=2)
    view, start = dixa.with_options(max_wait=100), now()
    calls = start_calls(things(view) for _ in range(6))
    await asyncio.sleep(0.5)
    await view.aclose()
    await asyncio.sleep(1)
    await dixa.aclose()
    assert [type(result) for result in await calls] == [dict] * 2 + [ClientClosedError] * 4
    assert now() - start == pytest.approx(1.5)


async def test_a_wait_for_a_custom_limiter_ends_too(mock_http: aioresponses) -> None:
    class Never:
        state = LimiterState(rate=1.0, waiting=0, next_in=0.0, requests_today=0, throttled=0)

        def try_acquire(self) -> bool:
            return False

        async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
            await asyncio.Event().wait()

        def on_throttled(self, retry_after: float | None) -> None: ...

        def on_success(self) -> None: ...

        async def drain(self) -> None: ...

    dixa = DixaClient("one-token", rate_limit=Never())
    call = asyncio.ensure_future(things(dixa))
    await asyncio.sleep(1)
    await dixa.aclose()
    with pytest.raises(ClientClosedError, match="before this call was sent"):
        await call
    assert not call.cancelling()


async def test_a_call_that_a_middleware_blocked_takes_no_permit_of_a_closed_client(mock_http: aioresponses) -> None:
    async def slow(request: Request, send: Callable[[Request], Any]) -> Response:
        await asyncio.sleep(5)
        response: Response = await send(request)
        return response

    dixa = DixaClient("one-token", middleware=[slow])
    call = asyncio.ensure_future(things(dixa))
    await asyncio.sleep(1)
    await dixa.aclose()
    with pytest.raises(ClientClosedError):
        await call
    assert dixa.rate_limit_state.requests_today == 0


@pytest.mark.parametrize(
    ("method", "status", "error"), [("GET", 500, ServerError), ("POST", 429, TooManyRequestsError)]
)
async def test_a_pause_before_a_retry_ends_and_the_call_reports_its_last_outcome(
    mock_http: aioresponses, method: str, status: int, error: type[Exception]
) -> None:
    mock_http.add(URL_OF_CALL, method, status=status, headers={"Retry-After": "30"}, repeat=True)
    dixa, start = DixaClient("one-token"), now()
    call = asyncio.ensure_future(things(dixa, method))
    await asyncio.sleep(1)
    await dixa.aclose()
    with pytest.raises(error) as caught:
        await call
    assert now() - start == pytest.approx(1)
    assert isinstance(caught.value, StatusError)
    assert len(caught.value.call.attempts) == 1


async def test_a_retry_that_waits_for_its_permit_ends_and_the_call_reports_its_last_outcome(
    mock_http: aioresponses,
) -> None:
    mock_http.get(URL_OF_CALL, status=500, repeat=True)
    policy = RetryPolicy(base_delay=1e-6)
    dixa = DixaClient("one-token", rate_limit=RateLimit(per_second=0.1, burst=1), retry=policy)
    call = asyncio.ensure_future(things(dixa))
    await asyncio.sleep(1)
    assert dixa.rate_limit_state.waiting == 1
    await dixa.aclose()
    with pytest.raises(ServerError) as caught:
        await call
    assert len(caught.value.call.attempts) == 1


@pytest.mark.parametrize("status", [200, 500])
async def test_a_call_in_flight_ends_with_its_response_and_is_not_retried(mock_http: aioresponses, status: int) -> None:
    async def slow(url: URL, **_: Any) -> CallbackResult:
        await asyncio.sleep(10)
        return CallbackResult(status=status, payload={})

    mock_http.get(URL_OF_CALL, callback=slow, repeat=True)
    events = list[RetryEvent]()
    dixa = DixaClient("one-token", retry=RetryPolicy(on_retry=events.append))
    call = start_calls([things(dixa)])
    await asyncio.sleep(1)
    await dixa.aclose()
    (result,) = await call
    assert result == {} if status == 200 else isinstance(result, ServerError)
    assert not events


async def test_a_possible_send_is_reported_although_the_client_was_closed() -> None:
    lost, waits = CallTimeoutError("no response", call=CALL, maybe_applied=True), PendingWaits()

    async def lose(request: Request) -> Response:
        raise lost

    retry = RetryMiddleware(RetryPolicy(), RetryBudget(), waits, draw=lambda: 1.0)
    call = asyncio.ensure_future(retry(make_request("PUT"), lose))
    await asyncio.sleep(0.1)
    waits.end()
    with pytest.raises(TransportError) as caught:
        await call
    assert caught.value is lost


async def test_a_permit_granted_in_the_tick_of_the_closing_goes_to_the_next_caller() -> None:
    limiter, waits = local_limiter(burst=1), PendingWaits()
    await limiter.acquire()
    due = limiter._ready_at()
    closed = asyncio.ensure_future(rate_limiting(limiter, waits=waits)(make_request(), takes(0, make_response())))
    await asyncio.sleep(0)
    next_one = asyncio.ensure_future(limiter.acquire())
    waiter = next(iter(limiter._queue._waiters))
    asyncio.get_running_loop().call_at(due + _SAME_TICK, waits.end)
    await next_one
    assert not waiter.cancelled()  # it had been granted
    assert now() == pytest.approx(due)
    with pytest.raises(ClientClosedError):
        await closed
    assert limiter.state.requests_today == 2


@pytest.mark.parametrize("max_wait", [None, 5.0])
async def test_a_slot_granted_in_the_tick_of_the_closing_is_released(max_wait: float | None) -> None:
    slots, waits = Slots(1), PendingWaits()
    await slots.acquire()
    send = chain([with_slots(slots, max_wait, waits=waits)], takes(0, make_response()))
    call = asyncio.ensure_future(send(make_request()))
    await asyncio.sleep(0)
    slots.release()
    waits.end()
    with pytest.raises(ClientClosedError):
        await call
    assert slots.try_acquire()


async def test_a_cancelled_caller_stays_cancelled_although_the_client_is_closed_in_the_same_tick() -> None:
    waits = PendingWaits()
    for closes in (False, True):
        wait = asyncio.ensure_future(waits.wait_for(asyncio.sleep, 10))
        await asyncio.sleep(0)
        wait.cancel()
        if closes:
            waits.end()
        with pytest.raises(asyncio.CancelledError):
            await wait


async def test_a_failure_during_a_wait_is_reported() -> None:
    async def fail() -> None:
        raise ValueError("of a limiter")

    with pytest.raises(ValueError, match="of a limiter"):
        await PendingWaits().wait_for(fail)


def test_closing_on_another_loop_ignores_what_was_left_on_a_closed_one() -> None:
    first, second, waits = VirtualTimeLoop(), VirtualTimeLoop(), PendingWaits()
    left = first.create_task(waits.wait_for(asyncio.sleep, 10))
    first.run_until_complete(asyncio.sleep(0))
    first.close()

    async def end() -> None:
        waits.end()

    second.run_until_complete(end())
    second.close()
    assert waits.ended
    assert not left.done()
    left._log_destroy_pending = False  # type: ignore[attr-defined]
