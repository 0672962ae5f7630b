"""Downloads on real sockets: whole files, whatever happens to the connection."""

import asyncio
import errno
import gzip
import hashlib
import io
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp
import pytest
from aiohttp import web

from dixa_async import (
    AuthenticationError,
    CallTimeoutError,
    ClientClosedError,
    ConnectionLostError,
    DixaClient,
    FileChangedError,
    InvalidRequestError,
    NotFoundError,
    RateLimit,
    Request,
    Response,
    ResponseTooLargeError,
    RetryPolicy,
    Send,
    ServerError,
    Timeout,
)
from dixa_async.errors import UsageError
from dixa_async.files import sinks
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, QUICK_RETRY, UNLIMITED, connect, eventually, statuses
from ..helpers.scripted_server import ScriptedServer, cut, reply, scripted_server

CONTENT = bytes(range(256)) * 2000
OTHER = CONTENT[::-1]
ETAG = {"ETag": '"v1"'}


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as scripted:
        yield scripted


def client_of(scripted: ScriptedServer, *, retry: RetryPolicy = QUICK_RETRY, timeout: Any = None) -> DixaClient:
    return DixaClient("secret-token", base_url=scripted.url, rate_limit=UNLIMITED, retry=retry, timeout=timeout)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def cut_downloads(server: FakeDixa, *after: int) -> None:
    """Cut the next downloads after so many bytes."""
    for count in after:
        server.inject_fault(cut_off=count, path="/private/*")


async def streamed(dixa: DixaClient, link: str) -> bytes:
    async with dixa.files.stream(link) as stream:
        content = b"".join([piece async for piece in stream])
        assert stream.received == len(content)
        assert stream.sha256 == hashlib.sha256(content).hexdigest()
    return content


async def to_path(dixa: DixaClient, link: str, folder: Path) -> bytes:
    file = await dixa.files.download(link, to=folder / "file")
    content = (folder / "file").read_bytes()
    assert (file.path, file.size, file.sha256) == (folder / "file", len(content), hashlib.sha256(content).hexdigest())
    return content


async def to_file(dixa: DixaClient, link: str, folder: Path) -> bytes:
    opened = io.BytesIO()
    file = await dixa.files.download(link, to=opened)
    assert (file.path, file.size) == (None, len(opened.getvalue()))
    assert file.sha256 == hashlib.sha256(opened.getvalue()).hexdigest()
    return opened.getvalue()


async def to_program(dixa: DixaClient, link: str, folder: Path) -> bytes:
    return await streamed(dixa, link)


WAYS = [to_path, to_file, to_program]
way_of_reading = pytest.mark.parametrize("read", WAYS, ids=lambda way: way.__name__)
Read = Callable[[DixaClient, str, Path], Any]


@way_of_reading
async def test_a_file_is_continued_after_three_cuts(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path, read: Read
) -> None:
    file = server.add_file(CONTENT)
    cut_downloads(server, 100_000, 1, 300_000)
    assert await read(dixa, file.url, tmp_path) == CONTENT
    assert statuses(server) == [200, 206, 206, 206]
    assert names(tmp_path) == (["file"] if read is to_path else [])


@way_of_reading
@pytest.mark.parametrize("setting", ["has_etag", "accepts_ranges"])
async def test_a_file_that_cannot_be_continued_is_read_again(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path, read: Read, setting: str
) -> None:
    file = server.add_file(CONTENT)
    setattr(server.state.files[file.url.removeprefix("https://files.dixa.io")], setting, False)
    cut_downloads(server, 100_000, 0, 300_000)
    assert await read(dixa, file.url, tmp_path) == CONTENT
    assert statuses(server) == [200, 200, 200, 200]


@pytest.mark.parametrize("has_etag", [True, False])
@pytest.mark.parametrize("content", [OTHER, OTHER[:500], CONTENT[:500], b""])
async def test_a_file_that_changed_begins_anew_or_is_an_error(
    server: FakeDixa, tmp_path: Path, has_etag: bool, content: bytes
) -> None:
    link = server.add_file(CONTENT).url
    stored = server.state.files[link.removeprefix("https://files.dixa.io")]
    stored.has_etag = has_etag

    def change(_: object) -> None:
        stored.content = content

    async with connect(server, retry=RetryPolicy(base_delay=0.01, on_retry=change)) as dixa:
        cut_downloads(server, 100_000)
        assert await to_path(dixa, link, tmp_path) == content
        for read in (to_file, to_program):
            stored.content = CONTENT
            cut_downloads(server, 100_000)
            with pytest.raises(FileChangedError, match="download it again") as caught:
                await read(dixa, link, tmp_path)
            assert [attempt.error for attempt in caught.value.call.attempts][-1] == "FileChangedError"


@pytest.mark.parametrize(
    "wrong",
    [
        reply(206, CONTENT[1001:], {**ETAG, "Content-Range": f"bytes 1001-{len(CONTENT) - 1}/{len(CONTENT)}"}),
        reply(206, CONTENT[999:], {**ETAG, "Content-Range": f"bytes 999-{len(CONTENT) - 1}/{len(CONTENT)}"}),
        reply(206, OTHER[1000:], {"ETag": '"v2"', "Content-Range": f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}"}),
        reply(206, CONTENT[1000:], {**ETAG, "Content-Range": f"bytes 1000-{len(CONTENT)}/{len(CONTENT) + 1}"}),
        reply(206, CONTENT[1000:], {**ETAG, "Content-Range": "bytes 1000-999/*"}),
        reply(206, CONTENT[1000:], ETAG),
        reply(206, OTHER[1000:], {"Content-Range": f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}"}),
        reply(206, OTHER[1000:], {"ETag": 'W/"v1"', "Content-Range": f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}"}),
        reply(206, CONTENT[1000:], {**ETAG, "Content-Range": "lines 1000-2000/3000"}),
        reply(416, b"", {"Content-Range": "bytes */5"}),
    ],
)
@way_of_reading
async def test_a_wrong_part_is_not_put_into_the_file(
    scripted: ScriptedServer, tmp_path: Path, read: Read, wrong: Any
) -> None:
    scripted.script(cut(CONTENT, 1000, ETAG), wrong, reply(200, CONTENT, ETAG))
    async with client_of(scripted) as dixa:
        assert await read(dixa, "/private/a", tmp_path) == CONTENT
    assert scripted.headers("Range") == [None, "bytes=1000-", None]
    assert scripted.headers("If-Range") == [None, '"v1"', None]
    assert scripted.headers("Accept-Encoding") == ["identity"] * 3


async def test_a_part_that_is_shorter_than_the_rest_is_continued(scripted: ScriptedServer, tmp_path: Path) -> None:
    size = len(CONTENT)
    scripted.script(
        cut(CONTENT, 1000, ETAG),
        reply(206, CONTENT[1000:2000], {**ETAG, "Content-Range": f"bytes 1000-1999/{size}"}),
        reply(206, CONTENT[2000:], {**ETAG, "Content-Range": f"bytes 2000-{size - 1}/{size}"}),
    )
    async with client_of(scripted) as dixa:
        assert await to_path(dixa, "/private/a", tmp_path) == CONTENT


async def test_a_weak_etag_is_none_to_continue_by(scripted: ScriptedServer, tmp_path: Path) -> None:
    scripted.script(cut(CONTENT, 1000, {"ETag": 'W/"v1"'}), reply(200, CONTENT))
    async with client_of(scripted) as dixa:
        assert await to_path(dixa, "/private/a", tmp_path) == CONTENT
    assert scripted.headers("Range") == [None, None]


async def test_a_file_that_is_compressed_unasked_is_read_whole(scripted: ScriptedServer, tmp_path: Path) -> None:
    async def compressed(_: web.BaseRequest) -> web.Response:
        response = web.Response(body=CONTENT, headers=ETAG)
        response.enable_compression(web.ContentCoding.gzip, strategy=0)
        return response

    scripted.script(cut(gzip.compress(CONTENT, 0), 100_000, {**ETAG, "Content-Encoding": "gzip"}), compressed)
    async with client_of(scripted) as dixa:
        assert await to_path(dixa, "/private/a", tmp_path) == CONTENT
        async with dixa.files.stream("/private/a") as stream:
            assert stream.size is None
    assert scripted.headers("Range") == [None, None, None]


@way_of_reading
async def test_the_start_of_a_compressed_file_is_not_taken_for_all(
    scripted: ScriptedServer, tmp_path: Path, read: Read
) -> None:
    headers, body = {"Content-Encoding": "gzip"}, gzip.compress(CONTENT)
    scripted.script(reply(200, body[: len(body) // 2], headers), reply(200, body, headers))
    async with client_of(scripted) as dixa:
        assert await read(dixa, "/private/a", tmp_path) == CONTENT
        scripted.script(reply(404, gzip.compress(b'{"message":"It was deleted"}'), headers))
        with pytest.raises(NotFoundError, match="It was deleted"):
            await read(dixa, "/private/a", tmp_path)


async def test_a_response_without_an_end_is_not_taken_for_a_whole_file(
    scripted: ScriptedServer, tmp_path: Path
) -> None:
    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        request.transport.close()
        return web.Response()

    scripted.script(endless)
    async with client_of(scripted) as dixa:
        with pytest.raises(ConnectionLostError, match="does not say where the file ends"):
            await dixa.files.download("/private/a", to=tmp_path / "file")
    assert names(tmp_path) == []


@pytest.mark.parametrize("status", [204, 206])
async def test_another_success_is_no_file(scripted: ScriptedServer, tmp_path: Path, status: int) -> None:
    scripted.script(reply(status, b"" if status == 204 else b"x"))
    async with client_of(scripted, retry=NO_RETRY) as dixa:
        with pytest.raises(ConnectionLostError, match=str(status)):
            await dixa.files.download("/private/a", to=tmp_path / "file")


async def test_statuses_are_the_errors_of_any_call(dixa: DixaClient, server: FakeDixa, tmp_path: Path) -> None:
    link = server.add_file(CONTENT).url
    with pytest.raises(NotFoundError):
        await dixa.files.download("/private/missing", to=tmp_path / "file")
    with pytest.raises(NotFoundError):
        await streamed(dixa, "/private/missing")
    async with connect(server, api_key="wrong") as other:
        with pytest.raises(AuthenticationError):
            await other.files.download(link, to=tmp_path / "file")
    server.inject_fault(status=503, times=2)
    assert await to_path(dixa, link, tmp_path) == CONTENT
    server.inject_fault(status=500, times=4)
    with pytest.raises(ServerError) as caught:
        await dixa.files.download(link, to=tmp_path / "file")
    assert not caught.value.maybe_applied
    assert len(caught.value.call.attempts) == 4
    assert caught.value.call.path == "/private/{path}"
    assert (tmp_path / "file").read_bytes() == CONTENT  # a failed download leaves what was there


async def test_an_error_never_holds_the_token(scripted: ScriptedServer, tmp_path: Path) -> None:
    async def echo(request: web.BaseRequest) -> web.Response:
        authorization = request.headers["Authorization"]
        return web.Response(status=403, text=authorization, headers={"X-Echo": authorization})

    async def invalid(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        header = f"HTTP/1.1 200 OK\r\nContent-Length: {request.headers['Authorization']}\r\n\r\n"
        request.transport.write(header.encode())
        return web.Response()

    encoded = aiohttp.encode_basic_auth("bearer", "secret-token")
    async with client_of(scripted, retry=NO_RETRY) as dixa:
        for bad in (echo, invalid):
            scripted.script(bad)
            with pytest.raises(Exception, match="GET") as caught:
                await dixa.files.download("/private/a", to=tmp_path / "file")
            error: BaseException | None = caught.value
            while error is not None:
                shown = f"{error} {error!r} {vars(error)}"
                assert "secret-token" not in shown
                assert encoded.split()[1] not in shown
                error = error.__cause__ or error.__context__
    assert scripted.headers("Authorization") == [encoded] * 2


@way_of_reading
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_file_that_is_too_large_is_refused(
    scripted: ScriptedServer, tmp_path: Path, read: Read, is_chunked: bool
) -> None:
    async def large(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        if is_chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = 100_001
        await response.prepare(request)
        await response.write(bytes(100_001))
        return response

    scripted.script(large)
    async with client_of(scripted) as dixa:
        limited = DixaClient("t", base_url=scripted.url, max_file_bytes=100_000)
        async with limited:
            with pytest.raises(ResponseTooLargeError, match="100000 bytes"):
                await read(limited, "/private/a", tmp_path)
        with pytest.raises(ResponseTooLargeError):
            await dixa.files.download("/private/a", to=tmp_path / "file", max_bytes=100_000)
        assert await dixa.files.download("/private/a", to=io.BytesIO(), max_bytes=100_001)
    assert len(scripted.requests) == 3
    assert names(tmp_path) == []


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "1"])
async def test_a_limit_must_be_a_number_of_bytes(dixa: DixaClient, limit: Any) -> None:
    with pytest.raises(InvalidRequestError, match="max_bytes"):
        await dixa.files.download("/private/a", to=io.BytesIO(), max_bytes=limit)


@pytest.mark.parametrize("sent", [0, 300_000])
async def test_a_cancelled_download_leaves_nothing(scripted: ScriptedServer, tmp_path: Path, sent: int) -> None:
    async def stalling(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = len(CONTENT)
        await response.prepare(request)
        await response.write(CONTENT[:sent])
        await asyncio.sleep(60)
        return response

    scripted.script(stalling)
    async with client_of(scripted) as dixa:
        task = asyncio.ensure_future(dixa.files.download("/private/a", to=tmp_path / "file"))
        await eventually(lambda: any(path.stat().st_size >= sent // 2 for path in tmp_path.iterdir()))
        await eventually(lambda: bool(scripted.requests))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert names(tmp_path) == []
        if sent:
            async with dixa.files.stream("/private/a") as stream:
                await anext(stream)  # and the rest is not waited for


async def test_a_slow_server_is_waited_for_while_bytes_come(scripted: ScriptedServer, tmp_path: Path) -> None:
    async def slow(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 10
        await response.prepare(request)
        for _ in range(10):
            await response.write(b"x")
            await asyncio.sleep(0.03)
        return response

    async def stalling(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 10
        await response.prepare(request)
        await response.write(b"x")
        await asyncio.sleep(60)
        return response

    async with client_of(scripted, timeout=0.2, retry=RetryPolicy(max_attempts=2, base_delay=0.01)) as dixa:
        scripted.script(slow)
        assert await to_path(dixa, "/private/a", tmp_path) == b"x" * 10
        scripted.script(stalling)
        with pytest.raises(CallTimeoutError, match="no further part of the response") as caught:
            await dixa.files.download("/private/a", to=tmp_path / "other")
        assert len(caught.value.call.attempts) == 2
        hurried = dixa.with_options(timeout=Timeout(total=0.05))
        with pytest.raises(CallTimeoutError, match="in all"):
            await hurried.files.download("/private/a", to=tmp_path / "other")
    assert names(tmp_path) == ["file"]


class FullDisk(io.RawIOBase):
    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if len(self.taken) >= 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.taken += bytes(data[:30_000])
        return min(30_000, len(data))


async def test_a_full_disk_is_an_error_of_the_disk(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = server.add_file(CONTENT).url
    disk = FullDisk()
    with pytest.raises(OSError, match="No space left") as caught:
        await dixa.files.download(link, to=disk)  # type: ignore[arg-type]
    assert caught.value.errno == errno.ENOSPC
    assert disk.taken == CONTENT[: len(disk.taken)]

    def fail(_: BinaryIO, __: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sinks, "_write_all", fail)
    with pytest.raises(OSError, match="No space left"):
        await dixa.files.download(link, to=tmp_path / "file")
    assert names(tmp_path) == []
    assert statuses(server) == [200, 200]


async def test_a_folder_or_a_file_that_is_no_place_is_refused(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path
) -> None:
    link = server.add_file(CONTENT).url

    class AsyncFile:
        async def write(self, data: bytes) -> None: ...

    class BytesPath:
        def __fspath__(self) -> bytes:
            return b"/tmp/x"

    os.mkfifo(tmp_path / "pipe")
    bad: Any
    no_paths = ("", "a\0b", tmp_path / "pipe", f"{tmp_path}/missing/", BytesPath())
    for bad in (io.StringIO(), AsyncFile(), None, 7, b"/tmp/x", open, *no_paths):
        with pytest.raises(InvalidRequestError, match="to must be"):
            await dixa.files.download(link, to=bad)
    # As root, it would be a file from then on.
    with pytest.raises(InvalidRequestError, match="not of a device"):
        await dixa.files.download(link, to=os.devnull)
    assert names(tmp_path) == ["pipe"]
    with pytest.raises(FileNotFoundError):
        await dixa.files.download(link, to=tmp_path / "missing" / "file")
    assert server.requests == type(server.requests)()


async def test_a_file_in_a_folder_gets_its_own_name(dixa: DixaClient, server: FakeDixa, tmp_path: Path) -> None:
    file = server.add_file(CONTENT, name="../Rechnung: ä.pdf", content_type="application/pdf")
    for expected in ("_Rechnung_ ä.pdf", "_Rechnung_ ä (2).pdf", "_Rechnung_ ä (3).pdf"):
        saved = await dixa.files.download(file.url, to=tmp_path)
        assert (saved.path, saved.name) == (tmp_path / expected, "_Rechnung_ ä.pdf")
        assert saved.content_type == "application/pdf"
    nameless = await dixa.files.download(server.add_file(b"").url, to=str(tmp_path))
    assert nameless.size == 0
    assert nameless.path is not None
    assert nameless.path.read_bytes() == b""


async def test_a_file_replaces_another_one_and_only_its_owner_reads_it(
    dixa: DixaClient, server: FakeDixa, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    assert await to_path(dixa, server.add_file(CONTENT).url, tmp_path) == CONTENT
    assert path.stat().st_mode & 0o077 == 0


async def test_nothing_more_is_received_while_the_program_works(scripted: ScriptedServer) -> None:
    sent = 0

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        response.content_length = 1_000_000_000
        await response.prepare(request)
        while True:
            await response.write(bytes(100_000))
            sent += 100_000

    scripted.script(endless)
    async with client_of(scripted) as dixa, dixa.files.stream("/private/a", max_bytes=10**9) as stream:
        await anext(stream)
        await asyncio.sleep(0.1)
        stalled_at = sent
        assert stalled_at < 20_000_000  # what the buffers of both sockets take
        await asyncio.sleep(0.05)
        assert sent == stalled_at
        assert "of 1000000000 bytes" in repr(stream)


async def test_a_stream_that_has_ended_stays_ended(dixa: DixaClient, server: FakeDixa) -> None:
    link = server.add_file(CONTENT).url
    async with dixa.files.stream(link) as stream:
        assert b"".join([piece async for piece in stream]) == CONTENT
        assert [piece async for piece in stream] == []
    async with connect(server, retry=NO_RETRY) as hasty:
        cut_downloads(server, 100_000)
        async with hasty.files.stream(link) as stream:
            for _ in range(2):
                with pytest.raises(ConnectionLostError):
                    [piece async for piece in stream]


@pytest.mark.parametrize("is_waiting", [False, True])
async def test_a_stream_that_was_left_is_not_waited_for(scripted: ScriptedServer, is_waiting: bool) -> None:
    async def stalling(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 10**9
        await response.prepare(request)
        await response.write(bytes(10**6))
        await asyncio.sleep(30)
        return response

    async def read_all() -> None:
        async for _ in stream:
            pass

    scripted.script(stalling)
    async with client_of(scripted) as dixa:
        async with dixa.files.stream("/private/a", max_bytes=10**9) as stream:
            await anext(stream)
            reading = asyncio.ensure_future(read_all()) if is_waiting else None
            while is_waiting and stream.received < 10**6:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            with pytest.raises(UsageError, match="was left before its end"):
                await (reading or read_all())


async def test_a_file_that_does_not_block_is_not_taken_for_written(scripted: ScriptedServer) -> None:
    scripted.script(reply(200, bytes(10**6)))
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with os.fdopen(reader, "rb"), os.fdopen(writer, "wb", buffering=0) as pipe:
        async with client_of(scripted) as dixa:
            with pytest.raises(BlockingIOError, match="does not block"):
                await dixa.files.download("/private/a", to=pipe)


async def test_a_download_is_a_call_like_any_other(
    server: FakeDixa, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[tuple[str, str]] = []

    async def middleware(request: Request, send: Send) -> Response:
        seen.append((request.operation.id, request.operation.path))
        return await send(request)

    file = server.add_file(CONTENT, is_private=False)
    caplog.set_level(logging.DEBUG, "dixa_async")
    async with (
        aiohttp.ClientSession(headers={"X-Default": "1"}) as session,
        DixaClient(
            server.api_key, base_url=server.url, session=session, middleware=[middleware], rate_limit=RateLimit()
        ) as dixa,
    ):
        response = await dixa.with_response(dixa.files.download(file.url, to=tmp_path / "file"))
        assert (response.status, response.value.size) == (200, len(CONTENT))
        assert dixa.rate_limit_state.requests_today == 0
    assert seen == [("downloadFile", "/public/{path}")]
    assert "GET /public/{path} -> 200" in caplog.text
    assert file.url not in caplog.text
    with pytest.raises(ClientClosedError):
        await dixa.files.download(file.url, to=tmp_path / "other")
    assert names(tmp_path) == ["file"]


async def test_closing_the_client_ends_a_download_as_a_lost_connection(server: FakeDixa, tmp_path: Path) -> None:
    link, writing, closed = server.add_file(CONTENT * 10).url, threading.Event(), threading.Event()

    class SlowFile(io.BytesIO):
        def write(self, data: Any) -> int:
            writing.set()
            closed.wait(5)
            return super().write(data)

    async with connect(server) as dixa:
        task = asyncio.ensure_future(dixa.files.download(link, to=SlowFile()))
        await eventually(writing.is_set)
    closed.set()
    with pytest.raises(ConnectionLostError):
        await task


async def test_closing_the_client_ends_a_download_that_waits_for_the_server(scripted: ScriptedServer) -> None:
    async def stalling(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = len(CONTENT)
        await response.prepare(request)
        await response.write(CONTENT[:1000])
        await asyncio.sleep(60)
        return response

    scripted.script(stalling)
    opened = io.BytesIO()
    async with client_of(scripted) as dixa:
        task = asyncio.ensure_future(dixa.files.download("/private/a", to=opened))
        await eventually(lambda: len(opened.getvalue()) == 1000)
        await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        with pytest.raises(ConnectionLostError):
            await task
