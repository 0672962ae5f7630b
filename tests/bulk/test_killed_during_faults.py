"""A job of writes that is killed again and again while it is in fault of other kinds: no write is made twice."""

import asyncio
import os
import random
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dixa_async import DixaClient
from dixa_async.bulk import JournalView, State
from dixa_async.testing import FakeDixa

from .interruptible_proxy import InterruptibleProxy
from .support import counts, new_conversation

COUNT = 600
RATE = 400.0
_PROGRAM = Path(__file__).with_name("faulty_job.py")


class Job:
    """Runs the job in a process of its own."""

    def __init__(self, server: FakeDixa, proxy: InterruptibleProxy, path: Path, conversation_id: int) -> None:
        self._notes = server.state.notes.setdefault(conversation_id, [])
        self._arguments = [str(path), str(conversation_id), str(COUNT), str(RATE)]
        self._environment = {
            **os.environ,
            "DIXA_API_KEY": server.api_key,
            "DIXA_BASE_URL": f"http://127.0.0.1:{proxy.port}",
        }

    @property
    def applied(self) -> Counter[str]:
        return Counter(note.message for note in self._notes)

    async def run(self, fault: str, until: int | None = None) -> None:
        """Run it to the end, or kill it when the server has a number of notes."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, _PROGRAM, *self._arguments, fault, env=self._environment
        )
        while until is not None and len(self._notes) < until and process.returncode is None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        if until is not None:
            process.kill()
        assert (await process.wait() == 0) == (until is None)


def keys_of(path: Path, state: State) -> set[str]:
    with JournalView(path) as view:
        return {row.key for row in view.rows(state)}


async def interrupt(proxy: InterruptibleProxy, job: Job) -> None:
    """Make the server unreachable for a second, twice."""
    for until in (COUNT // 5, COUNT // 2):
        while sum(job.applied.values()) < until:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        proxy.close()
        await asyncio.sleep(1.0)
        await proxy.open()


@pytest.mark.parametrize("fault", ["outage", "nested", "steps", "reconcile", "detour"])
async def test_no_write_is_applied_twice_and_none_is_lost(
    server: FakeDixa, dixa: DixaClient, path: Path, fault: str
) -> None:
    number = await new_conversation(server, dixa)
    async with InterruptibleProxy(urlsplit(server.url).port or 0) as proxy:
        job = Job(server, proxy, path, number)
        interrupting = asyncio.create_task(interrupt(proxy, job)) if fault == "outage" else None
        for moment in sorted(random.Random(5).sample(range(1, COUNT * 9 // 10), 5)):
            await job.run(fault, until=moment)
        await job.run(fault)
        if interrupting is not None:
            await interrupting
        assert set(job.applied.values()) == {1}
        states = counts(path)
        assert set(states) <= {State.SUCCEEDED, State.INDETERMINATE, State.FAILED}
        inputs = COUNT // 2 if fault == "nested" else COUNT
        assert sum(states.values()) == inputs
        assert State.FAILED not in states
        applied = set(job.applied)
        if fault == "nested":
            succeeded = {str(n) for key in keys_of(path, State.SUCCEEDED) for n in (2 * int(key), 2 * int(key) + 1)}
            assert succeeded <= applied
            return
        assert (
            keys_of(path, State.SUCCEEDED)
            <= applied
            <= keys_of(path, State.SUCCEEDED) | keys_of(path, State.INDETERMINATE)
        )

        await job.run("none")
        assert job.applied == Counter({str(n): 1 for n in range(COUNT)})
        assert counts(path) == {State.SUCCEEDED: COUNT}
