"""``fake_requests ROUNDS REQUESTS``: processor seconds that a server takes for a GET of a conversation.

The servers are FakeDixa, and a bare handler of aiohttp that responds with the same JSON. Both are on the event loop of
this thread, and the client is in another one, so that only the work of the servers is counted.
"""

import asyncio
import json
import math
import random
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
from aiohttp import web

from dixa_async.testing import FakeDixa

_HEAD_END: Final = b"\r\n\r\n"


def request(server: FakeDixa, conversation_id: int) -> bytes:
    """The request for a conversation."""
    lines = ["Host: 127.0.0.1", "Accept: application/json", f"Authorization: {server.api_key}"]
    return "\r\n".join([f"GET /beta/conversations/{conversation_id} HTTP/1.1", *lines, "", ""]).encode()


def get(port: int, sent: bytes, times: int) -> None:
    """Send a request so often over one connection, each time after the response to the one before."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(times):
            connection.sendall(sent)
            received = connection.recv(65536)
            while _HEAD_END not in received:
                received += connection.recv(65536)
            head, _, body = received.partition(_HEAD_END)
            if not head.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"not accepted: {head!r}")
            left = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) - len(body)
            while left > 0:
                left -= len(connection.recv(65536))


@asynccontextmanager
async def _bare(value: Any) -> AsyncIterator[int]:
    async def handle(_: web.Request) -> web.Response:
        return web.json_response(value)

    app = web.Application()
    app.router.add_get("/beta/conversations/{conversationId}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def _block(port: int, sent: bytes, requests: int) -> float:
    started = time.thread_time()
    await asyncio.to_thread(get, port, sent, requests)
    return (time.thread_time() - started) / requests


async def main(rounds: int, requests: int) -> None:
    async with FakeDixa(company=200, rate=math.inf) as server, aiohttp.ClientSession(server.url) as session:
        conversation_id = next(iter(server.state.conversations))
        sent = request(server, conversation_id)
        headers = {"Authorization": server.api_key}
        async with session.get(f"/beta/conversations/{conversation_id}", headers=headers) as response:
            value = await response.json()
        async with _bare(value) as port, _bare(value) as other_port:
            ports = {"fake": int(server.url.rpartition(":")[2]), "bare": port, "bare again": other_port}
            taken: dict[str, list[float]] = {way: [] for way in ports}
            for round_ in range(-1, rounds):
                for way in random.sample(list(ports), len(ports)):
                    seconds = await _block(ports[way], sent, requests)
                    if round_ >= 0:  # the first one is to warm up
                        taken[way].append(seconds)
    print(json.dumps(taken))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
