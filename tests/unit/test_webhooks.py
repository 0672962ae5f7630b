"""Webhook subscriptions: requests, responses, and what no repr shows."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses
from yarl import URL

from dixa_async import DixaClient, InvalidRequestError, Unknown
from dixa_async.models.webhooks import (
    BasicAuthorization,
    CombinedWebhookFilters,
    DeliveryDetail,
    EventDeliveryLog,
    EventDeliveryStatus,
    NewWebhookSubscription,
    NoAuthorization,
    NoRecentDelivery,
    TokenAuthorization,
    UnknownWebhookCondition,
    WebhookAuthorization,
    WebhookCondition,
    WebhookEvent,
    WebhookFilterField,
    WebhookFilterStrategy,
    WebhookIsNotOneOf,
    WebhookIsOneOf,
    WebhookSubscriptionPatch,
)
from dixa_async.resources.webhooks import Webhooks

BASE = "https://dev.dixa.io/beta"
WIRE_SUBSCRIPTION: dict[str, Any] = {
    "id": "s-1",
    "name": "Night shift",
    "subscribedEvents": ["ConversationClosed", "ConversationPaused"],
    "url": "https://hooks.example.com/dixa",
    "headers": {"Authorization": "Bearer open-sesame"},
    "secretKey": "00ff",
    "enabled": True,
    "createdAt": "2024-02-03T04:05:06Z",
    "createdBy": "u-1",
    "updatedAt": "2024-02-03T04:05:06.5Z[GMT]",
    "updatedBy": "u-2",
    "filters": {
        "Conversation": {
            "_type": "CombinedFilters",
            "strategy": "Any",
            "conditions": [
                {"_type": "IsOneOf", "field": "QueueId", "values": ["q-1"]},
                {"_type": "IsOlderThan", "days": 3},
            ],
        },
        "Agent": {"_type": "NoFilters"},
    },
}


def new(authorization: WebhookAuthorization | None = None) -> NewWebhookSubscription:
    return NewWebhookSubscription(
        name="Night shift",
        url="https://hooks.example.com/dixa",
        authorization=authorization or NoAuthorization(),
        custom_headers={},
    )


def combined(*conditions: WebhookCondition) -> CombinedWebhookFilters:
    return CombinedWebhookFilters(strategy=WebhookFilterStrategy.ALL, conditions=list(conditions))


def is_one_of(*queues: str) -> WebhookIsOneOf:
    return WebhookIsOneOf(field=WebhookFilterField.QUEUE_ID, values=list(queues))


def sent(mock_http: aioresponses, method: str, path: str) -> Any:
    """The JSON that was sent; None if there was no body."""
    (call,) = mock_http.requests[method, URL(BASE + path)]
    body = call.kwargs["data"]
    return None if body is None else json.loads(body)


@pytest.fixture
async def webhooks() -> AsyncIterator[Webhooks]:
    async with DixaClient("key") as dixa:
        yield dixa.webhooks


@pytest.mark.parametrize(
    ("call", "method", "path", "body"),
    [
        (lambda w: w.list(), "GET", "/webhooks", None),
        (lambda w: w.get("s-1"), "GET", "/webhooks/s-1", None),
        (lambda w: w.delete("s-1"), "DELETE", "/webhooks/s-1", None),
        (lambda w: w.list_delivery_statuses("s-1"), "GET", "/webhooks/s-1/delivery-status", None),
        (
            lambda w: w.list_delivery_logs("s-1", WebhookEvent.SLA_EVALUATION_VOIDED),
            "GET",
            "/webhooks/s-1/delivery-status/logs/SLAEvaluationVoided",
            None,
        ),
        (
            lambda w: w.list_delivery_logs("s-1", "ConversationPaused"),
            "GET",
            "/webhooks/s-1/delivery-status/logs/ConversationPaused",
            None,
        ),
        (
            lambda w: w.create(new()),
            "POST",
            "/webhooks",
            {
                "name": "Night shift",
                "url": "https://hooks.example.com/dixa",
                "authorization": {"_type": "NoAuth"},
                "customHeaders": {},
            },
        ),
        (
            lambda w: w.patch("s-1", WebhookSubscriptionPatch(enabled=False, filters=None)),
            "PATCH",
            "/webhooks/s-1",
            {"enabled": False, "filters": None},
        ),
    ],
)
async def test_a_method_sends_its_request(
    mock_http: aioresponses,
    webhooks: Webhooks,
    call: Callable[[Webhooks], Awaitable[Any]],
    method: str,
    path: str,
    body: Any,
) -> None:
    is_list = path == "/webhooks" or "delivery" in path
    mock_http.add(BASE + path, method, payload={"data": [] if is_list and method == "GET" else WIRE_SUBSCRIPTION})
    await call(webhooks)
    assert sent(mock_http, method, path) == body


async def test_a_subscription_with_unknown_filters_can_be_read(mock_http: aioresponses, webhooks: Webhooks) -> None:
    mock_http.get(f"{BASE}/webhooks", payload={"data": [WIRE_SUBSCRIPTION]})
    (subscription,) = await webhooks.list()
    assert subscription.subscribed_events == [WebhookEvent.CONVERSATION_CLOSED, "ConversationPaused"]
    assert subscription.updated_at == datetime(2024, 2, 3, 4, 5, 6, 500_000, tzinfo=UTC)
    assert subscription.filters == {
        "Conversation": CombinedWebhookFilters(
            strategy=WebhookFilterStrategy.ANY,
            conditions=[
                is_one_of("q-1"),
                UnknownWebhookCondition(type="IsOlderThan", raw={"_type": "IsOlderThan", "days": 3}),
            ],
        ),
        "Agent": Unknown(type="NoFilters", raw={"_type": "NoFilters"}),
    }


async def test_a_subscription_without_headers_can_be_read(mock_http: aioresponses, webhooks: Webhooks) -> None:
    old = {name: value for name, value in WIRE_SUBSCRIPTION.items() if name != "headers"}
    mock_http.get(f"{BASE}/webhooks/s-1", payload={"data": old})
    assert (await webhooks.get("s-1")).headers is None


async def test_the_filters_of_a_subscription_carry_their_tags(mock_http: aioresponses, webhooks: Webhooks) -> None:
    mock_http.post(f"{BASE}/webhooks", status=201, payload={"data": WIRE_SUBSCRIPTION})
    subscription = new(TokenAuthorization("open-sesame"))
    subscription.events = [WebhookEvent.CONVERSATION_CLOSED, WebhookEvent("ConversationPaused")]
    subscription.filters = {
        "Conversation": combined(
            WebhookIsNotOneOf(field=WebhookFilterField.INITIAL_CHANNEL, values=["widget_chat"]), is_one_of("q-1", "q-2")
        )
    }
    created = await webhooks.create(subscription)
    assert created.secret_key == "00ff"
    assert sent(mock_http, "POST", "/webhooks") == {
        "name": "Night shift",
        "url": "https://hooks.example.com/dixa",
        "authorization": {"_type": "TokenAuth", "value": "open-sesame"},
        "customHeaders": {},
        "events": ["ConversationClosed", "ConversationPaused"],
        "filters": {
            "Conversation": {
                "_type": "CombinedFilters",
                "strategy": "All",
                "conditions": [
                    {"_type": "IsNotOneOf", "field": "InitialChannel", "values": ["widget_chat"]},
                    {"_type": "IsOneOf", "field": "QueueId", "values": ["q-1", "q-2"]},
                ],
            }
        },
    }


@pytest.mark.parametrize(
    ("filters", "path"),
    [
        ({"Conversation": combined()}, "$.filters['Conversation'].conditions"),
        ({"Conversation": combined(is_one_of("q"), is_one_of())}, "$.filters['Conversation'].conditions[1].values"),
        (
            {"Conversation": combined(UnknownWebhookCondition(type=None, raw=3))},
            "$.filters['Conversation'].conditions[0]",
        ),
        ({"Conversation": None}, "$.filters['Conversation']"),
        ([combined()], "$.filters"),
    ],
)
async def test_filters_that_dixa_rejects_are_not_sent(
    mock_http: aioresponses, webhooks: Webhooks, filters: Any, path: str
) -> None:
    subscription = new()
    subscription.filters = filters
    for call in (
        webhooks.create(subscription),
        webhooks.patch("s-1", WebhookSubscriptionPatch(filters=filters)),
    ):
        with pytest.raises(InvalidRequestError) as caught:
            await call
        assert caught.value.path == path
    assert not mock_http.requests


@pytest.mark.parametrize("wrong", [None, {"name": "Night shift"}, WebhookSubscriptionPatch()])
async def test_an_invalid_subscription_is_not_sent(mock_http: aioresponses, webhooks: Webhooks, wrong: Any) -> None:
    with pytest.raises(InvalidRequestError):
        await webhooks.create(wrong)
    assert not mock_http.requests


async def test_the_status_of_a_delivery_is_read_by_its_tag(mock_http: aioresponses, webhooks: Webhooks) -> None:
    detail = {
        "_type": "DeliveryDetail",
        "deliveryTimestamp": "2024-02-03T04:05:06.789Z",
        "success": False,
        "responseCode": 503,
        "responseText": "Busy",
    }
    statuses: list[dict[str, Any]] = [
        {"event": "ConversationRated", "deliveryStatus": detail},
        {"event": "TypingStarted", "deliveryStatus": {"_type": "NoRecentDelivery"}},
        {"event": "TypingStopped", "deliveryStatus": {"_type": "Queued"}},
    ]
    mock_http.get(f"{BASE}/webhooks/s-1/delivery-status", payload={"data": statuses})
    assert list(await webhooks.list_delivery_statuses("s-1")) == [
        EventDeliveryStatus(
            event=WebhookEvent.CONVERSATION_RATED,
            delivery_status=DeliveryDetail(
                delivery_timestamp=datetime(2024, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC),
                success=False,
                response_code=503,
                response_text="Busy",
            ),
        ),
        EventDeliveryStatus(event=WebhookEvent.TYPING_STARTED, delivery_status=NoRecentDelivery()),
        EventDeliveryStatus(
            event=WebhookEvent("TypingStopped"), delivery_status=Unknown(type="Queued", raw={"_type": "Queued"})
        ),
    ]


async def test_a_log_needs_no_tag(mock_http: aioresponses, webhooks: Webhooks) -> None:
    detail = {
        "deliveryTimestamp": "2024-02-03T04:05:06Z",
        "success": True,
        "responseCode": 204,
        "responseText": "",
    }
    mock_http.get(
        f"{BASE}/webhooks/s-1/delivery-status/logs/ConversationRated",
        payload={"data": [{"deliveryDetail": detail, "payload": '{"event_id": "e-1"}'}]},
    )
    (log,) = await webhooks.list_delivery_logs("s-1", WebhookEvent.CONVERSATION_RATED)
    assert log == EventDeliveryLog(
        delivery_detail=DeliveryDetail(
            delivery_timestamp=datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC),
            success=True,
            response_code=204,
            response_text="",
        ),
        payload='{"event_id": "e-1"}',
    )


async def test_no_repr_shows_a_secret(mock_http: aioresponses, webhooks: Webhooks) -> None:
    mock_http.get(f"{BASE}/webhooks/s-1", payload={"data": WIRE_SUBSCRIPTION})
    subscription = await webhooks.get("s-1")
    assert "secret_key=***" in repr(subscription)
    assert "headers=***" in repr(subscription)
    request = new(BasicAuthorization(username="dixa", password="open-sesame"))
    request.custom_headers = {"X-Key": "open-sesame"}
    assert "authorization=BasicAuthorization(username='dixa', password=***)" in repr(request)
    assert "custom_headers=***" in repr(request)
    assert repr(TokenAuthorization("open-sesame")) == "TokenAuthorization(value=***)"
    patch = WebhookSubscriptionPatch(custom_headers={"X-Key": "open-sesame"})
    assert repr(patch) == "WebhookSubscriptionPatch(custom_headers=***)"
    for model in (subscription, request, patch):
        assert "open-sesame" not in repr(model)
        assert "00ff" not in repr(model)


def test_an_absent_secret_is_left_out_of_the_repr() -> None:
    assert repr(WebhookSubscriptionPatch(enabled=True)) == "WebhookSubscriptionPatch(enabled=True)"


def test_a_secret_counts_when_models_are_compared() -> None:
    assert TokenAuthorization("a") != TokenAuthorization("b")


def test_there_are_32_kinds_of_events() -> None:
    assert len(WebhookEvent) == 32
    assert all(event.name.replace("_", "") == event.value.upper() for event in WebhookEvent)


async def test_filters_of_an_unknown_kind_are_sent_back_unchanged(mock_http: aioresponses, webhooks: Webhooks) -> None:
    later = {"_type": "StartsWith", "field": "Subject", "values": ["re"], "more": {"a": [1]}}
    filters = {
        "Conversation": {"_type": "CombinedFilters", "strategy": "All", "conditions": [later]},
        "Message": {"_type": "NegatedFilters", "of": []},
    }
    mock_http.get(f"{BASE}/webhooks/s-1", payload={"data": {**WIRE_SUBSCRIPTION, "filters": filters}})
    mock_http.patch(f"{BASE}/webhooks/s-1", payload={"data": WIRE_SUBSCRIPTION})
    found = await webhooks.get("s-1")
    assert found.filters is not None
    await webhooks.patch("s-1", WebhookSubscriptionPatch(filters=found.filters))
    assert sent(mock_http, "PATCH", "/webhooks/s-1") == {"filters": filters}
