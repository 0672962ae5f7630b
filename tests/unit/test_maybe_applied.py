"""`maybe_applied`, an attribute of every error of a call: whether Dixa may have applied the request."""

from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aioresponses import aioresponses
from typing_extensions import override

from dixa_async import (
    CallError,
    DixaClient,
    Limiter,
    LimiterState,
    RateLimit,
    RateLimitTimeoutError,
    Request,
    Response,
    RetryPolicy,
    Send,
    WaitTooLongError,
)
from dixa_async.models import SearchHit
from dixa_async.pagination import Pager

TAG, TAGS = "https://dev.dixa.io/beta/tags/t-1", "https://dev.dixa.io/beta/tags"
SEARCH = "https://dev.dixa.io/beta/search/conversations"
LOST: dict[str, Any] = {"exception": aiohttp.ServerDisconnectedError()}
NOT_THERE: dict[str, Any] = {
    "exception": aiohttp.ClientConnectorError(
        ConnectionKey("dev.dixa.io", 443, True, True, None, None, None), OSError(111, "refused")
    )
}
QUICK = RetryPolicy(max_attempts=2, base_delay=0.001)

Use = Callable[[DixaClient], Coroutine[Any, Any, object]]


async def _error(use: Use, **settings: Any) -> CallError:
    async with DixaClient("s3cret", retry=QUICK, **settings) as dixa:
        with pytest.raises(CallError) as caught:
            await use(dixa)
    return caught.value


@pytest.mark.parametrize(
    ("replies", "maybe_applied"),
    [
        ([NOT_THERE, NOT_THERE], False),
        ([{"status": 404}], False),
        ([{"status": 429}, {"status": 429}], False),
        ([{"status": 503, "headers": {"Retry-After": "0"}}, NOT_THERE], False),
        ([LOST, LOST], True),
        ([LOST, {"status": 404}], True),
        ([LOST, {"status": 429}], True),
        ([{"status": 500}, {"status": 404}], True),
        ([{"status": 500}, NOT_THERE], True),
        ([{"status": 504}, {"status": 504}], True),
    ],
    ids=str,
)
async def test_it_covers_all_attempts_of_a_call(
    mock_http: aioresponses, replies: list[dict[str, Any]], maybe_applied: bool
) -> None:
    for reply in replies:
        mock_http.delete(TAG, **reply)
    error = await _error(lambda dixa: dixa.tags.delete("t-1"))
    assert error.maybe_applied is maybe_applied
    assert len(error.call.attempts) == len(replies)


@pytest.mark.parametrize("reply", [LOST, {"status": 500}, {"status": 504}, {"body": b"{}"}], ids=str)
async def test_a_write_may_be_applied_and_a_read_never_is(mock_http: aioresponses, reply: dict[str, Any]) -> None:
    mock_http.post(TAGS, repeat=True, **reply)
    mock_http.get(TAG, repeat=True, **reply)
    mock_http.post(f"{SEARCH}?pageLimit=1", repeat=True, **reply)
    assert (await _error(lambda dixa: dixa.tags.create("late"))).maybe_applied
    assert not (await _error(lambda dixa: dixa.tags.get("t-1"))).maybe_applied

    async def search(dixa: DixaClient) -> None:
        found: Pager[SearchHit] = dixa.search.conversations(page_limit=1)
        await found

    assert not (await _error(search)).maybe_applied


async def test_a_response_made_by_a_middleware_counts_by_its_status(mock_http: aioresponses) -> None:
    async def gave_up(request: Request, send: Send) -> Response:
        return Response(status=504, headers={}, body=b"")

    assert (await _error(lambda dixa: dixa.tags.delete("t-1"), middleware=[gave_up])).maybe_applied
    assert not (await _error(lambda dixa: dixa.tags.get("t-1"), middleware=[gave_up])).maybe_applied


async def test_a_call_that_waits_too_long_for_its_permit_names_itself(mock_http: aioresponses) -> None:
    mock_http.get(TAG, payload={"data": {"id": "t-1", "name": "late", "state": "Active"}})
    limit = RateLimit(per_second=0.1, burst=1, max_wait=0.5)

    async def use(dixa: DixaClient) -> None:
        await dixa.tags.get("t-1")
        await dixa.tags.delete("t-1")

    error = await _error(use, rate_limit=limit)
    assert isinstance(error, RateLimitTimeoutError)
    assert (error.call.operation, error.call.path) == ("deleteTagsTagid", "/tags/{tagId}")
    assert not error.maybe_applied
    assert error.max_wait == 0.5
    assert str(error).startswith("DELETE /tags/{tagId}: the wait for the rate limit would be ")


class _Strict(Limiter):
    """A custom limiter that lets no caller wait."""

    @property
    @override
    def state(self) -> LimiterState:
        return LimiterState(rate=1, waiting=0, next_in=0, requests_today=0, throttled=0)

    @override
    async def acquire(self, max_wait: float | None = None, priority: bool = False) -> None:
        raise WaitTooLongError(wait=3, max_wait=1)

    @override
    def on_throttled(self, retry_after: float | None) -> None:
        pass

    @override
    def on_success(self) -> None:
        pass


async def test_a_custom_limiter_may_have_its_own_time_limit() -> None:
    error = await _error(lambda dixa: dixa.tags.delete("t-1"), rate_limit=_Strict())
    assert isinstance(error, RateLimitTimeoutError)
    assert (error.wait, error.max_wait, error.call.operation) == (3, 1, "deleteTagsTagid")


async def test_what_a_middleware_sent_earlier_counts_too(mock_http: aioresponses) -> None:
    async def twice(request: Request, send: Send) -> Response:
        await send(request)
        return await send(request)

    mock_http.delete(TAG, status=204)
    limit = RateLimit(per_second=0.1, burst=1, max_wait=0.5)
    error = await _error(lambda dixa: dixa.tags.delete("t-1"), rate_limit=limit, middleware=[twice])
    assert isinstance(error, RateLimitTimeoutError)
    assert error.maybe_applied


async def test_a_key_of_a_map_is_in_no_message(mock_http: aioresponses) -> None:
    mock_http.get(TAG, payload={"data": {"anna@example.com": 1}})
    error = await _error(lambda dixa: dixa.request("GET", "/tags/t-1", response_type=dict[str, str]))
    assert "anna" not in f"{error} {error!r}"
    assert vars(error)["path"] == "$.data['anna@example.com']"
