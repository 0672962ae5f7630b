"""A server that sends prepared bytes, so that only the client is measured.

``python -m tests.benchmarks.canned_server [bytes]`` prints its address; with a number of bytes, conversation 2 has a
list of messages that large.
"""

import asyncio
import sys
from typing import Any, Final

import orjson
from typing_extensions import override

from dixa_async.models import Conversation, EndUser, Message, Organization, SearchHit

from .pages import make_page

_END_OF_HEAD: Final = b"\r\n\r\n"


def _one(item: Any) -> bytes:
    """A response with one item: the longest of a page."""
    return orjson.dumps({"data": max(orjson.loads(make_page(item))["data"], key=lambda each: len(orjson.dumps(each)))})


def large_list(item: Any, size: int) -> bytes:
    """The JSON of a list of items of about `size` bytes."""
    items = make_page(item)[len(b'{"data":[') : -len(b'],"meta":{}}')]
    return b"[%b]" % b",".join([items] * max(1, size // len(items)))


def _bodies(large: int) -> dict[bytes, bytes]:
    bodies = {
        b"GET /beta/organization": _one(Organization),
        b"GET /beta/conversations/1": _one(Conversation),
        b"GET /beta/conversations/1/messages": make_page(Message),
        b"GET /beta/endusers": make_page(EndUser),
        b"POST /beta/search/conversations": make_page(SearchHit),
    }
    if large:
        bodies[b"GET /beta/conversations/2/messages"] = b'{"data":%b,"meta":{}}' % large_list(Message, large)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return {what: head % len(body) + body for what, body in bodies.items()}


class _Connection(asyncio.Protocol):
    """Responds to one request after another; it knows just enough HTTP for the clients that are measured."""

    def __init__(self, responses: dict[bytes, bytes]) -> None:
        self._responses = responses
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(_END_OF_HEAD)) >= 0:
            head = self._received[:end]
            _, named, rest = head.lower().partition(b"\r\ncontent-length:")
            whole = end + len(_END_OF_HEAD) + (int(rest.split(b"\r\n", 1)[0]) if named else 0)
            if len(self._received) < whole:
                return
            self._received = self._received[whole:]
            method, target, _ = head.split(b" ", 2)
            assert self._transport is not None
            self._transport.write(self._responses[method + b" " + target.split(b"?", 1)[0]])


async def _serve(large: int) -> None:
    responses = _bodies(large)
    serving = await asyncio.get_running_loop().create_server(lambda: _Connection(responses), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{serving.sockets[0].getsockname()[1]}", flush=True)
    await serving.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if sys.argv[1:] else 0))
