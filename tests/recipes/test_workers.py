"""Workers that could be on several machines add notes: one of them dies, and no note is lost or added twice."""

import asyncio
import math
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from dixa_async.testing import FakeDixa

from ..helpers.redis_server import RedisServer
from ..helpers.send_times import too_early
from .programs import RECIPES, Program

_ROOT = Path(__file__).parents[2]
COUNT = 100
MACHINES = 3


class Machine:
    """A machine with a worker, whose processes can be killed together."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log = asyncio.create_task(self._read())
        self.is_ready = asyncio.Event()
        self.log = ""

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log += line.decode()
            if b"Listening started" in line:
                self.is_ready.set()

    async def die(self) -> None:
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._log


@asynccontextmanager
async def machines(variables: dict[str, str]) -> AsyncIterator[list[Machine]]:
    command = ["worker", "--workers", "1", "--max-async-tasks", "10", "tests.recipes.watched_worker:broker"]
    running: list[Machine] = []
    try:
        for _ in range(MACHINES):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "taskiq",
                *command,
                cwd=RECIPES,
                env={**os.environ, **variables, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(_ROOT)},
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            running.append(Machine(process))
        async with asyncio.timeout(30):
            await asyncio.gather(*(machine.is_ready.wait() for machine in running))
        yield running
    finally:
        for machine in running:
            await machine.die()


@pytest.mark.timeout(180)
async def test_a_worker_dies_and_every_note_is_added_once(redis_server: RedisServer, tmp_path: Path) -> None:
    send_times = tmp_path / "send_times"
    async with FakeDixa(rate=math.inf) as server:
        numbers = [server.add_email(user, "Question").id for user in server.end_users]
        file = tmp_path / "notes.csv"
        file.write_text("".join(f"k{n},{numbers[n % len(numbers)]},Note {n}\n" for n in range(COUNT)))
        variables = {
            "REDIS_URL": redis_server.url,
            "NOTES_TASK_TIMEOUT": "4",
            "SEND_TIMES": str(send_times),
            "DIXA_API_KEY": server.api_key,
            "DIXA_BASE_URL": server.url,
        }
        async with machines(variables) as running:
            program = asyncio.create_task(Program(server, "add_notes_with_workers.py", file, variables=variables).run())
            while sum(map(len, server.state.notes.values())) < COUNT // 3:
                assert not program.done()
                await asyncio.sleep(0.01)
            await running[0].die()
            ended = await program
        assert (ended.status, ended.err.count("Error")) == (0, 0)
        assert {line.split()[0] for line in ended.out.splitlines()} == {f"k{n}" for n in range(COUNT)}
        added = Counter(note.message for notes in server.state.notes.values() for note in notes)
        assert added == Counter({f"Note {n}": 1 for n in range(COUNT)})
        assert too_early(map(float, send_times.read_text().split()), 10, 4) == []
        ids = {note.id for notes in server.state.notes.values() for note in notes}
        assert {line.split()[1] for line in ended.out.splitlines()} == ids
