"""A job of many writes, for a test that kills it: ``killed_job.py JOURNAL CONVERSATION COUNT RATE [reconcile]``."""

import asyncio
import sys

from dixa_async import DixaClient, RateLimit, bulk
from dixa_async.models import InternalNote


async def main(journal_path: str, conversation_id: str, count: int, rate: float, *, reconciles: bool) -> None:
    notes: dict[str, InternalNote] = {}

    async with DixaClient(rate_limit=RateLimit(per_second=rate)) as dixa:

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
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), reconciles=sys.argv[5:] == ["reconcile"])
    )
