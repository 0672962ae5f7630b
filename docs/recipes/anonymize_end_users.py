"""Anonymize the end users that a file lists, and wait until Dixa has processed them. This cannot be undone.

    python anonymize_end_users.py ids.txt

The file has the ID of one end user per line. Their open conversations are closed. The requests are recorded in
``ids.txt.journal``: Dixa may take a day, so the program can be stopped, and goes on when it is run again.
"""

import asyncio
import sys
from pathlib import Path

from dixa_async import DixaClient, bulk
from dixa_async.models import AnonymizationRequest


async def request_anonymization(dixa: DixaClient, path: Path) -> int:
    """Request the anonymization of all end users. Those requested in an earlier run are skipped.

    Args:
        dixa: the client.
        path: the file.

    Returns:
        The number of end users whose anonymization was not requested.
    """

    async def anonymize(user_id: str) -> AnonymizationRequest:
        return await dixa.end_users.anonymize(user_id, force=True)

    ids = dict.fromkeys(path.read_text().split())
    progress = bulk.progress_bar(len(ids), limit=10)
    with bulk.Journal(f"{path}.journal", job="anonymize") as journal:
        async with bulk.run(anonymize, ids, journal=journal, retry_failed=True, progress=progress) as job:
            with bulk.stop_on_signals(job):  # such as Ctrl-C
                async for outcome in job:
                    if not isinstance(outcome, bulk.Succeeded):
                        print(f"{outcome.key}: {type(outcome).__name__}: {outcome.error}", file=sys.stderr)
    if job.stopped:
        print(f"stopped: {job.counts}; run it again for the rest", file=sys.stderr)
    return len(ids) - job.counts.succeeded - job.counts.skipped


async def wait(dixa: DixaClient, path: Path, pause: float) -> None:
    """Wait until all requests of this run and earlier ones are processed.

    Args:
        dixa: the client.
        path: the file.
        pause: seconds between two polls.
    """
    with bulk.JournalView(f"{path}.journal") as view:
        waiting = {row.result["id"] for row in view.rows(bulk.State.SUCCEEDED)}
    while True:
        async with bulk.run(dixa.anonymization.get_request, sorted(waiting)) as job:
            with bulk.stop_on_signals(job):
                async for outcome in job:
                    if not isinstance(outcome, bulk.Succeeded):
                        print(f"{outcome.input}: {outcome.error}", file=sys.stderr)
                    elif outcome.result.processed_at is not None:
                        waiting.discard(outcome.input)
                        print(f"{outcome.result.target_entity_id} was anonymized at {outcome.result.processed_at}")
        if not waiting or job.stopped:
            return
        print(f"{len(waiting)} requests are not processed yet", file=sys.stderr)
        await asyncio.sleep(pause)


async def main() -> int:
    path, pause = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    async with DixaClient() as dixa:
        missing = await request_anonymization(dixa, path)
        await wait(dixa, path, pause)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
