"""Agents: requests and responses."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.agents import Agent, AgentPatch, AgentUpdate, BulkAgentPatch, BulkAgentUpdate, NewAgent
from dixa_async.models.base import Unknown
from dixa_async.models.common import Channel
from dixa_async.models.outcomes import Failure, NotFoundFault, Success
from dixa_async.models.presence import ConnectionStatus, Presence, PresenceStatus, WorkingChannel
from dixa_async.models.teams import TeamReference
from dixa_async.resources.agents import Agents

from .http_recorder import Sent, recording_client

_ADA = {"id": "a1", "createdAt": "2024-03-01T08:00:00Z", "displayName": "Ada", "email": "ada@example.com"}
_AGENT = Agent(id="a1", created_at=datetime(2024, 3, 1, 8, tzinfo=UTC), display_name="Ada", email="ada@example.com")
_AT_WORK = {
    "userId": "a1",
    "requestTime": "2024-03-01T08:00:00.5",
    "lastSeen": "2024-03-01T07:59:00",
    "presenceStatus": "Working",
    "connectionStatus": "Online",
    "activeChannels": ["Email", "PstnPhone"],
}
_PRESENCE = Presence(
    user_id="a1",
    request_time=datetime(2024, 3, 1, 8, 0, 0, 500_000, tzinfo=UTC),
    last_seen=datetime(2024, 3, 1, 7, 59, tzinfo=UTC),
    presence_status=PresenceStatus.WORKING,
    connection_status=ConnectionStatus.ONLINE,
    active_channels=[Channel.EMAIL, Channel.PSTN_PHONE],
)


@pytest.mark.parametrize(
    ("call", "sent", "response", "result"),
    [
        (lambda agents: agents.get("a/1"), Sent("GET", "/agents/a%2F1"), {"data": _ADA}, _AGENT),
        (lambda agents: agents.delete("a1"), Sent("DELETE", "/agents/a1"), None, None),
        (
            lambda agents: agents.create(NewAgent(display_name="Ada", email="ada@example.com", middle_names=[])),
            Sent("POST", "/agents", {"displayName": "Ada", "email": "ada@example.com", "middleNames": []}),
            {"data": _ADA},
            _AGENT,
        ),
        (
            lambda agents: agents.update("a1", AgentUpdate(display_name="Ada", phone_number="+4570000001")),
            Sent("PUT", "/agents/a1", {"displayName": "Ada", "phoneNumber": "+4570000001"}),
            {"data": _ADA},
            _AGENT,
        ),
        (
            lambda agents: agents.set_working_channel("a1", WorkingChannel.SPEAK, working=False),
            Sent("PUT", "/agents/a1/presence/working-channel", {"channel": "Speak", "working": False}),
            None,
            None,
        ),
        (
            lambda agents: agents.get_presence("a1"),
            Sent("GET", "/agents/a1/presence"),
            {"data": _AT_WORK},
            _PRESENCE,
        ),
    ],
    ids=["get", "delete", "create", "update", "set_working_channel", "get_presence"],
)
async def test_each_plain_method_sends_its_request(
    mock_http: aioresponses, call: Callable[[Agents], Awaitable[Any]], sent: Sent, response: Any, result: Any
) -> None:
    async with recording_client(mock_http, sent.method, response) as (dixa, requests):
        assert await call(dixa.agents) == result
    assert requests == [sent]


async def test_list_accepts_only_one_filter(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [_ADA]}) as (dixa, sent):
        agents = dixa.agents
        assert list(await agents.list(phone="+4570000001", page_limit=5)) == [_AGENT]
        with pytest.raises(InvalidRequestError, match="email and phone"):
            agents.list(email="ada@example.com", phone="+4570000001")
    assert sent == [Sent("GET", "/agents?phone=%2B4570000001&pageLimit=5")]


async def test_the_presence_of_all_agents_is_a_bare_list(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", [_AT_WORK, {**_AT_WORK, "userId": "a2"}]) as (dixa, sent):
        found = [presence async for presence in dixa.agents.list_presence()]
    assert [presence.user_id for presence in found] == ["a1", "a2"]
    assert found[0] == _PRESENCE
    assert sent == [Sent("GET", "/agents/presence")]


async def test_all_teams_of_an_agent_are_in_one_page(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [{"id": "t1"}, {"id": "t2"}]}) as (dixa, sent):
        page = await dixa.agents.list_teams("a1")
    assert list(page) == [TeamReference(id="t1"), TeamReference(id="t2")]
    assert page.next_key is None
    assert sent == [Sent("GET", "/agents/a1/teams")]


async def test_a_patch_sends_none_as_null_and_omits_unset_fields(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "PATCH", {"data": _ADA}) as (dixa, sent):
        patch = AgentPatch(display_name="Ada", phone_number=None, additional_emails=[])
        assert await dixa.agents.patch("a1", patch) == _AGENT
    body: Any = {"displayName": "Ada", "phoneNumber": None, "additionalEmails": []}
    assert sent == [Sent("PATCH", "/agents/a1", body)]


_OUTCOMES = {
    "data": [
        {"_type": "BulkActionSuccess", "data": _ADA},
        {"_type": "BulkActionFailure", "error": {"_type": "NotFound", "id": "a2", "message": "not here"}},
        {"_type": "BulkActionFailure", "error": {"_type": "Tired", "message": "later"}},
    ]
}
_RESULTS = [
    Success(_AGENT),
    Failure(NotFoundFault(id="a2", message="not here")),
    Failure(Unknown(type="Tired", raw={"_type": "Tired", "message": "later"})),
]


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        (
            lambda agents: agents.create_many((NewAgent(display_name="Ada", email="ada@example.com"),)),
            Sent("POST", "/agents/bulk", {"data": [{"displayName": "Ada", "email": "ada@example.com"}]}),
        ),
        (
            lambda agents: agents.update_many([BulkAgentUpdate(id="a1", display_name="Ada")]),
            Sent("PUT", "/agents", [{"id": "a1", "displayName": "Ada"}]),
        ),
        (
            lambda agents: agents.patch_many([BulkAgentPatch(id="a1", last_name=None), BulkAgentPatch(id="a2")]),
            Sent("PATCH", "/agents", [{"id": "a1", "lastName": None}, {"id": "a2"}]),
        ),
    ],
    ids=["create_many is wrapped", "update_many is bare", "patch_many is bare"],
)
async def test_bulk_calls_return_an_outcome_for_each_agent(
    mock_http: aioresponses, call: Callable[[Agents], Awaitable[Any]], sent: Sent
) -> None:
    async with recording_client(mock_http, sent.method, _OUTCOMES) as (dixa, requests):
        assert await call(dixa.agents) == _RESULTS
    assert requests == [sent]


async def test_a_bulk_call_with_an_invalid_item_sends_nothing(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        wrong: Any = [NewAgent(display_name="Ada", email="ada@example.com"), AgentPatch(display_name="Bo")]
        with pytest.raises(InvalidRequestError) as caught:
            await dixa.agents.create_many(wrong)
    assert caught.value.path == "$[1].email"
    assert sent == []
