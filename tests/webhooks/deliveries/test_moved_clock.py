"""Deliveries while the clock of the server is moved: in the order of their time, and with its time stamps."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from dixa_async import DixaClient
from dixa_async.models.webhooks import WebhookEvent
from dixa_async.testing import DeliveryCopy, DeliverySettings, FakeDixa
from dixa_async.testing.event_builders import rated
from dixa_async.webhooks import ConversationPendingExpired

from ...helpers.clients import NOW, connect, eventually
from .listener import Listener

HOUR = timedelta(hours=1)


async def test_conversations_that_come_back_are_delivered_in_their_order(
    server: FakeDixa, dixa: DixaClient, listener: Listener
) -> None:
    first, second = (server.add_email(server.end_users[0], "My order", ["Hello"]) for _ in range(2))
    subscription = await listener.subscribe(dixa)
    now = server.clock.now()
    await dixa.conversations.follow_up(second.id, now + 5 * HOUR, user_id=server.agents[0].id)
    await dixa.conversations.follow_up(first.id, now + 2 * HOUR)
    await server.deliveries_done()
    listener.delivered.clear()
    server.clock.advance(days=3)
    await server.deliveries_done()
    assert listener.names == ["PENDING_EXPIRED", "OPEN"] * 2
    events = [each.event for each in listener.delivered]
    assert [event.conversation.id for event in events if event.conversation] == [first.id] * 2 + [second.id] * 2
    assert [event.occurred_at for event in events[::2]] == [now + 2 * HOUR, now + 5 * HOUR]
    expired = events[2]
    assert isinstance(expired, ConversationPendingExpired)
    assert expired.pending_by is not None
    assert expired.pending_by.id == server.agents[0].id
    listener.verify(subscription)  # by the real time, which nobody moved


async def test_retries_that_come_due_are_made_at_their_time_before_what_is_later() -> None:
    settings = DeliverySettings(retry_delays=(600, 600, 7200))
    async with (
        FakeDixa(rate=math.inf, clock=NOW.timestamp, deliveries=settings) as server,
        connect(server) as dixa,
        Listener() as listener,
    ):
        subscription = await listener.subscribe(dixa)
        early, late = rated(score=1), rated(score=5)
        server.script_deliveries(DeliveryCopy(delay=3600))
        server.script_deliveries(DeliveryCopy(delay=5400))
        server.deliver(early)
        server.deliver(late)
        listener.statuses = [500, 500, 500]
        server.clock.advance(hours=2)
        await eventually(lambda: len(listener.delivered) == 4)
        assert [each.event.id for each in listener.delivered] == [early.id] * 3 + [late.id]
        server.clock.advance(hours=2)
        await server.deliveries_done()
        logs = await dixa.webhooks.list_delivery_logs(subscription.id, WebhookEvent.CONVERSATION_RATED)
        minutes = [(entry.delivery_detail.delivery_timestamp - NOW) / timedelta(minutes=1) for entry in logs]
        assert minutes == pytest.approx([200, 90, 80, 70, 60], abs=0.01)
        assert [entry.delivery_detail.response_code for entry in logs] == [204, 204, 500, 500, 500]


async def test_what_is_delivered_later_comes_due_before_the_server_runs(listener: Listener) -> None:
    server = FakeDixa(rate=math.inf, clock=NOW.timestamp)
    async with server, connect(server) as dixa:
        await listener.subscribe(dixa)
    server.deliveries = DeliverySettings(delay=3600)
    server.deliver(rated())
    server.clock.advance(minutes=61)
    async with server:
        await server.deliveries_done()
    assert listener.names == ["RATED"]


async def test_nothing_is_early(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    await listener.subscribe(dixa)
    server.deliveries = DeliverySettings(delay=3600)
    server.deliver(rated())
    server.clock.advance(minutes=59)
    await dixa.organization.get()
    assert listener.delivered == []
    server.clock.advance(minutes=2)
    await server.deliveries_done()
    assert len(listener.delivered) == 1
    assert datetime.now(UTC) < server.clock.now() - HOUR + timedelta(seconds=1)
