"""Add notes to many conversations, with workers on several machines that share one token and its rate limit.

    taskiq worker --workers 1 --max-async-tasks 10 add_notes_with_workers:broker    # on every machine
    python add_notes_with_workers.py notes.csv                                      # on one of them

The file has no header, and three columns: a unique key, the conversation ID, and the note. The key of a row must
never change: if the program or a worker dies, run the program again, and no note is added twice.
"""

import asyncio
import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from redis.asyncio import Redis
from taskiq import Context, TaskiqDepends, TaskiqEvents, TaskiqResultTimeoutError, TaskiqState
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from dixa_async import DixaClient, RedisRateLimit, TransportError, bulk

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost")
MACHINES = int(os.environ.get("NOTES_MACHINES", "3"))
TASK_TIMEOUT = float(os.environ.get("NOTES_TASK_TIMEOUT", "40"))
"""Seconds that a task may take. A dead worker is detected after twice that time."""
ATTEMPTS = 5

Row: TypeAlias = tuple[str, int, str]
"""The key, the conversation ID, the note."""

broker = RedisStreamBroker(
    REDIS_URL,
    queue_name="dixa-notes",
    consumer_id="0",  # read also the tasks that were queued before the first worker started
    xread_count=10,  # a worker reads no more tasks than it can run soon
).with_result_backend(RedisAsyncResultBackend[str](REDIS_URL, keep_results=False, result_ex_time=86_400))


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def start(state: TaskiqState) -> None:
    state.redis = Redis.from_url(REDIS_URL)
    state.dixa = DixaClient(rate_limit=RedisRateLimit(redis=state.redis, fallback_share=1 / MACHINES))


@broker.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def stop(state: TaskiqState) -> None:
    await state.dixa.aclose()
    await state.redis.aclose()


@broker.task(task_name="add_note")
async def add_note(conversation_id: int, text: str, context: Context = TaskiqDepends()) -> str:
    """Add a note, unless an earlier attempt has added it.

    The lock expires if this worker dies, and lasts longer than a task may take: no two workers run the same task.
    """
    dixa: DixaClient = context.state.dixa
    redis: Redis = context.state.redis
    name = f"dixa-notes:{context.message.task_id}"
    async with redis.lock(f"{name}:lock", timeout=1.5 * TASK_TIMEOUT), asyncio.timeout(TASK_TIMEOUT):
        was_tried = not await redis.set(f"{name}:tried", 1, nx=True, ex=7 * 86_400)
        if was_tried:
            async for note in dixa.internal_notes.list(conversation_id):
                if note.message == text:
                    return note.id
        return (await dixa.internal_notes.add(conversation_id, text)).id


async def run_on_worker(row: Row) -> str:
    """Have a worker add a note. If the outcome is unknown, another worker tries it, which first looks for the note."""
    key, conversation_id, text = row
    last_error: Exception | None = None
    for _ in range(ATTEMPTS):
        task = await add_note.kicker().with_task_id(key).kiq(conversation_id, text)
        try:
            result = await task.wait_result(check_interval=0.1, timeout=2 * TASK_TIMEOUT)
            result.raise_for_error()
        except (TaskiqResultTimeoutError, TransportError, TimeoutError) as error:
            last_error = error
        else:
            return str(result.return_value)
    raise TimeoutError(f"no worker has confirmed the note in {ATTEMPTS} attempts") from last_error


def rows_in(path: Path) -> Iterator[Row]:
    """The rows of the file."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        for key, conversation_id, text in csv.reader(file):
            yield key, int(conversation_id), text


async def main() -> int:
    await broker.startup()
    failures = 0
    job = bulk.run(
        run_on_worker,
        rows_in(Path(sys.argv[1])),
        key=lambda row: row[0],
        max_concurrency=10 * MACHINES,
        progress=bulk.progress_bar(),
    )
    async with job:
        with bulk.stop_on_signals(job):  # such as Ctrl-C
            async for outcome in job:
                if isinstance(outcome, bulk.Succeeded):
                    print(outcome.key, outcome.result)
                else:
                    failures += 1
                    print(f"{outcome.key}: {outcome.error}", file=sys.stderr)
    if job.stopped:
        print(f"stopped: {job.counts}; run it again for the rest", file=sys.stderr)
    await broker.shutdown()
    return 1 if failures or job.stopped else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
