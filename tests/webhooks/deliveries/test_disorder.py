"""Deliveries that are doubled, late, out of order and under another event ID, by seed and by script."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, strategies as st

from dixa_async import DixaClient
from dixa_async.models.webhooks import WebhookEvent
from dixa_async.testing import DeliveryCopy, DeliverySettings, FakeDixa
from dixa_async.testing.event_builders import message_added, tag_added
from dixa_async.testing.webhooks.settings import Chance

from .listener import Listener

CHAOS = DeliverySettings(seed=7, copies=(1, 3), delay=(0.0, 0.2), new_event_id=0.5, in_flight=4)


async def test_events_are_doubled_and_out_of_order(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    await listener.subscribe(dixa)
    server.deliveries = CHAOS
    for number in range(40):
        server.deliver(message_added(message_id=str(number)))
    await server.deliveries_done()
    order = [int(each.event.data.message_id) for each in listener.delivered]  # type: ignore[union-attr]
    assert set(Counter(order).values()) == {1, 2, 3}
    assert order != sorted(order)
    assert len({each.event.id for each in listener.delivered}) > 40  # some copies have another


@given(seed=st.integers(), fewest=st.integers(0, 3), more=st.integers(0, 3), share=st.floats(0, 1))
def test_the_same_seed_chooses_the_same(seed: int, fewest: int, more: int, share: float) -> None:
    settings = DeliverySettings(seed=seed, copies=(fewest, fewest + more), delay=(0.5, 2), new_event_id=share)
    first, again = Chance(settings), Chance(settings)
    for _ in range(5):
        copies = first.copies(has_other_id=True)
        assert again.copies(has_other_id=True) == copies
        assert fewest <= len(copies) <= fewest + more
        assert all(0.5 <= copy.delay <= 2 for copy in copies)
        assert not copies or copies[0].event_id is None


def test_only_what_is_known_by_more_gets_another_event_id() -> None:
    settings = DeliverySettings(copies=3, new_event_id=1)
    assert [copy.event_id is None for copy in Chance(settings).copies(has_other_id=True)] == [True, False, False]
    assert [copy.event_id for copy in Chance(settings).copies(has_other_id=False)] == [None, None, None]


async def test_a_script_comes_first(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    await listener.subscribe(dixa)
    server.script_deliveries(event=WebhookEvent.CONVERSATION_TAG_ADDED)  # the next of these is lost
    server.script_deliveries(DeliveryCopy(delay=0.1), DeliveryCopy(event_id="another"), times=2)
    for event in (
        message_added(event_id="one"),
        tag_added(event_id="lost"),
        message_added(event_id="two"),
        tag_added(event_id="kept"),
    ):
        server.deliver(event)
    await server.deliveries_done()
    assert [each.event.id for each in listener.delivered] == ["another", "another", "kept", "one", "two"]


@pytest.mark.parametrize(
    "settings",
    [
        {"copies": (2, 1)},
        {"copies": -1},
        {"delay": (1.0, 0.5)},
        {"delay": -1},
        {"new_event_id": 1.5},
        {"retry_delays": (1, -1)},
        {"timeout": -1},
        {"in_flight": 0},
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        DeliverySettings(**settings)


def test_a_script_is_for_one_delivery_or_more() -> None:
    with pytest.raises(ValueError, match="times"):
        FakeDixa().script_deliveries(times=0)
    with pytest.raises(ValueError, match="delay"):
        DeliveryCopy(delay=-1)


async def test_who_gives_up_waiting_disturbs_nobody(server: FakeDixa, dixa: DixaClient, listener: Listener) -> None:
    await listener.subscribe(dixa)
    server.deliveries = DeliverySettings(delay=0.1)
    server.deliver(message_added())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await server.deliveries_done()
    await server.deliveries_done()
    assert len(listener.delivered) == 1
