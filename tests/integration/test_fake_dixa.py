"""The server on its own, over plain HTTP."""

import ast
import asyncio
import io
import json
import math
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from dixa_async import ConnectError, DixaClient, NotFoundError, TransportError, from_json, to_dict
from dixa_async.models import (
    Agent,
    Channel,
    CustomAttributeDefinition,
    EmailConversation,
    EndUser,
    PstnPhoneConversation,
    Queue,
    SmsConversation,
    Tag,
    Team,
)
from dixa_async.resources.registry import operations
from dixa_async.testing import FakeDixa
from dixa_async.testing.handlers import ROUTES
from dixa_async.testing.state import builders

from ..helpers.clients import NO_RETRY, NOW, connect, eventually


@pytest.fixture
async def web(server: FakeDixa) -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP client with the right token."""
    async with aiohttp.ClientSession(server.url, headers={"Authorization": server.api_key}) as web:
        yield web


def a_chat(server: FakeDixa) -> dict[str, object]:
    """The JSON of a chat that can be created."""
    return {
        "_type": "Chat",
        "requesterId": server.end_users[0].id,
        "widgetId": "widget-1",
        "message": {"_type": "Inbound", "content": {"_type": "Text", "value": "Hello"}},
    }


async def test_a_well_formed_body_is_accepted(web: aiohttp.ClientSession, server: FakeDixa) -> None:
    async with web.post("/v1/conversations", json=a_chat(server)) as response:
        assert (response.status, await response.json()) == (201, {"data": {"id": 1001}})
    async with web.get("/v1/conversations/1001/messages") as response:
        (message,) = (await response.json())["data"]
    assert message["attributes"]["content"] == {"_type": "Text", "value": "Hello"}
    assert message["createdAt"] == "2025-06-07T08:09:10.123Z[GMT]"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"_type": "Pigeon"}, "$._type"),
        ({"_type": None}, "$._type"),
        ({"requesterId": 7}, "$.requesterId"),
        ({"requesterId": None}, "$.requesterId"),
        ({"widgetId": ["widget-1"]}, "$.widgetId"),
        ({"language": None}, "$.language"),
        ({"message": {"_type": "Inbound"}}, "$.message.content"),
        ({"message": {"_type": "Inbound", "content": {"_type": "Rtf", "value": "Hello"}}}, "$.message.content._type"),
        ({"message": {"_type": "Inbound", "content": {"_type": "Text", "value": 1}}}, "$.message.content.value"),
        ({"message": {"_type": "Outbound", "content": {"_type": "Text", "value": "Hi"}}}, "$.message.agentId"),
    ],
    ids=str,
)
async def test_a_malformed_body_is_a_bad_request_that_names_the_place(
    web: aiohttp.ClientSession, server: FakeDixa, change: dict[str, object], place: str
) -> None:
    async with web.post("/beta/conversations", json={**a_chat(server), **change}) as response:
        error = await response.json()
        assert (response.status, list(error)) == (400, ["message"])
    assert f"{place}:" in error["message"]
    assert server.state.conversations == {}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"chat"', b"\xff", b"[" * 100_000, b"<html>"])
async def test_a_body_that_is_not_a_json_object_is_a_bad_request(web: aiohttp.ClientSession, body: bytes) -> None:
    async with web.post("/beta/conversations", data=body) as response:
        assert response.status == 400
        assert "The body cannot be read" in (await response.json())["message"]


async def test_an_endless_body_is_rejected(web: aiohttp.ClientSession) -> None:
    async with web.post("/beta/conversations", data=io.BytesIO(b" " * 20_000_000)) as response:
        assert (response.status, list(await response.json())) == (413, ["message"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/beta/nowhere", 404),
        ("GET", "/organization", 404),
        ("GET", "/v2/organization", 404),
        ("DELETE", "/beta/organization", 405),
    ],
)
async def test_errors_have_the_form_of_dixas_errors(
    web: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with web.request(method, path) as response:
        assert (response.status, list(await response.json())) == (status, ["message"])


@pytest.mark.parametrize("body", [None, {}])
async def test_closing_needs_no_body(
    web: aiohttp.ClientSession, server: FakeDixa, body: dict[str, object] | None
) -> None:
    server.add_conversation(
        SmsConversation(id=5, requester_id=server.end_users[0].id, channel=Channel.SMS, created_at=NOW)
    )
    async with web.put("/beta/conversations/5/close", json=body) as response:
        assert (response.status, await response.read()) == (204, b"")


async def test_the_seed_data_is_the_same_each_time() -> None:
    one, other = FakeDixa(), FakeDixa()
    assert one.agents == other.agents
    assert one.end_users == other.end_users
    assert one.state.organization == other.state.organization
    assert (len(one.agents), len(one.end_users)) == (5, 48)
    assert len({*one.state.agents, *one.state.end_users}) == 53
    assert len({user.email for user in one.end_users} | {agent.email for agent in one.agents}) == 53


async def test_a_server_can_start_empty() -> None:
    assert FakeDixa(seed_data=False).agents == FakeDixa(seed_data=False).end_users == []


async def test_people_can_be_added_and_changed(dixa: DixaClient, server: FakeDixa) -> None:
    agent = server.add_agent("Vera Stone", email="vera@support.example.com", phone_number="+12025550188")
    user = server.add_end_user("Nils Holm", email="nils@example.com", external_id="n-1")
    user.first_name = "Nils"
    assert list(await dixa.agents.list(phone="+12025550188")) == [agent]
    assert list(await dixa.end_users.list(external_id="n-1")) == [user]
    assert user.created_at == NOW
    assert len({agent.id, user.id, *server.state.agents, *server.state.end_users}) == 55


async def test_an_added_conversation_needs_a_free_id_and_an_end_user(server: FakeDixa) -> None:
    def a_call(conversation_id: int, requester_id: str) -> PstnPhoneConversation:
        return PstnPhoneConversation(
            id=conversation_id, requester_id=requester_id, channel=Channel.PSTN_PHONE, created_at=NOW
        )

    user = server.end_users[0]
    server.add_conversation(a_call(1001, user.id))
    with pytest.raises(ValueError, match="1001 already"):
        server.add_conversation(a_call(1001, user.id))
    with pytest.raises(ValueError, match="no end user"):
        server.add_conversation(a_call(1002, "nobody"))
    assert server.state.new_conversation_id() == 1002


async def test_integers_of_any_length_are_sent(dixa: DixaClient, server: FakeDixa) -> None:
    user = server.add_end_user("Ada")
    with_number = {**to_dict(user), "loyaltyNumber": 10**30}
    server.state.end_users[user.id] = from_json(json.dumps(with_number), EndUser)
    assert (await dixa.end_users.get(user.id)).extra == {"loyaltyNumber": 10**30}


async def test_only_the_latest_requests_are_kept() -> None:
    async with FakeDixa(rate=math.inf, request_history=3) as server, connect(server) as dixa:
        for _ in range(5):
            await dixa.organization.get()
    assert (len(server.requests), server.request_count) == (3, 5)


async def test_a_server_has_a_url_only_while_it_runs() -> None:
    server = FakeDixa()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="not running"):
            _ = server.url
        assert repr(server) == "<FakeDixa not running>"
        async with server:
            assert server.url in repr(server)
            with pytest.raises(RuntimeError, match="running already"):
                await server.start()
        await server.aclose()


async def test_a_closed_server_refuses_connections_and_keeps_its_state(server: FakeDixa) -> None:
    async with connect(server, retry=NO_RETRY) as dixa:
        await server.aclose()
        with pytest.raises(ConnectError) as caught:
            await dixa.organization.get()
        assert not caught.value.maybe_applied
    assert len(server.end_users) == 48


async def test_closing_does_not_wait_for_delayed_requests() -> None:
    async with FakeDixa() as server, connect(server, retry=NO_RETRY) as dixa:
        server.inject_fault(delay=60)
        call = asyncio.create_task(dixa.organization.get())
        await eventually(lambda: server.request_count == 1)
        async with asyncio.timeout(5):
            await server.aclose()
            with pytest.raises(TransportError):
                await call


async def test_without_a_clock_it_reports_the_time_of_day() -> None:
    async with FakeDixa() as server:
        before = server.state.now()
        user = server.add_end_user()
    assert before <= user.created_at
    assert user.created_at.microsecond % 1000 == 0


async def test_requests_are_recorded_with_path_and_query(web: aiohttp.ClientSession, server: FakeDixa) -> None:
    async with web.get("/v1/agents?email=a%2Bb@example.com") as response:
        assert json.loads(await response.read()) == {"data": [], "meta": {}}
    (request,) = server.requests
    assert (request.method, request.path, request.status) == ("GET", "/v1/agents", 200)
    assert request.query == "email=a%2Bb@example.com"


def test_it_implements_every_operation_of_the_package() -> None:
    known = [route for routes in ROUTES for route in routes.handlers]
    assert len(known) == len({*known}) == 123
    assert {(operation.method, operation.path) for operation in operations()} == {*known}


def test_seed_data_and_fake_dixa_use_the_same_builders() -> None:
    folder = Path(builders.__file__).parent
    built = {Agent, EndUser, EmailConversation, Queue, Tag, Team, CustomAttributeDefinition}
    calls = {
        (node.func.id, file.name)
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert {call for call in calls if call[0] in {cls.__name__ for cls in built}} == {
        (cls.__name__, "builders.py") for cls in built
    }


async def test_an_unknown_path_is_named_in_the_error(dixa: DixaClient) -> None:
    with pytest.raises(NotFoundError, match="FakeDixa has no operation GET /beta/pigeons"):
        await dixa.request("GET", "/pigeons")
