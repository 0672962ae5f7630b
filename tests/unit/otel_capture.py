"""For tests of telemetry: spans and histograms that are kept in memory."""

from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader, MetricsData
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from dixa_async.telemetry import OpenTelemetry


class OtelCapture:
    """What was reported to OpenTelemetry."""

    def __init__(self) -> None:
        self._spans, self._metrics = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracer_provider = TracerProvider(shutdown_on_exit=False)
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.meter_provider = MeterProvider([self._metrics], shutdown_on_exit=False)

    def middleware(self, *, propagate: bool = False) -> OpenTelemetry:
        return OpenTelemetry(
            tracer_provider=self.tracer_provider, meter_provider=self.meter_provider, propagate=propagate
        )

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """The spans that have ended."""
        return self._spans.get_finished_spans()

    @property
    def span(self) -> ReadableSpan:
        """The only one."""
        (span,) = self.spans
        return span

    @property
    def durations(self) -> list[HistogramDataPoint]:
        """The values of the only histogram."""
        (resource,) = self.metrics.resource_metrics
        (scope,) = resource.scope_metrics
        (metric,) = scope.metrics
        assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
        return [point for point in metric.data.data_points if isinstance(point, HistogramDataPoint)]

    @property
    def metrics(self) -> MetricsData:
        data = self._metrics.get_metrics_data()
        assert data is not None
        return data

    def close(self) -> None:
        self.tracer_provider.shutdown()
        self.meter_provider.shutdown()


def attributes(reported: ReadableSpan | HistogramDataPoint) -> dict[str, Any]:
    return dict(reported.attributes or {})


def events(span: ReadableSpan) -> list[dict[str, Any]]:
    """The attempts in a span, without how long they took."""
    attempts: list[dict[str, Any]] = []
    for event in span.events:
        assert event.name == "dixa.attempt"
        attempt = dict(event.attributes or {})
        assert isinstance(attempt.pop("dixa.attempt.duration"), float)
        attempts.append(attempt)
    return attempts
