"""No more than the allowed number of requests in flight, in order, and no slot lost."""

import asyncio

import pytest
from hypothesis import given, strategies as st

from dixa_async.errors import RateLimitTimeoutError
from dixa_async.transport.http import Request, Response
from dixa_async.transport.middleware.chain import chain
from dixa_async.transport.middleware.concurrency import Slots

from ..helpers.requests import make_request, make_response
from ..helpers.virtual_time import now, run_virtual
from .support import Script, local_limiter, rate_limiting, takes, with_slots


async def test_no_more_calls_than_slots_are_in_flight_and_in_order() -> None:
    concurrency, running, most, order = with_slots(Slots(3)), 0, 0, list[int]()

    async def call(number: int) -> None:
        async def send(request: Request) -> Response:
            nonlocal running, most
            running += 1
            most = max(most, running)
            order.append(number)
            await asyncio.sleep(1)
            running -= 1
            return make_response()

        await concurrency(make_request(), send)

    await asyncio.gather(*(call(number) for number in range(20)))
    assert most == 3
    assert order == list(range(20))


@pytest.mark.parametrize(
    "outcome", [make_response(500), ValueError("of a middleware"), asyncio.CancelledError()], ids=repr
)
async def test_a_slot_is_released_whatever_happens(outcome: Response | BaseException) -> None:
    slots = Slots(1)
    await asyncio.gather(with_slots(slots)(make_request(), Script([outcome])), return_exceptions=True)
    assert slots.try_acquire()


@given(plan=st.lists(st.tuples(st.floats(0, 3), st.none() | st.floats(0, 5)), max_size=30))
def test_cancelled_calls_release_their_slots(plan: list[tuple[float, float | None]]) -> None:
    async def main() -> None:
        slots, loop = Slots(3), asyncio.get_running_loop()
        concurrency = with_slots(slots)
        tasks = [
            asyncio.ensure_future(concurrency(make_request(), takes(seconds, make_response()))) for seconds, _ in plan
        ]
        for task, (_, patience) in zip(tasks, plan, strict=True):
            if patience is not None:
                loop.call_later(patience, task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(task.cancelled() or task.result().ok for task in tasks)
        assert [slots.try_acquire() for _ in range(4)] == [True, True, True, False]

    run_virtual(main())


async def test_a_call_that_waits_too_long_for_a_slot_is_reported_and_others_are_not_blocked() -> None:
    slots = Slots(1)
    patient, hasty = with_slots(slots), with_slots(slots, 2.0)
    send = takes(5, make_response())
    start = asyncio.get_running_loop().time()
    first = asyncio.ensure_future(patient(make_request(), send))
    await asyncio.sleep(0)
    with pytest.raises(RateLimitTimeoutError) as caught:
        await hasty(make_request(), send)
    assert asyncio.get_running_loop().time() - start == pytest.approx(2)
    assert caught.value.max_wait == 2
    assert (await first).ok
    assert (await hasty(make_request(), send)).ok
    assert asyncio.get_running_loop().time() - start == pytest.approx(10)


async def test_a_slot_granted_in_the_tick_of_a_cancellation_goes_to_the_next_caller() -> None:
    slots = Slots(1)
    await slots.acquire()
    timed_out, next_one = asyncio.ensure_future(slots.acquire()), asyncio.ensure_future(slots.acquire())
    await asyncio.sleep(0)
    slots.release()
    timed_out.cancel()
    await asyncio.sleep(0)
    await next_one
    assert timed_out.cancelled()
    slots.release()
    assert slots.try_acquire()


async def test_the_waits_for_a_slot_and_for_a_permit_add_up() -> None:
    limiter, slots = local_limiter(burst=1), Slots(1)
    send = chain([with_slots(slots, 4.0, limiter), rate_limiting(limiter, 4.0)], takes(1, make_response()))
    await slots.acquire()
    asyncio.get_running_loop().call_later(2.0, limiter.on_throttled, 3.0)
    asyncio.get_running_loop().call_later(2.5, slots.release)
    with pytest.raises(RateLimitTimeoutError) as caught:
        await send(make_request())
    assert caught.value.wait == pytest.approx(5, abs=0.2)
    assert caught.value.max_wait == 4
    assert slots.try_acquire()


async def test_another_attempt_does_not_inherit_the_wait_of_the_previous_one() -> None:
    limiter, slots, request = local_limiter(burst=1), Slots(1), make_request()
    send = chain([with_slots(slots, 2.0, limiter), rate_limiting(limiter, 2.0)], takes(0, make_response()))
    await slots.acquire()
    asyncio.get_running_loop().call_later(1.5, slots.release)
    assert (await send(request)).ok  # waits for a slot
    limiter.on_throttled(1.0)
    assert (await send(request)).ok  # waits for a permit


async def test_a_wait_behind_a_full_queue_that_would_be_too_long_is_rejected_at_once_and_reported() -> None:
    limiter, slots = local_limiter(), Slots(5)
    patient, hasty = (
        chain([with_slots(slots, most, limiter), rate_limiting(limiter, most)], takes(0, make_response()))
        for most in (None, 1.0)
    )
    calls = [asyncio.ensure_future(patient(make_request())) for _ in range(23)]
    await asyncio.sleep(0.05)
    assert (slots.waiting, limiter.waiting) == (15, 5)
    start = now()
    with pytest.raises(RateLimitTimeoutError) as caught:
        await hasty(make_request())
    assert now() == start
    assert caught.value.wait == pytest.approx(2.05)
    assert caught.value.max_wait == 1
    await asyncio.sleep(1.1)
    assert (await hasty(make_request())).ok
    assert now() - start == pytest.approx(2.05)  # its permit came when it had been predicted
    await asyncio.gather(*calls)


async def test_no_wait_is_predicted_when_permits_are_available_and_only_the_slots_are_taken() -> None:
    limiter, slots = local_limiter(0.01), Slots(1)
    send = chain([with_slots(slots, 5.0, limiter), rate_limiting(limiter, 5.0)], takes(1, make_response()))
    assert [response.ok for response in await asyncio.gather(*(send(make_request()) for _ in range(3)))] == [True] * 3


async def test_the_state_counts_the_calls_that_wait_for_a_slot() -> None:
    slots = Slots(2)
    concurrency, send = with_slots(slots), takes(1, make_response())
    calls = [asyncio.ensure_future(concurrency(make_request(), send)) for _ in range(7)]
    await asyncio.sleep(0)
    assert slots.waiting == 5
    calls[-1].cancel()
    await asyncio.sleep(1.5)
    assert slots.waiting == 2
    await asyncio.gather(*calls[:-1])
    assert slots.waiting == 0


async def test_a_call_that_gets_its_slot_in_time_does_not_time_out_later() -> None:
    slots = Slots(1)
    concurrency, send = with_slots(slots, 2.0), takes(1.5, make_response())
    responses = await asyncio.gather(concurrency(make_request(), send), concurrency(make_request(), send))
    assert all(response.ok for response in responses)
