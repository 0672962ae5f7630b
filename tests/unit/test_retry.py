"""When a failed attempt is retried, after which pause, and at what cost to a failing server."""

import asyncio
import email.utils
import functools
import logging
import math
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from aioresponses import aioresponses
from hypothesis import example, given, strategies as st

from dixa_async import DixaClient, RateLimit, RetryPolicy, ServerError
from dixa_async.config import RetryEvent
from dixa_async.errors import (
    CallTimeoutError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    RateLimitTimeoutError,
    ResponseTooLargeError,
    TlsError,
    TransportError,
)
from dixa_async.resources.registry import operations
from dixa_async.secret import Secret
from dixa_async.transport.http import Request, Response
from dixa_async.transport.middleware.retry import RetryBudget, RetryMiddleware, retry_after, shared_budget
from dixa_async.transport.shutdown import PendingWaits

from ..helpers.requests import CALL, make_request, make_response
from .support import Script

NOW = 1_700_000_000.0
SAFE = ("GET", "HEAD", "PUT", "DELETE")
UNSAFE = ("POST", "PATCH")

never_sent: list[Response | TransportError] = [
    ConnectError("no route", call=CALL, maybe_applied=False),
    CallTimeoutError("no connection", call=CALL, maybe_applied=False),
    make_response(429),
    make_response(429, retry_after="0"),
    make_response(503, retry_after="0"),
]
maybe_applied: list[Response | TransportError] = [
    ConnectionLostError("gone", call=CALL, maybe_applied=True),
    CallTimeoutError("no response", call=CALL, maybe_applied=True),
    *(make_response(status) for status in (408, 500, 502, 503, 504)),
]
final: list[Response | TransportError] = [
    TlsError("expired", call=CALL, maybe_applied=False),
    ResponseTooLargeError("big", call=CALL, maybe_applied=True),
    *(make_response(status) for status in (200, 204, 302, 400, 401, 403, 404, 409, 422, 501, 505)),
]


def _retry(
    policy: RetryPolicy | None = None, *, budget: RetryBudget | None = None, draw: float = 1.0
) -> RetryMiddleware:
    return RetryMiddleware(policy or RetryPolicy(), budget or RetryBudget(), PendingWaits(), draw=lambda: draw)


async def _outcome(retry: RetryMiddleware, request: Request, script: Script) -> Response | TransportError:
    try:
        return await retry(request, script)
    except TransportError as error:
        return error


def _rows() -> Iterator[Any]:
    for methods, outcomes, sends in [
        (SAFE, never_sent + maybe_applied, 4),
        (UNSAFE, never_sent, 4),
        (UNSAFE, maybe_applied, 1),
        (SAFE + UNSAFE, final, 1),
    ]:
        for method in methods:
            for outcome in outcomes:
                what = outcome.status if isinstance(outcome, Response) else type(outcome).__name__
                known = "after" if isinstance(outcome, Response) and outcome.headers else ""
                unsent = "" if isinstance(outcome, Response) or outcome.maybe_applied else "unsent"
                yield pytest.param(method, outcome, sends, id=f"{method}-{what}{known}{unsent}")


@pytest.mark.parametrize(("method", "outcome", "sends"), list(_rows()))
async def test_what_is_retried(method: str, outcome: Response | TransportError, sends: int) -> None:
    script = Script([outcome])
    assert await _outcome(_retry(), make_request(method), script) is outcome
    assert script.sends == sends


async def test_a_success_ends_it() -> None:
    script = Script(
        [make_response(500), ConnectionLostError("gone", call=CALL, maybe_applied=True), make_response(200)]
    )
    assert (await _retry()(make_request(), script)).status == 200
    assert script.sends == 3


async def test_statuses_and_attempts_are_settings() -> None:
    policy = RetryPolicy(max_attempts=7, statuses=frozenset({418}))
    script = Script([make_response(418)])
    await _retry(policy)(make_request(), script)
    assert script.sends == 7
    script = Script([make_response(500)])
    await _retry(policy)(make_request(), script)
    assert script.sends == 1


def _pauses(script: Script) -> list[float]:
    return [after - before for before, after in zip(script.times, script.times[1:], strict=False)]


@pytest.mark.parametrize("draw", [0.0, 0.3, 1.0])
async def test_the_pause_is_drawn_from_a_range_that_doubles_up_to_the_longest(draw: float) -> None:
    script = Script([make_response(500)])
    await _retry(RetryPolicy(max_attempts=8, base_delay=0.5, max_delay=4), draw=draw)(make_request(), script)
    assert _pauses(script) == pytest.approx([draw * most for most in (0.5, 1, 2, 4, 4, 4, 4)])


async def test_thousands_of_attempts_do_not_overflow() -> None:
    script = Script([make_response(500)])
    budget = RetryBudget(capacity=1e9)
    await _retry(RetryPolicy(max_attempts=1500), budget=budget)(make_request(), script)
    assert script.sends == 1500


@pytest.mark.parametrize(("text", "least"), [("3", 3), ("0", 0), (" 2.5 ", 2.5), ("-7", 0), ("soon", 0), ("", 0)])
@pytest.mark.parametrize("draw", [0.0, 1.0])
async def test_retry_after_is_the_shortest_pause(text: str, least: float, draw: float) -> None:
    script = Script([make_response(429, retry_after=text), make_response()])
    await _retry(draw=draw)(make_request("POST"), script)
    assert _pauses(script) == pytest.approx([least + draw * 0.5])


@pytest.mark.parametrize(
    ("text", "sends"), [("60", 2), ("60.1", 1), ("9" * 400, 1), ("Fri, 31 Dec 9999 23:59:59 GMT", 1)]
)
async def test_a_retry_after_longer_than_allowed_ends_the_call_at_once(text: str, sends: int) -> None:
    script = Script([make_response(429, retry_after=text), make_response()])
    response = await _retry()(make_request(), script)
    assert script.sends == sends
    assert response.status == (200 if sends == 2 else 429)


def _after(text: str) -> float | None:
    return retry_after(make_response(429, retry_after=text), now=lambda: NOW)


def test_a_date_is_read_as_the_seconds_until_then() -> None:
    assert _after(email.utils.formatdate(NOW + 30, usegmt=True)) == 30
    assert _after(email.utils.formatdate(NOW - 30, usegmt=True)) == 0
    assert _after("Tue, 14 Nov 2023 22:13:30 -0000") == 10  # no zone: it is UTC
    assert _after("Tuesday, 14-Nov-23 22:13:30 GMT") == 10
    assert retry_after(make_response(429)) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3600, 3600", 3600),
        ("5,30 ,7", 30),
        ("soon, 30", 30),
        ("soon, later", None),
        (",", None),
        ("20, Tue, 14 Nov 2023 22:14:00 GMT", 40),
        ("Tue, 14 Nov 2023 22:14:00 GMT, 50", 50),
        ("Tue, 14 Nov 2023 22:14:00 GMT, Tuesday, 14-Nov-23 22:15:00 GMT", 100),
    ],
)
def test_the_longest_of_several_retry_after_values_counts(text: str, seconds: float | None) -> None:
    assert _after(text) == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (email.utils.formatdate(NOW + 3000, usegmt=True), 60),
        (email.utils.formatdate(NOW - 3000, usegmt=True), 6060),
        ("yesterday", 3060),
        ("", 3060),
    ],
)
def test_a_date_is_compared_with_the_time_on_the_server_if_it_reports_that(date: str, seconds: float) -> None:
    response = make_response(429, retry_after=email.utils.formatdate(NOW + 3060, usegmt=True), date=date)
    assert retry_after(response, now=lambda: NOW) == seconds
    assert retry_after(make_response(429, retry_after="7", date=date), now=lambda: NOW) == 7


@given(text=st.text() | st.from_regex(r"[A-Za-z]{3}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{,9} ?[-+A-Z0-9]{,6}"))
@example(" ")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Mon, 99 Jan 2024 00:00:00 GMT")
@example("1e9")
@example("٣")
@example("Infinity")
def test_any_retry_after_is_a_time_to_wait_or_none(text: str) -> None:
    seconds = _after(text)
    assert seconds is None or seconds >= 0


async def test_no_pause_is_started_that_would_exceed_the_deadline() -> None:
    request = make_request()
    request.call_state.deadline = asyncio.get_running_loop().time() + 0.9
    script = Script([make_response(500)])
    start = asyncio.get_running_loop().time()
    assert (await _retry()(request, script)).status == 500
    assert script.sends == 2  # the second pause would take 1 s
    assert asyncio.get_running_loop().time() - start == pytest.approx(0.5)


async def test_an_outage_hardly_multiplies_the_load() -> None:
    retry, calls, script = _retry(budget=RetryBudget()), 600, Script([make_response(503)])

    async def call(number: int) -> None:
        await asyncio.sleep(number / 10)  # 10 calls a second for 60 s
        await retry(make_request(), script)

    await asyncio.gather(*(call(number) for number in range(calls)))
    assert script.sends <= 1.1 * calls
    sends = script.sends
    await asyncio.gather(*(retry(make_request(), script) for _ in range(100)))
    assert script.sends - sends == 100  # the budget is empty


async def test_a_new_client_for_each_call_does_not_multiply_the_load_of_an_outage_either(
    mock_http: aioresponses,
) -> None:
    mock_http.get("https://dev.dixa.io/beta/organization", status=503, repeat=True)
    sends, calls = 0, 300

    async def call() -> None:
        nonlocal sends
        async with DixaClient("one-token", rate_limit=RateLimit(per_second=math.inf)) as dixa:
            with pytest.raises(ServerError) as caught:
                await dixa.organization.get()
            sends += len(caught.value.call.attempts)

    for _ in range(calls):
        await call()
    assert sends <= 1.1 * calls


def test_there_is_one_budget_for_a_server_and_a_token() -> None:
    one = shared_budget("https://a.example.com", Secret("k"))
    assert shared_budget("https://a.example.com", Secret("k")) is one
    assert shared_budget("https://a.example.com", Secret("l")) is not one
    assert shared_budget("https://b.example.com", Secret("k")) is not one


async def test_successes_refill_the_budget_up_to_its_size() -> None:
    budget = RetryBudget()
    retry = _retry(budget=budget)
    await asyncio.gather(*(retry(make_request(), Script([make_response(500)])) for _ in range(100)))
    assert budget.left < budget.cost
    for _ in range(5):
        await retry(make_request(), Script([make_response(200)]))
    script = Script([make_response(500), make_response(200)])
    assert (await retry(make_request(), script)).status == 200
    for _ in range(500):
        await retry(make_request(), Script([make_response(200)]))
    assert budget.left == budget.capacity


async def test_an_unsuccessful_response_does_not_refill_the_budget() -> None:
    budget = RetryBudget(left=0)
    await _retry(budget=budget)(make_request(), Script([make_response(404)]))
    assert budget.left == 0


@pytest.mark.parametrize(
    "first", [make_response(500), ConnectionLostError("gone", call=CALL, maybe_applied=True)], ids=repr
)
async def test_a_wait_for_the_limit_on_a_retry_does_not_hide_the_first_outcome(
    first: Response | TransportError,
) -> None:
    script = Script([first, RateLimitTimeoutError(wait=9, max_wait=1, call=CALL, maybe_applied=False)])
    assert await _outcome(_retry(), make_request(), script) is first
    assert script.sends == 2


async def test_a_wait_for_the_limit_on_the_first_attempt_is_reported() -> None:
    with pytest.raises(RateLimitTimeoutError):
        await _retry()(
            make_request(), Script([RateLimitTimeoutError(wait=9, max_wait=1, call=CALL, maybe_applied=False)])
        )


async def test_cancellation_is_passed_on_unchanged() -> None:
    cancelled = asyncio.CancelledError("stop")
    script = Script([cancelled])
    with pytest.raises(asyncio.CancelledError) as caught:
        await _retry()(make_request(), script)
    assert caught.value is cancelled
    assert script.sends == 1


async def test_cancellation_in_a_pause_ends_the_call() -> None:
    script = Script([make_response(500)])
    task = asyncio.create_task(_retry()(make_request(), script))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert script.sends == 1


_TWO_FAILURES = (make_response(500), ConnectionLostError("gone", call=CALL, maybe_applied=True))


async def test_a_retry_is_logged_without_ids_of_the_path(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="dixa_async.retry"):
        await _retry()(make_request(), Script([*_TWO_FAILURES, make_response(429), make_response()]))
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "GET /things/{thingId}: 500; attempt 2 in 0.50 s"),
        ("WARNING", "GET /things/{thingId}: ConnectionLostError; attempt 3 in 1.00 s"),
        ("INFO", "GET /things/{thingId}: 429; attempt 4 in 2.00 s"),  # of these, the limiter warns
    ]


async def test_the_hook_is_called_for_each_retry_before_its_pause() -> None:
    events, script = list[RetryEvent](), Script([*_TWO_FAILURES, make_response()])
    times = list[float]()

    def on_retry(event: RetryEvent) -> None:
        events.append(event)
        times.append(asyncio.get_running_loop().time())

    await _retry(RetryPolicy(on_retry=on_retry))(make_request(), script)
    assert times == script.times[:2]
    assert [event.pause for event in events] == pytest.approx(_pauses(script))
    assert [(event.attempt, event.status, event.error) for event in events] == [
        (1, 500, None),
        (2, None, "ConnectionLostError"),
    ]
    assert events[0].call == CALL


async def test_the_hook_is_not_called_when_nothing_is_retried() -> None:
    events = list[RetryEvent]()
    await _retry(RetryPolicy(max_attempts=1, on_retry=events.append))(make_request(), Script([make_response(500)]))
    await _retry(RetryPolicy(on_retry=events.append))(make_request(), Script([make_response(200)]))
    assert not events


async def test_an_error_in_the_hook_is_logged_and_the_call_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def on_retry(event: RetryEvent) -> None:
        raise ValueError("the user's fault")

    script = Script([make_response(500), make_response()])
    assert (await _retry(RetryPolicy(on_retry=on_retry))(make_request(), script)).ok
    assert caplog.records[-1].getMessage() == "on_retry failed"
    assert caplog.records[-1].levelname == "ERROR"
    assert "the user's fault" in caplog.text


async def test_an_operation_can_have_its_own_policy() -> None:
    events = list[RetryEvent]()
    policy = RetryPolicy(
        operations={
            "GET /things/{thingId}": RetryPolicy(max_attempts=2, statuses={418}),
            "DELETE /things/{thingId}": RetryPolicy(max_attempts=3, on_retry=lambda event: None),
        },
        on_retry=events.append,
    )
    for method, status, sends, reported in [
        ("GET", 418, 2, 1),
        ("GET", 500, 1, 1),
        ("PUT", 500, 4, 4),
        ("DELETE", 500, 3, 4),
    ]:
        script = Script([make_response(status)])
        await _retry(policy)(make_request(method), script)
        assert (script.sends, len(events)) == (sends, reported)


@pytest.mark.parametrize(
    "name", ["getThing", "get /things", "GET things", "GET  /things", "GET /things/{id} ", "", 7], ids=repr
)
def test_a_policy_for_an_invalid_operation_is_rejected(name: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be a method and a path template"):
        RetryPolicy(operations={name: RetryPolicy()})


def test_a_policy_nested_twice_is_rejected() -> None:
    inner = RetryPolicy(operations={"GET /things": RetryPolicy()})
    with pytest.raises(ConfigurationError, match="without `operations`"):
        RetryPolicy(operations={"GET /things": inner})
    with pytest.raises(ConfigurationError, match="must have a RetryPolicy"):
        RetryPolicy(operations={"GET /things": 3})  # type: ignore[dict-item]


async def test_an_async_hook_is_rejected() -> None:
    async def on_retry(event: RetryEvent) -> None: ...

    class Hook:
        async def __call__(self, event: RetryEvent) -> None: ...

    for hook in (on_retry, Hook(), functools.partial(on_retry), "log"):
        with pytest.raises(ConfigurationError, match="plain function"):
            RetryPolicy(on_retry=hook)  # type: ignore[arg-type]


def test_these_posts_only_read() -> None:
    everything = [*operations()]
    posts = {f"{each.method} {each.path}" for each in everything if each.retry_safe and each.method in UNSAFE}
    assert posts == {"POST /search/conversations", "POST /analytics/metrics", "POST /analytics/records"}
    assert {each.method for each in everything if each.reads_only} == {"POST"}


async def test_a_post_that_only_reads_is_retried_like_a_get(mock_http: aioresponses) -> None:
    url = "https://dev.dixa.io/beta/search/conversations"
    mock_http.post(url, exception=ConnectionResetError())
    mock_http.post(url, status=500)
    mock_http.post(url, payload={"data": []})
    async with DixaClient("key") as dixa:
        assert not await dixa.search.conversations("stale bread")


async def test_the_error_reports_the_outcome_of_each_attempt(mock_http: aioresponses) -> None:
    url = "https://dev.dixa.io/beta/organization"
    mock_http.get(url, status=500)
    mock_http.get(url, exception=ConnectionResetError())
    mock_http.get(url, status=502, body=b"<html>")
    mock_http.get(url, status=503, payload={"message": "closed"})
    async with DixaClient("key") as dixa:
        with pytest.raises(ServerError, match=r"after 4 attempts.*503 closed") as caught:
            await dixa.organization.get()
    attempts = caught.value.call.attempts
    assert [(a.status, a.error) for a in attempts] == [
        (500, None),
        (None, "ConnectionResetError"),
        (502, None),
        (503, None),
    ]
    assert attempts == tuple(sorted(attempts, key=lambda attempt: attempt.started_at))
    assert all(attempt.seconds >= 0 for attempt in attempts)
    assert attrs.evolve(caught.value.call, attempts=()).path == "/organization"
