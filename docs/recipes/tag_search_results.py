"""Tag every conversation that a search finds.

    python tag_search_results.py "broken zipper" zipper

The tag is created if it does not exist. Running the program twice does no harm.
"""

import asyncio
import sys

from dixa_async import DixaClient, bulk


async def tag_search_results(dixa: DixaClient, query: str, tag_name: str) -> int:
    """Tag the conversations that are found.

    Args:
        dixa: the client.
        query: the text to search for.
        tag_name: the name of the tag.

    Returns:
        The number of conversations that were not tagged.
    """
    tags = [tag async for tag in dixa.tags.list()]
    tag = next((tag for tag in tags if tag.name == tag_name), None) or await dixa.tags.create(tag_name)

    async def add_tag(conversation_id: int) -> None:
        await dixa.tags.add_to_conversation(conversation_id, tag.id)

    # Finish the search first: its pages could shift while its conversations change.
    ids = [hit.id async for hit in dixa.search.conversations(query, page_limit=50)]
    progress = bulk.progress_bar(len(ids), limit=10)
    async with bulk.run(add_tag, dict.fromkeys(ids), progress=progress) as job:
        with bulk.stop_on_signals(job):  # such as Ctrl-C
            async for outcome in job:
                if not isinstance(outcome, bulk.Succeeded):
                    print(f"{outcome.input} was not tagged: {outcome.error}", file=sys.stderr)
    if job.stopped:
        print(f"stopped: {job.counts}; run it again for the rest", file=sys.stderr)
    return len(dict.fromkeys(ids)) - job.counts.succeeded


async def main() -> int:
    async with DixaClient() as dixa:
        return 1 if await tag_search_results(dixa, sys.argv[1], sys.argv[2]) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
