"""Spans and a histogram for OpenTelemetry, by its conventions for HTTP clients.

    pip install 'dixa-async[otel]'

One span is one call with all its attempts, and each attempt is an event of the span. Spans and metrics have the path
template, but never IDs, queries, bodies, the token or the messages of errors.
"""

import functools
import re
from collections.abc import Sequence
from time import perf_counter
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import attrs

from ._base_url import DEFAULT_PORTS
from ._version import __version__
from .errors import Attempt
from .transport.http import Request, Response
from .transport.middleware.chain import Send

try:
    from opentelemetry.metrics import MeterProvider, get_meter
    from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider, get_tracer
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError as _error:
    raise ImportError("dixa_async.telemetry needs OpenTelemetry: pip install 'dixa-async[otel]'") from _error

__all__ = ["OpenTelemetry"]

_Attributes: TypeAlias = dict[str, str | int | float]

_CONVENTIONS: Final = "https://opentelemetry.io/schemas/1.37.0"
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_METHODS: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


class OpenTelemetry:
    """The middleware that reports calls to OpenTelemetry.

    ::

        dixa = DixaClient(middleware=[OpenTelemetry()])

    Each call is a span of kind CLIENT and a value in the histogram ``http.client.request.duration``. Both measure the
    whole call, including the wait for the rate limit and the pauses between attempts.

    Args:
        tracer_provider: the provider for spans; defaults to the global one.
        meter_provider: the provider for the histogram; defaults to the global one.
        propagate: whether the trace ID is sent to Dixa, in the headers ``traceparent`` and ``tracestate``. Defaults to
            False.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        propagate: bool = False,
    ) -> None:
        self._tracer = get_tracer("dixa_async", __version__, tracer_provider, _CONVENTIONS)
        self._duration = get_meter("dixa_async", __version__, meter_provider, _CONVENTIONS).create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BUCKETS,
        )
        self._propagate = propagate

    async def __call__(self, request: Request, send: Send) -> Response:
        """See `Middleware`."""
        attributes = _request_attributes(request)
        # An outer middleware may have sent the request before.
        earlier = len(request.call_state.attempts)
        started = perf_counter()

        def finish(span: Span, outcome: _Attributes) -> None:
            # While the span is current, so that an exemplar of the histogram links to it.
            self._duration.record(perf_counter() - started, {**attributes, **outcome})
            _record_end(span, outcome, request.call_state.attempts, earlier)

        with self._tracer.start_as_current_span(
            _span_name(attributes),
            kind=SpanKind.CLIENT,
            attributes={**attributes, **_unusual_method(request)},
            # Both would record the message of the error.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                response = await send(_with_trace_id(request) if self._propagate else request)
            except BaseException as error:
                finish(span, {"error.type": type(error).__name__})
                raise
            finish(span, _outcome(response))
            return response


def _request_attributes(request: Request) -> _Attributes:
    """The attributes of a request."""
    url, operation = urlsplit(request.url), request.operation
    return {
        "http.request.method": operation.method if operation.method in _METHODS else "_OTHER",
        "url.template": _full_template(url.path, operation.path),
        "server.address": url.hostname or "",
        "server.port": url.port or DEFAULT_PORTS.get(url.scheme, 0),
    }


def _span_name(attributes: _Attributes) -> str:
    method = attributes["http.request.method"]
    return f"{'HTTP' if method == '_OTHER' else method} {attributes['url.template']}"


def _unusual_method(request: Request) -> _Attributes:
    method = request.operation.method
    return {} if method in _METHODS else {"http.request.method_original": method}


def _full_template(path: str, template: str) -> str:
    """The template with the path of the base URL and the version before it."""
    match = _pattern(template).search(path)
    return path[: match.start()] + template if match else template


@functools.lru_cache(maxsize=512)
def _pattern(template: str) -> re.Pattern[str]:
    """A pattern for the end of a path that was made from a template."""
    between = re.split(r"\{[^}]*\}", template)
    return re.compile("[^/]+".join(map(re.escape, between)) + r"\Z")


def _outcome(response: Response) -> _Attributes:
    outcome: _Attributes = {"http.response.status_code": response.status}
    if not response.ok:  # including a redirect, which is not followed
        outcome["error.type"] = str(response.status)
    return outcome


def _record_end(span: Span, outcome: _Attributes, attempts: Sequence[Attempt], earlier: int) -> None:
    """Record the end of a call in its span."""
    span.set_attributes(outcome)
    if "error.type" in outcome:
        span.set_status(StatusCode.ERROR)
    if len(attempts) > max(earlier, 1):
        span.set_attribute("http.request.resend_count", len(attempts) - 1)
    for attempt in attempts[earlier:]:
        microseconds = round(attempt.started_at.timestamp() * 1_000_000)
        span.add_event("dixa.attempt", _attempt(attempt), timestamp=microseconds * 1000)


def _attempt(attempt: Attempt) -> _Attributes:
    attributes: _Attributes = {"dixa.attempt.duration": attempt.seconds}
    if attempt.status is not None:
        attributes["http.response.status_code"] = attempt.status
    if attempt.error is not None:
        attributes["error.type"] = attempt.error
    return attributes


def _with_trace_id(request: Request) -> Request:
    """The request with the current span in its headers, but without the baggage, which may be confidential."""
    headers = dict(request.headers)
    TraceContextTextMapPropagator().inject(headers)
    return attrs.evolve(request, headers=headers)
