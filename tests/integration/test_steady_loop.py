"""The clock of these tests: it skips pauses of the machine, and nothing else."""

import asyncio
import time

import pytest

from dixa_async import CallTimeoutError, DixaClient
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, eventually
from ..helpers.steady_loop import LONGEST_STEP

pytestmark = pytest.mark.clock


async def test_a_pause_does_not_count_against_a_timeout(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(delay=0.1)
    call = asyncio.create_task(dixa.with_options(timeout=0.3, retry=NO_RETRY).organization.get())
    await eventually(lambda: server.request_count == 1)
    time.sleep(0.5)  # noqa: ASYNC251 the machine stops the process
    assert await call == server.state.organization


async def test_a_slow_server_counts_against_a_timeout(dixa: DixaClient, server: FakeDixa) -> None:
    server.inject_fault(delay=0.4)
    with pytest.raises(CallTimeoutError):
        await dixa.with_options(timeout=0.2, retry=NO_RETRY).organization.get()


async def test_a_sleep_takes_its_full_time() -> None:
    clock, started = asyncio.get_running_loop().time, time.monotonic()
    began = clock()
    await asyncio.sleep(0.2)
    assert 0.2 - 1e-6 <= clock() - began <= 0.2 + 10 * LONGEST_STEP
    assert time.monotonic() - started >= 0.2 - 1e-6
