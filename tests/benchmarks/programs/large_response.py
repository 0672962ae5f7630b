"""``large_response WAY URL BYTES``: seconds of the longest step of the event loop, and of the whole call."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from dixa_async import DixaClient, from_json
from dixa_async.models import Message

from ..stalls import StallLoop

_PATH = "/beta/conversations/2/messages"


async def ours(url: str, size: int) -> object:
    async with DixaClient("token", base_url=url, max_response_bytes=2 * size + 1_000_000) as dixa:
        await dixa.messages.list(1)  # readers are made, and imports done
        return await _measure(lambda: dixa.messages.list(2))


async def _by_hand(url: str, decode: Callable[[bytes], Any]) -> object:
    async def call(path: str) -> object:
        async with session.get(path) as response:
            response.raise_for_status()
            body = await response.read()
        return decode(body)

    async with aiohttp.ClientSession(url) as session:
        await call("/beta/conversations/1/messages")
        return await _measure(lambda: call(_PATH))


async def in_one_go(url: str, size: int) -> object:
    # What `from_json` takes is the list itself.
    return await _by_hand(url, lambda body: from_json(body[len(b'{"data":') : -len(b',"meta":{}}')], list[Message]))


async def msgspec(url: str, size: int) -> object:
    from ..peers import msgspec_page

    return await _by_hand(url, msgspec_page(Message)[0])


async def _measure(call: Callable[[], Awaitable[object]]) -> list[float]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, StallLoop)
    loop.begin()
    started = time.perf_counter()
    result = await call()
    seconds = time.perf_counter() - started
    longest = loop.end_step()
    assert result
    return [longest, seconds]


WAYS = {"ours": ours, "in one go": in_one_go, "msgspec": msgspec}

if __name__ == "__main__":
    with asyncio.Runner(loop_factory=StallLoop) as runner:
        print(json.dumps(runner.run(WAYS[sys.argv[1]](sys.argv[2], int(sys.argv[3])))))
