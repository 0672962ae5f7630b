"""Many writes, done in three ways on the same server with the same limit: time, 429s, lost and duplicate writes.

The writes are notes, each on its own conversation. Some responses of the server go wrong: the connection is lost
after the note was written, a gateway responds 504 after that, or a 503 comes instead of it.

- ours: `bulk.run` with a journal, run a second time for what is not done.
- dixa-api-client (PyPI), in a pool of threads, one client a thread.
- aiohttp by hand: `asyncio.gather`, a semaphore, and a loop that retries on 429, on 5xx and on lost connections.

``python -m tests.benchmarks.bulk_peers`` prints the table that is in ``docs/bulk-jobs.md``.
"""

import asyncio
import logging
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import aiohttp
import attrs
import orjson

from dixa_async import DixaClient, bulk
from dixa_async.models import InternalNote
from dixa_async.testing import FakeDixa

WRITES: Final = 300
FAULTS: Final = 5
"""Responses that go wrong, of each of the three kinds."""
AT_ONCE: Final = 20
"""Threads, or calls, of the two others."""


@attrs.frozen
class Server:
    """The server of the writes."""

    url: str
    token: str
    conversations: list[int]


@attrs.frozen
class Result:
    """The outcome of the writes, as the server counts them."""

    seconds: float
    throttled: int
    lost: int
    doubled: int
    reported: str


async def _serve() -> None:
    async with FakeDixa() as server:
        numbers = [server.add_email(server.end_users[n % 48], f"Case {n}").id for n in range(WRITES)]
        wrong = random.Random(3).sample(numbers, 3 * FAULTS)
        faults: list[dict[str, Any]] = [{"drop": "after"}, {"status": 504, "apply": True}, {"status": 503}]
        for place, number in enumerate(wrong):
            server.inject_fault(method="POST", path=f"/conversations/{number}/notes", **faults[place % 3])
        print(orjson.dumps([server.url, server.api_key, numbers]).decode(), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        counts = Counter(len(server.state.notes.get(number, ())) for number in numbers)
        print(
            orjson.dumps(
                [server.throttled_count, counts[0], sum(n for times, n in counts.items() if times > 1)]
            ).decode()
        )


@contextmanager
def _server() -> Iterator[tuple[Server, Callable[[], tuple[int, int, int]]]]:
    """A server in another process, and a function that ends it and reports what it counted."""
    command = [sys.executable, "-m", "tests.benchmarks.bulk_peers", "serve"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None

        def count() -> tuple[int, int, int]:
            out, _ = process.communicate("\n")
            refused, lost, doubled = orjson.loads(out)
            return refused, lost, doubled

        try:
            yield Server(*orjson.loads(process.stdout.readline())), count
        finally:
            process.kill()


async def ours(server: Server) -> str:
    """`bulk.run`, and again for what failed or is indeterminate."""
    async with DixaClient(server.token, base_url=server.url) as dixa:

        async def add(number: int) -> InternalNote:
            return await dixa.internal_notes.add(number, "Hello")

        async def find(number: int) -> InternalNote | None:
            return next((note for note in await dixa.internal_notes.list(number)), None)

        said = Counter[str]()
        with tempfile.TemporaryDirectory() as directory:
            for _ in range(2):
                with bulk.Journal(Path(directory, "a.journal"), job="notes") as journal:
                    job = bulk.run(add, server.conversations, journal=journal, reconcile=find, retry_failed=True)
                    async for outcome in job:
                        said[type(outcome).__name__] += 1
    return f"{said['Succeeded']} done; {said['Indeterminate'] + said['Failed']} at first indeterminate or failed"


async def by_hand(server: Server) -> str:
    """A simple script, written in an hour."""
    failures, slots = 0, asyncio.Semaphore(AT_ONCE)

    async def add(session: aiohttp.ClientSession, number: int) -> None:
        nonlocal failures
        async with slots:
            for attempt in range(6):
                with suppress(aiohttp.ClientConnectionError):
                    path = f"/beta/conversations/{number}/notes"
                    async with session.post(path, json={"message": "Hello"}) as response:
                        if response.status < 300:
                            return
                await asyncio.sleep(2**attempt * random.uniform(0.5, 1.0))
            failures += 1

    headers = {"Authorization": server.token}
    async with aiohttp.ClientSession(server.url, headers=headers) as session:
        await asyncio.gather(*(add(session, number) for number in server.conversations))
    return f"{WRITES - failures} done; {failures} given up"


async def dixa_api_client(server: Server) -> str:
    """The client from PyPI, which blocks."""
    import dixa  # type: ignore[import-untyped]
    from dixa.api import DixaResource  # type: ignore[import-untyped]

    DixaResource.base_url = server.url
    logger = logging.getLogger("peer")
    logger.setLevel(logging.CRITICAL)
    clients = threading.local()
    failures = Counter[str]()

    def add(number: int) -> None:
        if not hasattr(clients, "own"):
            clients.own = dixa.Dixa(server.token, logger=logger)
        try:
            clients.own.v1.Conversation.add_internal_note(str(number), {"message": "Hello"})
        except Exception as error:
            failures[type(error).__name__] += 1

    def add_all() -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(add, server.conversations))

    await asyncio.to_thread(add_all)
    reported = ", ".join(f"{count} {name}" for name, count in failures.items()) or "no errors"
    return f"{WRITES - failures.total()} done; {reported}"


def _measure(way: Callable[[Server], Awaitable[str]]) -> Result:
    async def timed(server: Server) -> tuple[str, float]:
        started = time.perf_counter()
        reported = await way(server)
        return reported, time.perf_counter() - started

    with _server() as (server, count):
        reported, seconds = asyncio.run(timed(server))
        return Result(seconds, *count(), reported)


def report() -> None:
    """Measure all and print the table."""
    ways = {"`bulk.run`, twice": ours, "dixa-api-client in threads": dixa_api_client, "aiohttp by hand": by_hand}
    print("| way | seconds | 429s | notes lost | notes doubled | what it says itself |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for name, way in ways.items():
        result = _measure(way)
        print(
            f"| {name} | {result.seconds:.1f} | {result.throttled} | {result.lost} | {result.doubled} | "
            f"{result.reported} |",
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(_serve()) if sys.argv[1:] == ["serve"] else report()
