"""Teams: requests and responses."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.presence import ConnectionStatus, Presence
from dixa_async.models.teams import Team, TeamMember
from dixa_async.resources.teams import Teams

from .http_recorder import Sent, recording_client

_TEAM = {"id": "t1", "name": "Returns"}


@pytest.mark.parametrize(
    ("call", "sent", "response", "result"),
    [
        (lambda teams: teams.get("t/1"), Sent("GET", "/teams/t%2F1"), {"data": _TEAM}, Team(id="t1", name="Returns")),
        (
            lambda teams: teams.create("Returns"),
            Sent("POST", "/teams", {"name": "Returns"}),
            {"data": _TEAM},
            Team(id="t1", name="Returns"),
        ),
        (lambda teams: teams.delete("t1"), Sent("DELETE", "/teams/t1"), None, None),
        (
            lambda teams: teams.add_members("t1", ("a1", "a2")),
            Sent("PATCH", "/teams/t1/agents", {"agentIds": ["a1", "a2"]}),
            None,
            None,
        ),
        (
            lambda teams: teams.remove_members("t1", ["a1"]),
            Sent("DELETE", "/teams/t1/agents", {"agentIds": ["a1"]}),
            None,
            None,
        ),
    ],
    ids=["get", "create", "delete", "add_members", "remove_members with a body"],
)
async def test_each_plain_method_sends_its_request(
    mock_http: aioresponses, call: Callable[[Teams], Awaitable[Any]], sent: Sent, response: Any, result: Any
) -> None:
    async with recording_client(mock_http, sent.method, response) as (dixa, requests):
        assert await call(dixa.teams) == result
    assert requests == [sent]


async def test_adding_members_succeeds_although_the_response_is_not_json(mock_http: aioresponses) -> None:
    mock_http.patch("https://dev.dixa.io/beta/teams/t1/agents", status=200, body=b"OK", content_type="text/plain")
    async with recording_client(mock_http, "PATCH") as (dixa, sent):
        await dixa.teams.add_members("t1", ["a1"])
    assert sent == [Sent("PATCH", "/teams/t1/agents", {"agentIds": ["a1"]})]


@pytest.mark.parametrize("wrong", ["a1", [1], [None]])
async def test_members_that_are_not_a_list_of_ids_are_rejected_before_sending(
    mock_http: aioresponses, wrong: Any
) -> None:
    async with recording_client(mock_http, "PATCH") as (dixa, sent):
        teams = dixa.teams
        with pytest.raises(InvalidRequestError):
            await teams.add_members("t1", wrong)
        with pytest.raises(InvalidRequestError):
            await teams.remove_members("t1", wrong)
    assert sent == []


async def test_all_teams_and_members_are_in_one_page(mock_http: aioresponses) -> None:
    members = [{"id": "a1", "name": "Ada", "email": "ada@example.com"}, {"id": "a2"}]
    async with recording_client(mock_http, "GET", {"data": [_TEAM]}, {"data": members}) as (dixa, sent):
        teams = dixa.teams
        assert [team async for team in teams.list()] == [Team(id="t1", name="Returns")]
        ada = TeamMember(id="a1", name="Ada", email="ada@example.com")
        assert list(await teams.list_members("t1")) == [ada, TeamMember(id="a2")]
    assert sent == [Sent("GET", "/teams"), Sent("GET", "/teams/t1/agents")]


async def test_the_presence_of_a_team_is_paginated(mock_http: aioresponses) -> None:
    away = {"userId": "a1", "requestTime": "2024-03-01T08:00:00.935", "connectionStatus": "Offline"}
    pages = (
        {"data": [away], "meta": {"next": "/beta/teams/t1/presence?pageKey=second"}},
        {"data": [{**away, "userId": "a2"}], "meta": {}},
    )
    async with recording_client(mock_http, "GET", *pages) as (dixa, sent):
        found = [presence async for presence in dixa.teams.list_presence("t1", page_limit=1)]
    assert [presence.user_id for presence in found] == ["a1", "a2"]
    assert found[0] == Presence(
        user_id="a1",
        request_time=datetime(2024, 3, 1, 8, 0, 0, 935_000, tzinfo=UTC),
        connection_status=ConnectionStatus.OFFLINE,
    )
    assert sent == [
        Sent("GET", "/teams/t1/presence?pageLimit=1"),
        Sent("GET", "/teams/t1/presence?pageLimit=1&pageKey=second"),
    ]
