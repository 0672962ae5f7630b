"""Workers that could be on several machines add notes: one of them dies, and no note is lost or added twice."""

import asyncio
import math
from collections import Counter
from pathlib import Path

import pytest

from dixa_async.testing import FakeDixa

from ..helpers.redis_server import RedisServer
from ..helpers.send_times import too_early
from .machines import running_machines
from .programs import Program

COUNT = 100
MACHINES = 3


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
        async with running_machines(MACHINES, "tests.recipes.watched_worker", variables) as running:
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
