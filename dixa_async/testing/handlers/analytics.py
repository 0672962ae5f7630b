"""Analytics, computed from the conversations of the server."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ...models.analytics import AggregateValue, DoubleAggregateValue, LongAggregateValue, Measure, MetricData
from ...models.analytics_queries import MetricFilter, MetricQuery, RecordQuery
from ...models.base import UNSET, Unset
from ..http.errors import bad_request
from ..http.paging import page
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, declares_no_404, given
from ..logic.metric_filters import possible_values, values_of
from ..logic.metrics import METRICS, RECORD_TYPES, Moment, RecordType
from ..logic.periods import bounds, zone_of
from ..state.server_state import KnownConversation, State

routes: Routes = Routes()

_MAX_RECORDS_LIMIT: Final = 300

_SATISFIED: Final = 4
"""The lowest score that counts as satisfied."""


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
@declares_no_404
def get_metric(call: HandlerCall) -> HandlerResponse:
    """Describe a metric."""
    return data(call.find(METRICS, "metricId", "metric").metadata())


@routes("GET", "/analytics/records")
def list_record_types(call: HandlerCall) -> HandlerResponse:
    """List the record types that can be queried."""
    return page(call, [record_type.metadata() for record_type in RECORD_TYPES.values()])


@routes("GET", "/analytics/records/{recordId}")
@declares_no_404
def get_record_type(call: HandlerCall) -> HandlerResponse:
    """Describe a record type."""
    return data(call.find(RECORD_TYPES, "recordId", "record").metadata())


@routes("GET", "/analytics/filter/{filterAttribute}")
def list_possible_values(call: HandlerCall) -> HandlerResponse:
    """List the values that an attribute can be filtered by."""
    values = possible_values(call.state, call.arguments["filterAttribute"])
    if values is None:
        raise bad_request(f"There is no filter {call.arguments['filterAttribute']}")
    return page(call, values)


@routes("POST", "/analytics/metrics")
def query_metric(call: HandlerCall) -> HandlerResponse:
    """Compute a metric."""
    query: MetricQuery = call.body(MetricQuery)
    metric = METRICS.get(query.id)
    if metric is None:
        raise bad_request(f"There is no metric {query.id}")
    measures = given(query.aggregations) or metric.measures
    for measure in measures:
        if measure not in metric.measures:
            raise bad_request(f"The metric {query.id} has no aggregation {measure}")
    values = [float(moment.value or 0) for moment, _ in _matching(call, query, metric.record_type)]
    return data(MetricData(id=query.id, aggregates=[_aggregate(measure, values) for measure in measures]))


@routes("POST", "/analytics/records")
def query_records(call: HandlerCall) -> HandlerResponse:
    """Query records."""
    query: RecordQuery = call.body(RecordQuery)
    record_type = RECORD_TYPES.get(query.id)
    if record_type is None:
        raise bad_request(f"There is no record {query.id}")
    records = [record_type.record(call.state, known, moment) for moment, known in _matching(call, query, record_type)]
    return page(call, records, max_limit=_MAX_RECORDS_LIMIT)


def _matching(call: HandlerCall, query: RecordQuery, record_type: RecordType) -> list[tuple[Moment, KnownConversation]]:
    """The moments of the records that match a query, with their conversations, in the order of time."""
    if (query.period_filter is UNSET) is (query.csid_filter is UNSET):
        raise bad_request("Pass either a periodFilter or a csidFilter")
    zone = zone_of(query.timezone)
    conversation_ids = given(query.csid_filter)
    if conversation_ids == []:
        raise bad_request("A csidFilter must have at least one conversation ID")
    start, end = None, None
    if not isinstance(query.period_filter, Unset):
        start, end = bounds(query.period_filter, call.state.now(), zone)
    filters = given(query.filters) or []
    for condition in filters:
        if possible_values(call.state, condition.attribute) is None:
            raise bad_request(f"There is no filter {condition.attribute}")
    found = [
        (moment, conversation)
        for conversation in call.state.conversations.values()
        if (conversation_ids is None or conversation.id in conversation_ids)
        and all(_passes(call.state, conversation, condition) for condition in filters)
        for moment in record_type.moments(call.state, conversation)
        if (start is None or start <= moment.time) and (end is None or moment.time < end)
    ]
    return sorted(found, key=lambda entry: (entry[0].time, entry[1].id))


def _passes(state: State, conversation: KnownConversation, condition: MetricFilter) -> bool:
    wanted = given(condition.values)
    return not wanted or any(value.value in wanted for value in values_of(state, conversation, condition.attribute))


def _aggregate(measure: Measure, values: Sequence[float]) -> AggregateValue:
    if measure is Measure.COUNT:
        return LongAggregateValue(value=len(values), measure=measure)
    return DoubleAggregateValue(value=float(_CALCULATIONS[measure](values)) if values else 0.0, measure=measure)
