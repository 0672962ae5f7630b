"""IDs of the classes that databases and data frames return: `uuid.UUID`, and integers such as those of numpy."""

import enum
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from aioresponses import aioresponses

from dixa_async import DixaClient, from_json, to_dict
from dixa_async.errors import DixaError, InvalidRequestError
from dixa_async.models import (
    AgentFilter,
    ContactFilter,
    ConversationFilter,
    CustomAttributeFilter,
    InboundMessage,
    LinkType,
    Message,
    NewSmsConversation,
    OutboundMessage,
    PeriodPreset,
    TagFilter,
    TextContent,
)
from dixa_async.models.base import UNSET, Model, Unset, define

from .http_recorder import Sent, recording_client

UID = UUID("6a2f41a3-c54c-4ce8-9d0b-0c5b7e1f9a3d")
TIME = datetime(2026, 1, 2, tzinfo=UTC)
HI = TextContent("hi")


class Int64:
    """Behaves like numpy's integers."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __index__(self) -> int:
        return self._value


class Number(enum.IntEnum):
    SEVEN = 7


class NotAnInteger:
    """Behaves like numpy's arrays."""

    def __index__(self) -> int:
        raise TypeError("only integer scalar arrays can be converted to a scalar index")


@define(kw_only=True)
class Order(Model):
    """A model of a user."""

    id: str
    number: int
    lines: list[int]
    texts: list[str] | Unset = UNSET
    parent: str | int | None = None
    by_id: dict[str, int] | Unset = UNSET


CALLS: dict[str, tuple[str, Callable[[Any, Any, Any], Any]]] = {
    "conversations.get": ("GET", lambda dixa, u, n: dixa.conversations.get(n)),
    "conversations.close": ("PUT", lambda dixa, u, n: dixa.conversations.close(n, user_id=u)),
    "conversations.claim": ("PUT", lambda dixa, u, n: dixa.conversations.claim(n, u)),
    "conversations.follow_up": ("PUT", lambda dixa, u, n: dixa.conversations.follow_up(n, TIME, user_id=u)),
    "conversations.link": ("PUT", lambda dixa, u, n: dixa.conversations.link(n, n, LinkType.SIDE_CONVERSATION)),
    "conversations.transfer": ("PUT", lambda dixa, u, n: dixa.conversations.transfer_to_queue(n, u)),
    "conversations.attributes": (
        "PATCH",
        lambda dixa, u, n: dixa.conversations.patch_custom_attributes(n, {u: u}),
    ),
    "conversations.create": (
        "POST",
        lambda dixa, u, n: dixa.conversations.create(
            NewSmsConversation(
                requester_id=u, contact_endpoint_id="+45", message=OutboundMessage(agent_id=u, content=HI)
            )
        ),
    ),
    "messages.add": (
        "POST",
        lambda dixa, u, n: dixa.messages.add(n, OutboundMessage(agent_id=u, content=HI, external_id=u, cc=[u])),
    ),
    "messages.add a dict": (
        "POST",
        lambda dixa, u, n: dixa.messages.add(
            n, {"_type": "Inbound", "content": {"_type": "Text", "value": "hi"}, "externalId": u}
        ),
    ),
    "messages.anonymize": ("PATCH", lambda dixa, u, n: dixa.messages.anonymize(n, u)),
    "internal_notes.add": ("POST", lambda dixa, u, n: dixa.internal_notes.add(n, "hi", agent_id=u)),
    "tags.add": ("PUT", lambda dixa, u, n: dixa.tags.add_to_conversation(n, u)),
    "tags.remove": ("DELETE", lambda dixa, u, n: dixa.tags.remove_from_conversation(n, u)),
    "agents.get": ("GET", lambda dixa, u, n: dixa.agents.get(u)),
    "agents.list": ("GET", lambda dixa, u, n: dixa.agents.list(email=u)),
    "end_users.get": ("GET", lambda dixa, u, n: dixa.end_users.get(u)),
    "end_users.list": ("GET", lambda dixa, u, n: dixa.end_users.list(external_id=u)),
    "end_users.attributes": ("PATCH", lambda dixa, u, n: dixa.end_users.patch_custom_attributes(u, {u: [u]})),
    "queues.add_members": ("PATCH", lambda dixa, u, n: dixa.queues.add_members(u, (u, u))),
    "queues.position": ("GET", lambda dixa, u, n: dixa.queues.get_conversation_position(n)),
    "teams.remove_members": ("DELETE", lambda dixa, u, n: dixa.teams.remove_members(u, [u])),
    "ratings.list": ("GET", lambda dixa, u, n: dixa.ratings.list(n)),
    "webhooks.get": ("GET", lambda dixa, u, n: dixa.webhooks.get(u)),
    "knowledge.get_article": ("GET", lambda dixa, u, n: dixa.knowledge.get_article(u)),
    "anonymization.get": ("GET", lambda dixa, u, n: dixa.anonymization.get_request(u)),
    "analytics.query_metric": (
        "POST",
        lambda dixa, u, n: dixa.analytics.query_metric("m", timezone="UTC", conversation_ids=[n]),
    ),
    "analytics filters": (
        "POST",
        lambda dixa, u, n: dixa.analytics.query_metric(
            "m", timezone="UTC", period=PeriodPreset.TODAY, filters={"agent_id": u, "queue_id": [u]}
        ),
    ),
    "search": (
        "POST",
        lambda dixa, u, n: dixa.search.conversations(
            all_of=[
                AgentFilter.is_one_of(u),
                ContactFilter.is_not_one_of(u),
                ConversationFilter.is_one_of(n),
                TagFilter.includes_all(u),
                CustomAttributeFilter.is_one_of(u, u, [u, "a"]),
            ]
        ),
    ),
    "request": (
        "POST",
        lambda dixa, u, n: dixa.request(
            "POST",
            "/things/{thingId}/{conversationId}",
            path_params={"thingId": u, "conversationId": n},
            query={"agent": u, "number": n},
            json={"a": n, "b": [u, n], "c": {"d": n}},
        ),
    ),
}


async def sent(mock_http: aioresponses, name: str, uid: object, number: object) -> list[Sent]:
    """What a call sends, whether or not it can read the response."""
    method, use = CALLS[name]
    async with recording_client(mock_http, method, {}) as (dixa, requests):
        try:
            await use(dixa, uid, number)
        except InvalidRequestError:
            raise
        except DixaError:
            pass
    return requests


@pytest.mark.parametrize("name", CALLS)
async def test_ids_may_be_of_other_classes_everywhere(mock_http: aioresponses, name: str) -> None:
    wanted = await sent(mock_http, name, str(UID), 7)
    assert len(wanted) == 1
    for number in (Int64(7), Number.SEVEN):
        assert await sent(mock_http, name, UID, number) == wanted


def test_they_are_written_in_the_type_of_their_field() -> None:
    order = Order(
        id=UID,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        number=Int64(2**70),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        lines=[Int64(1), 2],  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
        texts=[UID, "a"],  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
        parent=UID,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        by_id={UID: Int64(3)},  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    )
    assert to_dict(order) == {
        "id": str(UID),
        "number": 2**70,
        "lines": [1, 2],
        "texts": [str(UID), "a"],
        "parent": str(UID),
        "byId": {str(UID): 3},
    }


@pytest.mark.parametrize("value", [True, NotAnInteger(), 1.0], ids=["bool", "array", "float"])
async def test_a_value_that_is_not_an_integer_is_rejected(mock_http: aioresponses, value: Any) -> None:
    async with DixaClient("k") as dixa:
        for use in (
            lambda: dixa.conversations.get(value),
            lambda: dixa.agents.get(value),
            lambda: dixa.conversations.link(1, value, LinkType.SIDE_CONVERSATION),
            lambda: dixa.messages.add(1, InboundMessage(content=HI, external_id=value)),
        ):
            with pytest.raises(InvalidRequestError, match=f"{type(value).__name__}|bool|float"):
                await use()
    assert not mock_http.requests


async def test_a_number_of_any_class_is_not_a_string(mock_http: aioresponses) -> None:
    number: Any = Int64(7)
    async with DixaClient("k") as dixa:
        with pytest.raises(InvalidRequestError, match=r"\$\.externalId: expected str, got int"):
            await dixa.messages.add(1, InboundMessage(content=HI, external_id=number))
        with pytest.raises(InvalidRequestError, match="email must be a str, not Int64"):
            await dixa.agents.list(email=number)
    assert not mock_http.requests


def test_responses_are_read_as_strictly_as_before() -> None:
    with pytest.raises(DixaError):
        from_json(b'{"id": 7, "authorId": "a", "createdAt": "2026-01-01T00:00:00Z", "attributes": {}}', Message)
