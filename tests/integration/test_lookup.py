"""Tags, queues and teams are found by name, and people by what Dixa filters by. A tag is added by its name."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from dixa_async import DixaClient, InvalidRequestError, NoMatchError, NotFoundError, ServerError, SeveralMatchesError
from dixa_async.testing import FakeDixa

Find = Callable[[DixaClient, Any], Awaitable[Any]]


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    async with FakeDixa(rate=float("inf")) as server:
        yield server


@pytest.fixture
async def dixa(server: FakeDixa) -> AsyncIterator[DixaClient]:
    async with DixaClient(server.api_key, base_url=server.url, rate_limit=float("inf")) as dixa:
        yield dixa


@pytest.mark.parametrize("namespace", ["tags", "queues", "teams"])
async def test_the_one_with_a_name_is_found(namespace: str, server: FakeDixa, dixa: DixaClient) -> None:
    find = getattr(dixa, namespace).find_by_name
    server.add_team("Night")
    server.add_team("Weekend")
    known = getattr(server, namespace)
    assert (await find(known[1].name)).id == known[1].id
    with pytest.raises(NoMatchError, match=f"no {namespace[:-1]} is named .* did you mean '{known[0].name}'"):
        await find(f"{known[0].name}x")
    known[1].name = known[0].name
    with pytest.raises(SeveralMatchesError, match="more than one") as raised:
        await find(known[0].name)
    assert raised.value.ids == (known[0].id, known[1].id)
    for wrong in ("", None, 3):
        with pytest.raises(InvalidRequestError, match="name"):
            await find(wrong)


@pytest.mark.parametrize(
    ("find", "value"),
    [
        (lambda dixa, value: dixa.agents.find_by_email(value), lambda server: server.agents[1].email),
        (lambda dixa, value: dixa.end_users.find_by_email(value), lambda server: server.end_users[1].email),
        (lambda dixa, value: dixa.end_users.find_by_phone(value), lambda server: server.end_users[1].phone_number),
    ],
    ids=["agent-email", "email", "phone"],
)
async def test_people_are_found(
    find: Find, value: Callable[[FakeDixa], Any], server: FakeDixa, dixa: DixaClient
) -> None:
    assert (await find(dixa, value(server))).id in (server.agents[1].id, server.end_users[1].id)
    with pytest.raises(NoMatchError, match="has this") as raised:
        await find(dixa, "nobody@example.com")
    assert "nobody" not in str(raised.value)
    person = b'{"id": "1", "createdAt": "2026-01-31T12:00:00Z", "displayName": "a", "email": "b@example.com"}'
    server.inject_fault(body=b'{"data": [' + person + b", " + person + b"]}")
    with pytest.raises(SeveralMatchesError, match="more than one"):
        await find(dixa, "twice@example.com")
    with pytest.raises(InvalidRequestError, match="must be a str"):
        await find(dixa, "")


async def test_a_tag_is_added_by_its_name(server: FakeDixa, dixa: DixaClient) -> None:
    conversation = server.add_email(server.end_users[0], "My order")
    with pytest.raises(NoMatchError, match="did you mean 'refund'"):
        await dixa.tags.add_by_name(conversation.id, "Refund")
    refund = await dixa.tags.add_by_name(conversation.id, "refund")
    new = await dixa.tags.add_by_name(conversation.id, "new", create=True)
    assert await dixa.tags.add_by_name(conversation.id, "new", create=True) == new
    assert [tag.id async for tag in dixa.tags.list_for_conversation(conversation.id)] == [refund.id, new.id]
    with pytest.raises(NotFoundError):
        await dixa.tags.add_by_name(99, "refund")


async def test_nothing_is_created_for_a_conversation_id_that_is_not_valid(server: FakeDixa, dixa: DixaClient) -> None:
    with pytest.raises(InvalidRequestError, match="conversation_id"):
        await dixa.tags.add_by_name("x", "new", create=True)
    assert not server.requests


async def test_a_deactivated_tag_is_found_only_on_request(server: FakeDixa, dixa: DixaClient) -> None:
    tag = server.add_tag("old", active=False)
    with pytest.raises(NoMatchError):
        await dixa.tags.find_by_name("old")
    assert (await dixa.tags.find_by_name("old", include_deactivated=True)).id == tag.id


async def test_other_errors_are_passed_on(server: FakeDixa, dixa: DixaClient) -> None:
    server.inject_fault(status=500, times=9)
    with pytest.raises(ServerError):
        await dixa.with_options(timeout=1).agents.find_by_email("a@example.com")
