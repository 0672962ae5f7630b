"""Special statuses: redirects, rejections, interim responses, and unknown ones."""

import pytest

from dixa_async import DixaClient, RateLimit, RetryPolicy
from dixa_async.errors import (
    PermissionDeniedError,
    RateLimitTimeoutError,
    RedirectError,
    ServerError,
    StatusError,
    TooManyRequestsError,
)

from .clients import OK, call, make_client
from .raw_server import RawServer


async def test_the_error_for_a_redirect_reports_its_location(server: RawServer, dixa: DixaClient) -> None:
    server.elsewhere = "http://elsewhere.example.com"
    with pytest.raises(RedirectError) as caught:
        await call(dixa, "GET", "redirect-302")
    assert caught.value.status == 302
    assert caught.value.headers["location"] == "http://elsewhere.example.com/stolen"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_429_without_a_time_is_retried(server: RawServer, method: str) -> None:
    async with make_client(server.url, retry=RetryPolicy(max_attempts=2, base_delay=0.001)) as dixa:
        with pytest.raises(TooManyRequestsError, match="429 Too Many Requests"):
            await call(dixa, method, "too-many")
    assert server.received[method, "too-many"] == 2


async def test_a_429_that_asks_for_an_hour_is_reported_at_once_and_the_next_call_need_not_hang(
    server: RawServer,
) -> None:
    async with make_client(server.url, rate_limit=RateLimit(per_second=10_000, max_wait=5)) as dixa:
        with pytest.raises(TooManyRequestsError) as caught:
            await call(dixa, "GET", "too-many-wait-long")
        assert caught.value.headers["retry-after"] == "3600"
        assert server.received["GET", "too-many-wait-long"] == 1
        with pytest.raises(RateLimitTimeoutError):
            await call(dixa, "GET", "ok")


async def test_an_html_error_page_is_kept_and_the_message_is_the_name_of_the_status(dixa: DixaClient) -> None:
    with pytest.raises(ServerError, match="500 Internal Server Error") as caught:
        await call(dixa, "POST", "server-error")
    assert caught.value.body == b"<h1>Oops</h1>"


async def test_a_status_that_has_no_name_is_an_error_all_the_same(dixa: DixaClient) -> None:
    with pytest.raises(StatusError, match="799 unknown status"):
        await call(dixa, "POST", "unknown-error-status")


async def test_a_change_of_protocol_is_rejected_and_not_followed(dixa: DixaClient) -> None:
    with pytest.raises(StatusError, match="101 Switching Protocols") as caught:
        await call(dixa, "POST", "switching-protocols")
    assert not isinstance(caught.value, RedirectError)
    assert await call(dixa, "GET", "ok") == OK


async def test_a_token_in_an_error_is_masked(dixa: DixaClient) -> None:
    with pytest.raises(PermissionDeniedError) as caught:
        await call(dixa, "POST", "echo-in-error")
    assert caught.value.message == r"no access for ***"
    assert caught.value.headers["x-echo"] == "***"
    assert caught.value.body == b'{"message": "no access for ***"}'
