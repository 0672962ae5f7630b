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
    """Analytics: metrics, and the records that they are computed from."""

    def list_metrics(
        self, *, page_key: str | None = None, page_limit: int | None = None, prefetch: bool = False
    ) -> Pager[models.MetricMetadata]:
        """List the metrics that can be queried.

        Args:
            page_key: the `next_key` of a page, to resume after it.
            page_limit: metrics per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the metrics, each with its filters and measures.

        Raises:
            InvalidRequestError: an argument is not valid.
            BadRequestError: Dixa rejected the page key.
            TransportError: no response arrived.

        ``GET /analytics/metrics``
        """
        return self._caller.pages(_LIST_METRICS, page_key=page_key, page_limit=page_limit, prefetch=prefetch)

    async def get_metric(self, metric_id: str) -> models.MetricMetadata:
        """Read the definition of a metric.

        Args:
            metric_id: the ID of the metric, a name such as ``closed_conversations``.

        Returns:
            The metric with its filters and measures.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: Dixa rejected the ID.
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
        """Query the value of a metric, in a period or for some conversations.

        ::

            data = await dixa.analytics.query_metric(
                "closed_conversations",
                period=PeriodPreset.PREVIOUS_WEEK,
                timezone="Europe/Oslo",
                filters={"channel": ["EMAIL", "WIDGET_CHAT"]},
                aggregations=[Measure.COUNT],
            )

        Args:
            metric_id: the ID of the metric, a name such as ``closed_conversations``; `list_metrics` returns them.
            timezone: the IANA name of a time zone, such as ``Europe/Oslo``.
            period: a `PeriodPreset`, or a `PeriodInterval` of datetimes with a time zone. Mutually exclusive with
                `conversation_ids`.
            conversation_ids: the conversation IDs, at least one. Mutually exclusive with `period`.
            filters: the accepted value or values by filter attribute; `list_filter_values` returns
                them.
            aggregations: the measures to compute.

        Returns:
            The value of each measure.

        Raises:
            InvalidRequestError: not exactly one of `period` and `conversation_ids` is given, or an argument is
                not valid; nothing was sent.
            BadRequestError: Dixa rejected the metric, a filter, a measure or the time zone.
            TransportError: no response arrived.

        ``POST /analytics/metrics``
        """
        ids = _conversation_ids(conversation_ids)
        query = models.MetricQuery(
            id=metric_id,
            period_filter=_period(period, ids),
            csid_filter=ids,
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
        """List the values that a filter attribute accepts. They are the same for all metrics and records.

        Args:
            filter_attribute: the name of the attribute, such as ``channel`` or ``initial_direction``.
            page_key: the `next_key` of a page, to resume after it.
            page_limit: values per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the values, with their labels. Enum values are in capitals, such as ``PSTN_PHONE`` for a
            channel.

        Raises:
            InvalidRequestError: an argument is not valid.
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
        """List the record types that can be queried.

        Args:
            page_key: the `next_key` of a page, to resume after it.
            page_limit: record types per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the record types, each with its filters and fields.

        Raises:
            InvalidRequestError: an argument is not valid.
            BadRequestError: Dixa rejected the page key.
            TransportError: no response arrived.

        ``GET /analytics/records``
        """
        return self._caller.pages(_LIST_RECORDS, page_key=page_key, page_limit=page_limit, prefetch=prefetch)

    async def get_record_type(self, record_id: str) -> models.MetricRecordMetadata:
        """Read the definition of a record type.

        Args:
            record_id: the ID of the record type, a name such as ``ratings``.

        Returns:
            The record type with its filters and fields.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: Dixa rejected the ID.
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
        """Query the records of a period or of some conversations.

        ::

            async for record in dixa.analytics.query_records(
                "ratings",
                period=PeriodInterval(start=start, end=end),
                timezone="Europe/Oslo",
                filters={"agent_id": agent_id},
            ):
                ...

        Args:
            record_id: the ID of the record type, a name such as ``ratings``; `list_record_types` returns them.
            timezone: the IANA name of a time zone, such as ``Europe/Oslo``.
            period: a `PeriodPreset`, or a `PeriodInterval` of datetimes with a time zone. Mutually exclusive with
                `conversation_ids`.
            conversation_ids: the conversation IDs, at least one. Mutually exclusive with `period`.
            filters: the accepted value or values by filter attribute; `list_filter_values` returns
                them.
            page_key: the `next_key` of a page, to resume after it. Keep the other arguments the same.
            page_limit: records per page, 1 to 300; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the records.

        Raises:
            InvalidRequestError: not exactly one of `period` and `conversation_ids` is given, or an argument is
                not valid; nothing was sent.
            BadRequestError: Dixa rejected the record type, a filter, the time zone or the page key.
            TransportError: no response arrived.

        ``POST /analytics/records``
        """
        if isinstance(page_limit, int) and page_limit > _MAX_RECORDS_LIMIT:
            raise InvalidRequestError(f"page_limit must be {_MAX_RECORDS_LIMIT} or less, not {page_limit}")
        ids = _conversation_ids(conversation_ids)
        query = models.RecordQuery(
            id=record_id,
            period_filter=_period(period, ids),
            csid_filter=ids,
            filters=_filters(filters),
            timezone=timezone,
        )
        return self._caller.pages(
            _QUERY_RECORDS, body=query, page_key=page_key, page_limit=page_limit, prefetch=prefetch
        )


def _period(
    period: models.PeriodInterval | models.PeriodPreset | None, ids: list[int] | Unset
) -> models.Period | Unset:
    """The period as it is sent. Exactly one of a period and conversation IDs must be given."""
    mutually_exclusive(period=period, conversation_ids=None if ids is UNSET else ids)
    if period is None:
        if not ids:
            raise InvalidRequestError("give a period, or at least one conversation ID")
        return UNSET
    if isinstance(period, models.PeriodInterval):
        return period
    # A plain str is taken as a value, as elsewhere; a value of another enum is a mistake.
    if isinstance(period, models.PeriodPreset) or type(period) is str:  # pyright: ignore[reportUnnecessaryIsInstance]
        warn_if_unlisted("period", period, models.PeriodPreset)
        return models.PresetPeriod(models.PeriodPreset(period))
    raise InvalidRequestError(f"period must be a PeriodPreset or a PeriodInterval, not {type(period).__name__}")


def _measures(aggregations: Sequence[models.Measure] | None) -> list[models.Measure] | Unset:
    if aggregations is None:
        return UNSET
    measures = check_list("aggregations", aggregations)
    for measure in measures:
        warn_if_unlisted("aggregations", measure, models.Measure)
    return measures


def _conversation_ids(conversation_ids: Sequence[ConversationId] | None) -> list[int] | Unset:
    if conversation_ids is None:
        return UNSET
    return [
        check_conversation_id("conversation_ids", each) for each in check_list("conversation_ids", conversation_ids)
    ]


def _filters(filters: Mapping[str, str | Sequence[str]] | None) -> list[models.MetricFilter] | Unset:
    if filters is None:
        return UNSET
    return [_filter(attribute, values) for attribute, values in check_map("filters", filters).items()]


def _filter(attribute: str, values: str | Sequence[str]) -> models.MetricFilter:
    name = f"filters[{attribute!r}]"
    wanted = [str(values)] if isinstance(values, str | UUID) else check_list(name, values)
    if not wanted:
        raise InvalidRequestError(f"{name} needs at least one value")
    return models.MetricFilter(attribute, wanted)
