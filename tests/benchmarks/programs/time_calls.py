"""``time_calls URL CALL AT_ONCE ROUNDS CALLS WAY...``: microseconds for a call, by the clock and by the processor.

The ways alternate in shuffled order, and each round compares them with each other, so that a change of the machine's
speed meets all of them. The collector runs before each block, so that no way pays for what another one left; and the
results of each are kept for a while, so that none profits from freeing what it has read at once.
"""

import asyncio
import gc
import importlib
import json
import math
import random
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeAlias

import aiohttp

from dixa_async import DixaClient, RateLimit
from dixa_async.models import Conversation, EndUser, Message, Organization, SearchHit
from dixa_async.serialization import Serializer

from .calls import CALLS, GENERATED_MODULES, GENERATED_PACKAGE, REQUESTS

Way: TypeAlias = Callable[[], Awaitable[object]]

KEPT: Final = 50
"""Results of each way."""
_SEARCH: Final = b'{"query":{"value":"order"}}'
_RESPONSES: Final[dict[str, Any]] = {
    "messages.list": list[Message],
    "search.conversations": list[SearchHit],
    "end_users.list": list[EndUser],
    "conversations.get": Conversation,
    "organization.get": Organization,
}


@asynccontextmanager
async def _ours(url: str, call: str) -> AsyncIterator[Way]:
    async with DixaClient("token", base_url=url, rate_limit=RateLimit(per_second=math.inf)) as dixa:
        yield lambda: CALLS[call](dixa)


@asynccontextmanager
async def _with_options(url: str, call: str) -> AsyncIterator[Way]:
    async with DixaClient("token", base_url=url, rate_limit=RateLimit(per_second=math.inf)) as dixa:
        yield lambda: CALLS[call](dixa.with_options(timeout=5))


@asynccontextmanager
async def _by_hand(url: str, call: str, decode: Callable[[bytes], object]) -> AsyncIterator[Way]:
    method, path = REQUESTS[call]
    body = _SEARCH if method == "POST" else None
    headers = {"Authorization": "token", "Accept": "application/json"}
    if body:
        headers["Content-Type"] = "application/json"
    timeout = aiohttp.ClientTimeout(total=30, connect=10)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:

        async def way() -> object:
            async with session.request(method, url + path, data=body, allow_redirects=False) as response:
                read = await response.read()
                response.raise_for_status()
            return decode(read)

        yield way


def _plain(url: str, call: str) -> Any:
    serializer = Serializer.shared()
    return _by_hand(url, call, lambda body: serializer.read(body, _RESPONSES[call], "data")[0])


def _pydantic(url: str, call: str) -> Any:
    from ..peers import pydantic_page

    return _by_hand(url, call, pydantic_page(_RESPONSES[call].__args__[0])[0])


@asynccontextmanager
async def _generated(url: str, call: str) -> AsyncIterator[Way]:
    module, arguments = GENERATED_MODULES[call]
    function = importlib.import_module(f"{GENERATED_PACKAGE}.api.{module}").asyncio
    async with importlib.import_module(GENERATED_PACKAGE).AuthenticatedClient(base_url=url, token="token") as client:
        yield lambda: function(*arguments, client=client)


WAYS: Final[dict[str, Callable[[str, str], Any]]] = {
    "ours": _ours,
    "with_options": _with_options,
    "plain": _plain,
    "pydantic": _pydantic,
    "generated": _generated,
}


async def _block(way: Way, calls: int, at_once: int, kept: deque[object]) -> tuple[float, float]:
    numbers = iter(range(calls))

    async def work() -> None:
        for _ in numbers:
            kept.append(await way())

    gc.collect()
    started, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return (time.perf_counter() - started) / calls * 1e6, (time.process_time() - used) / calls * 1e6


async def main(url: str, call: str, at_once: int, rounds: int, calls: int, names: list[str]) -> None:
    async with AsyncExitStack() as until_the_end:
        ways: dict[str, tuple[Way, deque[object]]] = {}
        for name in names:
            # "plain again" is another session of the same way.
            way = await until_the_end.enter_async_context(WAYS[name.removesuffix(" again")](url, call))
            ways[name] = way, deque(maxlen=KEPT)
            assert await way()
        for way, kept in ways.values():
            await _block(way, calls, at_once, kept)
        gc.collect()
        gc.freeze()  # so that the collector does not walk the leftovers of the imports before each block
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
        for _ in range(rounds):
            random.shuffle(names)
            for name in names:
                way, kept = ways[name]
                taken[name].append(await _block(way, calls, at_once, kept))
    print(json.dumps(taken))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), sys.argv[6:]))
