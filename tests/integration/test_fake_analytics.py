"""Analytics, computed from the conversations of the server."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dixa_async import BadRequestError, DixaClient
from dixa_async.models import (
    Assignment,
    Channel,
    ChatConversation,
    ConversationState,
    CsatScore,
    Direction,
    NpsScore,
    RatingType,
    SmsConversation,
)
from dixa_async.models.analytics import DoubleAggregateValue, LongAggregateValue, Measure, MetricData, MetricFilterValue
from dixa_async.models.analytics_queries import PeriodInterval, PeriodPreset
from dixa_async.models.analytics_records import LongField, StringField, UuidField
from dixa_async.models.conversations import ConversationQueue
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def conversations(server: FakeDixa) -> None:
    """An open chat of today, and text messages of 1, 40 and 200 days ago, closed within 1, 2 and 3 hours."""
    user_id, agent_id = server.end_users[0].id, server.agents[0].id
    server.add_conversation(
        ChatConversation(
            id=1,
            requester_id=user_id,
            channel=Channel.WIDGET_CHAT,
            created_at=NOW,
            direction=Direction.INBOUND,
            assignment=Assignment(agent_id=agent_id, assigned_at=NOW),
            queue=ConversationQueue(id=server.queues[0].id),
        )
    )
    for number, days in ((2, 1), (3, 40), (4, 200)):
        created_at = NOW - days * DAY
        server.add_conversation(
            SmsConversation(
                id=number,
                requester_id=user_id,
                channel=Channel.SMS,
                created_at=created_at,
                state=ConversationState.CLOSED,
                state_updated_at=created_at + timedelta(hours=number - 1),
            )
        )


def values(data: MetricData) -> list[tuple[Measure, float]]:
    """The measures of a metric with their values."""
    aggregates = data.aggregates or []
    return [
        (aggregate.measure, aggregate.value)
        for aggregate in aggregates
        if isinstance(aggregate, LongAggregateValue | DoubleAggregateValue)
    ]


async def test_metrics_and_record_types_are_described(dixa: DixaClient, server: FakeDixa) -> None:
    metrics = [metric async for metric in dixa.analytics.list_metrics(page_limit=2)]
    records = [record async for record in dixa.analytics.list_record_types()]
    names = ["created_conversations", "closed_conversations", "time_to_close", "csat"]
    assert [metric.id for metric in metrics] == names
    assert await dixa.analytics.get_metric("time_to_close") == metrics[2]
    assert await dixa.analytics.get_record_type("closed_conversations") == records[1]
    assert records[1].related_metric_ids == ["closed_conversations", "time_to_close"]
    for metric in metrics:
        for condition in metric.filters or []:
            assert await dixa.analytics.list_filter_values(condition.filter_attribute)
    agents = [(value.value, value.label) async for value in dixa.analytics.list_filter_values("agent_id")]
    assert agents == [(agent.id, agent.display_name) for agent in server.agents]
    for call in (dixa.analytics.get_metric, dixa.analytics.get_record_type):
        with pytest.raises(BadRequestError, match="nothing"):
            await call("nothing")
    with pytest.raises(BadRequestError, match="nothing"):
        await dixa.analytics.list_filter_values("nothing")


@pytest.mark.parametrize(
    ("period", "created"),
    [
        (PeriodPreset.TODAY, 1),
        (PeriodPreset.YESTERDAY, 1),
        (PeriodPreset.THIS_WEEK, 2),
        (PeriodPreset.PREVIOUS_WEEK, 0),
        (PeriodPreset.THIS_MONTH, 2),
        (PeriodPreset.PREVIOUS_MONTH, 0),
        (PeriodPreset.THIS_QUARTER, 3),
        (PeriodPreset.PREVIOUS_QUARTER, 0),
        (PeriodPreset.THIS_YEAR, 3),
        (PeriodInterval(start=NOW - 40 * DAY, end=NOW), 2),
        (PeriodInterval(start=NOW - 200 * DAY, end=NOW + DAY), 4),
    ],
)
async def test_a_metric_counts_what_is_in_its_period(
    dixa: DixaClient, period: PeriodPreset | PeriodInterval, created: int
) -> None:
    data = await dixa.analytics.query_metric("created_conversations", timezone="UTC", period=period)
    assert values(data) == [(Measure.COUNT, created)]


async def test_days_begin_at_midnight_of_the_time_zone(dixa: DixaClient) -> None:
    # In Honolulu it is the evening before.
    data = await dixa.analytics.query_metric(
        "created_conversations", timezone="Pacific/Honolulu", period=PeriodPreset.TODAY
    )
    assert values(data) == [(Measure.COUNT, 1)]
    start, end = datetime(2025, 6, 6, 10, tzinfo=UTC), datetime(2025, 6, 7, 10, tzinfo=UTC)
    same = await dixa.analytics.query_metric(
        "created_conversations", timezone="UTC", period=PeriodInterval(start=start, end=end)
    )
    assert values(same) == values(data)


async def test_measures_and_filters_are_applied(dixa: DixaClient) -> None:
    data = await dixa.analytics.query_metric(
        "time_to_close", timezone="UTC", conversation_ids=[1, 2, 3, 4], filters={"channel": "SMS"}
    )
    assert dict(values(data)) == {
        Measure.COUNT: 3,
        Measure.MIN: 3600,
        Measure.MAX: 10800,
        Measure.SUM: 21600,
        Measure.AVERAGE: 7200,
        Measure.STD_DEV: pytest.approx(2939.39, abs=0.01),
    }
    none = await dixa.analytics.query_metric(
        "time_to_close",
        timezone="UTC",
        period=PeriodPreset.THIS_YEAR,
        filters={"channel": ["EMAIL", "WIDGET_CHAT"]},
        aggregations=[Measure.MAX],
    )
    assert values(none) == [(Measure.MAX, 0)]


async def test_records_are_paged_and_have_all_known_fields(dixa: DixaClient, server: FakeDixa) -> None:
    period = PeriodInterval(start=NOW - 300 * DAY, end=NOW + DAY)
    query = dixa.analytics.query_records("created_conversations", timezone="UTC", period=period, page_limit=3)
    pages = [page async for page in query.pages()]
    assert [len(page) for page in pages] == [3, 1]
    last = pages[1][0]
    assert (last.primary_timestamp_field.timestamp, last.value) == (NOW, None)
    fields = {field.name: field.field for field in last.fields or []}
    agent, queue, user = server.agents[0], server.queues[0], server.end_users[0]
    assert fields == {
        "csid": LongField(value=1),
        "requester_id": UuidField(value=user.id, label=user.display_name),
        "agent_id": UuidField(value=agent.id, label=agent.display_name),
        "initial_channel": StringField(value="WIDGET_CHAT", label="Widget Chat"),
        "initial_direction": StringField(value="INBOUND", label="Inbound"),
        "contact_point": None,
        "queue_id": UuidField(value=queue.id, label=queue.name),
    }
    closed = await dixa.analytics.query_records("closed_conversations", timezone="UTC", conversation_ids=[2])
    assert [record.value for record in closed] == [LongField(value=3600)]


@pytest.mark.parametrize(
    ("attribute", "value", "label"),
    [
        ("channel", "CONTACT_FORM", "Contact Form"),
        ("channel", "PSTN_PHONE", "Phone"),
        ("channel", "WHATS_APP", "WhatsApp"),
        ("initial_direction", "OUTBOUND", "Outbound"),
        ("contact_point", "support@example.com", "support@example.com"),
    ],
)
async def test_an_enum_value_has_a_label(dixa: DixaClient, attribute: str, value: str, label: str) -> None:
    assert MetricFilterValue(value=value, label=label) in await dixa.analytics.list_filter_values(attribute)


async def test_records_can_be_filtered_by_tags_directions_and_contact_points(
    dixa: DixaClient, server: FakeDixa
) -> None:
    email = server.add_email(server.end_users[0], "My order")
    tag, other = server.tags[:2]
    for each in (tag, other):
        await dixa.tags.add_to_conversation(email.id, each.id)
    expected: list[tuple[dict[str, str | list[str]], list[int]]] = [
        ({"tag_id": tag.id}, [email.id]),
        ({"initial_direction": "INBOUND"}, [1, email.id]),
        ({"initial_direction": "OUTBOUND"}, []),
        ({"contact_point": ["support@example.com"], "channel": "EMAIL"}, [email.id]),
        ({"contact_point": "sales@example.com"}, []),
    ]
    for filters, numbers in expected:
        records = await dixa.analytics.query_records(
            "created_conversations", timezone="UTC", period=PeriodPreset.TODAY, filters=filters
        )
        found = [field.field for record in records for field in record.fields or [] if field.name == "csid"]
        assert found == [LongField(value=number) for number in numbers]


async def test_ratings_are_records_and_are_aggregated_to_a_percentage(dixa: DixaClient) -> None:
    for score in (CsatScore(5), CsatScore(2), NpsScore(9)):
        rating_type = RatingType.CSAT if isinstance(score, CsatScore) else RatingType.NPS
        offer = await dixa.ratings.offer(1, rating_type)
        await dixa.ratings.submit(1, offer.id, score)
    await dixa.ratings.offer(1, RatingType.CSAT)
    records = await dixa.analytics.query_records("ratings", timezone="UTC", conversation_ids=[1])
    assert [record.value for record in records] == [LongField(value=5), LongField(value=2)]
    data = await dixa.analytics.query_metric("csat", timezone="UTC", conversation_ids=[1])
    assert values(data) == [(Measure.PERCENTAGE, 50)]


WHEN = {"periodFilter": {"_type": "Preset", "value": {"_type": "Today"}}}


@pytest.mark.parametrize(
    ("path", "query", "expected_error"),
    [
        ("metrics", {"id": "nothing", **WHEN}, "no metric nothing"),
        ("records", {"id": "nothing", **WHEN}, "no record nothing"),
        ("metrics", {"id": "time_to_close"}, "either"),
        ("metrics", {"id": "time_to_close", **WHEN, "csidFilter": [1]}, "either"),
        ("metrics", {"id": "time_to_close", "csidFilter": []}, "one conversation ID"),
        ("metrics", {"id": "time_to_close", **WHEN, "timezone": "Mars/Olympus"}, "timezone"),
        ("metrics", {"id": "time_to_close", **WHEN, "aggregations": ["Percentage"]}, "no aggregation Percentage"),
        ("records", {"id": "created_conversations", **WHEN, "filters": [{"attribute": "mood"}]}, "mood"),
        ("metrics", {"id": "time_to_close", "periodFilter": {"_type": "Preset", "value": "Always"}}, "Always"),
    ],
)
async def test_an_invalid_query_is_rejected(
    dixa: DixaClient, path: str, query: dict[str, Any], expected_error: str
) -> None:
    with pytest.raises(BadRequestError, match=expected_error):
        await dixa.request("POST", f"/analytics/{path}", json={"timezone": "UTC", **query})


async def test_more_than_three_hundred_records_are_too_many_for_a_page(dixa: DixaClient) -> None:
    query = {"id": "created_conversations", "timezone": "UTC", **WHEN}
    with pytest.raises(BadRequestError, match="from 1 to 300"):
        await dixa.request("POST", "/analytics/records", query={"pageLimit": 301}, json=query)
