"""Write all conversations of all end users, with their messages, to a file of JSON lines.

    python export_conversations.py conversations.jsonl

Each line is one conversation. After a crash, run it again: conversations in the file are not read again.
"""

import asyncio
import json
import sys
from pathlib import Path

from dixa_async import DixaClient, bulk, to_json
from dixa_async.models import EndUser


async def export(dixa: DixaClient, path: Path) -> int:
    """Export the conversations that are not in the file yet.

    Args:
        dixa: the client.
        path: the file.

    Returns:
        0 if all conversations were exported.
    """
    exported = ids_in(path)

    async def read(user: EndUser) -> list[bytes]:
        lines: list[bytes] = []
        async for conversation in dixa.end_users.list_conversations(user.id):
            if conversation.id not in exported:
                messages = [message async for message in dixa.messages.list(conversation.id)]
                lines.append(to_json({"conversation": conversation, "messages": messages}) + b"\n")
        return lines

    users = dixa.end_users.list(prefetch=True)
    failures = 0
    with path.open("ab") as file:
        job = bulk.run(read, users, key=lambda user: user.id, progress=bulk.progress_bar(limit=10))
        async with job:  # many calls read, and only this loop writes
            with bulk.stop_on_signals(job):  # such as Ctrl-C
                async for outcome in job:
                    if isinstance(outcome, bulk.Succeeded):
                        file.writelines(outcome.result)
                    else:
                        failures += 1
                        print(f"end user {outcome.key} is missing: {outcome.error}", file=sys.stderr)
    if job.stopped:
        print(f"stopped: {job.counts}; run it again for the rest", file=sys.stderr)
    return failures + job.stopped


def ids_in(path: Path) -> set[int]:
    """The conversation IDs in the file. A last line that a crash cut off is removed."""
    ids = set[int]()
    if not path.exists():
        return ids
    with path.open("r+b") as file:
        end = 0
        for line in file:
            if not line.endswith(b"\n"):
                file.truncate(end)
                break
            end += len(line)
            ids.add(json.loads(line)["conversation"]["id"])
    return ids


async def main() -> int:
    async with DixaClient() as dixa:
        return 1 if await export(dixa, Path(sys.argv[1])) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
