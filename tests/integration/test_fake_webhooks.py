"""Webhook subscriptions, from the call to the state of the server and back."""

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models.webhooks import (
    BasicAuthorization,
    CombinedWebhookFilters,
    DeliveryDetail,
    EventDeliveryLog,
    NewWebhookSubscription,
    NoAuthorization,
    NoRecentDelivery,
    TokenAuthorization,
    WebhookAuthorization,
    WebhookEvent,
    WebhookFilterField,
    WebhookFilterStrategy,
    WebhookIsOneOf,
    WebhookSubscriptionPatch,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

EVENTS = [WebhookEvent.CONVERSATION_CREATED, WebhookEvent.CONVERSATION_CLOSED]
FILTERS = {
    "Conversation": CombinedWebhookFilters(
        strategy=WebhookFilterStrategy.ANY,
        conditions=[WebhookIsOneOf(field=WebhookFilterField.INITIAL_CHANNEL, values=["email"])],
    )
}


def a_subscription(authorization: WebhookAuthorization | None = None) -> NewWebhookSubscription:
    """A subscription that can be created."""
    return NewWebhookSubscription(
        name="Ours",
        url="https://hooks.example.com/dixa",
        authorization=authorization or NoAuthorization(),
        custom_headers={"X-Sent-At": "noon"},
        events=EVENTS,
        filters=FILTERS,
    )


async def test_a_subscription_goes_through_all_changes(dixa: DixaClient) -> None:
    created = await dixa.webhooks.create(a_subscription(TokenAuthorization("t")))
    assert await dixa.webhooks.get(created.id) == created
    assert (created.enabled, created.subscribed_events, created.filters) == (True, EVENTS, FILTERS)
    assert created.headers == {"X-Sent-At": "noon", "Authorization": "Bearer t"}
    assert len(bytes.fromhex(created.secret_key)) == 32

    off = await dixa.webhooks.patch(created.id, WebhookSubscriptionPatch(enabled=False, name="Theirs"))
    assert (off.enabled, off.name, off.url, off.headers) == (False, "Theirs", created.url, created.headers)
    patch = WebhookSubscriptionPatch(
        authorization=BasicAuthorization(username="u", password="p"), custom_headers=None, events=None, filters=None
    )
    bare = await dixa.webhooks.patch(created.id, patch)
    assert (bare.headers, bare.subscribed_events, bare.filters) == ({"Authorization": "Basic dTpw"}, [], None)
    assert list(await dixa.webhooks.list()) == [bare]
    await dixa.webhooks.delete(created.id)
    with pytest.raises(NotFoundError, match=created.id):
        await dixa.webhooks.get(created.id)


async def test_deliveries_are_reported(dixa: DixaClient, server: FakeDixa) -> None:
    subscription = await dixa.webhooks.create(a_subscription())
    detail = DeliveryDetail(delivery_timestamp=NOW, success=False, response_code=500, response_text="Oh")
    log = EventDeliveryLog(delivery_detail=detail, payload="{}")
    server.state.deliveries[subscription.id, WebhookEvent.CONVERSATION_CLOSED] = [log]
    created, closed = await dixa.webhooks.list_delivery_statuses(subscription.id)
    assert (created.delivery_status, closed.delivery_status) == (NoRecentDelivery(), detail)
    logs = dixa.webhooks.list_delivery_logs
    assert list(await logs(subscription.id, WebhookEvent.CONVERSATION_CLOSED)) == [log]
    assert list(await logs(subscription.id, WebhookEvent.CONVERSATION_CREATED)) == []
    with pytest.raises(BadRequestError, match="Pigeon"):
        await logs(subscription.id, "Pigeon")


@pytest.mark.parametrize(
    ("patch", "expected_error"),
    [
        (WebhookSubscriptionPatch(), "changes nothing"),
        (WebhookSubscriptionPatch(name=""), "name"),
        (WebhookSubscriptionPatch(url="hooks.example.com"), "http or https URL"),
        (WebhookSubscriptionPatch(events=[WebhookEvent("Pigeon")]), "Pigeon"),
    ],
)
async def test_an_invalid_change_is_rejected(
    dixa: DixaClient, server: FakeDixa, patch: WebhookSubscriptionPatch, expected_error: str
) -> None:
    subscription = await dixa.webhooks.create(a_subscription())
    with pytest.raises(BadRequestError, match=expected_error):
        await dixa.webhooks.patch(subscription.id, patch)
    assert list(server.state.webhooks.values()) == [subscription]


async def test_a_filter_needs_conditions(dixa: DixaClient, server: FakeDixa) -> None:
    subscription = await dixa.webhooks.create(a_subscription())
    empty = {"filters": {"Conversation": {"_type": "CombinedFilters", "strategy": "All", "conditions": []}}}
    with pytest.raises(BadRequestError, match="one condition"):
        await dixa.request("PATCH", f"/webhooks/{subscription.id}", json=empty)
