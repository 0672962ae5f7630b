"""Analytics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from .. import models
from ..errors import InvalidRequestError
from ..models.base import UNSET, Unset
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_conversation_id, check_list, check_map, mutually_exclusive, warn_if_unlisted
from .base import ConversationId, Resource

_LIST_METRICS: Operation[models.MetricMetadata] = Operation(
    "getAnalyticsMetrics", "GET", "/analytics/metrics", response_type=LazyType(lambda: models.MetricMetadata)
)
_GET_METRIC: Operation[models.MetricMetadata] = Operation(
    "getAnalyticsMetricsMetricid",
    "GET",
    "/analytics/metrics/{metricId}",
    response_type=LazyType(lambda: models.MetricMetadata),
)
_QUERY_METRIC: Operation[models.MetricData] = Operation(
    "postAnalyticsMetrics",
    "POST",
    "/analytics/metrics",
    body=LazyType(lambda: models.MetricQuery),
    response_type=LazyType(lambda: models.MetricData),
    reads_only=True,
)
_LIST_FILTER_VALUES: Operation[models.MetricFilterValue] = Operation(
    "getAnalyticsFilterFilterattribute",
    "GET",
    "/analytics/filter/{filterAttribute}",
    response_type=LazyType(lambda: models.MetricFilterValue),
)
_LIST_RECORDS: Operation[models.MetricRecordMetadata] = Operation(
    "getAnalyticsRecords", "GET", "/analytics/records", response_type=LazyType(lambda: models.MetricRecordMetadata)
)
_GET_RECORD: Operation[models.MetricRecordMetadata] = Operation(
    "getAnalyticsRecordsRecordid",
    "GET",
    "/analytics/records/{recordId}",
    response_type=LazyType(lambda: models.MetricRecordMetadata),
)
_QUERY_RECORDS: Operation[models.MetricRecord] = Operation(
    "postAnalyticsRecords",
    "POST",
    "/analytics/records",
    body=LazyType(lambda: models.RecordQuery),
    response_type=LazyType(lambda: models.MetricRecord),
    reads_only=True,
)

_MAX_RECORDS_LIMIT = 300


class Analytics(Resource):
    """Analytics: metrics, and the records that they are made of."""

    def list_metrics(
        self, *, page_key: str | None = None, page_limit: int | None = None, prefetch: bool = False
    ) -> Pager[models.MetricMetadata]:
        """List the metrics that can be queried.

        Args:
            page_key: the `next_key` of a page, to go on after it.
            page_limit: metrics on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the metrics, each with its filters and measures.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected the page key.
            TransportError: no response arrived.

        ``GET /analytics/metrics``
        """
        return self._caller.pages(_LIST_METRICS, page_key=page_key, page_limit=page_limit, prefetch=prefetch)

    async def get_metric(self, metric_id: str) -> models.MetricMetadata:
        """Read what can be asked of a metric.

        Args:
            metric_id: its id, a name such as ``closed_conversations``.

        Returns:
            The metric with its filters and measures.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: Dixa rejected the id.
            TransportError: no response arrived.

        ``GET /analytics/metrics/{metricId}``
        """
        return await self._caller.call(_GET_METRIC, path={"metricId": metric_id})

    async def query_metric(
        self,
        metric_id: str,
        *,
        timezone: str,
        period: models.PeriodInterval | models.PeriodPreset | None = None,
        conversation_ids: Sequence[ConversationId] | None = None,
        filters: Mapping[str, str | Sequence[str]] | None = None,
        aggregations: Sequence[models.Measure] | None = None,
    ) -> models.MetricData:
        """Ask what a metric amounts to, in a period or for some conversations.

        ::

            data = await dixa.analytics.query_metric(
                "closed_conversations",
                period=PeriodPreset.PREVIOUS_WEEK,
                timezone="Europe/Oslo",
                filters={"channel": ["EMAIL", "WIDGET_CHAT"]},
                aggregations=[Measure.COUNT],
            )

        Args:
            metric_id: its id, a name such as ``closed_conversations``; `list_metrics` has them.
            timezone: the name of a time zone, such as ``Europe/Oslo``.
            period: a `PeriodPreset`, or a `PeriodInterval` of aware times. Not together with `conversation_ids`.
            conversation_ids: the conversation IDs, one at least. Not together with `period`.
            filters: for each attribute of the metric that matters, the value or the values that count;
                `list_filter_values` has them.
            aggregations: the measures that are wanted.

        Returns:
            What it amounts to, by each measure.

        Raises:
            InvalidRequestError: there is not just one of `period` and `conversation_ids`, or an argument cannot be
                sent; nothing was sent.
            BadRequestError: Dixa rejected the metric, a filter, a measure or the time zone.
            TransportError: no response arrived.

        ``POST /analytics/metrics``
        """
        numbers = _numbers(conversation_ids)
        query = models.MetricQuery(
            id=metric_id,
            period_filter=_period(period, numbers),
            csid_filter=numbers,
            filters=_filters(filters),
            aggregations=_measures(aggregations),
            timezone=timezone,
        )
        return await self._caller.call(_QUERY_METRIC, body=query)

    def list_filter_values(
        self,
        filter_attribute: str,
        *,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.MetricFilterValue]:
        """List the values that an attribute can be filtered by. They are the same for all metrics and records.

        Args:
            filter_attribute: the name of the attribute, such as ``channel`` or ``initial_direction``.
            page_key: the `next_key` of a page, to go on after it.
            page_limit: values on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the values, with what people see. Words are in capitals, such as ``PSTN_PHONE`` for a channel.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected the attribute or the page key.
            TransportError: no response arrived.

        ``GET /analytics/filter/{filterAttribute}``
        """
        return self._caller.pages(
            _LIST_FILTER_VALUES,
            path={"filterAttribute": filter_attribute},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )

    def list_record_types(
        self, *, page_key: str | None = None, page_limit: int | None = None, prefetch: bool = False
    ) -> Pager[models.MetricRecordMetadata]:
        """List the kinds of records that can be queried.

        Args:
            page_key: the `next_key` of a page, to go on after it.
            page_limit: kinds on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the kinds of records, each with its filters and fields.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected the page key.
            TransportError: no response arrived.

        ``GET /analytics/records``
        """
        return self._caller.pages(_LIST_RECORDS, page_key=page_key, page_limit=page_limit, prefetch=prefetch)

    async def get_record_type(self, record_id: str) -> models.MetricRecordMetadata:
        """Read what can be asked of a kind of records.

        Args:
            record_id: its id, a name such as ``ratings``.

        Returns:
            The kind of records with its filters and fields.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: Dixa rejected the id.
            TransportError: no response arrived.

        ``GET /analytics/records/{recordId}``
        """
        return await self._caller.call(_GET_RECORD, path={"recordId": record_id})

    def query_records(
        self,
        record_id: str,
        *,
        timezone: str,
        period: models.PeriodInterval | models.PeriodPreset | None = None,
        conversation_ids: Sequence[ConversationId] | None = None,
        filters: Mapping[str, str | Sequence[str]] | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.MetricRecord]:
        """Ask for the records of a period or of some conversations.

        ::

            async for record in dixa.analytics.query_records(
                "ratings",
                period=PeriodInterval(start=start, end=end),
                timezone="Europe/Oslo",
                filters={"agent_id": agent_id},
            ):
                ...

        Args:
            record_id: the kind of records, a name such as ``ratings``; `list_record_types` has them.
            timezone: the name of a time zone, such as ``Europe/Oslo``.
            period: a `PeriodPreset`, or a `PeriodInterval` of aware times. Not together with `conversation_ids`.
            conversation_ids: the conversation IDs, one at least. Not together with `period`.
            filters: for each attribute of the records that matters, the value or the values that count;
                `list_filter_values` has them.
            page_key: the `next_key` of a page, to go on after it. Ask for the same again.
            page_limit: records on a page, 1 to 300; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the records.

        Raises:
            InvalidRequestError: there is not just one of `period` and `conversation_ids`, or an argument cannot be
                sent; nothing was sent.
            BadRequestError: Dixa rejected the kind, a filter, the time zone or the page key.
            TransportError: no response arrived.

        ``POST /analytics/records``
        """
        if isinstance(page_limit, int) and page_limit > _MAX_RECORDS_LIMIT:
            raise InvalidRequestError(f"page_limit must be {_MAX_RECORDS_LIMIT} or less, not {page_limit}")
        numbers = _numbers(conversation_ids)
        query = models.RecordQuery(
            id=record_id,
            period_filter=_period(period, numbers),
            csid_filter=numbers,
            filters=_filters(filters),
            timezone=timezone,
        )
        return self._caller.pages(
            _QUERY_RECORDS, body=query, page_key=page_key, page_limit=page_limit, prefetch=prefetch
        )


def _period(
    period: models.PeriodInterval | models.PeriodPreset | None, numbers: list[int] | Unset
) -> models.Period | Unset:
    """The period as it is sent, once it is sure that there is a period or some conversations, and not both."""
    mutually_exclusive(period=period, conversation_ids=None if numbers is UNSET else numbers)
    if period is None:
        if not numbers:
            raise InvalidRequestError("give a period, or the number of one conversation at least")
        return UNSET
    if isinstance(period, models.PeriodInterval):
        return period
    # A plain text is a word as it would be anywhere; a word of another list is a mistake.
    if isinstance(period, models.PeriodPreset) or type(period) is str:  # pyright: ignore[reportUnnecessaryIsInstance]
        warn_if_unlisted("period", period, models.PeriodPreset)
        return models.PresetPeriod(models.PeriodPreset(period))
    raise InvalidRequestError(f"period must be a PeriodPreset or an PeriodInterval, not {type(period).__name__}")


def _measures(aggregations: Sequence[models.Measure] | None) -> list[models.Measure] | Unset:
    if aggregations is None:
        return UNSET
    measures = check_list("aggregations", aggregations)
    for measure in measures:
        warn_if_unlisted("aggregations", measure, models.Measure)
    return measures


def _numbers(conversation_ids: Sequence[ConversationId] | None) -> list[int] | Unset:
    if conversation_ids is None:
        return UNSET
    return [
        check_conversation_id("conversation_ids", number) for number in check_list("conversation_ids", conversation_ids)
    ]


def _filters(filters: Mapping[str, str | Sequence[str]] | None) -> list[models.MetricFilter] | Unset:
    if filters is None:
        return UNSET
    return [_filter(attribute, values) for attribute, values in check_map("filters", filters).items()]


def _filter(attribute: str, values: str | Sequence[str]) -> models.MetricFilter:
    name = f"filters[{attribute!r}]"
    wanted = [str(values)] if isinstance(values, str | UUID) else check_list(name, values)
    if not wanted:
        raise InvalidRequestError(f"{name} needs one value or more")
    return models.MetricFilter(attribute, wanted)
