"""Analytics, counted from the conversations that are there."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from ...models.analytics import AggregateValue, DoubleAggregateValue, LongAggregateValue, Measure, MetricData
from ...models.analytics_queries import MetricFilter, MetricQuery, RecordQuery
from ...models.base import UNSET, Unset
from ..catalogue import METRICS, RECORDS, RecordKind, attribute_of, filter_values
from ..exchange import Answer, Call, Routes, data, given, refuse
from ..paging import page
from ..periods import bounds, zone_of
from ..state import KnownConversation

routes = Routes()

_MAX_RECORDS_LIMIT: Final = 300

_CALCULATIONS: Final[Mapping[Measure, Callable[[Sequence[float]], float]]] = {
    Measure.AVERAGE: statistics.fmean,
    Measure.MAX: max,
    Measure.MIN: min,
    Measure.STD_DEV: statistics.pstdev,
    Measure.SUM: sum,
}


@routes("GET", "/analytics/metrics")
def list_metrics(call: Call) -> Answer:
    """List the metrics that can be queried."""
    return page(call, [metric.metadata() for metric in METRICS.values()])


@routes("GET", "/analytics/metrics/{metricId}")
def get_metric(call: Call) -> Answer:
    """Read what can be asked of a metric."""
    return data(call.find(METRICS, "metricId", "metric").metadata())


@routes("GET", "/analytics/records")
def list_records(call: Call) -> Answer:
    """List the kinds of records that can be queried."""
    return page(call, [kind.metadata() for kind in RECORDS.values()])


@routes("GET", "/analytics/records/{recordId}")
def get_record(call: Call) -> Answer:
    """Read what can be asked of a kind of records."""
    return data(call.find(RECORDS, "recordId", "record").metadata())


@routes("GET", "/analytics/filter/{filterAttribute}")
def list_filter_values(call: Call) -> Answer:
    """List the values that an attribute can be filtered by."""
    values = filter_values(call.state, call.arguments["filterAttribute"])
    if values is None:
        raise refuse(f"There is no filter {call.arguments['filterAttribute']}")
    return page(call, values)


@routes("POST", "/analytics/metrics")
def query_metric(call: Call) -> Answer:
    """Ask what a metric amounts to."""
    query: MetricQuery = call.body(MetricQuery)
    metric = METRICS.get(query.id)
    if metric is None:
        raise refuse(f"There is no metric {query.id}")
    measures = given(query.aggregations) or metric.measures
    for measure in measures:
        if measure not in metric.measures:
            raise refuse(f"The metric {query.id} has no {measure}")
    values = [float(metric.records.value(known) or 0) for _, known in _asked_for(call, query, metric.records)]
    return data(MetricData(id=query.id, aggregates=[_aggregate(measure, values) for measure in measures]))


@routes("POST", "/analytics/records")
def query_records(call: Call) -> Answer:
    """Ask for records."""
    query: RecordQuery = call.body(RecordQuery)
    kind = RECORDS.get(query.id)
    if kind is None:
        raise refuse(f"There is no record {query.id}")
    records = [kind.record(call.state, known, time) for time, known in _asked_for(call, query, kind)]
    return page(call, records, most=_MAX_RECORDS_LIMIT)


def _asked_for(call: Call, query: RecordQuery, kind: RecordKind) -> list[tuple[datetime, KnownConversation]]:
    """The conversations that have a record that is asked for, with the times of these, in their order."""
    if (query.period_filter is UNSET) is (query.csid_filter is UNSET):
        raise refuse("Give either a periodFilter or a csidFilter")
    zone = zone_of(query.timezone)
    numbers = given(query.csid_filter)
    if numbers == []:
        raise refuse("A csidFilter has one number at least")
    start, end = None, None
    if not isinstance(query.period_filter, Unset):
        start, end = bounds(query.period_filter, call.state.now(), zone)
    filters = given(query.filters) or []
    for asked in filters:
        if filter_values(call.state, asked.attribute) is None:
            raise refuse(f"There is no filter {asked.attribute}")
    found = [
        (time, conversation)
        for conversation in call.state.conversations.values()
        if (time := kind.time(conversation)) is not None
        and (start is None or start <= time)
        and (end is None or time < end)
        and (numbers is None or conversation.id in numbers)
        and all(_passes(conversation, asked) for asked in filters)
    ]
    return sorted(found, key=lambda entry: (entry[0], entry[1].id))


def _passes(conversation: KnownConversation, asked: MetricFilter) -> bool:
    values = given(asked.values)
    return not values or attribute_of(conversation, asked.attribute) in values


def _aggregate(measure: Measure, values: Sequence[float]) -> AggregateValue:
    if measure is Measure.COUNT:
        return LongAggregateValue(value=len(values), measure=measure)
    return DoubleAggregateValue(value=float(_CALCULATIONS[measure](values)) if values else 0.0, measure=measure)
