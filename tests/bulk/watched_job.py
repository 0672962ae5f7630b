"""A job of writes that is looked at, for tests that kill it: ``watched_job.py JOURNAL CONVERSATION COUNT RATE LOOKS``.

LOOKS says what its own process does with the journal meanwhile: ``none``, ``view``, or ``refused``.
"""

import asyncio
import sys

from dixa_async import DixaClient, RateLimit, bulk
from dixa_async.models import InternalNote


def look(path: str, looks: str) -> None:
    if looks == "view":
        with bulk.JournalView(path) as view:
            list(view.rows())
    elif looks == "refused":
        try:
            bulk.Journal(path, job="notes")
        except bulk.JournalError:
            return
        raise AssertionError("the journal was opened twice")


async def main(path: str, conversation_id: str, count: int, rate: float, looks: str) -> None:
    async with DixaClient(rate_limit=RateLimit(per_second=rate)) as dixa:

        async def add(number: int) -> InternalNote:
            return await dixa.internal_notes.add(conversation_id, str(number))

        with bulk.Journal(path, job="notes") as journal:
            ended = 0
            async for _ in bulk.run(add, range(count), journal=journal, max_concurrency=10):
                ended += 1
                if ended in (10, 20):
                    look(path, looks)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
