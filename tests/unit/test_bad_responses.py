"""Unexpected responses: a value that keeps what was received, or an error that names the place."""

from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async import DixaClient
from dixa_async.errors import ResponseDecodeError
from dixa_async.models import Channel, EmailConversation, SmsConversation, Unknown

SERVER = "https://dev.dixa.io/beta"
SMS_RESPONSE = {
    "_type": "SmsConversation",
    "id": 7,
    "requesterId": "u",
    "channel": "Sms",
    "createdAt": "2024-05-01T08:00:00Z",
}


async def conversation_from(mock_http: aioresponses, data: object) -> Any:
    mock_http.get(f"{SERVER}/conversations/7", payload={"data": data})
    async with DixaClient("key") as dixa:
        return await dixa.conversations.get(7)


async def test_an_object_of_an_unknown_type_is_kept_whole(mock_http: aioresponses) -> None:
    raw: Any = {"_type": "HologramConversation", "id": 7, "depth": [1, None]}
    assert await conversation_from(mock_http, raw) == Unknown(type="HologramConversation", raw=raw)


async def test_an_unknown_field_is_ignored(mock_http: aioresponses) -> None:
    conversation = await conversation_from(mock_http, {**SMS_RESPONSE, "mood": {"_type": "Good"}})
    assert type(conversation) is SmsConversation
    assert not hasattr(conversation, "mood")


async def test_an_unknown_enum_value_is_kept(mock_http: aioresponses) -> None:
    conversation = await conversation_from(mock_http, {**SMS_RESPONSE, "channel": "Hologram", "state": "Frozen"})
    assert conversation.channel == "Hologram"
    assert type(conversation.channel) is Channel
    assert not conversation.channel.is_known
    assert conversation.state == "Frozen"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"createdAt": None}, "$.createdAt: expected a time such as 2021-12-01T12:46:36.581Z, got null"),
        ({"id": "7"}, "$.id: expected int, got str"),
        ({"id": None}, "$.id: expected int, got null"),
        ({"_type": EmailConversation._type}, "$.fromEmail: required, but absent"),
    ],
)
async def test_an_invalid_object_of_a_known_type_is_kept_with_the_reason(
    mock_http: aioresponses, changed: dict[str, Any], reason: str
) -> None:
    raw: Any = {**SMS_RESPONSE, **changed}
    assert await conversation_from(mock_http, raw) == Unknown(type=raw["_type"], raw=raw, reason=reason)


@pytest.mark.parametrize("absent", [{}, {"state": None, "link": None, "customAttributes": None}])
async def test_null_and_absent_mean_the_same_for_an_optional_field(mock_http: aioresponses, absent: Any) -> None:
    conversation = await conversation_from(mock_http, {**SMS_RESPONSE, **absent})
    assert (conversation.state, conversation.link, conversation.custom_attributes) == (None, None, None)


@pytest.mark.parametrize(
    ("user", "path", "reason"),
    [
        ({"createdAt": "2024-05-01T08:00:00Z"}, "$.data[1].id", "required, but absent"),
        ({"id": None, "createdAt": "2024-05-01T08:00:00Z"}, "$.data[1].id", "expected str, got null"),
        ({"id": "u", "createdAt": "soon"}, "$.data[1].createdAt", "expected a time such as 2021-12-01T12:46:36.581Z"),
        (None, "$.data[1]", "expected an object, got null"),
    ],
)
async def test_outside_a_union_the_place_is_named_and_the_response_kept(
    mock_http: aioresponses, user: Any, path: str, reason: str
) -> None:
    mock_http.get(f"{SERVER}/endusers", payload={"data": [{"id": "a", "createdAt": "2024-05-01T08:00:00Z"}, user]})
    async with DixaClient("key") as dixa:
        with pytest.raises(ResponseDecodeError) as caught:
            await dixa.end_users.list()
    assert caught.value.path == path
    assert caught.value.reason.startswith(reason)
    assert caught.value.body.startswith(b'{"data": [{"id": "a"')


@pytest.mark.parametrize("response", [{}, [], None, "data", {"data": None}, {"Data": []}])
async def test_a_list_without_its_envelope_is_reported(mock_http: aioresponses, response: Any) -> None:
    mock_http.get(f"{SERVER}/endusers", payload=response, body="null" if response is None else "")
    async with DixaClient("key") as dixa:
        with pytest.raises(ResponseDecodeError):
            await dixa.end_users.list()
