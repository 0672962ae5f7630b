"""An aiohttp session of the caller: its connections are used, and its defaults do not affect calls."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import pytest
from multidict import istr

from dixa_async import (
    CallError,
    CallTimeoutError,
    ConnectError,
    DixaClient,
    RateLimitTimeoutError,
    TransportError,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NO_RETRY, UNLIMITED, connect, eventually, statuses

_TOKEN: Final = "s3cret"
_FOUND: Final = {"data": {"name": "Acme"}}


class Recorder:
    """A server, or a proxy, that keeps the bytes of each request, and responds with gzip and a cookie."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def header_names(self) -> set[str]:
        """The names of the headers of the last request, in lower case."""
        _, *headers = self.requests[-1].partition(b"\r\n\r\n")[0].decode().split("\r\n")
        return {header.partition(":")[0].lower() for header in headers}

    async def respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                length = next((int(line[15:]) for line in request.split(b"\r\n") if line[:15] == b"Content-Length:"), 0)
                self.requests.append(request + await reader.readexactly(length))
                status = b"502 Bad Gateway" if request.startswith(b"CONNECT") else b"200 OK"
                body = zlib.compress(json.dumps(_FOUND).encode(), wbits=31)
                writer.write(
                    b"HTTP/1.1 %b\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n"
                    b"Set-Cookie: session=of-one-token; Path=/\r\nX-Long: %b\r\n\r\n%b"
                    % (status, len(body), b"x" * 100, body)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def recording() -> AsyncIterator[Recorder]:
    recorder = Recorder()
    async with await asyncio.start_server(recorder.respond, "127.0.0.1", 0) as server:
        recorder.port = server.sockets[0].getsockname()[1]
        yield recorder


def client(recorder: Recorder, session: aiohttp.ClientSession | None = None, token: str = _TOKEN) -> DixaClient:
    return DixaClient(token, base_url=recorder.url, session=session, retry=NO_RETRY, rate_limit=UNLIMITED)


class OtherRequest(aiohttp.ClientRequest):
    """A request that adds a header."""

    DEFAULT_HEADERS = {**aiohttp.ClientRequest.DEFAULT_HEADERS, istr("X-Other"): "1"}  # noqa: RUF012


class OtherResponse(aiohttp.ClientResponse):
    """A response that cannot be read."""

    @property
    def content(self) -> Any:
        raise NotImplementedError

    @content.setter
    def content(self, _: object) -> None: ...


async def _reject(_: aiohttp.ClientResponse) -> None:
    raise NotImplementedError


def _fail(_: object) -> Any:
    raise NotImplementedError


_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "header": {"headers": {"X-Tenant": "a"}},
    "content negotiation headers": {
        "headers": {"accept": "text/html", "CONTENT-TYPE": "text/plain", "Accept-Encoding": "br", "Range": "bytes=0-3"}
    },
    "login in a header": {"headers": {"authorization": "Basic YTpi"}},
    "cookie in a header": {"headers": {"Cookie": "a=b"}},
    "host": {"headers": {"Host": "elsewhere.example.com"}},
    "length": {"headers": {"Content-Length": "3"}},
    "chunks": {"headers": {"Transfer-Encoding": "chunked"}},
    "encoding": {"headers": {"Content-Encoding": "gzip"}},
    "permission": {"headers": {"Expect": "100-continue"}},
    "connection": {"headers": {"Connection": "close"}},
    "no headers of aiohttp": {"skip_auto_headers": ["User-Agent", "Accept", "Accept-Encoding", "Content-Type"]},
    "cookies": {"cookies": {"a": "b"}},
    "no decompression": {"auto_decompress": False},
    "status": {"raise_for_status": _reject},
    "timeout": {"timeout": aiohttp.ClientTimeout(total=1e-9)},
    "json": {"json_serialize": _fail},
    "base URL": {"base_url": "http://elsewhere.example.com/api/"},
    "version": {"version": aiohttp.HttpVersion10},
    "buffer": {"read_bufsize": 1},
    "line": {"max_line_size": 3},
    "field": {"max_field_size": 3},
    "number of headers": {"max_headers": 1},
    "request": {"request_class": OtherRequest},
    "response": {"response_class": OtherResponse},
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("defaults", _DEFAULTS.values(), ids=_DEFAULTS)
async def test_no_default_changes_what_is_sent_or_how_it_is_read(defaults: dict[str, Any], method: str) -> None:
    body: dict[str, Any] = {"json": {"name": "Acme"}} if method == "POST" else {}
    async with recording() as recorder:
        async with client(recorder) as dixa:
            assert await dixa.request(method, "/things", **body) == _FOUND
        async with aiohttp.ClientSession(**defaults) as session, client(recorder, session) as dixa:
            assert await asyncio.wait_for(dixa.request(method, "/things", **body), 5) == _FOUND
    own, borrowed = recorder.requests
    assert sorted(borrowed.split(b"\r\n")) == sorted(own.split(b"\r\n"))


@pytest.mark.parametrize("is_borrowed", [False, True])
async def test_only_encodings_that_can_be_decoded_are_requested(
    monkeypatch: pytest.MonkeyPatch, is_borrowed: bool
) -> None:
    # As with an old Brotli, which aiohttp requests and cannot decode.
    defaults = {**aiohttp.ClientRequest.DEFAULT_HEADERS, istr("Accept-Encoding"): "gzip, deflate, br, zstd"}
    monkeypatch.setattr(aiohttp.ClientRequest, "DEFAULT_HEADERS", defaults)
    async with (
        recording() as recorder,
        aiohttp.ClientSession() as session,
        client(recorder, session if is_borrowed else None) as dixa,
    ):
        assert await dixa.request("GET", "/things") == _FOUND
        assert await dixa.request("POST", "/things", json={}) == _FOUND
    for request in recorder.requests:
        assert request.count(b"Accept-Encoding") == request.count(b"\r\nAccept-Encoding: gzip, deflate\r\n") == 1


async def test_cookies_are_neither_shared_between_tokens_nor_kept() -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # it accepts cookies of IP addresses too
    async with recording() as recorder, aiohttp.ClientSession(cookie_jar=jar) as session:
        for token in ("one", "one", "another"):
            async with client(recorder, session, token) as dixa:
                await dixa.request("GET", "/things")
            assert "cookie" not in recorder.header_names()
        assert len(jar) == 0
        async with session.get(recorder.url):
            pass
        assert len(jar) == 1  # for other requests it works as usual
        async with client(recorder, session) as dixa:
            await dixa.request("GET", "/things")
        assert "cookie" not in recorder.header_names()


def _explicit_proxy(proxy: str) -> dict[str, Any]:
    return {"proxy": proxy}


def _environment_proxy(proxy: str) -> dict[str, Any]:
    return {"trust_env": True}


@pytest.mark.parametrize("options", [_explicit_proxy, _environment_proxy])
async def test_plain_http_to_this_machine_bypasses_every_proxy(
    monkeypatch: pytest.MonkeyPatch, options: Callable[[str], dict[str, Any]]
) -> None:
    async with recording() as proxy, recording() as recorder:
        _set_proxy(monkeypatch, proxy.url)
        async with aiohttp.ClientSession(**options(proxy.url)) as session, client(recorder, session) as dixa:
            assert await dixa.request("GET", "/things") == _FOUND
    assert (len(proxy.requests), len(recorder.requests)) == (0, 1)


@pytest.mark.parametrize("options", [_explicit_proxy, _environment_proxy])
async def test_a_proxy_of_the_session_is_used_for_https_and_sees_no_token(
    monkeypatch: pytest.MonkeyPatch, options: Callable[[str], dict[str, Any]]
) -> None:
    async with recording() as proxy:
        url = proxy.url.replace("//", "//login:password@")
        _set_proxy(monkeypatch, url)
        async with (
            aiohttp.ClientSession(headers={"X-Tenant": "a"}, **options(url)) as session,
            DixaClient(_TOKEN, base_url="https://dixa.example.com", session=session, retry=NO_RETRY) as dixa,
        ):
            with pytest.raises(TransportError):
                await dixa.organization.get()
    (request,) = proxy.requests
    assert request.startswith(b"CONNECT dixa.example.com:443 ")
    assert b"\r\nProxy-Authorization: Basic bG9naW46cGFzc3dvcmQ=\r\n" in request
    assert _TOKEN.encode() not in request


@pytest.mark.filterwarnings("ignore:.* deprecated:DeprecationWarning")
async def test_a_login_for_the_proxy_is_used() -> None:
    async with recording() as proxy:
        auth = aiohttp.BasicAuth("login", "password")
        async with (
            aiohttp.ClientSession(proxy=proxy.url, proxy_auth=auth) as session,
            DixaClient(_TOKEN, base_url="https://dixa.example.com", session=session, retry=NO_RETRY) as dixa,
        ):
            with pytest.raises(TransportError):
                await dixa.organization.get()
    assert b"\r\nProxy-Authorization: Basic bG9naW46cGFzc3dvcmQ=\r\n" in proxy.requests[0]


async def test_a_client_with_its_own_session_ignores_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with recording() as proxy, recording() as recorder:
        _set_proxy(monkeypatch, proxy.url)
        async with client(recorder) as dixa:
            assert await dixa.request("GET", "/things") == _FOUND
    assert proxy.requests == []


def _set_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


async def test_connections_traces_tls_and_middlewares_of_the_session_are_used(server: FakeDixa) -> None:
    seen: list[str] = []

    async def trace_start(_: object, __: object, params: aiohttp.TraceRequestStartParams) -> None:
        assert server.api_key not in str(params)
        seen.append("trace_start")

    async def middleware(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        seen.append("middleware")
        return await handler(request)

    traces = aiohttp.TraceConfig()
    traces.on_request_start.append(trace_start)
    connector = aiohttp.TCPConnector()
    async with (
        aiohttp.ClientSession(connector=connector, trace_configs=[traces], middlewares=[middleware]) as session,
        connect(server, session=session) as dixa,
    ):
        await dixa.organization.get()
        assert seen == ["trace_start", "middleware"]
        assert not connector.closed
        await connector.close()
        with pytest.raises((TransportError, RuntimeError)):
            await dixa.organization.get()


async def test_an_unclosed_client_of_a_closed_session_leaves_nothing_open(server: FakeDixa) -> None:
    async with aiohttp.ClientSession() as session:
        await connect(server, session=session).organization.get()
        with pytest.raises(ConnectError):
            await DixaClient("key", base_url="http://127.0.0.1:1", session=session, retry=NO_RETRY).organization.get()


@pytest.mark.parametrize("limits", [{"limit": 1}, {"limit_per_host": 1}, {"limit": 1, "limit_per_host": 5}])
async def test_the_wait_for_a_connection_of_a_small_pool_counts_against_max_wait(
    server: FakeDixa, limits: dict[str, Any]
) -> None:
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(**limits)) as session,
        connect(server, session=session) as dixa,
    ):
        server.inject_fault(delay=60)
        slow = asyncio.create_task(dixa.organization.get())
        await eventually(lambda: server.request_count == 1)
        with pytest.raises(RateLimitTimeoutError):
            await asyncio.wait_for(dixa.with_options(max_wait=0.05).organization.get(), 5)
        assert dixa.rate_limit_state.waiting == 0
        waiting = asyncio.create_task(dixa.organization.get())
        await asyncio.sleep(0.01)
        assert dixa.rate_limit_state.waiting == 1
        slow.cancel()
        await waiting
    assert statuses(server) == [None, 200]


async def test_a_pool_without_a_limit_leaves_it_to_max_concurrency(server: FakeDixa) -> None:
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        connect(server, session=session, max_concurrency=2) as dixa,
    ):
        server.inject_fault(delay=0.1, times=3)
        calls = [asyncio.create_task(dixa.organization.get()) for _ in range(3)]
        await eventually(lambda: server.request_count == 2)
        assert dixa.rate_limit_state.waiting == 1
        await asyncio.gather(*calls)


@pytest.mark.parametrize(
    ("max_wait", "timeout", "error_type"),
    [(0.1, None, RateLimitTimeoutError), (5, 0.1, CallTimeoutError), (None, 0.1, CallTimeoutError)],
)
async def test_the_wait_for_a_connection_that_others_use_counts_against_every_limit(
    server: FakeDixa, max_wait: float | None, timeout: float | None, error_type: type[CallError]
) -> None:
    reached = asyncio.Event()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            reached.set()
        writer.close()

    async with (
        await asyncio.start_server(keep, "127.0.0.1", 0) as other,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session,
        connect(server, session=session) as dixa,
    ):
        using = asyncio.create_task(_get(session, other.sockets[0].getsockname()[1]))
        await reached.wait()
        call = dixa.with_options(max_wait=max_wait, timeout=timeout).tags.create("x")
        with pytest.raises(error_type) as caught:
            await asyncio.wait_for(call, 3)
        assert not caught.value.maybe_applied
        using.cancel()
        await asyncio.wait([using])
    assert server.request_count == 0


async def _get(session: aiohttp.ClientSession, port: int) -> None:
    async with session.get(f"http://127.0.0.1:{port}"):
        raise AssertionError


async def test_an_error_of_a_middleware_of_the_session_before_it_sends_applies_nothing(server: FakeDixa) -> None:
    async def fail(_: aiohttp.ClientRequest, __: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        raise OSError

    async def send_and_fail(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        await handler(request)
        raise OSError

    for middleware in (fail, send_and_fail):
        async with aiohttp.ClientSession(middlewares=[middleware]) as session, connect(server, session=session) as dixa:
            with pytest.raises(TransportError) as caught:
                await dixa.with_options(retry=NO_RETRY).tags.create("x")
        assert caught.value.maybe_applied is (server.request_count > 0)
    assert server.request_count == 1


async def test_max_wait_does_not_limit_a_request_that_is_being_sent(server: FakeDixa) -> None:
    server.inject_fault(delay=0.3)
    async with aiohttp.ClientSession() as session, connect(server, session=session) as dixa:
        assert await dixa.with_options(max_wait=0.2).organization.get() == server.state.organization
