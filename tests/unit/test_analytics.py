"""Analytics: requests and responses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses
from hypothesis import given

from dixa_async.errors import InvalidRequestError
from dixa_async.models.analytics import (
    AgentPresenceDurationValue,
    AggregateMetadata,
    DoubleAggregateValue,
    DurationStatus,
    LongAggregateValue,
    Measure,
    MetricData,
    MetricFilterMetadata,
    MetricFilterValue,
    MetricMetadata,
    MetricRecordMetadata,
    PresenceDuration,
    RecordFieldMetadata,
)
from dixa_async.models.analytics_queries import PeriodInterval, PeriodPreset, PresetPeriod
from dixa_async.models.analytics_records import (
    ListField,
    LongField,
    MetricRecord,
    PrimaryTimestamp,
    RecordField,
    StringField,
    TimestampField,
    UuidField,
)
from dixa_async.models.base import Unknown
from dixa_async.serialization import Serializer

from ..helpers.strategies import values_of
from .http_recorder import Sent, recording_client

_METRIC = {
    "id": "loaves",
    "filters": [{"filterAttribute": "oven"}],
    "aggregations": [{"measure": "Count", "description": "How many"}, {"measure": "Median"}],
    "relatedRecordIds": ["loaf"],
}
_LOAVES = MetricMetadata(
    id="loaves",
    filters=[MetricFilterMetadata(filter_attribute="oven")],
    aggregations=[
        AggregateMetadata(measure=Measure.COUNT, description="How many"),
        AggregateMetadata(measure=Measure("Median")),
    ],
    related_record_ids=["loaf"],
)
_RECORD = {
    "id": "loaf",
    "description": "A loaf",
    "fieldsMetadata": [{"field": "weight", "description": "Grams", "nullable": False}],
}
_LOAF = MetricRecordMetadata(
    id="loaf",
    description="A loaf",
    fields_metadata=[RecordFieldMetadata(field="weight", description="Grams", nullable=False)],
)
_START = datetime(2031, 5, 17, tzinfo=UTC)
_END = datetime(2031, 5, 18, tzinfo=UTC)
_INTERVAL = {"_type": "Interval", "start": "2031-05-17T00:00:00Z", "end": "2031-05-18T00:00:00Z"}
_YESTERDAY = {"_type": "Preset", "value": {"_type": "Yesterday"}}


async def test_metrics_and_record_types_are_looked_up_by_name(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": _METRIC}, {"data": _RECORD}) as (dixa, sent):
        analytics = dixa.analytics
        assert await analytics.get_metric("loaves/2") == _LOAVES
        assert await analytics.get_record_type("loaf") == _LOAF
    assert sent == [Sent("GET", "/analytics/metrics/loaves%2F2"), Sent("GET", "/analytics/records/loaf")]


async def test_metrics_record_types_and_filter_values_are_paginated(mock_http: aioresponses) -> None:
    oven = {"value": "o1", "label": "The old one"}
    responses = [{"data": [each], "meta": {}} for each in (_METRIC, _RECORD, oven)]
    async with recording_client(mock_http, "GET", *responses) as (dixa, sent):
        analytics = dixa.analytics
        assert list(await analytics.list_metrics(page_limit=5)) == [_LOAVES]
        assert list(await analytics.list_record_types(page_key="k")) == [_LOAF]
        values = await analytics.list_filter_values("oven", page_limit=1, page_key="k")
    assert list(values) == [MetricFilterValue(value="o1", label="The old one")]
    assert sent == [
        Sent("GET", "/analytics/metrics?pageLimit=5"),
        Sent("GET", "/analytics/records?pageKey=k"),
        Sent("GET", "/analytics/filter/oven?pageLimit=1&pageKey=k"),
    ]


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({"period": PeriodPreset.YESTERDAY}, {"periodFilter": _YESTERDAY}),
        ({"period": "Yesterday"}, {"periodFilter": _YESTERDAY}),
        ({"period": PeriodInterval(start=_START, end=_END)}, {"periodFilter": _INTERVAL}),
        ({"conversation_ids": (7, 2**40)}, {"csidFilter": [7, 2**40]}),
        (
            {"period": PeriodPreset.YESTERDAY, "filters": {"oven": ["o1", "o2"], "baker": "b1"}},
            {
                "periodFilter": _YESTERDAY,
                "filters": [{"attribute": "oven", "values": ["o1", "o2"]}, {"attribute": "baker", "values": ["b1"]}],
            },
        ),
        ({"conversation_ids": [7], "filters": {}}, {"csidFilter": [7], "filters": []}),
    ],
    ids=["preset", "enum value", "interval", "conversations", "filters", "no filters"],
)
async def test_a_query_is_sent_in_the_documented_form(
    mock_http: aioresponses, arguments: dict[str, Any], sent: dict[str, Any]
) -> None:
    body = {"id": "loaves", "timezone": "Europe/Oslo", **sent}
    async with recording_client(mock_http, "POST", {"data": {"id": "loaves"}}, {"data": []}) as (dixa, requests):
        analytics = dixa.analytics
        assert await analytics.query_metric("loaves", timezone="Europe/Oslo", **arguments) == MetricData(id="loaves")
        assert list(await analytics.query_records("loaves", timezone="Europe/Oslo", **arguments)) == []
    assert requests == [Sent("POST", "/analytics/metrics", body), Sent("POST", "/analytics/records", body)]


async def test_each_kind_of_aggregate_is_read_as_its_own_class(mock_http: aioresponses) -> None:
    aggregates = [
        {"_type": "LongAggregateValue", "value": 7, "measure": "Count"},
        {"_type": "DoubleAggregateValue", "value": 2, "measure": "Average"},
        {"_type": "AgentPresenceDurationValue", "value": [{"value": 1.5, "status": {"status": "Baking"}}]},
        {"_type": "Smell"},
    ]
    async with recording_client(mock_http, "POST", {"data": {"id": "loaves", "aggregates": aggregates}}) as (
        dixa,
        sent,
    ):
        data = await dixa.analytics.query_metric(
            "loaves",
            period=PeriodPreset.YESTERDAY,
            timezone="Europe/Oslo",
            aggregations=(Measure.COUNT, Measure.AVERAGE),
        )
    assert data.aggregates == [
        LongAggregateValue(value=7, measure=Measure.COUNT),
        DoubleAggregateValue(value=2.0, measure=Measure.AVERAGE),
        AgentPresenceDurationValue(value=[PresenceDuration(value=1.5, status=DurationStatus(status="Baking"))]),
        Unknown(type="Smell", raw={"_type": "Smell"}),
    ]
    assert sent[0].body["aggregations"] == ["Count", "Average"]


async def test_each_kind_of_record_field_is_read_as_its_own_class(mock_http: aioresponses) -> None:
    time = {"name": "baked_at", "timestamp": "2031-05-17T00:00:00Z"}
    fields: list[Any] = [
        {"name": "baker", "field": {"_type": "UUIDField", "value": "b1", "label": "Ada"}},
        {"name": "sold_at", "field": {"_type": "TimestampField", **time}},
        {"name": "seeds", "field": {"_type": "ListField", "values": [{"_type": "StringField", "value": "flax"}]}},
        {"name": "rye", "field": {"_type": "BooleanField", "value": "yes"}},
        {"name": "crust"},
    ]
    record = {"primaryTimestampField": time, "value": {"_type": "LongField", "value": 750}, "fields": fields}
    async with recording_client(mock_http, "POST", {"data": [record]}) as (dixa, _):
        (loaf,) = await dixa.analytics.query_records("loaf", period=PeriodPreset.TODAY, timezone="Europe/Oslo")
    assert loaf == MetricRecord(
        primary_timestamp_field=PrimaryTimestamp(name="baked_at", timestamp=_START),
        value=LongField(value=750),
        fields=[
            RecordField(name="baker", field=UuidField(value="b1", label="Ada")),
            RecordField(name="sold_at", field=TimestampField(name="baked_at", timestamp=_START)),
            RecordField(name="seeds", field=ListField(values=[StringField(value="flax")])),
            RecordField(
                name="rye",
                field=Unknown(
                    type="BooleanField",
                    raw={"_type": "BooleanField", "value": "yes"},
                    reason="$.value: expected bool, got str",
                ),
            ),
            RecordField(name="crust"),
        ],
    )
    assert Serializer.shared().unstructure(loaf)["primaryTimestampField"] == {
        "name": "baked_at",
        "timestamp": "2031-05-17T00:00:00Z",
    }


@pytest.mark.parametrize("place", [{"meta": {"next": "/beta/analytics/records?pageKey=second"}}, {"pageKey": "second"}])
async def test_records_are_paginated_by_a_key_in_either_place_with_the_same_query(
    mock_http: aioresponses, place: dict[str, Any]
) -> None:
    async with recording_client(mock_http, "POST", {"data": [], **place}, {"data": []}) as (dixa, sent):
        pager = dixa.analytics.query_records("loaf", conversation_ids=["7"], timezone="Europe/Oslo", page_limit=300)
        assert [record async for record in pager] == []
    body = {"id": "loaf", "csidFilter": [7], "timezone": "Europe/Oslo"}
    assert sent == [
        Sent("POST", "/analytics/records?pageLimit=300", body),
        Sent("POST", "/analytics/records?pageLimit=300&pageKey=second", body),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "give a period, or at least one conversation ID"),
        ({"conversation_ids": []}, "give a period, or at least one conversation ID"),
        (
            {"period": PeriodPreset.TODAY, "conversation_ids": [7]},
            "period and conversation_ids cannot be used together",
        ),
        ({"conversation_ids": iter(())}, "give a period, or at least one conversation ID"),
        ({"period": PeriodPreset.TODAY, "filters": {"oven": []}}, r"filters\['oven'\] needs at least one value"),
        ({"period": PeriodPreset.TODAY, "filters": {"oven": 7}}, r"filters\['oven'\] must be a list, not int"),
        ({"period": 7}, "period must be a PeriodPreset or a PeriodInterval, not int"),
        ({"period": Measure.COUNT}, "period must be a PeriodPreset or a PeriodInterval, not Measure"),
        ({"conversation_ids": ["seven"]}, "conversation_ids must be a whole number such as 1234, not 'seven'"),
        (
            {"period": PeriodInterval(start=datetime(2031, 5, 17), end=_END)},
            r"\$\.periodFilter\.start: expected a datetime with a time zone",
        ),
    ],
    ids=[
        "neither",
        "no conversations",
        "both",
        "empty iterator",
        "empty filter",
        "no list",
        "no period",
        "another enum value",
        "text",
        "no zone",
    ],
)
async def test_an_invalid_query_is_rejected_before_sending(
    mock_http: aioresponses, arguments: dict[str, Any], message: str
) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        analytics = dixa.analytics
        with pytest.raises(InvalidRequestError, match=message):
            await analytics.query_metric("loaves", timezone="Europe/Oslo", **arguments)
        with pytest.raises(InvalidRequestError, match=message):
            await analytics.query_records("loaf", timezone="Europe/Oslo", **arguments)
    assert sent == []


async def test_a_page_of_more_than_300_records_is_rejected_before_sending(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match="300 or less"):
            dixa.analytics.query_records("loaf", period=PeriodPreset.TODAY, timezone="Europe/Oslo", page_limit=301)
    assert sent == []


@given(values_of(PeriodPreset))
def test_a_preset_is_read_in_both_forms_and_written_in_one(preset: PeriodPreset) -> None:
    serializer = Serializer.shared()
    for value in (str(preset), {"_type": str(preset)}):
        assert serializer.structure({"_type": "Preset", "value": value}, PresetPeriod) == PresetPeriod(preset)
    assert serializer.unstructure(PresetPeriod(preset)) == {"_type": "Preset", "value": {"_type": str(preset)}}
