"""Mark every conversation that a search finds with a tag.

    python tag_search_results.py "broken zipper" zipper

The tag is created if there is none of that name. It does no harm to run it twice.
"""

import asyncio
import sys

from dixa_async import DixaClient, bulk


async def tag_search_results(dixa: DixaClient, query: str, tag_name: str) -> int:
    """Mark what is found.

    Args:
        dixa: the client.
        query: the text to search for.
        tag_name: the name of the tag.

    Returns:
        The number of conversations that are not marked.
    """
    tags = [tag async for tag in dixa.tags.list()]
    tag = next((tag for tag in tags if tag.name == tag_name), None) or await dixa.tags.create(tag_name)

    async def mark(number: int) -> None:
        await dixa.tags.add_to_conversation(number, tag.id)

    # First all of the search: its pages could shift while the conversations in them change.
    numbers = [hit.id async for hit in dixa.search.conversations(query, page_limit=50)]
    progress = bulk.progress_bar(len(numbers), limit=10)
    async with bulk.run(mark, dict.fromkeys(numbers), progress=progress) as job:
        with bulk.stop_on_signals(job):  # such as Ctrl-C
            async for outcome in job:
                if not isinstance(outcome, bulk.Succeeded):
                    print(f"{outcome.input} is not marked: {outcome.error}", file=sys.stderr)
    if job.stopped:
        print(f"stopped: {job.counts}; run it again for the rest", file=sys.stderr)
    return len(dict.fromkeys(numbers)) - job.counts.succeeded


async def main() -> int:
    async with DixaClient() as dixa:
        return 1 if await tag_search_results(dixa, sys.argv[1], sys.argv[2]) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
