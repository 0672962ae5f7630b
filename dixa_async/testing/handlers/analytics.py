"""Analytics, counted from the conversations that are there."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ...models.analytics import AggregateValue, DoubleAggregateValue, LongAggregateValue, Measure, MetricData
from ...models.analytics_queries import MetricFilter, MetricQuery, RecordQuery
from ...models.base import UNSET, Unset
from ..http.errors import bad_request
from ..http.paging import page
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, given
from ..logic.metric_filters import possible_values, values_of
from ..logic.metrics import METRICS, RECORDS, Moment, RecordKind
from ..logic.periods import bounds, zone_of
from ..state.server_state import KnownConversation, State

routes = Routes()

_MAX_RECORDS_LIMIT: Final = 300

_SATISFIED: Final = 4
"""The score from which on an end user counts as content."""


def _percentage(scores: Sequence[float]) -> float:
    return 100 * statistics.fmean(score >= _SATISFIED for score in scores)


_CALCULATIONS: Final[Mapping[Measure, Callable[[Sequence[float]], float]]] = {
    Measure.AVERAGE: statistics.fmean,
    Measure.MAX: max,
    Measure.MIN: min,
    Measure.PERCENTAGE: _percentage,
    Measure.STD_DEV: statistics.pstdev,
    Measure.SUM: sum,
}


@routes("GET", "/analytics/metrics")
def list_metrics(call: HandlerCall) -> HandlerResponse:
    """List the metrics that can be queried."""
    return page(call, [metric.metadata() for metric in METRICS.values()])


@routes("GET", "/analytics/metrics/{metricId}")
def get_metric(call: HandlerCall) -> HandlerResponse:
    """Read what can be asked of a metric."""
    return data(call.find(METRICS, "metricId", "metric").metadata())


@routes("GET", "/analytics/records")
def list_record_types(call: HandlerCall) -> HandlerResponse:
    """List the kinds of records that can be queried."""
    return page(call, [kind.metadata() for kind in RECORDS.values()])


@routes("GET", "/analytics/records/{recordId}")
def get_record_type(call: HandlerCall) -> HandlerResponse:
    """Read what can be asked of a kind of records."""
    return data(call.find(RECORDS, "recordId", "record").metadata())


@routes("GET", "/analytics/filter/{filterAttribute}")
def list_possible_values(call: HandlerCall) -> HandlerResponse:
    """List the values that an attribute can be filtered by."""
    values = possible_values(call.state, call.arguments["filterAttribute"])
    if values is None:
        raise bad_request(f"There is no filter {call.arguments['filterAttribute']}")
    return page(call, values)


@routes("POST", "/analytics/metrics")
def query_metric(call: HandlerCall) -> HandlerResponse:
    """Ask what a metric amounts to."""
    query: MetricQuery = call.body(MetricQuery)
    metric = METRICS.get(query.id)
    if metric is None:
        raise bad_request(f"There is no metric {query.id}")
    measures = given(query.aggregations) or metric.measures
    for measure in measures:
        if measure not in metric.measures:
            raise bad_request(f"The metric {query.id} has no {measure}")
    values = [float(moment.value or 0) for moment, _ in _asked_for(call, query, metric.records)]
    return data(MetricData(id=query.id, aggregates=[_aggregate(measure, values) for measure in measures]))


@routes("POST", "/analytics/records")
def query_records(call: HandlerCall) -> HandlerResponse:
    """Ask for records."""
    query: RecordQuery = call.body(RecordQuery)
    kind = RECORDS.get(query.id)
    if kind is None:
        raise bad_request(f"There is no record {query.id}")
    records = [kind.record(call.state, known, moment) for moment, known in _asked_for(call, query, kind)]
    return page(call, records, max_limit=_MAX_RECORDS_LIMIT)


def _asked_for(call: HandlerCall, query: RecordQuery, kind: RecordKind) -> list[tuple[Moment, KnownConversation]]:
    """The moments of the records that are asked for, with their conversations, in the order of time."""
    if (query.period_filter is UNSET) is (query.csid_filter is UNSET):
        raise bad_request("Give either a periodFilter or a csidFilter")
    zone = zone_of(query.timezone)
    numbers = given(query.csid_filter)
    if numbers == []:
        raise bad_request("A csidFilter has one number at least")
    start, end = None, None
    if not isinstance(query.period_filter, Unset):
        start, end = bounds(query.period_filter, call.state.now(), zone)
    filters = given(query.filters) or []
    for asked in filters:
        if possible_values(call.state, asked.attribute) is None:
            raise bad_request(f"There is no filter {asked.attribute}")
    found = [
        (moment, conversation)
        for conversation in call.state.conversations.values()
        if (numbers is None or conversation.id in numbers)
        and all(_passes(call.state, conversation, asked) for asked in filters)
        for moment in kind.moments(call.state, conversation)
        if (start is None or start <= moment.time) and (end is None or moment.time < end)
    ]
    return sorted(found, key=lambda entry: (entry[0].time, entry[1].id))


def _passes(state: State, conversation: KnownConversation, asked: MetricFilter) -> bool:
    wanted = given(asked.values)
    return not wanted or any(value.value in wanted for value in values_of(state, conversation, asked.attribute))


def _aggregate(measure: Measure, values: Sequence[float]) -> AggregateValue:
    if measure is Measure.COUNT:
        return LongAggregateValue(value=len(values), measure=measure)
    return DoubleAggregateValue(value=float(_CALCULATIONS[measure](values)) if values else 0.0, measure=measure)
