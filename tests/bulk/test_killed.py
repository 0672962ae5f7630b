"""A job of writes that is killed again and again: each write is applied once, or is reported as indeterminate."""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from dixa_async import DixaClient
from dixa_async.bulk import JournalView, State
from dixa_async.testing import FakeDixa

from ..helpers.send_times import too_early
from .support import counts, new_conversation

COUNT = int(os.environ.get("DIXA_TEST_KILLED_WRITES", "20000"))
KILLS = 20
RATE = float(os.environ.get("DIXA_TEST_KILLED_RATE", "1000"))
_ROOT = Path(__file__).parents[2]


class Killer:
    """Runs the job against a server, in a process of its own."""

    def __init__(self, server: FakeDixa, journal: Path, conversation_id: int) -> None:
        self._server = server
        self._send_times = journal.with_name("send_times")
        self._arguments = [str(journal), str(conversation_id), str(COUNT), str(RATE), str(self._send_times)]
        self._notes = server.state.notes.setdefault(conversation_id, [])
        self.start_seconds = 0.0

    @property
    def applied(self) -> Counter[str]:
        return Counter(note.message for note in self._notes)

    @property
    def send_times(self) -> list[float]:
        """When its requests were sent."""
        return [float(line) for line in self._send_times.read_text().splitlines()]

    async def run(self, *more: str, until: int | None = None, delay: float = 0.0) -> None:
        """Run it to the end, or kill it a moment after the server has a number of notes."""
        started, requests = time.perf_counter(), self._server.request_count
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bulk.killed_job",
            *self._arguments,
            *more,
            cwd=_ROOT,
            env={**os.environ, "DIXA_API_KEY": self._server.api_key, "DIXA_BASE_URL": self._server.url},
        )
        # It has started when it has skipped the inputs that succeeded, and sends.
        while self._server.request_count == requests and process.returncode is None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        self.start_seconds += time.perf_counter() - started
        if until is not None:
            while len(self._notes) < until and process.returncode is None:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            await asyncio.sleep(delay)
            process.kill()
        assert (await process.wait() == 0) == (until is None)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_every_write_is_applied_once_or_reported_as_indeterminate(
    server: FakeDixa, dixa: DixaClient, path: Path
) -> None:
    draw = random.Random(20)
    number = await new_conversation(server, dixa)
    killer = Killer(server, path, number)
    started = time.perf_counter()
    for moment in sorted(draw.sample(range(1, COUNT * 97 // 100), KILLS)):
        await killer.run(until=moment, delay=draw.uniform(0, 0.005))
    await killer.run()
    seconds = time.perf_counter() - started

    states = counts(path)
    assert set(states) <= {State.SUCCEEDED, State.INDETERMINATE}
    assert sum(states.values()) == COUNT
    with JournalView(path) as view:
        succeeded = {row.key for row in view.rows(State.SUCCEEDED)}
        indeterminate = {row.key for row in view.rows(State.INDETERMINATE)}
    applied = killer.applied
    assert set(applied.values()) == {1}
    assert succeeded <= set(applied) <= succeeded | indeterminate

    await killer.run("reconcile")
    assert killer.applied == Counter({str(number): 1 for number in range(COUNT)})
    assert counts(path) == {State.SUCCEEDED: COUNT}
    # The rate is scaled and the jitter of this machine is not: the burst stands for a fiftieth of a second of it.
    assert too_early(killer.send_times, RATE * 1.02, max(RATE / 50, 15)) == []

    lost = len(indeterminate - set(applied))
    print(
        f"\n{COUNT} writes, {KILLS} kills: {len(succeeded)} succeeded, {len(indeterminate)} indeterminate "
        f"({lost} of them not applied), 0 twice, 0 lost, 0 sent too early. "
        f"{seconds:.1f} s, of which {killer.start_seconds:.1f} s for process starts; ideal: {COUNT / RATE:.1f} s. "
        f"With `reconcile`: all {COUNT} succeeded, applied once each."
    )
