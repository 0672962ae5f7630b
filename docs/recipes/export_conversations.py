"""Write all conversations of all end users, with their messages, to a file of JSON lines.

    python export_conversations.py conversations.jsonl

One conversation is one line. After a crash, run it again: what is in the file already is not read again.
"""

import asyncio
import json
import sys
from pathlib import Path

from dixa_async import DixaClient, bulk, to_json
from dixa_async.models import EndUser


async def export(dixa: DixaClient, path: Path) -> int:
    """Export what is not in the file yet.

    Args:
        dixa: the client.
        path: the file.

    Returns:
        0 if all was exported.
    """
    there = numbers_in(path)

    async def read(user: EndUser) -> list[bytes]:
        lines: list[bytes] = []
        async for conversation in dixa.end_users.list_conversations(user.id):
            if conversation.id not in there:
                messages = [message async for message in dixa.messages.list(conversation.id)]
                lines.append(to_json({"conversation": conversation, "messages": messages}) + b"\n")
        return lines

    users = dixa.end_users.list(prefetch=True)
    failures = 0
    with path.open("ab") as file:
        job = bulk.run(read, users, key=lambda user: user.id, progress=bulk.progress_bar(limit=10))
        async with job:  # many read, and this is the only one who writes
            with bulk.stop_on_signals(job):  # such as Ctrl-C
                async for outcome in job:
                    if isinstance(outcome, bulk.Succeeded):
                        file.writelines(outcome.result)
                    else:
                        failures += 1
                        print(f"the end user {outcome.key} is missing: {outcome.error}", file=sys.stderr)
    if job.stopped:
        print(f"stopped: {job.counts}; run it again for the rest", file=sys.stderr)
    return failures + job.stopped


def numbers_in(path: Path) -> set[int]:
    """The conversation IDs in the file. A last line that a crash cut off is taken away."""
    numbers = set[int]()
    if not path.exists():
        return numbers
    with path.open("r+b") as file:
        end = 0
        for line in file:
            if not line.endswith(b"\n"):
                file.truncate(end)
                break
            end += len(line)
            numbers.add(json.loads(line)["conversation"]["id"])
    return numbers


async def main() -> int:
    async with DixaClient() as dixa:
        return 1 if await export(dixa, Path(sys.argv[1])) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
