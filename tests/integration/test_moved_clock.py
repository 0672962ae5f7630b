"""A clock that is moved: what is due in the meantime has happened, in its order and at its time."""

import asyncio
import math
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import freezegun
import pytest
from hypothesis import given, settings, strategies as st

from dixa_async import DixaClient
from dixa_async.models import AnonymizedConversation
from dixa_async.models.activity import ActivityType
from dixa_async.models.conversations import ConversationState
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW, connect, eventually

HOUR = timedelta(hours=1)


def an_email(server: FakeDixa) -> int:
    return server.add_email(server.end_users[0], "My order", ["Where is it?"]).id


def state_of(server: FakeDixa, conversation_id: int) -> tuple[ConversationState | None, datetime | None]:
    conversation = server.state.conversations[conversation_id]
    return conversation.state, conversation.state_updated_at


async def test_a_pending_conversation_comes_back_at_its_time(dixa: DixaClient, server: FakeDixa) -> None:
    conversation_id = an_email(server)
    due = NOW + 2 * HOUR + timedelta(microseconds=1)
    await dixa.conversations.follow_up(conversation_id, due)
    server.clock.advance(hours=2)
    assert state_of(server, conversation_id) == (ConversationState.PENDING, NOW)
    assert server.clock.advance(hours=24) == server.clock.now() == NOW + 26 * HOUR
    assert state_of(server, conversation_id) == (ConversationState.OPEN, NOW + 2 * HOUR)
    last = [entry async for entry in dixa.conversations.list_organization_activity(since=NOW + HOUR)]
    assert [(entry.type, entry.activity_timestamp) for entry in last] == [
        (ActivityType.FOLLOWUP_EXPIRED, NOW + 2 * HOUR)
    ]
    await dixa.conversations.close(conversation_id)
    assert state_of(server, conversation_id) == (ConversationState.CLOSED, NOW + 26 * HOUR)


async def test_what_was_closed_or_changed_in_the_meantime_does_not_come_back(
    dixa: DixaClient, server: FakeDixa
) -> None:
    closed, changed, later, gone = [an_email(server) for _ in range(4)]
    for conversation_id in (closed, changed, later, gone):
        await dixa.conversations.follow_up(conversation_id, NOW + HOUR)
    await dixa.conversations.close(closed)
    server.state.conversations[changed].state = ConversationState.AWAITING_PENDING
    await dixa.conversations.follow_up(later, NOW + 3 * HOUR)
    del server.state.conversations[gone]
    server.clock.advance(hours=2)
    assert state_of(server, closed)[0] == ConversationState.CLOSED
    assert state_of(server, changed)[0] == ConversationState.AWAITING_PENDING
    assert state_of(server, later)[0] == ConversationState.PENDING
    server.clock.advance(hours=2)
    assert state_of(server, later) == (ConversationState.OPEN, NOW + 3 * HOUR)


async def test_an_anonymization_is_done_after_a_day(server: FakeDixa, dixa: DixaClient) -> None:
    server.state.anonymization_polls = 1000
    conversation_id = an_email(server)
    request = await dixa.conversations.anonymize(conversation_id, force=True)
    server.clock.advance(hours=23, minutes=59)
    assert (await dixa.anonymization.get_request(request.id)).processed_at is None
    server.clock.advance(minutes=1)
    assert (await dixa.anonymization.get_request(request.id)).processed_at == NOW + 24 * HOUR
    anonymized = server.state.conversations[conversation_id]
    assert isinstance(anonymized, AnonymizedConversation)
    assert anonymized.anonymized_at == NOW + 24 * HOUR


async def succeeded(server: FakeDixa, times: int) -> int:
    """Send requests, and return how many were within the limits."""
    async with aiohttp.ClientSession(server.url, headers={"Authorization": server.api_key}) as web:
        statuses: list[int] = []
        for _ in range(times):
            async with web.get("/beta/organization") as response:
                statuses.append(response.status)
    assert set(statuses) <= {200, 429}
    return statuses.count(200)


async def test_limits_keep_to_the_moved_clock() -> None:
    async with FakeDixa(rate=0.001, burst=2, daily_quota=3, clock=NOW.timestamp) as server:
        assert await succeeded(server, 4) == 2
        server.clock.advance(seconds=1000)
        assert await succeeded(server, 4) == 1  # the bucket has another one
        server.clock.advance(seconds=1000)
        assert await succeeded(server, 4) == 0  # but the quota is used up
        server.clock.advance(days=1)
        assert await succeeded(server, 4) == 2


async def test_a_limit_by_the_clock_of_the_event_loop_moves_too() -> None:
    async with FakeDixa(rate=0.001, burst=1) as server:
        assert await succeeded(server, 2) == 1
        server.clock.advance(hours=1)
        assert await succeeded(server, 2) == 1


@settings(max_examples=30, deadline=None)
@given(
    dues=st.lists(st.integers(1, 10_000), min_size=1, max_size=8),
    steps=st.lists(st.integers(1, 5_000), min_size=1, max_size=6),
)
def test_everything_happens_in_order_and_at_its_time(dues: list[int], steps: list[int]) -> None:
    server = FakeDixa(clock=NOW.timestamp)
    for milliseconds in dues:
        conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])
        conversation.state = ConversationState.PENDING
        server.state.agenda.add("follow_up", str(conversation.id), NOW + timedelta(milliseconds=milliseconds))
    before = len(server.state.activity)
    for milliseconds in steps:
        server.clock.advance(timedelta(milliseconds=milliseconds))
        passed = (server.clock.now() - NOW) / timedelta(milliseconds=1)
        happened = [entry.activity_timestamp - NOW for entry in server.state.activity[before:]]
        assert happened == [timedelta(milliseconds=due) for due in sorted(dues) if due <= passed]
    assert server.clock.now() == NOW + timedelta(milliseconds=sum(steps))


@pytest.mark.parametrize(
    ("delta", "more", "advice"),
    [
        (None, {}, "only moves ahead: pass more than 0"),
        (None, {"hours": -1}, "only moves ahead"),
        (timedelta(hours=1), {"minutes": -60}, "only moves ahead"),
        (None, {"days": 4_000_000}, "the year 9998"),
        (None, {"days": 1e300}, "the year 9998"),
        (None, {"hours": math.nan}, "pass a number"),
        (26, {}, "such as hours=26"),
    ],
)
def test_it_only_moves_ahead(delta: Any, more: Mapping[str, float], advice: str) -> None:
    server = FakeDixa(clock=NOW.timestamp)
    with pytest.raises((TypeError, ValueError), match=advice):
        server.clock.advance(delta, **more)
    assert server.clock.now() == NOW


async def test_what_a_test_has_removed_in_the_meantime_is_not_missed(server: FakeDixa, dixa: DixaClient) -> None:
    user, email = server.end_users[0], an_email(server)
    await dixa.conversations.close(email)
    requests = [await dixa.end_users.anonymize(user.id), await dixa.conversations.anonymize(email)]
    del server.state.end_users[user.id], server.state.conversations[email]
    server.clock.advance(hours=26)
    assert all(server.state.anonymizations[request.id].processed_at for request in requests)


async def test_a_server_works_at_the_end_of_its_clock() -> None:
    server = FakeDixa()
    server.clock.advance(datetime(9999, 1, 1, tzinfo=UTC) - server.clock.now() - timedelta(seconds=1))
    async with server, DixaClient(server.api_key, base_url=server.url) as dixa:
        request = await dixa.end_users.anonymize(server.end_users[0].id)
        with pytest.raises(ValueError, match="the year 9998"):
            server.clock.advance(hours=25)
    assert request.initiated_at.year in (9998, 9999)


async def test_what_comes_due_in_real_time_happens_on_its_own() -> None:
    async with FakeDixa(rate=math.inf) as server, connect(server) as dixa:
        soon, at_once = an_email(server), an_email(server)
        await dixa.conversations.follow_up(soon, datetime.now(UTC) + timedelta(seconds=0.15))
        await eventually(lambda: state_of(server, soon)[0] is ConversationState.OPEN)
        with freezegun.freeze_time(datetime.now(UTC), real_asyncio=True) as frozen:
            await dixa.conversations.follow_up(at_once, datetime.now(UTC) + timedelta(days=1))
            frozen.tick(timedelta(days=2))
            assert (await dixa.conversations.get(at_once)).state is ConversationState.OPEN
        assert server.request_count == 3


async def test_the_clock_of_a_test_is_added_to() -> None:
    times = [NOW]
    async with FakeDixa(rate=math.inf, clock=lambda: times[0].timestamp()) as server, connect(server) as dixa:
        conversation_id = an_email(server)
        await dixa.conversations.follow_up(conversation_id, NOW + 3 * HOUR)
        server.clock.advance(HOUR)
        times[0] += HOUR
        assert server.clock.now() == NOW + 2 * HOUR
        times[0] += 2 * HOUR
        await dixa.organization.get()
        assert state_of(server, conversation_id) == (ConversationState.OPEN, NOW + 3 * HOUR)
        assert repr(server.clock) == "<FakeClock 2025-06-07T12:09:10.123000+00:00>"


def test_a_saved_state_keeps_the_moved_clock_and_what_is_due(tmp_path: Path) -> None:
    server = FakeDixa(clock=NOW.timestamp)
    conversation = server.add_email(server.end_users[0], "My order", ["Where is it?"])
    conversation.state = ConversationState.PENDING
    server.state.agenda.add("follow_up", str(conversation.id), NOW + 3 * HOUR)
    server.clock.advance(hours=2)
    server.save(tmp_path / "state.json")
    loaded = FakeDixa(clock=NOW.timestamp, load=tmp_path / "state.json")
    assert loaded.clock.now() == NOW + 2 * HOUR
    loaded.clock.advance(hours=2)
    assert state_of(loaded, conversation.id) == (ConversationState.OPEN, NOW + 3 * HOUR)


def test_postponed_conversations_of_a_company_come_back() -> None:
    server = FakeDixa(company=300, seed=7, until=NOW, clock=NOW.timestamp)
    conversations = server.state.conversations.values()
    pending = [each for each in conversations if each.state is ConversationState.PENDING]
    assert pending
    server.clock.advance(days=7)
    assert all(each.state is ConversationState.OPEN for each in pending)
    assert all(each.state_updated_at is not None and each.state_updated_at > NOW for each in pending)


def test_another_thread_moves_it_while_calls_are_made() -> None:
    async def call(server: FakeDixa) -> None:
        async with connect(server) as dixa:
            for _ in range(20):
                conversation_id = an_email(server)
                await dixa.conversations.follow_up(conversation_id, server.clock.now() + timedelta(days=1))

    def move(server: FakeDixa) -> None:
        for _ in range(500):  # less than a day, after which a call would be late
            server.clock.advance(minutes=1)

    with FakeDixa(rate=math.inf) as server:
        mover = threading.Thread(target=move, args=(server,), daemon=True)
        mover.start()
        asyncio.run(call(server))
        mover.join()
        server.clock.advance(days=2)
        states = {conversation.state for conversation in server.state.conversations.values()}
        assert states == {ConversationState.OPEN}
        times = [entry.activity_timestamp for entry in server.state.activity]
        assert times == sorted(times)
    server.clock.advance(days=1)  # it does not run any more
