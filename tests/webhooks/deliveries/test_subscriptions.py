"""Who is delivered what, how it is signed, and what the API says of it afterwards."""

import asyncio
import math
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from dixa_async import DixaClient
from dixa_async.models.common import Direction
from dixa_async.models.conversation_import import NewImportedConversation
from dixa_async.models.webhooks import (
    BasicAuthorization,
    CombinedWebhookFilters,
    DeliveryDetail,
    NoRecentDelivery,
    TokenAuthorization,
    WebhookAuthorization,
    WebhookCondition,
    WebhookEvent,
    WebhookFilterField,
    WebhookFilterStrategy,
    WebhookIsNotOneOf,
    WebhookIsOneOf,
    WebhookSubscriptionPatch,
)
from dixa_async.testing import DeliverySettings, FakeDixa
from dixa_async.testing.event_builders import message_added, rated, tag_added
from dixa_async.webhooks import WebhookRefusedError

from ...helpers.clients import connect
from .listener import Listener

CREATED = WebhookEvent.CONVERSATION_CREATED
MESSAGE = WebhookEvent.CONVERSATION_MESSAGE_ADDED


async def test_a_subscription_is_delivered_what_it_lists_while_it_is_enabled(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    subscription = await listener.subscribe(dixa, [CREATED])
    server.add_email(server.end_users[0], "One", ["Hello"])
    await server.deliveries_done()
    await dixa.webhooks.patch(subscription.id, WebhookSubscriptionPatch(enabled=False))
    server.add_email(server.end_users[0], "Two", ["Hello"])
    await server.deliveries_done()
    await dixa.webhooks.patch(subscription.id, WebhookSubscriptionPatch(enabled=True, events=[MESSAGE]))
    server.add_email(server.end_users[0], "Three", ["Hello"])
    await server.deliveries_done()
    await dixa.webhooks.delete(subscription.id)
    server.add_email(server.end_users[0], "Four", ["Hello"])
    await server.deliveries_done()
    assert listener.names == ["CREATED", "MESSAGE_ADDED"]


@pytest.mark.parametrize("authorization", [BasicAuthorization(username="u", password="p"), TokenAuthorization("t")])
async def test_a_delivery_is_signed_and_carries_what_the_subscription_says(
    server: FakeDixa, dixa: DixaClient, listener: Listener, authorization: WebhookAuthorization
) -> None:
    subscription = await listener.subscribe(dixa, authorization=authorization, headers={"X-Ours": "yes"})
    assert server.deliver(message_added()) == 1
    await server.deliveries_done()
    (delivered,) = listener.delivered
    listener.verify(subscription, authorization=authorization)
    with pytest.raises(WebhookRefusedError):
        listener.verify(subscription, authorization=TokenAuthorization("another"))
    assert delivered.headers["X-Ours"] == "yes"
    assert delivered.headers["X-DIXA-SUBSCRIPTION-ID"] == subscription.id
    assert delivered.headers["Content-Type"] == "application/json"


def _filters(
    *conditions: WebhookCondition, strategy: WebhookFilterStrategy = WebhookFilterStrategy.ALL
) -> Mapping[str, CombinedWebhookFilters]:
    return {"Conversation": CombinedWebhookFilters(strategy=strategy, conditions=list(conditions))}


_EMAIL = WebhookIsOneOf(field=WebhookFilterField.INITIAL_CHANNEL, values=["email", "pstn_phone"])
_NO_EMAIL = WebhookIsNotOneOf(field=WebhookFilterField.INITIAL_CHANNEL, values=["email"])
_IN_A_QUEUE = WebhookIsOneOf(field=WebhookFilterField.QUEUE_ID, values=["some"])
_NOT_IN_IT = WebhookIsNotOneOf(field=WebhookFilterField.QUEUE_ID, values=["some"])


@pytest.mark.parametrize(
    ("filters", "is_delivered"),
    [
        (_filters(_EMAIL), True),
        (_filters(_NO_EMAIL), False),
        (_filters(_EMAIL, _IN_A_QUEUE), False),
        (_filters(_EMAIL, _NOT_IN_IT), True),
        (_filters(_NO_EMAIL, _NOT_IN_IT, strategy=WebhookFilterStrategy.ANY), True),
        (_filters(_NO_EMAIL, _IN_A_QUEUE, strategy=WebhookFilterStrategy.ANY), False),
        ({"Agent": _filters(_NO_EMAIL)["Conversation"]}, True),
    ],
)
async def test_filters_decide(
    server: FakeDixa,
    dixa: DixaClient,
    listener: Listener,
    filters: Mapping[str, CombinedWebhookFilters],
    is_delivered: bool,
) -> None:
    await listener.subscribe(dixa, [CREATED], filters=filters)
    server.add_email(server.end_users[0], "One")
    await server.deliveries_done()
    assert listener.names == ["CREATED"] * is_delivered


async def test_a_filter_of_queues_looks_at_the_queue(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    queue = server.queues[0]
    wanted = WebhookIsOneOf(field=WebhookFilterField.QUEUE_ID, values=[queue.id])
    await listener.subscribe(dixa, filters=_filters(wanted))
    email = server.add_email(server.end_users[0], "One", ["Hello"])
    await dixa.conversations.transfer_to_queue(email.id, queue.id)
    await server.deliveries_done()
    assert listener.names == ["TRANSFERRED", "ENQUEUED"]


async def test_imports_can_be_left_out(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    other = WebhookIsNotOneOf(field=WebhookFilterField.OPERATION_ORIGIN, values=["ApiImport"])
    await listener.subscribe(dixa, [CREATED], filters=_filters(other))
    async with Listener() as everything:
        await everything.subscribe(dixa, [CREATED])
        new = NewImportedConversation(
            generic_channel_name="genericapimessaging",
            requester_id=server.end_users[0].id,
            direction=Direction.INBOUND,
            created_at=datetime(2020, 1, 1, tzinfo=UTC),
        )
        await dixa.conversations.import_(new)
        server.add_email(server.end_users[0], "One")
        await server.deliveries_done()
        assert everything.names == ["CREATED", "CREATED"]
    assert listener.names == ["CREATED"]


async def test_the_api_lists_what_became_of_deliveries(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    subscription = await listener.subscribe(dixa, [CREATED, MESSAGE])
    listener.statuses = [500]
    for text in ("one", "two"):
        server.deliver(message_added(text=text))
    server.deliver(tag_added())
    await server.deliveries_done()

    latest, first = await dixa.webhooks.list_delivery_logs(subscription.id, MESSAGE)
    assert (first.delivery_detail.success, first.delivery_detail.response_code) == (False, 500)
    assert first.delivery_detail.response_text == "what went wrong"
    assert (latest.delivery_detail.success, latest.delivery_detail.response_code) == (True, 204)
    assert [first.payload.encode(), latest.payload.encode()] == [each.body for each in listener.delivered]
    created, message = await dixa.webhooks.list_delivery_statuses(subscription.id)
    assert created.delivery_status == NoRecentDelivery()
    assert isinstance(message.delivery_status, DeliveryDetail)
    assert message.delivery_status.success


async def test_a_delivery_that_fails_is_retried_as_the_settings_say(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    subscription = await listener.subscribe(dixa)
    listener.statuses = [500, 302, 503]
    server.deliver(message_added())  # by default, it is not
    await server.deliveries_done()
    assert len(listener.delivered) == 1

    server.deliveries = DeliverySettings(retry_delays=(0.01, 0.01))
    event = rated()
    server.deliver(event)
    await server.deliveries_done()
    assert [each.event.id for each in listener.delivered[1:]] == [event.id] * 3
    signatures = {each.headers["X-DIXA-SIGNATURE"] for each in listener.delivered[1:]}
    assert len(signatures) == 3
    listener.verify(subscription)
    logs = await dixa.webhooks.list_delivery_logs(subscription.id, WebhookEvent.CONVERSATION_RATED)
    assert [each.delivery_detail.response_code for each in logs] == [204, 503, 302]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://a b/"])
async def test_a_server_that_is_not_there_is_in_the_log(server: FakeDixa, dixa: DixaClient, url: str) -> None:
    nobody = Listener()
    nobody.url = url
    subscription = await nobody.subscribe(dixa)
    server.deliver(message_added())
    await server.deliveries_done()
    (entry,) = await dixa.webhooks.list_delivery_logs(subscription.id, MESSAGE)
    assert not entry.delivery_detail.success
    assert entry.delivery_detail.response_text.startswith("no response: ")
    assert (await dixa.webhooks.get(subscription.id)).enabled  # however often it fails


async def test_a_server_that_takes_too_long_is_in_the_log(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    server.deliveries = DeliverySettings(timeout=0.05)
    listener.delay = 5
    subscription = await listener.subscribe(dixa)
    server.deliver(message_added())
    await server.deliveries_done()
    (entry,) = await dixa.webhooks.list_delivery_logs(subscription.id, MESSAGE)
    assert entry.delivery_detail.response_text == "no response: TimeoutError"


async def test_each_subscription_is_delivered_with_its_own_secret(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    first = await listener.subscribe(dixa)
    async with Listener() as other:
        second = await other.subscribe(dixa)
        assert first.secret_key != second.secret_key
        assert server.deliver(message_added()) == 2
        await server.deliveries_done()
        listener.verify(first)
        other.verify(second)
        assert len(listener.delivered) == len(other.delivered) == 1


async def test_without_subscriptions_nothing_is_made(server: FakeDixa, dixa: DixaClient) -> None:
    calls: list[Any] = []
    server.state.on_event = calls.append
    email = server.add_email(server.end_users[0], "One", ["Hello"])
    await dixa.conversations.close(email.id)
    assert not calls
    assert server.deliver(message_added()) == 0
    await server.deliveries_done()


def test_who_has_no_subscriptions_does_not_wait_for_the_classes_of_events() -> None:
    program = (
        "import sys; from dixa_async.testing import FakeDixa; server = FakeDixa();"
        "server.add_email(server.end_users[0], 'One', ['Hello']);"
        "sys.exit('dixa_async.webhooks.events' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


async def test_nothing_is_left_behind_when_the_server_is_closed(listener: Listener) -> None:
    async with FakeDixa(rate=math.inf, deliveries=DeliverySettings(delay=60)) as server:
        async with connect(server) as dixa:
            await listener.subscribe(dixa)
        server.deliver(message_added())
    await server.deliveries_done()  # what was under way is dropped
    # What happens before it runs again is delivered then.
    server.deliveries = DeliverySettings()
    server.add_email(server.end_users[0], "One")
    with pytest.raises(RuntimeError, match="not running"):
        await server.deliveries_done()
    async with server:
        await server.deliveries_done()
    assert listener.names == ["CREATED"]


async def test_who_waits_is_not_left_behind_either(listener: Listener) -> None:
    async with FakeDixa(rate=math.inf, deliveries=DeliverySettings(delay=60)) as server:
        async with connect(server) as dixa:
            await listener.subscribe(dixa)
        server.deliver(message_added())
        waiting = asyncio.create_task(server.deliveries_done())
        await asyncio.sleep(0)
    await asyncio.wait_for(waiting, 5)


async def test_a_server_in_a_thread_delivers_what_this_thread_adds(listener: Listener) -> None:
    with FakeDixa(rate=math.inf) as server:
        async with connect(server) as dixa:
            subscription = await listener.subscribe(dixa)
        email = server.add_email(server.end_users[0], "One", ["Hello"])
        server.add_message(email, "Are you there?")
        await server.deliveries_done()
    listener.verify(subscription)
    assert listener.names == ["CREATED", "MESSAGE_ADDED", "MESSAGE_ADDED"]
