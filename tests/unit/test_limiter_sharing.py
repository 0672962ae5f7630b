"""One limiter for a server and a token, on consecutive event loops."""

import asyncio
import math
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dixa_async import DixaClient
from dixa_async.config import RateLimit
from dixa_async.errors import UsageError
from dixa_async.secret import Secret
from dixa_async.transport.limiter.local import LocalLimiter
from dixa_async.transport.limiter.protocol import Limiter
from dixa_async.transport.limiter.shared import limiter_for, shared_limiter

from ..helpers.virtual_time import VirtualTimeLoop, now
from .support import local_limiter


@pytest.fixture
def loops() -> Iterator[tuple[VirtualTimeLoop, VirtualTimeLoop]]:
    pair = VirtualTimeLoop(), VirtualTimeLoop()
    pair[1].now = 5.0  # its clock has nothing to do with the first one's
    yield pair
    for loop in pair:
        loop.close()


def test_consecutive_loops_keep_the_limit(loops: tuple[VirtualTimeLoop, VirtualTimeLoop]) -> None:
    limiter = local_limiter()

    async def use() -> float:
        start = now()
        for _ in range(5):
            await limiter.acquire()
        return now() - start

    assert loops[0].run_until_complete(use()) == pytest.approx(0.2)
    # It goes on where it was: the burst is used, and the last request was a moment ago.
    assert loops[1].run_until_complete(use()) == pytest.approx(0.5)


def test_a_429_on_another_loop_slows_down_whatever_its_clock_says(
    loops: tuple[VirtualTimeLoop, VirtualTimeLoop],
) -> None:
    limiter = local_limiter()

    async def throttle() -> None:
        limiter.on_throttled(0.0)

    loops[0].run_until_complete(throttle())
    loops[1].run_until_complete(throttle())
    assert limiter.rate == pytest.approx(4.9)


def test_a_pause_continues_when_the_loop_changes(loops: tuple[VirtualTimeLoop, VirtualTimeLoop]) -> None:
    limiter = local_limiter()

    async def throttle() -> None:
        limiter.on_throttled(30)
        await asyncio.sleep(10)

    loops[0].run_until_complete(throttle())
    start = loops[1].time()
    loops[1].run_until_complete(limiter.acquire())
    assert loops[1].time() - start == pytest.approx(20)


def test_requests_that_a_stopped_loop_did_not_send_do_not_affect_the_next_one(
    loops: tuple[VirtualTimeLoop, VirtualTimeLoop],
) -> None:
    limiter, (old, new) = local_limiter(per_second=8), loops  # 1/8 s: nothing is lost in rounding

    def run_one_round() -> None:
        old.call_soon(old.stop)
        old.run_forever()

    async def use() -> float:
        start = now()
        for permits in (1, 3):
            await asyncio.sleep(10)  # the burst is there
            for _ in range(permits):
                await limiter.acquire()
        new.now += 60  # while the loop is blocked, nothing is sent with the permits
        await asyncio.sleep(0)
        await limiter.acquire()
        return now() - start

    task = old.create_task(limiter.acquire())
    run_one_round()
    assert task.done()
    assert new.run_until_complete(use()) == pytest.approx(80.125)
    run_one_round()
    assert new.run_until_complete(use()) == pytest.approx(80.125)


def test_callers_left_on_a_closed_loop_are_forgotten() -> None:
    limiter = local_limiter(burst=1)
    first, second = VirtualTimeLoop(), VirtualTimeLoop()
    first.run_until_complete(limiter.acquire())
    left = first.create_task(limiter.acquire())
    first.run_until_complete(asyncio.sleep(0))
    first.close()
    assert limiter.state.waiting == limiter.state.next_in == 0
    second.run_until_complete(limiter.acquire())
    assert limiter.waiting == 0
    assert limiter.state.requests_today == 2
    assert not left.done()
    left._log_destroy_pending = False  # type: ignore[attr-defined]
    second.close()


def test_a_timer_left_on_one_loop_does_not_serve_callers_of_another(
    loops: tuple[VirtualTimeLoop, VirtualTimeLoop],
) -> None:
    limiter = local_limiter(burst=1)
    loops[0].run_until_complete(limiter.acquire())
    gone = loops[0].create_task(limiter.acquire())
    loops[0].run_until_complete(asyncio.sleep(0))
    gone.cancel()
    loops[0].run_until_complete(asyncio.wait([gone]))  # its timer is still there

    loops[1].run_until_complete(limiter.acquire())
    waiting = loops[1].create_task(limiter.acquire())
    loops[1].run_until_complete(asyncio.sleep(0))
    loops[0].run_until_complete(asyncio.sleep(3600))
    assert limiter.waiting == 1
    loops[1].run_until_complete(waiting)
    assert limiter.waiting == 0


def test_a_rate_raised_between_two_loops_applies_to_the_second(
    loops: tuple[VirtualTimeLoop, VirtualTimeLoop],
) -> None:
    limiter = local_limiter(0.01, burst=1)
    loops[0].run_until_complete(limiter.acquire())
    limiter.configure(RateLimit(per_second=10, burst=1))
    start = loops[1].time()
    loops[1].run_until_complete(limiter.acquire())
    assert loops[1].time() - start == pytest.approx(0.1)


def test_settings_changed_while_a_loop_is_stopped_reach_its_waiting_callers(
    loops: tuple[VirtualTimeLoop, VirtualTimeLoop],
) -> None:
    limiter = local_limiter(0.01, burst=1)
    loops[0].run_until_complete(limiter.acquire())
    waiting = loops[0].create_task(limiter.acquire())
    loops[0].run_until_complete(asyncio.sleep(1))
    limiter.configure(RateLimit(per_second=10, burst=1))
    start = loops[0].time()
    loops[0].run_until_complete(waiting)
    assert loops[0].time() - start == pytest.approx(0.1)


def test_two_loops_at_once_are_rejected(loops: tuple[VirtualTimeLoop, VirtualTimeLoop]) -> None:
    limiter = local_limiter(burst=1)
    loops[0].run_until_complete(limiter.acquire())
    waiting = loops[0].create_task(limiter.acquire())
    loops[0].run_until_complete(asyncio.sleep(0))
    with pytest.raises(UsageError, match="another event loop"):
        loops[1].run_until_complete(limiter.acquire())
    loops[0].run_until_complete(waiting)


_FORK_WHILE_SOMEONE_WAITS = """
import asyncio, os
from dixa_async.config import RateLimit
from dixa_async.secret import Secret
from dixa_async.transport.limiter.shared import shared_limiter

settings = RateLimit(per_second=100, burst=1)
used, unused = (shared_limiter("https://a.example.com", Secret(key), settings) for key in "kl")

async def use(limiter):
    calls = [asyncio.ensure_future(limiter.acquire()) for _ in range(3)]
    await asyncio.sleep(0)
    assert limiter.state.waiting > 0
    await asyncio.gather(*calls)

def be_the_child():
    assert used.state.waiting == 0
    for limiter in (used, unused):
        asyncio.run(use(limiter))
    assert used.state.requests_today == 4

async def main():
    await used.acquire()
    waiting = asyncio.ensure_future(used.acquire())
    await asyncio.sleep(0)
    assert used.state.waiting == 1
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            be_the_child()
            failed = 0
        finally:
            os._exit(failed)
    await waiting
    assert os.waitpid(child, 0)[1] == 0
    assert used.state.requests_today == 2

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="os.fork is not available")
def test_a_process_that_was_forked_while_callers_waited_can_use_the_limit() -> None:
    subprocess.run([sys.executable, "-c", _FORK_WHILE_SOMEONE_WAITS], check=True)


def test_there_is_one_limiter_for_a_server_and_a_token() -> None:
    settings = RateLimit()
    one = shared_limiter("https://a.example.com", Secret("k"), settings)
    assert shared_limiter("https://a.example.com", Secret("k"), settings) is one
    assert shared_limiter("https://a.example.com", Secret("l"), settings) is not one
    assert shared_limiter("https://b.example.com", Secret("k"), settings) is not one


def test_settings_can_create_a_custom_limiter() -> None:
    made: list[tuple[str, Secret]] = []

    class Special(RateLimit):
        def create_limiter(self, server: str, token: Secret) -> Limiter:
            made.append((server, token))
            return LocalLimiter(self)

    limiter = limiter_for("https://a.example.com", Secret("k"), Special(per_second=3))
    assert made == [("https://a.example.com", Secret("k"))]
    assert limiter.state.rate == 3
    client = DixaClient("k", base_url="https://b.example.com/", rate_limit=Special(per_second=4, max_wait=9))
    assert client.with_options(max_wait=1).rate_limit_state.rate == 4
    assert made[1:] == [("https://b.example.com", Secret("k"))]
    plain = limiter_for("https://a.example.com", Secret("k"), RateLimit())
    assert plain is shared_limiter("https://a.example.com", Secret("k"), RateLimit())


@pytest.mark.parametrize(("before", "after"), [(10, 2), (2, 10), (10, math.inf), (math.inf, 10)])
def test_a_new_client_applies_its_settings_to_the_shared_limiter(before: float, after: float) -> None:
    limiter = shared_limiter("https://a.example.com", Secret("k"), RateLimit(per_second=before))
    shared_limiter("https://a.example.com", Secret("k"), RateLimit(per_second=after))
    assert limiter.rate == after
