"""Statuses that need care: redirects, refusals, interim answers, and some that no one has heard of."""

import contextlib

import pytest

from dixa_async import DixaClient, RateLimit, RetryPolicy
from dixa_async.errors import (
    ConnectionLostError,
    PermissionDeniedError,
    RateLimitWaitError,
    RedirectError,
    ServerError,
    StatusError,
    TooManyRequestsError,
)

from .behaviours import BEHAVIOURS
from .clients import ATTEMPTS, OK, call, make_client
from .raw_server import RawServer


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_redirect_is_an_error_and_never_followed(
    server: RawServer, dixa: DixaClient, method: str, status: int
) -> None:
    async with RawServer(BEHAVIOURS) as thief:
        server.elsewhere = thief.url
        with pytest.raises(RedirectError) as caught:
            await call(dixa, method, "redirect", f"/{status}")
        assert thief.connections == 0
    assert caught.value.status == status
    assert caught.value.headers["location"] == f"{thief.url}/stolen"
    assert server.received[method, "redirect"] == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_429_without_a_time_is_tried_again(server: RawServer, method: str) -> None:
    async with make_client(server.url, retry=RetryPolicy(max_attempts=2, base_delay=0.001)) as dixa:
        with pytest.raises(TooManyRequestsError, match="429 Too Many Requests"):
            await call(dixa, method, "too-many")
    assert server.received[method, "too-many"] == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_429_that_passes_is_not_noticed(server: RawServer, dixa: DixaClient, method: str) -> None:
    assert await call(dixa, method, "too-many-once") == OK
    assert server.received[method, "too-many-once"] == 2


async def test_a_429_that_asks_for_an_hour_is_told_at_once_and_the_next_call_need_not_hang(
    server: RawServer,
) -> None:
    async with make_client(server.url, rate_limit=RateLimit(per_second=10_000, max_wait=5)) as dixa:
        with pytest.raises(TooManyRequestsError) as caught:
            await call(dixa, "GET", "too-many-wait-long")
        assert caught.value.headers["retry-after"] == "3600"
        assert server.received["GET", "too-many-wait-long"] == 1
        with pytest.raises(RateLimitWaitError):
            await call(dixa, "GET", "ok")


@pytest.mark.parametrize(
    ("name", "method", "sent"),
    [
        ("server-error", "GET", ATTEMPTS),
        ("server-error", "POST", 1),
        ("unavailable", "GET", ATTEMPTS),
        ("unavailable", "POST", 1),
        ("unavailable-wait", "GET", ATTEMPTS),
        ("unavailable-wait", "POST", ATTEMPTS),
    ],
)
async def test_a_5xx_is_tried_again_where_nothing_can_be_done_twice(
    server: RawServer, dixa: DixaClient, name: str, method: str, sent: int
) -> None:
    with pytest.raises(ServerError):
        await call(dixa, method, name)
    assert server.received[method, name] == sent


async def test_an_html_error_page_is_kept_and_the_message_is_the_name_of_the_status(dixa: DixaClient) -> None:
    with pytest.raises(ServerError, match="500 Internal Server Error") as caught:
        await call(dixa, "POST", "server-error")
    assert caught.value.body == b"<h1>Oops</h1>"


async def test_a_status_that_has_no_name_is_an_error_all_the_same(dixa: DixaClient) -> None:
    with pytest.raises(StatusError, match="799 unknown status"):
        await call(dixa, "POST", "unknown-error-status")


async def test_a_change_of_protocol_is_refused_and_is_no_redirect(dixa: DixaClient) -> None:
    with pytest.raises(StatusError, match="101 Switching Protocols") as caught:
        await call(dixa, "POST", "switching-protocols")
    assert not isinstance(caught.value, RedirectError)
    assert await call(dixa, "GET", "ok") == OK


async def test_a_204_with_a_body_does_not_spoil_the_next_answer(server: RawServer, dixa: DixaClient) -> None:
    with contextlib.suppress(ConnectionLostError):  # aiohttp finds the body before the call is over, or after it
        assert await call(dixa, "POST", "no-content-with-body") is None
    assert await call(dixa, "GET", "ok") == OK
    assert server.received["POST", "no-content-with-body"] == 1


async def test_a_token_in_an_error_is_covered(dixa: DixaClient) -> None:
    with pytest.raises(PermissionDeniedError) as caught:
        await call(dixa, "POST", "echo-in-error")
    assert caught.value.message == r"no access for ***"
    assert caught.value.headers["x-echo"] == "***"
    assert caught.value.body == b'{"message": "no access for ***"}'
