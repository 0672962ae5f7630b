"""Tags: requests and responses."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.tags import Tag, TagState
from dixa_async.resources.tags import Tags

from .http_recorder import Sent, recording_client

_RESPONSE = {"id": "t1", "name": "parcel", "state": "Active", "color": "#1e90ff"}
_TAG = Tag(id="t1", name="parcel", state=TagState.ACTIVE, color="#1e90ff")


@pytest.mark.parametrize(
    ("call", "sent", "response", "result"),
    [
        (lambda tags: tags.get("t1"), Sent("GET", "/tags/t1"), {"data": _RESPONSE}, _TAG),
        (
            lambda tags: tags.create("parcel"),
            Sent("POST", "/tags", {"name": "parcel"}),
            {"data": {**_RESPONSE, "color": None}},
            Tag(id="t1", name="parcel", state=TagState.ACTIVE),
        ),
        (
            lambda tags: tags.create("parcel", color="#1e90ff"),
            Sent("POST", "/tags", {"name": "parcel", "color": "#1e90ff"}),
            {"data": _RESPONSE},
            _TAG,
        ),
        (lambda tags: tags.delete("t1"), Sent("DELETE", "/tags/t1"), None, None),
        (lambda tags: tags.activate("t1"), Sent("PATCH", "/tags/t1/activate"), None, None),
        (lambda tags: tags.deactivate("t1"), Sent("PATCH", "/tags/t1/deactivate"), None, None),
        (
            lambda tags: tags.add_to_conversation(42, "t1"),
            Sent("PUT", "/conversations/42/tags/t1"),
            None,
            None,
        ),
        (
            lambda tags: tags.remove_from_conversation("42", "t1"),
            Sent("DELETE", "/conversations/42/tags/t1"),
            None,
            None,
        ),
    ],
)
async def test_each_plain_method_sends_its_request(
    mock_http: aioresponses, call: Callable[[Tags], Awaitable[Any]], sent: Sent, response: Any, result: Any
) -> None:
    async with recording_client(mock_http, sent.method, response) as (dixa, requests):
        assert await call(dixa.tags) == result
    assert requests == [sent]


@pytest.mark.parametrize(
    ("include", "query"), [(None, ""), (True, "?includeDeactivated=true"), (False, "?includeDeactivated=false")]
)
async def test_tags_that_are_not_active_are_listed_on_request(
    mock_http: aioresponses, include: bool | None, query: str
) -> None:
    async with recording_client(mock_http, "GET", {"data": [_RESPONSE, {**_RESPONSE, "state": "Inactive"}]}) as (
        dixa,
        sent,
    ):
        active, inactive = await dixa.tags.list(include_deactivated=include)
    assert active == _TAG
    assert inactive.state is TagState.INACTIVE
    assert sent == [Sent("GET", f"/tags{query}")]


async def test_the_tags_of_a_conversation_are_listed(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [_RESPONSE]}) as (dixa, sent):
        assert list(await dixa.tags.list_for_conversation(42)) == [_TAG]
    assert sent == [Sent("GET", "/conversations/42/tags")]


async def test_many_tags_are_added_by_name_and_wrapped(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "POST", None) as (dixa, sent):
        await dixa.tags.add_many_to_conversation(42, ("parcel", "late"))
    assert sent == [Sent("POST", "/conversations/42/tags/bulk", {"data": [{"name": "parcel"}, {"name": "late"}]})]


async def test_a_single_name_is_not_accepted_as_a_list(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "POST") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match="names must be a list"):
            await dixa.tags.add_many_to_conversation(42, "parcel")
    assert sent == []
