"""Queues: requests and responses."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.base import Unknown
from dixa_async.models.common import Channel
from dixa_async.models.outcomes import Failure, NotFoundFault, Success
from dixa_async.models.queues import (
    Availability,
    AvailabilityKnown,
    AvailabilityUnknown,
    GenericChannelAvailability,
    MemberListType,
    NewQueue,
    OfferingAlgorithm,
    Queue,
    QueueMember,
    QueuePosition,
    QueueThreshold,
    QueueUsages,
    SlaCalculationMethod,
    UnexpectedAvailabilityFault,
)

from .http_recorder import Sent, recording_client

_RESPONSE = {
    "id": "q1",
    "name": "Parcels",
    "isDefault": False,
    "organizationId": "o1",
    "queueThresholds": {"SlaPercentage": 80, "NewThreshold": 1},
    "slaCalculationMethod": "AbandonedIgnored",
    "doNotOfferTimeouts": {"Email": 60},
    "isDoNotOfferEnabled": True,
    "offeringAlgorithm": "LongestIdle",
    "memberListType": "Default",
    "usages": {"queueId": "q1", "usages": {"Email": ["parcels@example.com"]}},
}
_QUEUE = Queue(
    id="q1",
    name="Parcels",
    is_default=False,
    organization_id="o1",
    queue_thresholds={"SlaPercentage": 80, "NewThreshold": 1},
    sla_calculation_method=SlaCalculationMethod.ABANDONED_IGNORED,
    do_not_offer_timeouts={"Email": 60},
    is_do_not_offer_enabled=True,
    offering_algorithm=OfferingAlgorithm.LONGEST_IDLE,
    member_list_type=MemberListType.DEFAULT,
    usages=QueueUsages(queue_id="q1", usages={"Email": ["parcels@example.com"]}),
)


async def test_queues_are_listed_and_read(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [_RESPONSE]}, {"data": _RESPONSE}) as (dixa, sent):
        queues = dixa.queues
        assert list(await queues.list()) == [_QUEUE]
        assert await queues.get("q1") == _QUEUE
    assert sent == [Sent("GET", "/queues"), Sent("GET", "/queues/q1")]


def test_the_maps_of_a_queue_are_read_with_the_values_of_an_enum() -> None:
    assert _QUEUE.queue_thresholds[QueueThreshold.SLA_PERCENTAGE] == 80
    assert _QUEUE.do_not_offer_timeouts.get(Channel.SMS) is None


async def test_a_new_queue_is_wrapped(mock_http: aioresponses) -> None:
    queue = NewQueue(
        name="Parcels",
        call_functionality=False,
        is_default=False,
        is_do_not_offer_enabled=True,
        offer_algorithm=OfferingAlgorithm.LONGEST_IDLE,
        do_not_offer_timeouts={"Email": 60},
    )
    async with recording_client(mock_http, "POST", {"data": _RESPONSE}) as (dixa, sent):
        assert await dixa.queues.create(queue) == _QUEUE
    request = {
        "name": "Parcels",
        "callFunctionality": False,
        "isDefault": False,
        "isDoNotOfferEnabled": True,
        "offerAlgorithm": "LongestIdle",
        "doNotOfferTimeouts": {"Email": 60},
    }
    assert sent == [Sent("POST", "/queues", {"request": request})]


async def test_the_maps_of_a_new_queue_take_the_values_of_an_enum(mock_http: aioresponses) -> None:
    queue = NewQueue(
        name="Parcels",
        call_functionality=False,
        is_default=False,
        is_do_not_offer_enabled=True,
        queue_thresholds={QueueThreshold.LONGEST_WAIT: 300},
    )
    async with recording_client(mock_http, "POST", {"data": _RESPONSE}) as (dixa, sent):
        await dixa.queues.create(queue)
    assert sent[0].body["request"]["queueThresholds"] == {"LongestWait": 300}


async def test_the_members_of_a_queue_are_listed(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [{"agentId": "a1", "priority": 2}, {"agentId": "a2"}]}) as (
        dixa,
        sent,
    ):
        members = list(await dixa.queues.list_members("q1"))
    assert members == [QueueMember(agent_id="a1", priority=2), QueueMember(agent_id="a2")]
    assert sent == [Sent("GET", "/queues/q1/members")]


async def test_adding_members_returns_an_outcome_for_each(mock_http: aioresponses) -> None:
    response = [
        {"_type": "BulkActionFailure", "error": {"_type": "NotFound", "id": "a1", "message": "no such agent"}},
        {"_type": "BulkActionSuccess", "data": "a2"},
        {"_type": "BulkActionFailure", "error": {"_type": "NewFault"}},
    ]
    async with recording_client(mock_http, "PATCH", {"data": response}) as (dixa, sent):
        outcomes = await dixa.queues.add_members("q1", ("a1", "a2", "a3"))
    assert outcomes == [
        Failure(NotFoundFault(id="a1", message="no such agent")),
        Success("a2"),
        Failure(Unknown(type="NewFault", raw={"_type": "NewFault"})),
    ]
    assert sent == [Sent("PATCH", "/queues/q1/members", {"agentIds": ["a1", "a2", "a3"]})]


async def test_members_are_removed_with_a_body(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "DELETE", None) as (dixa, sent):
        await dixa.queues.remove_members("q1", [f"a{n}" for n in range(10)])
    assert sent == [Sent("DELETE", "/queues/q1/members", {"agentIds": [f"a{n}" for n in range(10)]})]


@pytest.mark.parametrize(
    ("agent_ids", "message"),
    [
        ([f"a{n}" for n in range(11)], "at most 10 in one call"),
        ("a1", "agent_ids must be a list"),
        (["a1", 2], "expected str"),
    ],
)
async def test_invalid_members_are_rejected_before_sending(
    mock_http: aioresponses, agent_ids: Sequence[Any], message: str
) -> None:
    async with recording_client(mock_http, "PATCH") as (dixa, sent):
        queues = dixa.queues
        with pytest.raises(InvalidRequestError, match=message):
            await queues.add_members("q1", agent_ids)
        with pytest.raises(InvalidRequestError, match=message):
            await queues.remove_members("q1", agent_ids)
    assert sent == []


async def test_availability_is_known_or_not_for_each_channel(mock_http: aioresponses) -> None:
    generic = {"_type": "GenericChannel", "genericChannelName": "parrot", "availability": "NotAvailable"}
    response = [
        {"_type": "Success", "channelAvailability": {**generic, "queueSize": 3}},
        {"_type": "Failure", "error": {"_type": "UnexpectedError", "channel": "pigeon", "message": "lost"}},
        {"_type": "Success", "channelAvailability": {"_type": "NewChannel"}},
        {"_type": "Failure", "error": {"_type": "NewFault"}},
        {"_type": "Perhaps"},
    ]
    async with recording_client(mock_http, "GET", {"data": response}) as (dixa, sent):
        known, not_known, new_channel, new_fault, new = await dixa.queues.list_availability("q1")
    assert known == AvailabilityKnown(
        channel_availability=GenericChannelAvailability(
            generic_channel_name="parrot", availability=Availability.NOT_AVAILABLE, queue_size=3
        )
    )
    assert not_known == AvailabilityUnknown(error=UnexpectedAvailabilityFault(channel="pigeon", message="lost"))
    assert isinstance(new_channel, AvailabilityKnown)
    assert isinstance(new_channel.channel_availability, Unknown)
    assert isinstance(new_fault, AvailabilityUnknown)
    assert isinstance(new_fault.error, Unknown)
    assert isinstance(new, Unknown)
    assert sent == [Sent("GET", "/queues/q1/availability")]


async def test_the_position_of_a_conversation_may_be_absent(mock_http: aioresponses) -> None:
    queued = {"queuedAt": "2024-03-01T08:00:00Z"}
    async with recording_client(mock_http, "GET", {"data": {**queued, "position": 4}}, {"data": queued}) as (
        dixa,
        sent,
    ):
        queues = dixa.queues
        since = datetime(2024, 3, 1, 8, tzinfo=UTC)
        assert await queues.get_conversation_position(42) == QueuePosition(queued_at=since, position=4)
        assert await queues.get_conversation_position("42") == QueuePosition(queued_at=since)
    assert sent == [Sent("GET", "/queues/conversation-position/42")] * 2
