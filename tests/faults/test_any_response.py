"""Arbitrary responses: well-formed ones with a few bytes changed, sent in pieces."""

import asyncio
import gzip
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from dixa_async import DixaClient
from dixa_async.errors import CallError

from ..helpers.steady_loop import run_steadily
from .behaviours import BEHAVIOURS
from .clients import ATTEMPTS, Attempts, Unlimited, in_time, make_client
from .raw_server import Exchange, RawServer
from .registry import head, response

BODY = b'{"data": {"ok": true}}'
WELL_FORMED = [
    response(BODY),
    response(gzip.compress(BODY, mtime=0), "Content-Encoding: gzip"),
    head("Transfer-Encoding: chunked") + b"16;a=b\r\n" + BODY + b"\r\n0\r\nX-Sum: 1\r\n\r\n",
    head("Connection: close") + BODY,
    b"HTTP/1.1 103 Early Hints\r\n\r\n" + response(BODY, "Set-Cookie: a=b; Path=/"),
    response(b'{"message": "busy"}', "Retry-After: 0", status="429 Too Many Requests"),
    response(b"", "Retry-After: Wed, 01 Jan 2020 00:00:00 GMT", status="503 Service Unavailable"),
    response(b"", "Location: /beta/ok", status="302 Found"),
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n" + response(BODY),
]
PIECES = [
    b"",
    b"\r\n",
    b"\n",
    b":",
    b" ",
    b"\0",
    b"\xff",
    b"-1",
    b"9" * 20,
    b"a" * 9000,
    b"Content-Length: 5\r\n",
    b"101",
]

changes = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from(PIECES) | st.binary(max_size=2)),
    min_size=1,
    max_size=3,
)


@st.composite
def responses(draw: st.DrawFn) -> list[bytes]:
    """The pieces of a response, as they are sent."""
    data = draw(st.sampled_from(WELL_FORMED))
    for place, length, piece in draw(changes):
        at = int(place * len(data))
        data = data[:at] + piece + data[at + length :]
    cut = int(draw(st.floats(0, 1)) * len(data))
    return [data[:cut], data[cut:]]


@given(pieces=responses(), method=st.sampled_from(["GET", "PUT", "POST", "PATCH"]), keeps=st.booleans())
@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_call_ends_as_it_should_and_the_next_one_works(pieces: list[bytes], method: str, keeps: bool) -> None:
    async def send_pieces(exchange: Exchange) -> None:
        await exchange.read()
        for piece in pieces:
            await exchange.send(piece)
            await asyncio.sleep(0)
        if not keeps:
            await exchange.close()

    run_steadily(_call(send_pieces, method))


async def _call(behaviour: Any, method: str) -> None:
    attempts = Attempts()
    async with (
        RawServer({**BEHAVIOURS, "any": behaviour}) as server,
        make_client(server.url, rate_limit=Unlimited(), middleware=[attempts]) as dixa,
    ):
        error = await _error(dixa.with_options(timeout=0.2), method)
        assert server.started[method, "any"] <= len(attempts.last) <= ATTEMPTS
        if method in ("POST", "PATCH"):
            assert all(attempt.status in (429, 503) for attempt in attempts.last[:-1])
        assert error is None or str(error)
        assert await in_time(dixa.request("PUT", "/repeat", json="mine")) == "mine"


async def _error(dixa: DixaClient, method: str) -> CallError | None:
    try:
        await in_time(dixa.request(method, "/any", json={}))
    except CallError as error:
        return error
    return None
