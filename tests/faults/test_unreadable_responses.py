"""Responses that are not HTTP, not encoded as declared, or not the expected JSON."""

from typing import Any

import aiohttp
import pytest

from dixa_async import DixaClient
from dixa_async.errors import ConnectionLostError, ResponseDecodeError
from dixa_async.models import Organization

from .clients import ATTEMPTS, OK, TOKEN, call, in_time
from .raw_server import RawServer

NOT_HTTP = [
    "garbage",
    "http2",
    "status-word",
    "huge-header",
    "many-headers",
    "header-without-colon",
    "header-with-nul",
    "duplicate-content-length",
    "negative-content-length",
    "length-and-chunks",
    "bad-chunk",
    "unknown-encoding",
]

NOT_JSON = {
    "truncated-json": b'{"data": {"id":',
    "truncated-without-length": b'{"data": {',
    "latin-1": b'{"data": {"name": "\xc5se"}}',
    "utf-16": '{"data": {}}'.encode("utf-16"),
    "nan": b'{"data": {"id": NaN}}',
    "huge-integer": b'{"data": {"id": ' + b"9" * 5000 + b"}}",
    "html": b"<html><body>All is well</body></html>",
}

NOT_AN_ORGANIZATION: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "$", "the body is empty"),
    "no-content": (b"", "$", "the body is empty"),
    "unknown-status": (b"", "$", "the body is empty"),
    "null": (b"null", "$", "expected an object"),
    "bare-text": (b'"fine"', "$", "expected an object"),
    "ok": (b'{"data": {"ok": true}}', "$.data.id", "required, but absent"),
}


async def organization(dixa: DixaClient, method: str, name: str) -> Organization:
    return await in_time(dixa.request(method, f"/{name}", response_type=Organization))


@pytest.mark.parametrize("name", NOT_HTTP)
async def test_invalid_http_is_a_lost_connection(server: RawServer, dixa: DixaClient, name: str) -> None:
    with pytest.raises(ConnectionLostError, match="not valid HTTP"):
        await call(dixa, "GET", name)
    assert server.received["GET", name] == ATTEMPTS
    with pytest.raises(ConnectionLostError) as caught:
        await call(dixa, "POST", name)
    assert caught.value.maybe_applied
    assert server.received["POST", name] == 1


async def test_the_status_that_aiohttp_invents_is_not_shown(dixa: DixaClient) -> None:
    with pytest.raises(ConnectionLostError) as caught:
        await call(dixa, "POST", "garbage")
    assert isinstance(caught.value.__cause__, aiohttp.ClientResponseError)  # says what is wrong with it
    assert "400" not in str(caught.value)
    assert caught.value.call.attempts[0].status is None


async def test_invalid_gzip_is_a_broken_response(server: RawServer, dixa: DixaClient) -> None:
    with pytest.raises(ConnectionLostError, match="truncated, or not encoded as its headers say") as caught:
        await call(dixa, "POST", "invalid-gzip")
    assert caught.value.maybe_applied
    assert server.received["POST", "invalid-gzip"] == 1


async def test_truncated_gzip_is_never_taken_for_a_complete_response(dixa: DixaClient) -> None:
    with pytest.raises((ResponseDecodeError, ConnectionLostError)):
        await call(dixa, "POST", "truncated-gzip")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", NOT_JSON)
async def test_invalid_json_is_reported_once_and_kept(
    server: RawServer, dixa: DixaClient, name: str, method: str
) -> None:
    with pytest.raises(ResponseDecodeError) as caught:
        await call(dixa, method, name)
    error = caught.value
    assert error.path == "$"
    assert error.reason.startswith("not JSON (line 1, column ")
    assert (error.status, error.body) == (200, NOT_JSON[name])
    assert server.received[method, name] == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", NOT_AN_ORGANIZATION)
async def test_json_of_another_form_names_the_place_and_is_kept(dixa: DixaClient, name: str, method: str) -> None:
    body, path, reason = NOT_AN_ORGANIZATION[name]
    with pytest.raises(ResponseDecodeError) as caught:
        await organization(dixa, method, name)
    assert (caught.value.body, caught.value.path, caught.value.reason) == (body, path, reason)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("byte-order-mark", OK),
        ("no-content-type", OK),
        ("interim-100", OK),
        ("interim-103", OK),
        ("close-after-ok", OK),
        ("without-length", OK),
        ("empty", None),
        ("no-content", None),
        ("unknown-status", None),
        ("null", None),
        ("bare-text", "fine"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_readable_response_is_accepted(dixa: DixaClient, method: str, name: str, value: Any) -> None:
    assert await call(dixa, method, name) == value


async def test_a_token_in_an_unreadable_response_is_masked(dixa: DixaClient) -> None:
    with pytest.raises(ResponseDecodeError) as caught:
        await call(dixa, "POST", "echo-in-response")
    assert caught.value.body == b"<p>***</p>"
    assert caught.value.headers["x-echo"] == "***"
    assert TOKEN not in str(caught.value)
