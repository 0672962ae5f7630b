"""A job of many writes, for a test that kills it. It writes down when its requests leave.

``python -m tests.bulk.killed_job JOURNAL CONVERSATION COUNT RATE SEND_TIMES [reconcile]``
"""

import asyncio
import sys
from pathlib import Path

import aiohttp

from dixa_async import DixaClient, RateLimit, bulk
from dixa_async.models import InternalNote

from ..helpers.send_times import recording_send_times


async def main(
    journal_path: str, conversation_id: str, count: int, rate: float, send_times_path: str, *, reconciles: bool
) -> None:
    notes: dict[str, InternalNote] = {}
    send_times = Path(send_times_path).open("a", buffering=1)  # noqa: ASYNC230, SIM115 to the end of the process
    trace = recording_send_times(lambda time: send_times.write(f"{time}\n"))

    async with (
        aiohttp.ClientSession(trace_configs=[trace]) as session,
        DixaClient(rate_limit=RateLimit(per_second=rate), session=session) as dixa,
    ):

        async def add(number: int) -> InternalNote:
            return await dixa.internal_notes.add(conversation_id, str(number))

        async def reconcile(number: int) -> InternalNote | None:
            if not notes:
                notes.update({note.message: note async for note in dixa.internal_notes.list(conversation_id)})
            return notes.get(str(number))

        with bulk.Journal(journal_path, job="notes") as journal:
            job = bulk.run(add, range(count), journal=journal, reconcile=reconcile if reconciles else None)
            async for _ in job:
                pass


if __name__ == "__main__":
    asyncio.run(
        main(
            sys.argv[1],
            sys.argv[2],
            int(sys.argv[3]),
            float(sys.argv[4]),
            sys.argv[5],
            reconciles=sys.argv[6:] == ["reconcile"],
        )
    )
