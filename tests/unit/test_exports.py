"""Exports over a connection that breaks, stalls, and sends nonsense: every row once, or one clear error."""

import asyncio
import gc
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest

from dixa_async import (
    CallTimeoutError,
    ClientConfig,
    ConnectionLostError,
    DixaClient,
    InvalidRequestError,
    NotFoundError,
    RateLimit,
    ResponseDecodeError,
    ResponseTooLargeError,
    RetryPolicy,
    Timeout,
    TooManyRequestsError,
    UnreadableItem,
    UnreadableItemsError,
)
from dixa_async.errors import ClientClosedError
from dixa_async.exports import ExportChannel, ExportedConversation, ExportedMessage
from dixa_async.exports.windows import LONGEST, milliseconds

from ..helpers.virtual_time import now

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=20)
FIRST = milliseconds(SINCE)


def conversation(number: int, created_at: int = FIRST, **others: Any) -> dict[str, Any]:
    return {"id": number, "created_at": created_at, "initial_channel": "email", "requester_id": "u", **others}


def message(number: int, created_at: int = FIRST, **others: Any) -> dict[str, Any]:
    return {"id": f"m{number}", "csid": number, "created_at": created_at, "text": f"text {number} :-{{", **others}


@attrs.define
class Reply:
    """What the server sends: a status, headers, and the pieces of a body, after which it may break the connection."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = attrs.field(factory=dict)
    pieces: AsyncIterator[bytes] | None = None
    breaks: bool = False

    async def write(self, writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {self.status} X", "Transfer-Encoding: chunked"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        async for piece in self.pieces or self._body():
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        if self.breaks:
            writer.transport.abort()
        else:
            writer.write(b"0\r\n\r\n")

    async def _body(self) -> AsyncIterator[bytes]:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        if body:
            yield body


@attrs.define
class Server:
    """An exports server. `reply` is called with the path and the query of each request."""

    reply: Callable[[str, dict[str, str]], Reply]
    url: str = ""
    requests: list[tuple[str, dict[str, str]]] = attrs.field(factory=list)
    times: list[float] = attrs.field(factory=list)
    heads: list[str] = attrs.field(factory=list)
    open: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                target = urlsplit(head.split(" ")[1])
                self.heads.append(head)
                self.requests.append((target.path, dict(parse_qsl(target.query))))
                self.times.append(now())
                await self.reply(*self.requests[-1]).write(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def serving(reply: Callable[[str, dict[str, str]], Reply]) -> AsyncIterator[Server]:
    server = Server(reply)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()


def client(server: Server, **settings: Any) -> DixaClient:
    return DixaClient("secret-token", base_url=server.url, **{"exports_per_minute": 60_000.0, **settings})


async def collect(rows: Any) -> list[Any]:
    return [row async for row in rows]


def in_turn(*replies: Reply) -> Callable[[str, dict[str, str]], Reply]:
    left = iter(replies)
    return lambda *_: next(left)


async def test_conversations_of_several_windows() -> None:
    everything = [conversation(n, FIRST + n * LONGEST // 4) for n in range(12)]

    def reply(path: str, query: dict[str, str]) -> Reply:
        # Both ends are included, in this reading.
        after, before = int(query["created_after"]), int(query["created_before"])
        return Reply([row for row in everything if after <= row["created_at"] <= before])

    async with serving(reply) as server, client(server) as dixa:
        until = SINCE + timedelta(days=75)
        rows = await collect(dixa.exports.conversations(SINCE, until))
        assert [row.id for row in rows] == list(range(10))
        assert isinstance(rows[0], ExportedConversation)
        assert rows[0].created_at == SINCE
        newest = await collect(dixa.exports.conversations(SINCE, until, order="newest"))
        assert [row.id for row in newest] == [8, 9, 4, 5, 6, 7, 0, 1, 2, 3]
    assert {path for path, _ in server.requests} == {"/v1/conversation_export"}
    assert len(server.requests) == 6
    assert "Authorization: Bearer secret-token\r\n" in server.heads[0]


@pytest.mark.parametrize("by", ["created", "updated", "closed", "last_message_created"])
async def test_the_time_by_which_conversations_are_exported(
    by: Literal["created", "updated", "closed", "last_message_created"],
) -> None:
    rows = [conversation(n, **{f"{by}_at": FIRST + n}) for n in (-1, 0, 1)]
    async with serving(lambda *_: Reply(rows)) as server, client(server) as dixa:
        found = await collect(dixa.exports.conversations(SINCE, UNTIL, by=by))
    assert [row.id for row in found] == [0, 1]
    assert server.requests[0][1].keys() == {f"{by}_after", f"{by}_before"}


async def test_messages() -> None:
    rows = [message(1, initial_channel="pstnphone", to=["a@b.c"], new_field=[1])]
    async with serving(lambda *_: Reply(rows)) as server, client(server) as dixa:
        (row,) = await collect(dixa.exports.messages(SINCE, UNTIL))
    assert server.requests == [
        ("/v1/message_export", {"created_after": str(FIRST - 1), "created_before": str(milliseconds(UNTIL))})
    ]
    assert row == ExportedMessage(
        id="m1",
        csid=1,
        created_at=SINCE,
        text="text 1 :-{",
        initial_channel=ExportChannel.PSTN_PHONE,
        to=["a@b.c"],
        _extra={"new_field": [1]},
    )


async def test_conversations_by_their_ids_ten_at_a_time() -> None:
    def reply(_: str, query: dict[str, str]) -> Reply:
        return Reply([conversation(int(each)) for each in query["csids"].split(",")])

    async with serving(reply) as server, client(server) as dixa:
        rows = await collect(dixa.exports.conversations(csids=[*range(1, 24), "7", 7]))
        assert [row.id for row in rows] == list(range(1, 24))
        assert await collect(dixa.exports.conversations(csids=[])) == []
    assert [len(query["csids"].split(",")) for _, query in server.requests] == [10, 10, 3]


async def test_rows_without_a_time_come_once() -> None:
    rows = [{"id": "m1", "csid": 1, "created_at": "2026-01-05T00:00:00Z"}, message(2)]
    async with serving(lambda *_: Reply(rows)) as server, client(server) as dixa:
        found = await collect(dixa.exports.messages(SINCE, SINCE + timedelta(days=100)))
    assert [row.id for row in found] == ["m1", "m2"]
    assert len(server.requests) == 4


@pytest.mark.parametrize("seed", range(8))
async def test_a_broken_stream_is_resumed_without_hole_or_double(seed: int) -> None:
    draw = random.Random(seed)
    everything = [message(n, FIRST + n) for n in range(300)]
    breaks = 5

    def reply(*_: object) -> Reply:
        nonlocal breaks
        shuffled = draw.sample(everything, len(everything))
        body = json.dumps(shuffled).encode()
        if not breaks:
            return Reply(body)
        breaks -= 1
        return Reply(body[: draw.randrange(len(body))], breaks=draw.random() < 0.8)  # else it ends as if it were whole

    async with serving(reply) as server, client(server) as dixa:
        rows = await collect(dixa.exports.messages(SINCE, UNTIL))
    assert sorted(row.csid for row in rows) == list(range(300))
    assert len(server.requests) == 6


async def test_a_stream_that_always_breaks_is_given_up() -> None:
    broken = Reply(b'[{"id":"m1","csid":1,"created_at":%d},{"id' % FIRST, breaks=True)
    rows = []
    async with serving(lambda *_: broken) as server, client(server, retry=RetryPolicy(max_attempts=3)) as dixa:
        with pytest.raises(ConnectionLostError) as caught:  # noqa: PT012
            async for row in dixa.exports.messages(SINCE, UNTIL):
                rows.append(row.id)  # noqa: PERF401
    assert rows == ["m1"]
    assert len(server.requests) == 6
    assert len(caught.value.call.attempts) == 6


async def test_a_middleware_that_sends_again_while_rows_are_read_doubles_none() -> None:
    everything = [message(n) for n in range(50)]

    async def stalling() -> AsyncIterator[bytes]:
        yield json.dumps(everything).encode()[:-1]
        await asyncio.sleep(10_000)

    replies = in_turn(Reply(pieces=stalling()), Reply(everything))
    is_enough = asyncio.Event()

    async def send_again(request: Any, send: Callable[[Any], Awaitable[Any]]) -> Any:
        first = asyncio.ensure_future(send(request))
        await is_enough.wait()
        first.cancel()
        await asyncio.wait([first])
        return await send(request)

    ids = []
    settings = {"middleware": [send_again], "timeout": Timeout(attempt=None, connect=None)}
    async with serving(replies) as server, client(server, **settings) as dixa:
        async for row in dixa.exports.messages(SINCE, UNTIL):
            ids.append(row.csid)
            if len(ids) == 10:
                is_enough.set()
                await asyncio.sleep(20)
    assert len(server.requests) == 2
    assert sorted(ids) == list(range(50))


async def test_the_limit_of_a_minute() -> None:
    async with serving(lambda *_: Reply([])) as server, client(server, exports_per_minute=10) as dixa:
        start = now()
        await collect(dixa.exports.conversations(SINCE, SINCE + timedelta(days=30 * 21)))
        assert dixa.rate_limit_state.requests_today == 0  # they do not count with other calls
    assert len(server.times) == 21
    assert server.times[0] - start < 1
    assert all(b - a >= 5.99 for a, b in pairwise(server.times))
    assert server.times[-1] - start < 125


async def test_clients_of_one_token_share_the_limit() -> None:
    async with (
        serving(lambda *_: Reply([])) as server,
        client(server, exports_per_minute=10) as one,
        client(server, exports_per_minute=10) as other,
    ):
        await asyncio.gather(*(collect(each.exports.messages(SINCE, UNTIL)) for each in (one, other, one)))
    assert server.times[-1] - server.times[0] >= 11.9


async def test_a_429_waits_as_long_as_it_asks() -> None:
    replies = in_turn(Reply(b"", 429, {"Retry-After": "90"}), Reply(b"", 503), Reply([conversation(1)]))
    async with serving(replies) as server, client(server) as dixa:
        assert len(await collect(dixa.exports.conversations(SINCE, UNTIL))) == 1
    assert server.times[1] - server.times[0] >= 90


async def test_a_429_without_retry_after_is_retried_for_a_minute() -> None:
    async with serving(lambda *_: Reply(b"", 429)) as server, client(server, exports_per_minute=10) as dixa:
        with pytest.raises(TooManyRequestsError):
            await collect(dixa.exports.conversations(SINCE, UNTIL))
    assert server.times[-1] - server.times[0] > 40
    assert len(server.times) == 8


async def test_a_status_is_a_typed_error() -> None:
    async with serving(lambda *_: Reply(b"", 404)) as server, client(server) as dixa:
        with pytest.raises(NotFoundError, match="Not Found") as caught:
            await collect(dixa.exports.conversations(SINCE, UNTIL))
    assert caught.value.call.path == "/conversation_export"
    assert len(server.requests) == 1


async def test_the_body_of_an_error_comes_in_pieces() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"message":"No '
        await asyncio.sleep(1)
        yield b'such export"}'

    replies = in_turn(Reply(status=404, pieces=pieces()))
    async with serving(replies) as server, client(server, timeout=Timeout(attempt=None)) as dixa:
        with pytest.raises(NotFoundError, match="No such export"):
            await collect(dixa.exports.conversations(SINCE, UNTIL))


async def test_a_server_that_stalls() -> None:
    async def stalling() -> AsyncIterator[bytes]:
        yield b'[{"id":"m1",'
        await asyncio.sleep(10_000)

    async with serving(lambda *_: Reply(pieces=stalling())) as server:
        dixa = client(server, timeout=2, retry=RetryPolicy(max_attempts=1))
        start = now()
        with pytest.raises(CallTimeoutError):
            await collect(dixa.exports.messages(SINCE, UNTIL))
        assert now() - start == pytest.approx(20, abs=1)
        await dixa.aclose()


async def test_a_slow_export_takes_any_time() -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"["
        for n in range(100):
            await asyncio.sleep(15)
            yield (b"," if n else b"") + json.dumps(message(n)).encode()
        yield b"]"

    async with serving(lambda *_: Reply(pieces=slow())) as server, client(server, timeout=2) as dixa:
        assert len(await collect(dixa.exports.messages(SINCE, UNTIL))) == 100


def rows_without_end() -> tuple[AsyncIterator[bytes], list[int]]:
    sent = [0]

    async def pieces() -> AsyncIterator[bytes]:
        yield b"["
        while True:
            row = json.dumps(message(sent[0], text="x" * 10_000)).encode() + b","
            yield row
            sent[0] += len(row)

    return pieces(), sent


async def test_no_more_is_received_than_the_program_reads() -> None:
    pieces, sent = rows_without_end()
    async with serving(lambda *_: Reply(pieces=pieces)) as server, client(server) as dixa:
        rows = dixa.exports.messages(SINCE, UNTIL)
        await anext(rows)
        await asyncio.sleep(60)
        received = sent[0]
        await asyncio.sleep(60)
        assert sent[0] == received < 16 * 2**20  # what the buffers of two sockets hold
        await rows.aclose()


@pytest.mark.parametrize("how", ["aclose", "break", "cancel", "client"])
async def test_leaving_early_closes_the_connection(how: str) -> None:
    pieces, _ = rows_without_end()
    async with serving(lambda *_: Reply(pieces=pieces)) as server, client(server) as dixa:
        if how == "aclose":
            rows = dixa.exports.messages(SINCE, UNTIL)
            await anext(rows)
            await rows.aclose()
            assert [row async for row in rows] == []
        elif how == "break":
            async for _row in dixa.exports.messages(SINCE, UNTIL):
                break
            gc.collect()
        elif how == "cancel":
            rows = dixa.exports.messages(SINCE, UNTIL)

            async def read_on() -> None:
                async for row in rows:
                    if row.csid > 100_000:
                        task.cancel()

            task = asyncio.create_task(read_on())
            await asyncio.wait([task])
            assert task.cancelled()
        else:
            rows = dixa.exports.messages(SINCE, UNTIL)
            await anext(rows)
            await dixa.aclose()
            with pytest.raises(ConnectionLostError):
                await collect(rows)
        await asyncio.sleep(1)
        assert server.open == 0
        assert len(asyncio.all_tasks()) == 1
        if how != "client":  # the client is as good as before, with all of its slots
            server.reply = lambda *_: Reply([message(1)])
            assert len(await collect(dixa.exports.messages(SINCE, UNTIL))) == 1


async def test_a_closed_client_says_so() -> None:
    async with serving(lambda *_: Reply([])) as server:
        dixa = client(server)
        await dixa.aclose()
        with pytest.raises(ClientClosedError):
            await collect(dixa.exports.messages(SINCE, UNTIL))
    assert not server.requests


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b"null", "begins with 'n', and is not a JSON array"),
        (b"{}", "begins with '{'"),
        (b"<html><body>secret-token", "begins with '<'"),
        (b"[" * 40_000, "'\\[' is in the array"),
        (b'[{"id":1,"a":' + b"[" * 40_000 + b"]" * 40_000 + b"}]", "a row is not JSON"),
        (b'[{"id":1,"created_at":NaN}]', "a row is not JSON"),
        (b'[{"id":"a","csid":1,"created_at":0}]{"id":2}', "follows after the end"),
        (b'[{"a":"\xff"}]', "a row is not JSON"),
    ],
)
async def test_a_body_that_is_no_export_is_one_typed_error(body: bytes, message: str) -> None:
    async with serving(lambda *_: Reply(body)) as server, client(server) as dixa:
        with pytest.raises(ResponseDecodeError, match=message) as caught:
            await collect(dixa.exports.messages(SINCE, UNTIL))
    assert len(server.requests) == 1
    assert len(caught.value.body) <= 1024
    assert b"secret-token" not in caught.value.body
    assert "secret-token" not in repr(caught.value) + str(caught.value)
    assert len(caught.value.call.attempts) == 1


async def test_a_body_that_is_truncated_in_a_character() -> None:
    async with serving(lambda *_: Reply(b'[{"id":"m\xc3')) as server, client(server) as dixa:
        with pytest.raises(ConnectionLostError, match="the export is truncated"):
            await collect(dixa.exports.messages(SINCE, UNTIL))
    assert len(server.requests) == 8


async def test_a_row_and_an_export_that_are_too_large() -> None:
    async def large_row() -> AsyncIterator[bytes]:
        yield b'[{"id":"m1","text":"'
        while True:
            yield b"x" * 65536

    async with serving(lambda *_: Reply(pieces=large_row())) as server, client(server) as dixa:
        with pytest.raises(ResponseTooLargeError, match="max_export_row_bytes"):
            await collect(dixa.exports.messages(SINCE, UNTIL))
        server.reply = lambda *_: Reply(pieces=rows_without_end()[0])
        small = client(server, max_export_bytes=100_000)
        with pytest.raises(ResponseTooLargeError, match="max_export_bytes, 100000 bytes"):
            await collect(small.exports.messages(SINCE, UNTIL))
        await small.aclose()
    assert len(server.requests) == 2


UNREADABLE = [message(1), {"id": "m2", "csid": "no number", "created_at": FIRST}, message(3)]


async def test_a_row_that_cannot_be_read_is_an_error_with_the_row() -> None:
    async with serving(lambda *_: Reply(UNREADABLE)) as server, client(server) as dixa:
        rows = dixa.exports.messages(SINCE, UNTIL)
        assert (await anext(rows)).id == "m1"
        with pytest.raises(UnreadableItemsError, match=r"\$\[1\]\.csid: expected int") as caught:
            await anext(rows)
    (item,) = caught.value.unreadable
    assert item.raw == UNREADABLE[1]
    assert json.loads(caught.value.body) == UNREADABLE[1]


async def test_a_row_that_cannot_be_read_is_left_to_a_function() -> None:
    items: list[UnreadableItem] = []
    broken = json.dumps(UNREADABLE).encode()[:-4]
    replies = in_turn(Reply(broken, breaks=True), Reply(UNREADABLE))
    async with serving(replies) as server, client(server, on_unreadable_item=items.append) as dixa:
        rows = await collect(dixa.exports.messages(SINCE, UNTIL))
    assert [row.id for row in rows] == ["m1", "m3"]
    assert [item.raw["id"] for item in items] == ["m2"]


async def test_an_error_of_that_function_ends_the_export() -> None:
    def fail(_: UnreadableItem) -> None:
        raise OSError("disk full")

    async with serving(lambda *_: Reply(UNREADABLE)) as server, client(server, on_unreadable_item=fail) as dixa:
        with pytest.raises(OSError, match="disk full"):
            await collect(dixa.exports.messages(SINCE, UNTIL))
        await asyncio.sleep(0)
    assert len(server.requests) == 1


async def test_long_integers_are_exact() -> None:
    rows = [message(1, big=2**70)]
    async with serving(lambda *_: Reply(rows)) as server, client(server) as dixa:
        (row,) = await collect(dixa.exports.messages(SINCE, UNTIL))
    assert row.extra == {"big": 2**70}


async def test_wrong_arguments_are_reported_at_once() -> None:
    exports = DixaClient("key").exports
    with pytest.raises(InvalidRequestError, match="since must have a time zone"):
        exports.conversations(datetime(2026, 1, 1), UNTIL)
    with pytest.raises(InvalidRequestError, match="since must be before until"):
        exports.messages(UNTIL, SINCE)
    with pytest.raises(InvalidRequestError, match="by must be one of created"):
        exports.conversations(SINCE, UNTIL, by="creation")  # type: ignore[call-overload]
    with pytest.raises(InvalidRequestError, match="csids cannot be combined"):
        exports.conversations(SINCE, UNTIL, csids=[1])  # type: ignore[call-overload]
    with pytest.raises(InvalidRequestError, match="csids must be a whole number"):
        exports.conversations(csids=["x"])
    with pytest.raises(InvalidRequestError, match="csids must be a list"):
        exports.conversations(csids="123")
    with pytest.raises(InvalidRequestError, match="since must be a datetime"):
        exports.conversations()  # type: ignore[call-overload]


async def test_a_middleware_sees_each_request_and_logs_show_no_token(caplog: pytest.LogCaptureFixture) -> None:
    seen = []

    async def watch(request: Any, send: Callable[[Any], Awaitable[Any]]) -> Any:
        response = await send(request)
        seen.append((request.operation.path, response.status, response.body))
        return response

    caplog.set_level(logging.DEBUG)
    async with serving(lambda *_: Reply([message(1)])) as server, client(server, middleware=[watch]) as dixa:
        await collect(dixa.exports.messages(SINCE, UNTIL))
    assert seen == [("/message_export", 200, b"")]
    assert "/message_export: 1 rows" in caplog.text
    assert "GET /message_export -> 200" in caplog.text
    assert "secret-token" not in caplog.text


@pytest.mark.parametrize(
    ("base_url", "exports_url"),
    [
        ("https://dev.dixa.io", "https://exports.dixa.io"),
        ("https://api.dixa.io/x", "https://exports.dixa.io"),
        ("https://dixa.example.com:8443/proxy", "https://dixa.example.com:8443"),
        ("https://dixa.io.example.com", "https://dixa.io.example.com"),
        ("https://notdixa.io", "https://notdixa.io"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_default_server_is_beside_base_url(base_url: str, exports_url: str) -> None:
    config = ClientConfig(api_key="key", base_url=base_url)
    assert config.exports_server == exports_url
    assert config.files_server == exports_url.replace("exports.", "files.")
    # A copy for another server does not keep that of the first.
    assert attrs.evolve(config, base_url="http://localhost").exports_server == "http://localhost"
    assert attrs.evolve(config, exports_url="https://x.example").exports_server == "https://x.example"


def test_no_rate_limit_of_other_calls_is_that_of_exports() -> None:
    dixa = DixaClient("key", rate_limit=RateLimit(per_second=5, burst=4, max_wait=1))
    limiter = dixa._shared.exports.limiter
    assert limiter is not dixa._shared.limiter
    assert limiter.state.rate == pytest.approx(1 / 6)
