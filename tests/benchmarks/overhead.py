"""What a call costs, against plain aiohttp and orjson with the same models, timeouts and care for the status.

The server is another process. The ways take turns in shuffled order, and each round compares them with each other, so
that a change of the machine's speed meets all of them. The plain way takes part twice: how far its two measurements
are apart tells what a difference means.
"""

import asyncio
import gc
import math
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from dixa_async import DixaClient, RateLimit
from dixa_async.models import Conversation, EndUser, Message
from dixa_async.serialization import Serializer

from .pages import make_page

ROUNDS = 60
CALLS = {"a response of 1 KB": 100, "100 messages": 30, "100 end users": 30}
"""Calls in a round, by what is asked for."""
_PATHS: dict[str, tuple[str, Any]] = {
    "a response of 1 KB": ("/beta/conversations/1", Conversation),
    "100 messages": ("/beta/conversations/1/messages", list[Message]),
    "100 end users": ("/beta/endusers", list[EndUser]),
}

Way = Callable[[], Awaitable[object]]
Rounds = list[dict[str, tuple[float, float]]]
"""Microseconds for a call in each round, by the name of the way: by the clock and by the processor."""


def _bodies() -> dict[str, bytes]:
    """What the server responds, by the path."""
    conversations = orjson.loads(make_page(Conversation))["data"]
    return {
        "/beta/conversations/1": orjson.dumps({"data": max(conversations, key=lambda each: len(orjson.dumps(each)))}),
        "/beta/conversations/1/messages": make_page(Message),
        "/beta/endusers": make_page(EndUser),
    }


async def _serve() -> None:
    bodies = _bodies()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=bodies[request.path], content_type="application/json")

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.overhead", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def _plain(session: aiohttp.ClientSession, url: str, kind: Any) -> Way:
    serializer = Serializer.shared()

    async def call() -> object:
        async with session.get(url, allow_redirects=False) as response:
            body = await response.read()
            response.raise_for_status()
        return serializer.read(body, kind, "data")[0]

    return call


def _ours(dixa: DixaClient, what: str) -> Way:
    ways: dict[str, Way] = {
        "a response of 1 KB": lambda: dixa.conversations.get(1),
        "100 messages": lambda: dixa.messages.list(1),
        "100 end users": lambda: dixa.end_users.list(),
    }
    return ways[what]


async def _time(way: Way, calls: int) -> tuple[float, float]:
    """Microseconds for a call, by the clock and by the processor."""
    started, used = time.perf_counter(), time.process_time()
    for _ in range(calls):
        await way()
    return (time.perf_counter() - started) / calls * 1e6, (time.process_time() - used) / calls * 1e6


async def _measure(ways: dict[str, Way], calls: int) -> Rounds:
    names = list(ways)
    for name in names:
        await _time(ways[name], calls)
    rounds: Rounds = []
    for _ in range(ROUNDS):
        random.shuffle(names)
        rounds.append({name: await _time(ways[name], calls) for name in names})
    return rounds


def _ratio(rounds: Rounds, name: str, clock: int) -> float:
    return statistics.median(each[name][clock] / each["plain"][clock] for each in rounds)


async def _report(url: str) -> None:
    # What the imports left is not looked at in every garbage collection, which would hit the ways by chance.
    gc.collect()
    gc.freeze()
    headers = {"Authorization": "token", "Accept": "application/json"}
    timeout = aiohttp.ClientTimeout(total=30, connect=10)
    unlimited = RateLimit(per_second=math.inf)
    print(f"{'a call':20}{'plain':>10}{'ours':>12}{'ours / plain':>15}{'by processor':>15}{'plain / plain':>15}")
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
        aiohttp.ClientSession(headers=headers, timeout=timeout) as session_again,
        DixaClient("token", base_url=url, rate_limit=unlimited) as dixa,
    ):
        for what, calls in CALLS.items():
            path, kind = _PATHS[what]
            ways = {
                "plain": _plain(session, url + path, kind),
                "again": _plain(session_again, url + path, kind),
                "ours": _ours(dixa, what),
            }
            rounds = await _measure(ways, calls)
            plain, ours = (statistics.median(each[name][0] for each in rounds) for name in ("plain", "ours"))
            by_clock, by_processor = (_ratio(rounds, "ours", clock) for clock in (0, 1))
            again = _ratio(rounds, "again", 0)
            print(f"{what:20}{plain:>7.0f} us{ours:>9.0f} us{by_clock:>15.2f}{by_processor:>15.2f}{again:>15.2f}")


def report() -> None:
    """Measure all and print the table."""
    with _server() as url:
        asyncio.run(_report(url))


if __name__ == "__main__":
    asyncio.run(_serve()) if sys.argv[1:] == ["serve"] else report()
