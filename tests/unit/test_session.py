"""One request through aiohttp: what its errors mean, and who owns the session."""

import asyncio
import contextlib
import ssl
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http_exceptions import TransferEncodingError
from aioresponses import CallbackResult, aioresponses
from multidict import CIMultiDict
from typing_extensions import override
from yarl import URL

from dixa_async.config import ClientConfig, Timeout
from dixa_async.errors import (
    CallTimeoutError,
    ClientClosedError,
    ConnectError,
    ConnectionLostError,
    ResponseTooLargeError,
    TlsError,
    TransportError,
    UsageError,
)
from dixa_async.transport import http, session as session_module
from dixa_async.transport.session import Session

from ..helpers.requests import make_request

URL_OF_REQUEST = make_request().url
KEY = ConnectionKey("dixa.example.com", 443, True, True, None, None, None)
NOT_HTTP = aiohttp.ClientResponseError(
    aiohttp.RequestInfo(URL(URL_OF_REQUEST), "GET", CIMultiDict({"Authorization": "s3cret"}), URL(URL_OF_REQUEST)),  # type: ignore[arg-type]
    (),
    status=400,
    message="Bad status line",
)


def _session(borrowed: aiohttp.ClientSession | None = None, **settings: Any) -> Session:
    return Session(ClientConfig(api_key="s3cret", **settings), "tests", borrowed)


@pytest.mark.parametrize(
    ("error", "error_class", "maybe_applied"),
    [
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), ConnectError, False),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "unknown")), ConnectError, False),
        (aiohttp.ConnectionTimeoutError(), CallTimeoutError, False),
        (aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("expired")), TlsError, False),
        (aiohttp.ClientConnectorSSLError(KEY, OSError("version")), TlsError, False),
        (aiohttp.ServerFingerprintMismatch(b"a", b"b", "dixa.example.com", 443), TlsError, False),
        (aiohttp.ServerTimeoutError(), CallTimeoutError, True),
        (TimeoutError(), CallTimeoutError, True),
        (aiohttp.ServerDisconnectedError(), ConnectionLostError, True),
        (aiohttp.ClientOSError(104, "reset"), ConnectionLostError, True),
        (aiohttp.ClientPayloadError("cut off"), ConnectionLostError, True),
        (ConnectionResetError(), ConnectionLostError, True),
        (NOT_HTTP, ConnectionLostError, True),
        (TransferEncodingError("the parser of aiohttp that is written in Python"), ConnectionLostError, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_an_error_of_aiohttp_says_whether_the_request_was_sent(
    mock_http: aioresponses, error: Exception, error_class: type[TransportError], maybe_applied: bool
) -> None:
    mock_http.put(URL_OF_REQUEST, exception=error)
    request, session = make_request("PUT", timeout=Timeout(attempt=7, connect=3)), _session()
    with pytest.raises(error_class) as caught:
        await session.send(request)
    await session.close()
    assert type(caught.value) is error_class
    assert caught.value.maybe_applied is maybe_applied
    assert request.call_state.maybe_applied is maybe_applied
    assert caught.value.__cause__ is error
    assert [attempt.error for attempt in request.call_state.attempts] == [type(error).__name__]
    assert caught.value.call.attempts == tuple(request.call_state.attempts)
    assert "s3cret" not in f"{caught.value} {caught.value!r} {error} {error!r}"


@pytest.mark.parametrize(
    ("status", "headers", "maybe_applied"),
    [
        (500, {}, True),
        (504, {}, True),
        (408, {}, True),
        (503, {}, True),
        (503, {"Retry-After": "1"}, False),
        (429, {}, False),
        (404, {}, False),
        (200, {}, True),
    ],
)
async def test_a_response_that_does_not_say_what_was_done_is_remembered_by_a_later_attempt(
    mock_http: aioresponses, status: int, headers: dict[str, str], maybe_applied: bool
) -> None:
    mock_http.put(URL_OF_REQUEST, status=status, headers=headers)
    mock_http.put(URL_OF_REQUEST, exception=aiohttp.ClientConnectorError(KEY, OSError(111, "refused")))
    request, session = make_request("PUT"), _session()
    await session.send(request)
    with pytest.raises(ConnectError) as caught:
        await session.send(request)
    await session.close()
    assert caught.value.maybe_applied is maybe_applied


async def test_a_possible_send_is_not_forgotten_by_a_later_attempt(mock_http: aioresponses) -> None:
    mock_http.put(URL_OF_REQUEST, exception=aiohttp.ClientConnectorError(KEY, OSError(111, "refused")))
    mock_http.put(URL_OF_REQUEST, status=404)
    mock_http.put(URL_OF_REQUEST, exception=aiohttp.ServerDisconnectedError())
    mock_http.put(URL_OF_REQUEST, status=429)
    mock_http.put(URL_OF_REQUEST, exception=aiohttp.ClientConnectorError(KEY, OSError(111, "refused")))
    request, session, recorded = make_request("PUT"), _session(), list[bool]()
    for _ in range(5):
        with contextlib.suppress(TransportError):
            await session.send(request)
        recorded.append(request.call_state.maybe_applied)
    assert recorded == [False, False, True, True, True]
    mock_http.put(URL_OF_REQUEST, exception=aiohttp.ClientConnectorError(KEY, OSError(111, "refused")))
    with pytest.raises(ConnectError) as caught:
        await session.send(request)
    assert caught.value.maybe_applied
    await session.close()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_a_read_changes_nothing_whatever_happens_to_it(mock_http: aioresponses, method: str) -> None:
    mock_http.add(URL_OF_REQUEST, method, exception=aiohttp.ServerDisconnectedError())
    request, session = make_request(method), _session()
    with pytest.raises(ConnectionLostError) as caught:
        await session.send(request)
    await session.close()
    assert not caught.value.maybe_applied
    assert not request.call_state.maybe_applied


async def test_a_response_is_an_attempt_with_its_status(mock_http: aioresponses) -> None:
    mock_http.get(URL_OF_REQUEST, status=404, body=b"busy", headers={"X-Note": "a"})
    request, session = make_request(), _session()
    before = datetime.now(UTC)
    response = await session.send(request)
    await session.close()
    assert (response.status, response.ok, response.body, response.headers["x-note"]) == (404, False, b"busy", "a")
    (attempt,) = request.call_state.attempts
    assert (attempt.status, attempt.error) == (404, None)
    assert before - timedelta(seconds=1) <= attempt.started_at <= datetime.now(UTC)
    assert not request.call_state.maybe_applied


async def test_a_clock_that_is_set_back_does_not_shorten_an_attempt(
    mock_http: aioresponses, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SetBack(datetime):
        hours = 0

        @classmethod
        @override
        def now(cls, tz: tzinfo | None = None) -> Self:
            cls.hours += 1
            return super().now(tz) - timedelta(hours=cls.hours)

    for module in (http, session_module):
        monkeypatch.setattr(module, "datetime", SetBack)
    mock_http.get(URL_OF_REQUEST)
    request, session = make_request(), _session()
    await session.send(request)
    await session.close()
    assert 0 <= request.call_state.attempts[0].seconds < 60


async def test_repeated_headers_are_joined(mock_http: aioresponses) -> None:
    headers = CIMultiDict([("X-Note", "a"), ("x-note", "b")])
    mock_http.get(URL_OF_REQUEST, headers=headers)
    session = _session()
    assert (await session.send(make_request())).headers["x-note"] == "a, b"
    await session.close()


@pytest.mark.parametrize(("size", "fits"), [(100, True), (101, False)])
async def test_a_response_is_read_up_to_the_largest_size(mock_http: aioresponses, size: int, fits: bool) -> None:
    mock_http.put(URL_OF_REQUEST, body=b"x" * size)
    request, session = make_request("PUT"), _session(max_response_bytes=100)
    if fits:
        assert len((await session.send(request)).body) == size
    else:
        with pytest.raises(ResponseTooLargeError, match="max_response_bytes, 100 bytes") as caught:
            await session.send(request)
        assert caught.value.maybe_applied
        assert request.call_state.attempts[0].error == "ResponseTooLargeError"
    await session.close()


async def test_a_cancelled_request_may_have_been_sent(mock_http: aioresponses) -> None:
    async def slow(url: URL, **_: Any) -> CallbackResult:
        await asyncio.sleep(100)
        return CallbackResult()

    mock_http.put(URL_OF_REQUEST, callback=slow)
    request, session = make_request("PUT"), _session()
    task = asyncio.create_task(session.send(request))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await session.close()
    assert request.call_state.maybe_applied
    assert [attempt.error for attempt in request.call_state.attempts] == ["CancelledError"]


async def test_the_timeouts_of_an_attempt_are_passed_to_aiohttp(mock_http: aioresponses) -> None:
    mock_http.get(URL_OF_REQUEST)
    session = _session()
    await session.send(make_request(timeout=Timeout(attempt=7, connect=3)))
    await session.close()
    ((call,),) = mock_http.requests.values()
    assert call.kwargs["timeout"] == aiohttp.ClientTimeout(total=7, connect=3)


async def test_after_closing_nothing_is_sent() -> None:
    session = _session()
    await session.close()
    with pytest.raises(ClientClosedError, match="make a new one"):
        await session.send(make_request())


async def test_a_closed_borrowed_session_is_reported() -> None:
    async with aiohttp.ClientSession() as borrowed:
        session = _session(borrowed)
    with pytest.raises(ClientClosedError, match="session that was passed to the client"):
        session.open()
    await session.close()


def test_without_a_running_loop_or_on_another_one_it_is_not_opened() -> None:
    session = _session()
    with pytest.raises(UsageError, match="no running event loop"):
        session.open()

    async def use() -> None:
        await session.open().close()

    asyncio.run(use())
    with pytest.raises(UsageError, match="belongs to another event loop"):
        asyncio.run(use())
