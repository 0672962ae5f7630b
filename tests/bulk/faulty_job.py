"""A job of writes with a fault, for tests that kill it: ``faulty_job.py JOURNAL CONVERSATION COUNT RATE FAULT``.

FAULT is one of:

- ``none``: nothing, and `reconcile` finds out what became of indeterminate writes.
- ``outage``: nothing in the program itself: its server is unreachable for a while.
- ``nested``: each call runs a job of its own, which makes two writes.
- ``steps``: the steps of the consumer are cancelled.
- ``reconcile``: the look-up that `reconcile` waits for is cancelled.
- ``detour``: a task that the call has not started sends the requests.
"""

import asyncio
import random
import sys

from dixa_async import DixaClient, DixaError, RateLimit, bulk
from dixa_async.models import InternalNote


class Notes:
    """Adds notes to one conversation, and looks for them."""

    def __init__(self, dixa: DixaClient, conversation_id: str) -> None:
        self._dixa = dixa
        self._conversation_id = conversation_id
        self._found: asyncio.Task[set[str]] | None = None
        self._queue: asyncio.Queue[tuple[bulk.CurrentCall, int, asyncio.Future[None]]] = asyncio.Queue()

    async def add(self, number: int) -> str:
        note: InternalNote = await self._dixa.internal_notes.add(self._conversation_id, str(number))
        return note.message

    async def add_two(self, number: int) -> str:
        async with bulk.run(self.add, [2 * number, 2 * number + 1]) as job:
            outcomes = [outcome async for outcome in job]
        if not all(isinstance(outcome, bulk.Succeeded) for outcome in outcomes):
            raise TimeoutError
        return str(number)

    async def add_by_detour(self, number: int) -> str:
        added: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((bulk.current_call(), number, added))
        await added
        return str(number)

    async def work(self) -> None:
        while True:
            call, number, added = await self._queue.get()
            try:
                with call.track_requests():
                    await self.add(number)
            except Exception as error:
                added.set_exception(error)
            else:
                added.set_result(None)

    async def find(self, number: int) -> str | None:
        if self._found is None:
            self._found = asyncio.create_task(self._find_all())
        return str(number) if str(number) in await self._found else None

    async def find_two(self, number: int) -> str | None:
        found = [await self.find(n) for n in (2 * number, 2 * number + 1)]
        if found == [None, None]:
            return None
        if None in found:
            raise LookupError("half of it is done")
        return str(number)

    async def find_or_be_cancelled(self, number: int) -> str | None:
        task = asyncio.create_task(self.find(number))
        if random.random() < 0.5:
            asyncio.get_running_loop().call_soon(task.cancel)
        return await task

    async def _find_all(self) -> set[str]:
        return {note.message async for note in self._dixa.internal_notes.list(self._conversation_id)}


async def main(path: str, conversation_id: str, count: int, rate: float, fault: str) -> None:
    async with DixaClient(rate_limit=RateLimit(per_second=rate)) as dixa:
        notes = Notes(dixa, conversation_id)
        workers = [asyncio.create_task(notes.work()) for _ in range(5)]
        call = {"nested": notes.add_two, "detour": notes.add_by_detour}.get(fault, notes.add)
        reconcile = {
            "none": notes.find,
            "outage": None,
            "nested": notes.find_two,
            "steps": notes.find,
            "reconcile": notes.find_or_be_cancelled,
            "detour": None,
        }[fault]
        inputs = range(count // 2 if fault == "nested" else count)
        with bulk.Journal(path, job="notes") as journal:
            async with bulk.run(
                call,
                inputs,
                journal=journal,
                reconcile=reconcile,
                reconcile_delay=0.1,
                call_errors=(DixaError, TimeoutError, LookupError),
            ) as job:
                while True:
                    try:
                        await asyncio.wait_for(anext(job), 0.003 if fault == "steps" else None)
                    except TimeoutError:
                        continue
                    except StopAsyncIteration:
                        break
        for worker in workers:
            worker.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
