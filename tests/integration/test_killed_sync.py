"""A copy of a Dixa that changes meanwhile, by killed processes, over responses that break: equal in the end."""

import asyncio
import math
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dixa_async import DixaClient, StatusError
from dixa_async.exports.sync.store import row_values, without_content
from dixa_async.testing import FakeDixa, InjectedFault

from ..helpers.clients import UNLIMITED
from ..helpers.copies import Rows, rows_of

_ROOT = Path(__file__).parents[2]
LONG = pytest.mark.long

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forks")


class Copier:
    """Runs syncs in processes of their own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._input, self._output = process.stdin, process.stdout

    async def run(self, *, kill_after: float = math.inf) -> bool:
        """Run a sync, and kill it after some seconds. Returns whether it came to its end before."""
        self._input.write(f"{kill_after}\n".encode())
        code = os.waitstatus_to_exitcode(int(await self._output.readline()))
        assert code in (0, -signal.SIGKILL)
        return code == 0


@asynccontextmanager
async def copying(server: FakeDixa, path: Path, since: datetime) -> AsyncIterator[Copier]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.integration.killed_sync", server.url, server.api_key, since.isoformat(), str(path)),
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Copier(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        assert await process.wait() == 0


async def change(server: FakeDixa, dixa: DixaClient, draw: random.Random) -> None:
    """Let people write, close and anonymize conversations."""
    while True:
        await asyncio.sleep(draw.uniform(0.001, 0.01))
        conversation = draw.choice([*server.state.conversations.values()])
        with suppress(StatusError, ValueError):  # it may be closed or anonymized
            match draw.randrange(8):
                case 0 | 1 | 2:
                    server.add_email(draw.choice(server.end_users), f"order {draw.random()}", ["Where is it?"])
                case 3 | 4:
                    server.add_message(conversation, f"still nothing {draw.random()}")
                case 5:
                    await dixa.tags.add_to_conversation(conversation.id, draw.choice(server.tags).id)
                case 6:
                    await dixa.conversations.close(conversation.id)
                case _:
                    await dixa.conversations.anonymize(conversation.id, force=True)


async def expected(dixa: DixaClient, since: datetime) -> Rows:
    """What a copy must have: all that is exported, without what was said in anonymized conversations."""
    until = datetime.now(UTC) + timedelta(minutes=1)
    conversations = [row async for row in dixa.exports.conversations(since, until, by="updated")]
    anonymized = {row.id for row in conversations if row.anonymized_at is not None}
    rows: Rows = {("conversation", row.id): row_values(row) for row in conversations}
    async for message in dixa.exports.messages(since, until):
        kept = without_content(message) if message.csid in anonymized else message
        rows["message", message.id] = row_values(kept)
    return rows


@pytest.mark.timeout(300)
@pytest.mark.parametrize("suffix", [".sqlite", ".jsonl"])
@pytest.mark.parametrize("kills", [5, pytest.param(20, marks=LONG)])
async def test_a_copy_by_killed_processes_equals_the_state(tmp_path: Path, suffix: str, kills: int) -> None:
    draw = random.Random(kills)
    path = tmp_path / f"dixa{suffix}"
    now = datetime.now(UTC)
    since = now - timedelta(days=100)
    ended, killed, longest = 0, 0, 0.5
    async with (
        FakeDixa(
            rate=math.inf, exports_per_minute=math.inf, company="small", until=now, anonymization_polls=0
        ) as server,
        DixaClient(server.api_key, base_url=server.url, rate_limit=UNLIMITED, exports_per_minute=math.inf) as dixa,
        copying(server, path, since) as copier,
    ):
        changing = asyncio.create_task(change(server, dixa, draw))
        broken = list[InjectedFault]()
        while killed < kills:
            broken += [
                server.inject_fault(cut_off=draw.randrange(40_000), operation=f"GET /{kind}_export")
                for kind in ("conversation", "message")
            ]
            has_ended = await copier.run(kill_after=draw.uniform(0, longest))
            killed += not has_ended
            ended += has_ended
            longest *= 0.8 if has_ended else 1.1  # most are killed, at any moment
        assert not changing.done()
        changing.cancel()
        with suppress(asyncio.CancelledError):
            await changing
        await asyncio.sleep(0.002)
        assert await copier.run()
        copy, state = rows_of(path), await expected(dixa, since)
    assert copy.keys() == state.keys()
    assert {key: row for key, row in copy.items() if row != state[key]} == {}
    anonymized = sum("anonymized_at" in row for row in copy.values())
    assert anonymized > 0
    print(
        f"\n{suffix}: {ended} runs ended and {killed} were killed, {sum(fault.used for fault in broken)}"
        f" responses cut off: {len(copy)} rows are equal, of {anonymized} anonymized conversations"
    )
