"""A plausible company: the same for the same seed, and consistent in itself."""

import hashlib
import math
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dixa_async import to_json
from dixa_async.models import (
    ActivityLogEntry,
    ActivityType,
    Agent,
    AnonymizedConversation,
    Channel,
    ConversationState,
    Direction,
    EndUser,
    PhoneAttributes,
    PstnPhoneConversation,
    RatingStatus,
    Unknown,
)
from dixa_async.testing import FakeDixa, State
from dixa_async.testing.company.build import PRESENT
from dixa_async.testing.company.sizes import CompanySize
from dixa_async.testing.logic.search_filters import closed_at
from dixa_async.testing.saving.forms import saved_fields, to_plain

from ..helpers.clients import NOW, connect

_DIGEST = "b03112e7112d37991a95997aae27b6953b5f289ea26fa0ec751e5a225e0d1e56"
"""Of a company. When it changes, seeds make other companies, which belongs into the changelog."""

_MADE = ("agents", "end_users", "queues", "queue_members", "conversations", "messages", "notes", "ratings", "activity")


@pytest.fixture(scope="module")
def company() -> State:
    return FakeDixa(company=600, seed=7).state


def _digest(size: int, seed: int) -> str:
    state = FakeDixa(company=size, seed=seed).state
    made = {name: to_plain(getattr(state, name), form) for name, form in saved_fields(State).items() if name in _MADE}
    return hashlib.sha256(to_json(made)).hexdigest()


def test_the_same_seed_makes_the_same_company_in_every_process() -> None:
    program = "from tests.integration.test_company import _digest; print(_digest(300, 7))"
    environment = {"PYTHONHASHSEED": "12345", "PYTHONPATH": str(Path.cwd()), "TZ": "Asia/Tokyo"}
    other = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == _digest(300, 7) == _DIGEST
    assert _digest(300, 8) != _DIGEST


def test_it_has_the_size_that_was_asked_for() -> None:
    sizes: list[tuple[CompanySize, int]] = [(1, 1), (25, 25), ("small", 200)]
    for size, count in sizes:
        state = FakeDixa(company=size).state
        assert len(state.conversations) == len(state.messages) == count
        assert len(state.agents) >= 6
        assert len(state.end_users) >= 10


@pytest.mark.parametrize("size", [0, -1, 1_000_001, True, "huge", "10"])
def test_an_impossible_size_is_refused(size: object) -> None:
    with pytest.raises(ValueError, match="company must"):
        FakeDixa(company=size)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seed must"):
        FakeDixa(company=1, seed=-1)


def test_its_present_needs_a_zone_and_a_company() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FakeDixa(company=1, until=datetime(2025, 1, 1))
    with pytest.raises(ValueError, match="from 1970 to 9998"):
        FakeDixa(company=1, until=datetime(1969, 12, 31, tzinfo=UTC))
    with pytest.raises(ValueError, match="pass company"):
        FakeDixa(until=NOW)


def test_comments_fit_the_scores(company: State) -> None:
    pleased, rated = set[str](), dict[str, set[bool]]()
    for rating in (rating for ratings in company.ratings.values() for rating in ratings):
        if rating.rating_comment is not None and rating.rating_score is not None:
            highest = {"Csat": 5, "Nps": 10, "ThumbsUpOrDown": 1}[rating.rating_type.value]
            rated.setdefault(rating.rating_comment, set()).add(rating.rating_score > highest / 2)
    pleased = {comment for comment, answers in rated.items() if True in answers}
    assert 0 < len(pleased) < len(rated)
    assert all(len(answers) == 1 for answers in rated.values())


def test_all_people_are_fictitious(company: State) -> None:
    people: list[Agent | EndUser] = [*company.agents.values(), *company.end_users.values()]
    emails = [person.email or "" for person in people]
    numbers = [person.phone_number for person in people if person.phone_number is not None]
    assert len({*emails}) == len(emails)
    assert len({*numbers}) == len(numbers) > 0
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d*@(support\.)?example\.(com|org|net)", email) for email in emails)
    assert all(re.fullmatch(r"\+1[2-9]\d\d55501\d\d", number) for number in numbers)
    ids = [*company.agents, *company.end_users, *company.tags, *company.queues, *company.teams]
    ids += [entry.id for entry in company.activity]
    ids += [message.id for messages in company.messages.values() for message in messages]
    assert len({*ids}) == len(ids)


def test_it_has_conversations_of_all_channels_and_states(company: State) -> None:
    found = {conversation.channel for conversation in company.conversations.values()}
    assert {*Channel} <= {*found}
    states = {conversation.state for conversation in company.conversations.values()}
    assert states == {ConversationState.OPEN, ConversationState.PENDING, ConversationState.CLOSED}
    assert {rating.rating_status for ratings in company.ratings.values() for rating in ratings} == {
        RatingStatus.OFFERED,
        RatingStatus.RATED,
    }
    assert company.notes
    assert company.presences
    assert any(conversation.link for conversation in company.conversations.values())


def test_all_that_happened_lies_in_the_90_days_until_the_present(company: State) -> None:
    first = PRESENT - timedelta(days=90)
    times = [entry.activity_timestamp for entry in company.activity]
    assert times == sorted(times)
    assert first <= times[0] <= times[-1] <= PRESENT
    created = [conversation.created_at for conversation in company.conversations.values()]
    assert created == sorted(created)
    assert all(user.created_at < first for user in company.end_users.values())
    assert all(agent.created_at < first for agent in company.agents.values())
    until = FakeDixa(company=50, until=NOW).state.activity[-1].activity_timestamp
    assert NOW - timedelta(days=30) < until <= NOW


def test_the_state_of_each_conversation_follows_from_its_activity(company: State) -> None:
    for conversation_id, entries in _activity(company).items():
        conversation = company.conversations[conversation_id]
        assert not isinstance(conversation, AnonymizedConversation)
        types = [entry.type for entry in entries]
        assert entries[0].activity_timestamp == conversation.created_at
        assert types[0] is (
            ActivityType.CONVERSATION_CREATED_BY_CUSTOMER
            if conversation.direction is Direction.INBOUND
            else ActivityType.CONVERSATION_CREATED_BY_AGENT
        )
        closings, reopenings = _times(entries, "CONVERSATION_CLOSED"), _times(entries, "CONVERSATION_REOPENED")
        is_closed = conversation.state is ConversationState.CLOSED
        assert len(closings) - len(reopenings) == int(is_closed)
        assert closed_at(conversation) == (closings[-1] if is_closed else None)
        postponed, resumed = _times(entries, "FOLLOWUP_ADDED"), _times(entries, "FOLLOWUP_EXPIRED")
        assert len(postponed) - len(resumed) == int(conversation.state is ConversationState.PENDING)
        assigned, unassigned = _times(entries, "CONVERSATION_ASSIGNED"), _times(entries, "CONVERSATION_UNASSIGNED")
        assert len(assigned) - len(unassigned) == int(conversation.assignment is not None)
        if conversation.assignment is not None:
            assert conversation.assignment.assigned_at == assigned[-1]


def test_an_assigned_conversation_belongs_to_a_member_of_its_queue(company: State) -> None:
    assigned = 0
    for conversation in company.conversations.values():
        assert not isinstance(conversation, AnonymizedConversation)
        assert conversation.queue is not None
        assert conversation.queue.queued_at is not None
        assert conversation.queue.queued_at >= conversation.created_at
        if conversation.assignment is not None:
            assigned += 1
            assert conversation.assignment.agent_id in company.queue_members[conversation.queue.id]
            assert conversation.assignment.assigned_at >= conversation.queue.queued_at
    assert assigned > 100
    assert all(company.queue_members.values())
    assert {member for members in company.queue_members.values() for member in members} == {*company.agents}


def test_messages_notes_tags_and_ratings_belong_to_who_took_part(company: State) -> None:
    activity = _activity(company)
    for conversation_id, messages in company.messages.items():
        conversation = company.conversations[conversation_id]
        entries, tag_ids = activity[conversation_id], company.conversation_tags.get(conversation_id, [])
        assert messages
        assert [message.created_at for message in messages] == sorted(message.created_at for message in messages)
        for message in messages:
            attributes = message.attributes
            assert not isinstance(attributes, Unknown)
            assert isinstance(attributes, PhoneAttributes) == isinstance(conversation, PstnPhoneConversation)
            inbound = getattr(attributes, "direction", None) is Direction.INBOUND
            assert (message.author_id == conversation.requester_id) == inbound
            assert (message.author_id in company.agents) != inbound
            assert "{" not in str(attributes)
        written = [entry for entry in entries if entry.type.startswith("MessageAdded")]
        assert [getattr(entry.attributes, "message_id", None) for entry in written] == [each.id for each in messages]
        tagged = [getattr(entry.attributes, "tag", None) for entry in entries if entry.type is ActivityType.TAG_ADDED]
        assert tagged == [company.tags[tag_id].name for tag_id in tag_ids]
        assert len(company.notes.get(conversation_id, [])) == len(_times(entries, "NOTE_ADDED"))
        for rating in company.ratings.get(conversation_id, []):
            assert rating.agent_id in company.agents
            assert rating.user_id == conversation.requester_id
            assert (rating.rating_score is not None) == (rating.rating_status is RatingStatus.RATED)
            assert rating.rating_score is None or 0 <= rating.rating_score <= 10


def _activity(state: State) -> dict[int, list[ActivityLogEntry]]:
    found: dict[int, list[ActivityLogEntry]] = defaultdict(list)
    for entry in state.activity:
        if entry.type is not ActivityType.CONVERSATION_LINKED_FROM_CHILD:
            found[entry.conversation_id].append(entry)
    assert found.keys() == state.conversations.keys()
    return found


@pytest.mark.clock
@pytest.mark.long
def test_a_large_company_is_made_soon_and_takes_little_memory() -> None:
    """2 s on a machine that does nothing else; the processor of a busy one takes longer for the same."""
    before, started = _resident_bytes(), time.process_time()
    company = FakeDixa(company="large").state
    assert time.process_time() - started < 4
    assert len(company.conversations) == 10_000
    assert _resident_bytes() - before < 200e6


def _resident_bytes() -> int:
    statistics = Path("/proc/self/statm")
    return int(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statistics.exists() else 0


def test_the_activity_of_a_conversation_is_found_whatever_happens_to_the_log() -> None:
    server = FakeDixa(company=20, seed=2)
    state = server.state

    def expected() -> list[list[ActivityLogEntry]]:
        return [[entry for entry in state.activity if entry.conversation_id == known] for known in state.conversations]

    assert [state.activity_of(known) for known in state.conversations] == expected()
    server.add_email(server.end_users[0], "More", ["of it"])
    assert [state.activity_of(known) for known in state.conversations] == expected()
    del state.activity[50:]
    assert [state.activity_of(known) for known in state.conversations] == expected()
    state.activity = state.activity[10:]
    assert [state.activity_of(known) for known in state.conversations] == expected()


def _times(entries: list[ActivityLogEntry], name: str) -> list[datetime]:
    return [entry.activity_timestamp for entry in entries if entry.type is ActivityType[name]]


def test_pending_conversations_come_back(company: State) -> None:
    pending = {each.id for each in company.conversations.values() if each.state is ConversationState.PENDING}
    assert {int(entry.target) for entry in company.agenda.entries} == pending != set()
    assert all(entry.at > PRESENT and entry.user_id in company.agents for entry in company.agenda.entries)


async def test_a_client_reads_all_of_it() -> None:
    async with FakeDixa(company=40, rate=math.inf) as server, connect(server) as dixa:
        assert [await dixa.end_users.get(user_id) for user_id in server.state.end_users] == server.end_users
        for conversation_id in server.state.conversations:
            assert await dixa.conversations.get(conversation_id) == server.state.conversations[conversation_id]
            assert list(await dixa.messages.list(conversation_id)) == server.state.messages[conversation_id]
            assert len(await dixa.conversations.list_activity(conversation_id)) > 1
