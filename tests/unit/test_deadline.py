"""The deadline of a whole call: waits, attempts and pauses together."""

import asyncio
import contextlib

import pytest

from dixa_async.config import RateLimit, Timeout
from dixa_async.errors import CallTimeoutError
from dixa_async.transport.http import Request, Response
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.middleware.chain import chain
from dixa_async.transport.middleware.deadline import DeadlineMiddleware

from ..helpers.requests import CALL, make_request, make_response
from .support import Script, rate_limiting, takes


def _request(total: float | None) -> Request:
    return make_request(timeout=Timeout(total=total))


async def test_without_a_deadline_the_call_may_take_forever() -> None:
    request = _request(None)
    assert (await DeadlineMiddleware()(request, takes(1e6, make_response()))).ok
    assert request.call_state.deadline is None


async def test_a_call_in_time_returns_its_response_and_passes_its_deadline_on() -> None:
    request, start = _request(5), asyncio.get_running_loop().time()
    assert (await DeadlineMiddleware()(request, takes(4.9, make_response()))).ok
    assert request.call_state.deadline == start + 5


async def test_a_request_that_a_middleware_resends_gets_no_more_time() -> None:
    request, start = _request(5), asyncio.get_running_loop().time()
    assert (await DeadlineMiddleware()(request, takes(3, make_response()))).ok
    with pytest.raises(CallTimeoutError, match="longer than 5 s"):
        await DeadlineMiddleware()(request, takes(3, make_response()))
    assert asyncio.get_running_loop().time() - start == pytest.approx(5)


@pytest.mark.parametrize("maybe_applied", [True, False])
async def test_a_late_call_ends_at_its_deadline_and_reports_whether_it_was_sent(maybe_applied: bool) -> None:
    request, start = _request(2.5), asyncio.get_running_loop().time()
    request.call_state.maybe_applied = maybe_applied
    with pytest.raises(CallTimeoutError, match=r"longer than 2\.5 s in all") as caught:
        await DeadlineMiddleware()(request, takes(10, make_response()))
    assert asyncio.get_running_loop().time() - start == pytest.approx(2.5)
    assert caught.value.maybe_applied is maybe_applied
    assert isinstance(caught.value.__cause__, TimeoutError)


async def test_the_timeout_of_one_attempt_is_not_mistaken_for_the_deadline() -> None:
    error = CallTimeoutError("one attempt", call=CALL, maybe_applied=True)
    with pytest.raises(CallTimeoutError) as caught:
        await DeadlineMiddleware()(_request(5), Script([error]))
    assert caught.value is error


async def test_another_timeout_error_is_passed_on_unchanged() -> None:
    error = TimeoutError("of a middleware")
    with pytest.raises(TimeoutError) as caught:
        await DeadlineMiddleware()(_request(5), Script([error]))
    assert caught.value is error


async def test_cancellation_from_outside_is_not_turned_into_an_error() -> None:
    task = asyncio.ensure_future(DeadlineMiddleware()(_request(5), takes(10, make_response())))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_call_that_times_out_in_the_queue_of_the_limiter_leaves_it() -> None:
    limiter = LocalLimiter(RateLimit(burst=1))
    send = chain([DeadlineMiddleware(), rate_limiting(limiter)], takes(0, make_response()))
    await send(_request(None))
    late = asyncio.ensure_future(send(_request(0.05)))
    start = asyncio.get_running_loop().time()
    await asyncio.sleep(0)
    await send(_request(None))
    assert asyncio.get_running_loop().time() - start == pytest.approx(0.1)
    with pytest.raises(CallTimeoutError) as caught:
        await late
    assert not caught.value.maybe_applied
    assert limiter.waiting == 0


@pytest.mark.parametrize(
    "error", [ConnectionAbortedError(), CallTimeoutError("one attempt", call=CALL, maybe_applied=True)], ids=repr
)
async def test_an_error_at_the_moment_of_the_deadline_is_passed_on_unchanged(error: Exception) -> None:
    async def stubborn(request: Request) -> Response:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        raise error

    with pytest.raises(type(error)) as caught:
        await DeadlineMiddleware()(_request(1), stubborn)
    assert caught.value is error
