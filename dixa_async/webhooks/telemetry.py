"""Spans and metrics of a receiver for OpenTelemetry.

    pip install 'dixa-async[otel]'

They have the IDs of events, and the names of handlers and of errors, but no personal data: no texts, no people, no
conversation IDs, and nothing that an error says.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Generator, Iterable
from datetime import datetime
from time import perf_counter
from typing import Final

from typing_extensions import override

from .._version import __version__
from ..errors import ConfigurationError
from .handlers import Context
from .inbox.errors import InboxError
from .inbox.protocol import Batch, Inbox, InboxStats, IncomingEvent
from .observer import BatchOutcome, ReceiverObserver
from .reply import ReplyOutcome

try:
    from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation, get_meter
    from opentelemetry.trace import (
        Link,
        SpanContext,
        SpanKind,
        StatusCode,
        TracerProvider,
        get_current_span,
        get_tracer,
    )
except ImportError as _error:
    raise ImportError("dixa_async.webhooks.telemetry needs OpenTelemetry: pip install 'dixa-async[otel]'") from _error

__all__ = ["WebhookTelemetry"]

_CONVENTIONS: Final = "https://opentelemetry.io/schemas/1.37.0"
_EVENT_TYPE: Final = "dixa.webhook.event_type"
_HANDLER: Final = "dixa.webhook.handler"
_OUTCOME: Final = "dixa.webhook.outcome"
_MOST_CONTEXTS: Final = 10_000
"""Events whose span is remembered until they are handled, as many as an inbox holds by default: a few MB."""
_LAG_BUCKETS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400)
_DURATION_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class WebhookTelemetry(ReceiverObserver):
    """The observer that reports a receiver to OpenTelemetry.

    ::

        receiver = Receiver(secret_key, inbox, observer=WebhookTelemetry())

    Several receivers can share one: the depth is then that of all their inboxes.

    Args:
        tracer_provider: the provider for spans; defaults to the global one.
        meter_provider: the provider for metrics; defaults to the global one.
        depth_interval: seconds between two looks at how full the inbox is.

    Raises:
        ConfigurationError: `depth_interval` is not over 0.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        depth_interval: float = 15.0,
    ) -> None:
        if not depth_interval > 0:
            raise ConfigurationError(f"depth_interval must be a number of seconds over 0, not {depth_interval!r}")
        self._depth_interval = depth_interval
        self._depths: dict[Inbox, InboxStats] = {}
        self._contexts: OrderedDict[str, SpanContext] = OrderedDict()
        self._tracer = get_tracer("dixa_async.webhooks", __version__, tracer_provider, _CONVENTIONS)
        meter = get_meter("dixa_async.webhooks", __version__, meter_provider, _CONVENTIONS)
        self._events = meter.create_counter(
            "dixa.webhook.events", unit="{event}", description="Events that were put into the inbox, or dropped."
        )
        self._refusals = meter.create_counter(
            "dixa.webhook.refusals", unit="{delivery}", description="Deliveries that were not accepted."
        )
        self._replies = meter.create_counter(
            "dixa.webhook.replies", unit="{reply}", description="Replies of handlers, by their outcome."
        )
        self._lag = meter.create_histogram(
            "dixa.webhook.lag",
            unit="s",
            description="Time from when an event happened until it was handled or parked.",
            explicit_bucket_boundaries_advisory=_LAG_BUCKETS,
        )
        self._duration = meter.create_histogram(
            "dixa.webhook.handler.duration",
            unit="s",
            description="Duration of one call of a handler.",
            explicit_bucket_boundaries_advisory=_DURATION_BUCKETS,
        )
        meter.create_observable_gauge(
            "dixa.webhook.inbox.depth", [self._observe_depth], unit="{event}", description="Events in the inbox."
        )

    @override
    @contextlib.asynccontextmanager
    async def watching(self, inbox: Inbox) -> AsyncGenerator[None, None]:
        task = asyncio.create_task(self._watch(inbox))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            self._depths.pop(inbox, None)

    @override
    @contextlib.contextmanager
    def putting(self, event: IncomingEvent) -> Generator[None, None, None]:
        attributes = {
            _EVENT_TYPE: event.event_type,
            "messaging.operation.name": "put",
            "messaging.operation.type": "send",
            "messaging.message.id": event.event_id,
        }
        with self._tracer.start_as_current_span(
            f"put {event.event_type}",
            kind=SpanKind.PRODUCER,
            attributes=attributes,
            # Both would record what the error says.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise

    @override
    def on_put(self, event: IncomingEvent, *, is_new: bool) -> None:
        outcome = "new" if is_new else "duplicate"
        span = get_current_span()
        span.set_attribute(_OUTCOME, outcome)
        self._events.add(1, {_EVENT_TYPE: event.event_type, _OUTCOME: outcome})
        if is_new and span.get_span_context().is_valid:
            self._contexts[event.event_id] = span.get_span_context()
            if len(self._contexts) > _MOST_CONTEXTS:
                self._contexts.popitem(last=False)

    @override
    @contextlib.contextmanager
    def handling(self, context: Context) -> Generator[None, None, None]:
        event_type = context.event.event_type.name
        metric_attributes = {_EVENT_TYPE: event_type, _HANDLER: context.handler_name}
        span_attributes: dict[str, str | int] = {
            **metric_attributes,
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.message.id": context.event.id,
            "messaging.batch.message_count": len(context.events),
            "dixa.webhook.attempt": context.attempt,
        }
        started = perf_counter()
        with self._tracer.start_as_current_span(
            f"process {event_type}",
            kind=SpanKind.CONSUMER,
            attributes=span_attributes,
            links=self._links(event.id for event in context.events),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            outcome = {_OUTCOME: "succeeded"}
            try:
                yield
            except BaseException as error:
                outcome = {_OUTCOME: "failed", "error.type": type(error).__name__}
                span.set_status(StatusCode.ERROR)
                raise
            finally:
                span.set_attributes(outcome)
                self._duration.record(perf_counter() - started, {**metric_attributes, **outcome})

    @override
    def on_reply(self, handler_name: str, outcome: ReplyOutcome) -> None:
        self._replies.add(1, {_HANDLER: handler_name, _OUTCOME: outcome.value})

    @override
    def on_end(self, batch: Batch, outcome: BatchOutcome) -> None:
        now = time.time()
        for event in batch.events:
            self._contexts.pop(event.event_id, None)
            happened: datetime = event.occurred_at or event.received_at
            # The clock of Dixa can be ahead of this machine's.
            lag = max(0.0, now - happened.timestamp())
            self._lag.record(lag, {_EVENT_TYPE: event.event_type, _OUTCOME: outcome.value})

    @override
    def on_refused(self, status: int, reason: str) -> None:
        self._refusals.add(1, {"http.response.status_code": status, "dixa.webhook.reason": reason})

    def _links(self, event_ids: Iterable[str]) -> list[Link]:
        """Links to where events were put, as far as this process has put them."""
        contexts = (self._contexts.get(event_id) for event_id in event_ids)
        return [Link(context) for context in contexts if context is not None]

    async def _watch(self, inbox: Inbox) -> None:
        """Look how full an inbox is, again and again: metrics are read where nothing can be awaited."""
        while True:
            try:
                self._depths[inbox] = await inbox.stats()
            except InboxError:  # what was seen last is not known to be true any more
                self._depths.pop(inbox, None)
            await asyncio.sleep(self._depth_interval)

    def _observe_depth(self, options: CallbackOptions) -> list[Observation]:
        depths = list(self._depths.values())  # metrics can be read in another thread
        if not depths:
            return []
        by_state = {
            "waiting": sum(stats.waiting for stats in depths),
            "taken": sum(stats.taken for stats in depths),
            "parked": sum(stats.parked for stats in depths),
        }
        return [Observation(count, {"dixa.webhook.inbox.state": state}) for state, count in by_state.items()]
