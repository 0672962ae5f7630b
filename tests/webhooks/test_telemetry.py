"""What a receiver reports to OpenTelemetry: all that matters, and nothing personal."""

import asyncio
import importlib
import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from dixa_async import ConfigurationError, DixaClient
from dixa_async.models import TextContent, WebhookEvent
from dixa_async.testing import FakeDixa, event_builders as build
from dixa_async.webhooks import (
    AsgiApp,
    Backoff,
    Burst,
    Context,
    Event,
    Inbox,
    InboxFullError,
    MemoryInbox,
    MessageAdded,
    Receiver,
    SqliteInbox,
    aiohttp_app,
)
from dixa_async.webhooks.inbox.errors import InboxError
from dixa_async.webhooks.telemetry import WebhookTelemetry

from .conftest import SECRET
from .inboxes import ListInbox

E = WebhookEvent
ADDED = "CONVERSATION_MESSAGE_ADDED"
CONVERSATION = 4711_0815_4711_0815  # so long that no time and no ID of a trace holds it by chance


class Capture:
    """Everything that was reported."""

    def __init__(self) -> None:
        self._spans, self._metrics = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracer_provider = TracerProvider(shutdown_on_exit=False)
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.meter_provider = MeterProvider([self._metrics], shutdown_on_exit=False)

    def telemetry(self, **settings: Any) -> WebhookTelemetry:
        return WebhookTelemetry(tracer_provider=self.tracer_provider, meter_provider=self.meter_provider, **settings)

    def spans(self, name: str) -> list[ReadableSpan]:
        return [span for span in self._spans.get_finished_spans() if span.name == name]

    def values(self, name: str) -> dict[tuple[Any, ...], Any]:
        """What a metric counts, or how often it was recorded, by the values of its attributes."""
        data = self._metrics.get_metrics_data()
        metrics = [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics] if data else []
        points = [point for metric in metrics if metric.name == name for point in metric.data.data_points]
        return {tuple((point.attributes or {}).values()): getattr(point, "value", None) or point for point in points}

    def everything(self) -> str:
        data = self._metrics.get_metrics_data()
        spans = "".join(span.to_json() for span in self._spans.get_finished_spans())
        return spans + ("" if data is None else data.to_json())

    def close(self) -> None:
        self.tracer_provider.shutdown()
        self.meter_provider.shutdown()


@pytest.fixture
def capture() -> Iterator[Capture]:
    capture = Capture()
    yield capture
    capture.close()


def receiver_with(capture: Capture, inbox: Inbox | None = None, **settings: Any) -> Receiver:
    settings.setdefault("observer", capture.telemetry(depth_interval=0.01))
    return Receiver(SECRET, inbox or MemoryInbox(order_window=0), retry=Backoff(first_delay=0.01), **settings)


async def deliver(receiver: Receiver, event: Any) -> int:
    headers, body = build.signed(event, SECRET)
    return (await receiver.receive(headers, body)).status


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is awaited is in the exporters
            await asyncio.sleep(0.005)


async def test_a_handler_is_a_consumer_span_that_is_linked_to_that_of_the_delivery(capture: Capture) -> None:
    receiver = receiver_with(capture)

    @receiver.on(E.CONVERSATION_MESSAGE_ADDED)
    async def hear(event: MessageAdded, context: Context[MessageAdded]) -> None:
        if context.attempt == 1:
            raise RuntimeError("confidential")

    async with receiver:
        assert await deliver(receiver, build.message_added(event_id="e-1")) == 204
        await until(lambda: len(capture.spans(f"process {ADDED}")) == 2)
    (put,) = capture.spans(f"put {ADDED}")
    assert (put.kind, dict(put.attributes or {})) == (
        SpanKind.PRODUCER,
        {
            "dixa.webhook.event_type": ADDED,
            "dixa.webhook.outcome": "new",
            "messaging.operation.name": "put",
            "messaging.operation.type": "send",
            "messaging.message.id": "e-1",
        },
    )
    for attempt, span in enumerate(capture.spans(f"process {ADDED}"), 1):
        assert span.kind is SpanKind.CONSUMER
        assert [link.context for link in span.links] == [put.context]
        found = dict(span.attributes or {})
        assert (found["messaging.message.id"], found["dixa.webhook.attempt"]) == ("e-1", attempt)
        assert str(found["dixa.webhook.handler"]).endswith("hear")
        assert found.get("error.type") == ("RuntimeError" if attempt == 1 else None)
        assert span.status.status_code is (StatusCode.ERROR if attempt == 1 else StatusCode.UNSET)
        assert (span.status.description, span.events) == (None, ())


async def test_what_a_handler_does_is_within_its_span(capture: Capture) -> None:
    receiver = receiver_with(capture)
    tracer = capture.tracer_provider.get_tracer("mine")

    @receiver.on()
    async def hear(event: Event) -> None:
        with tracer.start_as_current_span("think"):
            pass

    async with receiver:
        await deliver(receiver, build.rated())
        await until(lambda: capture.spans("process CONVERSATION_RATED"))
    (process,) = capture.spans("process CONVERSATION_RATED")
    (think,) = capture.spans("think")
    assert process.context is not None
    assert think.parent is not None
    assert think.parent.span_id == process.context.span_id


async def test_after_a_restart_delivery_and_handler_have_the_same_message_id(capture: Capture, tmp_path: Path) -> None:
    for window in (60, 0):  # the first process ends before the event is due
        inbox = SqliteInbox(tmp_path / "bot.inbox", order_window=window)
        receiver = receiver_with(capture, inbox, observer=capture.telemetry())
        receiver.on(E.CONVERSATION_RATED)(ignore)
        async with receiver:
            if window:
                await deliver(receiver, build.rated(event_id="e-1"))
            else:
                await until(lambda: capture.spans("process CONVERSATION_RATED"))
    (put,) = capture.spans("put CONVERSATION_RATED")
    (process,) = capture.spans("process CONVERSATION_RATED")
    assert process.links == ()
    for span in (put, process):
        assert (span.attributes or {})["messaging.message.id"] == "e-1"


async def test_a_burst_is_one_span_with_a_link_to_each_of_its_events(capture: Capture) -> None:
    receiver = receiver_with(capture, MemoryInbox(burst=Burst(quiet=0.05, max_wait=1, max_events=10)))
    receiver.on(E.CONVERSATION_MESSAGE_ADDED, burst=True)(ignore)
    async with receiver:
        for number in range(3):
            await deliver(receiver, build.message_added(event_id=f"e-{number}", message_id=f"m-{number}"))
        await until(lambda: capture.spans(f"process {ADDED}"))
    (process,) = capture.spans(f"process {ADDED}")
    assert [link.context for link in process.links] == [span.context for span in capture.spans(f"put {ADDED}")]
    assert (process.attributes or {})["messaging.batch.message_count"] == 3


async def test_events_are_counted_as_new_or_duplicate(capture: Capture) -> None:
    receiver = receiver_with(capture)
    receiver.on(E.CONVERSATION_MESSAGE_ADDED)(ignore)
    async with receiver:
        for event_id in ("e-1", "e-1", "e-2"):
            await deliver(receiver, build.message_added(event_id=event_id, message_id="m"))
        await deliver(receiver, build.rated())  # nobody wants it
    assert capture.values("dixa.webhook.events") == {(ADDED, "new"): 1, (ADDED, "duplicate"): 2}
    outcomes = [(span.attributes or {})["dixa.webhook.outcome"] for span in capture.spans(f"put {ADDED}")]
    assert outcomes == ["new", "duplicate", "duplicate"]


async def test_refusals_are_counted_by_reason(capture: Capture) -> None:
    inbox = ListInbox()
    receiver = receiver_with(capture, inbox, observer=capture.telemetry(depth_interval=3600), max_body_size=10_000)
    receiver.on()(ignore)
    inbox.stats = no_stats  # type: ignore[method-assign]
    async with TestClient(TestServer(aiohttp_app(receiver))) as client:
        headers, body = build.signed(build.rated(), SECRET)
        for sent_headers, sent_body in (
            (headers, body + b" "),
            (headers, b"x" * 20_000),
            ({**headers, "Content-Encoding": "snappy"}, body),
            ({}, body),
        ):
            await client.post("/", data=sent_body, headers={str(k): str(v) for k, v in sent_headers.items()})
        for fault in (InboxFullError("full"), InboxError("disk"), None):
            inbox.fault = fault
            await deliver(receiver, build.rated())
    await deliver(receiver, build.rated())
    assert capture.values("dixa.webhook.refusals") == {
        (401, "signature_wrong"): 1,
        (401, "signature_missing"): 1,
        (413, "body_too_large"): 1,
        (400, "body_encoded"): 1,
        (503, "full"): 1,
        (503, "inbox_failure"): 1,
        (503, "closing"): 1,
    }
    failed = [(span.attributes or {}).get("error.type") for span in capture.spans("put CONVERSATION_RATED")]
    assert failed == ["InboxFullError", "InboxError", None]


async def test_a_delivery_that_breaks_off_behind_asgi_is_a_refusal(capture: Capture) -> None:
    receiver = receiver_with(capture)
    headers, _ = build.signed(build.rated(), SECRET)
    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(name.lower().encode(), str(value).encode()) for name, value in headers.items()],
    }
    sent: list[Any] = []

    async def disconnected() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async with receiver:
        await AsgiApp(receiver)(scope, disconnected, send)
    assert sent == []
    assert capture.values("dixa.webhook.refusals") == {(400, "body_incomplete"): 1}


async def test_lag_is_from_when_it_happened_until_it_was_handled_or_parked(capture: Capture) -> None:
    receiver = receiver_with(capture, max_attempts=1)
    receiver.on(E.CONVERSATION_RATED)(ignore)
    receiver.on(E.CONVERSATION_TAG_ADDED)(fail)
    now = datetime.now(UTC)
    async with receiver:
        await deliver(receiver, build.rated(at=now - timedelta(seconds=50)))
        await deliver(receiver, build.rated(at=now + timedelta(seconds=50)))  # the clock of Dixa is ahead
        await deliver(receiver, build.tag_added(at=now - timedelta(hours=1)))
        await until(lambda: len(capture.values("dixa.webhook.lag")) == 2)
        await until(lambda: capture.values("dixa.webhook.lag")["CONVERSATION_RATED", "handled"].count == 2)
    lag = capture.values("dixa.webhook.lag")
    handled, parked = lag["CONVERSATION_RATED", "handled"], lag["CONVERSATION_TAG_ADDED", "parked"]
    assert (handled.min, parked.count) == (0, 1)
    assert 50 <= handled.max < 60
    assert 3600 <= parked.sum < 3610


async def test_the_duration_of_handlers_is_measured_by_handler_and_outcome(capture: Capture) -> None:
    receiver = receiver_with(capture, max_attempts=2)
    receiver.on(E.CONVERSATION_RATED, name="good")(ignore)
    receiver.on(E.CONVERSATION_RATED, name="bad")(fail)
    async with receiver:
        await deliver(receiver, build.rated())
        await until(lambda: len(capture.values("dixa.webhook.lag")) == 1)
    durations = capture.values("dixa.webhook.handler.duration")
    assert {key: point.count for key, point in durations.items()} == {
        ("CONVERSATION_RATED", "good", "succeeded"): 2,
        ("CONVERSATION_RATED", "bad", "failed", "RuntimeError"): 2,
    }


async def test_depth_is_that_of_the_inbox_while_it_is_open(capture: Capture) -> None:
    receiver, let_go = receiver_with(capture, max_attempts=1), asyncio.Event()

    @receiver.on(E.CONVERSATION_RATED)
    async def wait(event: Event) -> None:
        await let_go.wait()

    receiver.on(E.CONVERSATION_TAG_ADDED)(fail)
    async with receiver:
        await deliver(receiver, build.tag_added(build.conversation(2)))
        for number in range(3):
            await deliver(receiver, build.rated(event_id=f"e-{number}"))
        expected = {("waiting",): 2, ("taken",): 1, ("parked",): 1}
        await until(lambda: depth(capture) == expected)
        let_go.set()
        await until(lambda: depth(capture) == {("waiting",): 0, ("taken",): 0, ("parked",): 1})
    assert depth(capture) == {}


async def test_an_inbox_in_trouble_has_no_depth_and_is_looked_at_again(capture: Capture) -> None:
    inbox = MemoryInbox(order_window=0)
    stats, is_broken = inbox.stats, True

    async def break_down() -> Any:
        if is_broken:
            raise InboxError("gone")
        return await stats()

    inbox.stats = break_down  # type: ignore[method-assign]
    async with receiver_with(capture, inbox):
        await asyncio.sleep(0.05)
        assert depth(capture) == {}
        is_broken = False
        await until(lambda: depth(capture))


async def test_replies_are_counted_by_handler_and_outcome(capture: Capture) -> None:
    async with (
        FakeDixa(rate=math.inf) as server,
        DixaClient(server.api_key, base_url=server.url) as dixa,
        receiver_with(capture, dixa=dixa, agent_ids=[server.agents[0].id]) as receiver,
    ):
        number = server.add_email(server.end_users[0], "Question").id

        @receiver.on(E.CONVERSATION_RATED, name="thank")
        async def thank(event: Event, context: Context) -> None:
            await context.reply(TextContent("Thank you"))
            if context.attempt == 1:
                raise RuntimeError("confidential")

        await deliver(receiver, build.rated(build.conversation(number)))
        await until(lambda: len(capture.values("dixa.webhook.replies")) == 2)
    assert capture.values("dixa.webhook.replies") == {("thank", "sent"): 1, ("thank", "found"): 1}


async def test_nothing_personal_is_reported(capture: Capture) -> None:
    receiver = receiver_with(capture, max_attempts=1)

    @receiver.on()
    async def hear(event: Event) -> None:
        raise RuntimeError(f"confidential: {event!r}")

    event = build.message_added(build.conversation(CONVERSATION), text="confidential")
    async with receiver:
        await deliver(receiver, event)
        await until(lambda: capture.values("dixa.webhook.lag"))
        reported = capture.everything()
    assert "messaging.message.id" in reported
    for secret in ("confidential", str(CONVERSATION), "Ada", "example.com", SECRET, "Traceback"):
        assert secret not in reported


async def test_spans_are_remembered_for_so_many_events_only(capture: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dixa_async.webhooks.telemetry._MOST_CONTEXTS", 2)
    inbox, telemetry = ListInbox(), capture.telemetry(depth_interval=3600)
    inbox.stats = no_stats  # type: ignore[method-assign]
    receiver = receiver_with(capture, inbox, observer=telemetry)
    receiver.on()(ignore)
    async with receiver:
        for number in range(3):
            await deliver(receiver, build.rated(event_id=f"e-{number}"))
        await receiver.handle(inbox.batch())
    links = [len(span.links) for span in capture.spans("process CONVERSATION_RATED")]
    assert links == [0, 1, 1]


def test_without_an_observer_nothing_stands_before_the_inbox() -> None:
    inbox = ListInbox()
    assert vars(Receiver(SECRET, inbox))["_inbox"] is inbox


async def test_without_an_sdk_events_are_handled_as_ever() -> None:
    heard: list[Event] = []

    async def hear(event: Event) -> None:
        heard.append(event)

    receiver = Receiver(SECRET, MemoryInbox(order_window=0), observer=WebhookTelemetry())
    receiver.on()(hear)
    async with receiver:
        await deliver(receiver, build.rated())
        await until(lambda: heard)


async def test_an_error_of_an_inbox_that_opens_is_that_of_the_receiver(capture: Capture, tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path / "bot.inbox"):
        with pytest.raises(InboxError):
            async with receiver_with(capture, SqliteInbox(tmp_path / "bot.inbox")):
                pytest.fail("it is open elsewhere")


@pytest.mark.parametrize("interval", [0, -1.0, math.nan])
def test_an_interval_that_cannot_be_is_refused(interval: float) -> None:
    with pytest.raises(ConfigurationError, match="depth_interval"):
        WebhookTelemetry(depth_interval=interval)


def test_without_opentelemetry_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "dixa_async.webhooks.telemetry")
    with pytest.raises(ImportError, match=r"pip install 'dixa-async\[otel\]'"):
        importlib.import_module("dixa_async.webhooks.telemetry")


def depth(capture: Capture) -> dict[tuple[Any, ...], Any]:
    return {
        state: getattr(value, "value", value) for state, value in capture.values("dixa.webhook.inbox.depth").items()
    }


async def ignore(event: Event) -> None:
    pass


async def fail(event: Event) -> None:
    raise RuntimeError("confidential")


async def no_stats() -> Any:
    raise InboxError("it has none")
