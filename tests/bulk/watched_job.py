"""A job of writes that accesses its journal, for tests that kill it.

Usage: ``watched_job.py JOURNAL CONVERSATION COUNT RATE ACCESS``.

ACCESS says how its own process accesses the journal while the job runs: ``none``, ``view``, or ``reopen``.
"""

import asyncio
import sys

from dixa_async import DixaClient, RateLimit, bulk
from dixa_async.models import InternalNote


def access_journal(path: str, access: str) -> None:
    if access == "view":
        with bulk.JournalView(path) as view:
            list(view.rows())
    elif access == "reopen":
        try:
            bulk.Journal(path, job="notes")
        except bulk.JournalError:
            return
        raise AssertionError("the journal was opened twice")


async def main(path: str, conversation_id: str, count: int, rate: float, access: str) -> None:
    async with DixaClient(rate_limit=RateLimit(per_second=rate)) as dixa:

        async def add(number: int) -> InternalNote:
            return await dixa.internal_notes.add(conversation_id, str(number))

        with bulk.Journal(path, job="notes") as journal:
            ended = 0
            async for _ in bulk.run(add, range(count), journal=journal, max_concurrency=10):
                ended += 1
                if ended in (10, 20):
                    access_journal(path, access)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
