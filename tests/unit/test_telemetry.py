"""Spans and the histogram: what they report of a call, and what they never report."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from aiohttp import ServerDisconnectedError
from aioresponses import aioresponses
from hypothesis import given, strategies as st
from opentelemetry import baggage, context, trace
from opentelemetry.trace import SpanKind, StatusCode

from dixa_async import (
    ConnectionLostError,
    DixaClient,
    NotFoundError,
    RateLimit,
    RateLimitTimeoutError,
    RedirectError,
    Request,
    Response,
    ServerError,
)
from dixa_async.telemetry import OpenTelemetry
from dixa_async.transport.urls import build_url

from ..helpers.requests import make_request, make_response
from .otel_capture import OtelCapture, attributes, events
from .support import Script

CONVERSATION = 4711_0815_4711_0815  # so long that no time or trace ID contains it by chance
URL = f"https://dev.dixa.io/beta/conversations/{CONVERSATION}/messages"
PATH = "/conversations/{conversationId}/messages"
TEMPLATE = f"/beta{PATH}"
PAGE: dict[str, object] = {"data": [], "meta": {}}
SECRETS = ("s3cret", str(CONVERSATION), "anna@example.com", "confidential", "page-7")


@pytest.fixture
def capture() -> Iterator[OtelCapture]:
    capture = OtelCapture()
    yield capture
    capture.close()


def client(capture: OtelCapture, **settings: Any) -> DixaClient:
    return DixaClient("s3cret", middleware=[capture.middleware()], **settings)


async def test_a_call_is_a_client_span_with_the_attributes_of_the_conventions(
    mock_http: aioresponses, capture: OtelCapture
) -> None:
    mock_http.get(URL, payload=PAGE)
    async with client(capture) as dixa:
        await dixa.messages.list(CONVERSATION)
    span = capture.span
    assert (span.name, span.kind) == (f"GET {TEMPLATE}", SpanKind.CLIENT)
    assert attributes(span) == {
        "http.request.method": "GET",
        "url.template": TEMPLATE,
        "server.address": "dev.dixa.io",
        "server.port": 443,
        "http.response.status_code": 200,
    }
    assert span.status.status_code is StatusCode.UNSET
    assert events(span) == [{"http.response.status_code": 200}]
    assert span.start_time is not None
    assert span.end_time is not None
    assert span.start_time <= span.events[0].timestamp <= span.end_time
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "dixa_async"


async def test_a_call_is_a_value_in_the_histogram_of_the_conventions(
    mock_http: aioresponses, capture: OtelCapture
) -> None:
    mock_http.get(URL, payload=PAGE)
    mock_http.get(URL, payload=PAGE)
    mock_http.get(URL, status=404)
    async with client(capture) as dixa:
        await dixa.messages.list(CONVERSATION)
        await dixa.messages.list(CONVERSATION)
        with pytest.raises(NotFoundError):
            await dixa.messages.list(CONVERSATION)
    fine, missing = sorted(capture.durations, key=lambda point: -point.count)
    common = {
        "http.request.method": "GET",
        "url.template": TEMPLATE,
        "server.address": "dev.dixa.io",
        "server.port": 443,
    }
    assert attributes(fine) == {**common, "http.response.status_code": 200}
    assert attributes(missing) == {**common, "http.response.status_code": 404, "error.type": "404"}
    assert (fine.count, missing.count) == (2, 1)
    buckets = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
    assert tuple(fine.explicit_bounds) == buckets


async def test_the_wait_for_the_limit_and_between_attempts_is_part_of_the_duration(
    mock_http: aioresponses, capture: OtelCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dixa_async.telemetry.perf_counter", asyncio.get_running_loop().time)
    mock_http.get(URL, payload=PAGE, repeat=True)
    mock_http.put(URL, status=503, headers={"Retry-After": "10"})
    mock_http.put(URL, status=204)
    async with client(capture, rate_limit=RateLimit(per_second=1, burst=1)) as dixa:
        await asyncio.gather(_list(dixa), _list(dixa), _list(dixa))
        await dixa.request(
            "PUT", "/conversations/{conversationId}/messages", path_params={"conversationId": CONVERSATION}
        )
    listed, put = sorted(capture.durations, key=lambda point: -point.count)
    assert (listed.min, listed.max, listed.sum) == pytest.approx((0, 2, 3))
    assert 10 <= put.sum < 12


@pytest.mark.parametrize(("status", "error"), [(302, RedirectError), (404, NotFoundError), (500, ServerError)])
async def test_a_status_that_fails_the_call_fails_the_span(
    mock_http: aioresponses, capture: OtelCapture, status: int, error: type[Exception]
) -> None:
    mock_http.post("https://dev.dixa.io/beta/things", status=status, payload={"message": "anna@example.com"})
    async with client(capture) as dixa:
        with pytest.raises(error):
            await dixa.request("POST", "/things", json={})
    span = capture.span
    found = attributes(span)
    assert found["http.response.status_code"] == status
    assert found["error.type"] == str(status)
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)


async def test_each_attempt_is_an_event_and_a_retry_is_counted(mock_http: aioresponses, capture: OtelCapture) -> None:
    mock_http.get(URL, status=429, headers={"Retry-After": "2"})
    mock_http.get(URL, exception=ConnectionResetError("confidential"))
    mock_http.get(URL, payload=PAGE)
    async with client(capture) as dixa:
        await dixa.messages.list(CONVERSATION)
    span = capture.span
    assert attributes(span)["http.request.resend_count"] == 2
    assert span.status.status_code is StatusCode.UNSET
    assert events(span) == [
        {"http.response.status_code": 429},
        {"error.type": "ConnectionResetError"},
        {"http.response.status_code": 200},
    ]
    assert [event.timestamp for event in span.events] == sorted(event.timestamp for event in span.events)
    assert [point.count for point in capture.durations] == [1]


async def test_a_call_without_a_response_fails_the_span_by_the_name_of_its_error(
    mock_http: aioresponses, capture: OtelCapture
) -> None:
    mock_http.get(URL, exception=ServerDisconnectedError("confidential"), repeat=True)
    async with client(capture) as dixa:
        with pytest.raises(ConnectionLostError):
            await dixa.messages.list(CONVERSATION)
    found = attributes(capture.span)
    assert found["error.type"] == "ConnectionLostError"
    assert found["http.request.resend_count"] == 3
    assert "http.response.status_code" not in found
    assert [attempt["error.type"] for attempt in events(capture.span)] == ["ServerDisconnectedError"] * 4
    assert (capture.span.status.status_code, capture.span.status.description) == (StatusCode.ERROR, None)
    assert [attributes(point)["error.type"] for point in capture.durations] == ["ConnectionLostError"]


async def test_a_call_that_is_not_sent_has_no_attempts(mock_http: aioresponses, capture: OtelCapture) -> None:
    mock_http.get(URL, payload=PAGE)
    async with client(capture, rate_limit=RateLimit(per_second=1, burst=1, max_wait=0.5)) as dixa:
        await dixa.messages.list(CONVERSATION)
        with pytest.raises(RateLimitTimeoutError):
            await dixa.messages.list(CONVERSATION)
    found = attributes(capture.spans[1])
    assert found["error.type"] == "RateLimitTimeoutError"
    assert "http.request.resend_count" not in found
    assert not capture.spans[1].events


async def test_a_cancelled_call_ends_its_span(mock_http: aioresponses, capture: OtelCapture) -> None:
    mock_http.get(URL, status=503, headers={"Retry-After": "30"})
    async with client(capture) as dixa:
        call = asyncio.create_task(_list(dixa))
        await asyncio.sleep(1)
        assert not capture.spans
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    span = capture.span
    assert attributes(span)["error.type"] == "CancelledError"
    assert span.status.status_code is StatusCode.ERROR
    assert events(span) == [{"http.response.status_code": 503}]
    assert [point.count for point in capture.durations] == [1]


async def _list(dixa: DixaClient) -> None:
    await dixa.messages.list(CONVERSATION)


async def test_nothing_secret_or_personal_is_reported(mock_http: aioresponses, capture: OtelCapture) -> None:
    url = f"{URL}?pageKey=page-7"
    mock_http.post(url, status=429, headers={"Retry-After": "0", "X-Echo": "s3cret"})
    mock_http.post(url, status=404, payload={"message": "anna@example.com is confidential"})
    mock_http.post(url, exception=OSError("s3cret confidential"))
    async with client(capture) as dixa:
        for error in (NotFoundError, ConnectionLostError):
            with pytest.raises(error):
                await dixa.request(
                    "POST",
                    PATH,
                    path_params={"conversationId": CONVERSATION},
                    query={"pageKey": "page-7"},
                    json=SECRETS,
                )
    everything = "".join([capture.metrics.to_json(), *(span.to_json() for span in capture.spans)])
    assert TEMPLATE in everything
    assert len(capture.spans) == 2
    assert not [secret for secret in SECRETS if secret in everything]


async def test_the_error_of_another_middleware_reports_its_name_only(capture: OtelCapture) -> None:
    with pytest.raises(ValueError, match="confidential"):
        await capture.middleware()(make_request(), Script([ValueError("confidential")]))
    assert attributes(capture.span)["error.type"] == "ValueError"
    assert "confidential" not in capture.span.to_json()


async def test_server_port_and_path_before_the_version_are_those_of_the_base_url(
    mock_http: aioresponses, capture: OtelCapture
) -> None:
    mock_http.get("http://localhost:8080/proxy/v1/organization", status=404)
    async with client(capture, base_url="http://localhost:8080/proxy", api_version="v1") as dixa:
        with pytest.raises(NotFoundError):
            await dixa.organization.get()
    found = attributes(capture.span)
    assert capture.span.name == "GET /proxy/v1/organization"
    assert (found["server.address"], found["server.port"]) == ("localhost", 8080)


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")), st.sampled_from(["", "/proxy", "/a/b"]))
def test_the_template_contains_no_argument_whatever_it_is(value: str, before: str) -> None:
    template = "/endusers/{userId}/conversations/{other}/notes"
    try:
        url = build_url(f"https://dixa.example.com{before}/beta", template, {"userId": value, "other": value}, {})
    except ValueError:  # no URL can contain it
        return
    capture = OtelCapture()
    request = attrs.evolve(make_request(), url=url)
    operation = attrs.evolve(request.operation, path=template)
    asyncio.run(_call(capture, attrs.evolve(request, operation=operation)))
    assert capture.span.name == f"GET {before}/beta{template}"


async def _call(capture: OtelCapture, request: Request) -> None:
    await capture.middleware()(request, Script([make_response()]))


async def test_a_url_that_a_middleware_has_replaced_is_not_reported(capture: OtelCapture) -> None:
    await _call(capture, attrs.evolve(make_request(), url="https://elsewhere.example.com/accounts/7"))
    assert attributes(capture.span)["url.template"] == "/things/{thingId}"


async def test_a_method_that_the_conventions_do_not_know_is_not_named(
    mock_http: aioresponses, capture: OtelCapture
) -> None:
    mock_http.add("https://dev.dixa.io/beta/things", "PURGE", status=204)
    async with client(capture) as dixa:
        await dixa.request("PURGE", "/things")
    found = attributes(capture.span)
    assert capture.span.name == "HTTP /beta/things"
    assert (found["http.request.method"], found["http.request.method_original"]) == ("_OTHER", "PURGE")
    assert "http.request.method_original" not in attributes(capture.durations[0])


@pytest.mark.parametrize("propagate", [False, True])
async def test_the_trace_context_is_propagated_only_on_request(capture: OtelCapture, propagate: bool) -> None:
    sent: list[Request] = []

    async def send(request: Request) -> Response:
        sent.append(request)
        return make_response()

    token = context.attach(baggage.set_baggage("customer", "confidential"))
    try:
        request = attrs.evolve(make_request(), headers={"X-Own": "kept"})
        await capture.middleware(propagate=propagate)(request, send)
    finally:
        context.detach(token)
    headers = dict(sent[0].headers)
    assert headers.pop("X-Own") == "kept"
    ids = capture.span.get_span_context()
    assert ids is not None
    expected = f"00-{trace.format_trace_id(ids.trace_id)}-{trace.format_span_id(ids.span_id)}-{ids.trace_flags:02x}"
    assert headers == ({"traceparent": expected} if propagate else {})


async def test_the_span_is_the_current_one_inside_and_a_child_of_that_outside(capture: OtelCapture) -> None:
    inside: list[int] = []

    async def send(request: Request) -> Response:
        await asyncio.sleep(1)
        inside.append(trace.get_current_span().get_span_context().span_id)
        return make_response()

    with capture.tracer_provider.get_tracer("program").start_as_current_span("job") as job:
        await asyncio.gather(*(capture.middleware()(make_request(), send) for _ in range(3)))
        assert trace.get_current_span() is job
    *calls, _ = capture.spans
    assert sorted(inside) == sorted(span.context.span_id for span in calls if span.context)
    assert len(set(inside)) == 3
    assert [span.parent for span in calls] == [job.get_span_context()] * 3


async def test_a_middleware_that_sends_twice_makes_two_spans_with_their_own_attempts(
    mock_http: aioresponses, capture: OtelCapture
) -> None:
    mock_http.get(URL, payload=PAGE)
    mock_http.get(URL, status=404)

    async def twice(request: Request, send: Any) -> Response:
        await send(request)
        return await send(request)  # type: ignore[no-any-return]

    async with DixaClient("s3cret", middleware=[twice, capture.middleware()]) as dixa:
        with pytest.raises(NotFoundError):
            await dixa.messages.list(CONVERSATION)
    first, second = capture.spans
    assert (events(first), events(second)) == (
        [{"http.response.status_code": 200}],
        [{"http.response.status_code": 404}],
    )
    assert "http.request.resend_count" not in attributes(first)
    assert attributes(second)["http.request.resend_count"] == 1


async def test_without_an_sdk_a_call_works_as_usual() -> None:
    assert (await OpenTelemetry(propagate=True)(make_request(), Script([make_response()]))).ok


def test_without_opentelemetry_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "dixa_async.telemetry")
    with pytest.raises(ImportError, match=r"pip install 'dixa-async\[otel\]'"):
        importlib.import_module("dixa_async.telemetry")
