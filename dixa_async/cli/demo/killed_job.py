"""The process that the demo kills: it adds notes to a conversation, and records in a journal what is done.

``python -m dixa_async.cli.demo.killed_job JOURNAL CONVERSATION_ID``
"""

import asyncio
import sys
from typing import Final

from ... import DixaClient, RateLimit, bulk
from ...models import InternalNote

NOTES: Final = 8


async def main(journal_path: str, conversation_id: int) -> None:
    """Add the notes that are not there yet.

    Args:
        journal_path: the journal. After a kill, the job goes on with the same one.
        conversation_id: the conversation ID.
    """
    async with DixaClient(rate_limit=RateLimit(per_second=10)) as dixa:

        async def add(number: int) -> InternalNote:
            return await dixa.internal_notes.add(conversation_id, f"note {number}")

        async def look(number: int) -> InternalNote | None:
            """Find out whether a note is there whose response the killed process did not see."""
            notes = [note async for note in dixa.internal_notes.list(conversation_id)]
            return next((note for note in notes if note.message == f"note {number}"), None)

        with bulk.Journal(journal_path, job="notes") as journal:
            async with bulk.run(add, range(NOTES), journal=journal, reconcile=look) as job:
                async for _ in job:
                    pass


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
