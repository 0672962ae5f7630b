"""A ``dict`` can be passed in place of a model. A key that the model does not have is rejected."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aioresponses import aioresponses
from hypothesis import assume, given, strategies as st

from dixa_async import DixaClient, InvalidRequestError, from_json
from dixa_async.models import (
    BulkEndUserPatch,
    Conversation,
    InboundMessage,
    NewEmailConversation,
    NewEndUser,
    UnknownWebhookFilters,
    WebhookFilters,
)
from dixa_async.models.base import wire_fields
from dixa_async.serialization import Serializer, ValidationError
from dixa_async.serialization.classes import wire_name
from dixa_async.serialization.unknown_keys import check_known_keys

from ..helpers.exhaustive_values import exhaustive_values
from ..helpers.type_forms import model_types

Call = Callable[[DixaClient, Any], Awaitable[object]]
_serializer = Serializer.shared()

TEXT: dict[str, Any] = {"_type": "Text", "value": "Hello"}
NEW_CHAT: dict[str, Any] = {"_type": "Chat", "requesterId": "u", "widgetId": "w"}


async def _create_user(dixa: DixaClient, user: Any) -> object:
    return await dixa.end_users.create(user)


async def _create_users(dixa: DixaClient, user: Any) -> object:
    return await dixa.end_users.create_many([NewEndUser(display_name="Adam"), user])


async def _create_conversation(dixa: DixaClient, conversation: Any) -> object:
    return await dixa.conversations.create(conversation)


async def _send_message(dixa: DixaClient, message: Any) -> object:
    return await dixa.conversations.create(
        NewEmailConversation(requester_id="u", email_integration_id="a@example.com", subject="s", message=message)
    )


@pytest.mark.parametrize(
    ("call", "value", "path", "reason"),
    [
        (_create_user, {"displayName": "Zoe", "emial": "z@example.com"}, "$.emial", "'email'"),
        (_create_user, {"display_name": "Zoe"}, "$.display_name", "'displayName'"),
        (_create_user, {"DisplayName": "Zoe"}, "$.DisplayName", "'displayName'"),
        (_create_user, {"favouriteColour": "red"}, "$.favouriteColour", None),
        (_create_users, {"displayName": "Zoe", "phoneNumbr": "+45"}, "$[1].phoneNumbr", "'phoneNumber'"),
        (_create_conversation, {**NEW_CHAT, "langauge": "da"}, "$.langauge", "'language'"),
        (
            _create_conversation,
            {**NEW_CHAT, "message": {"_type": "Inbound", "content": {**TEXT, "valeu": ""}}},
            "$.message.content.valeu",
            "'value'",
        ),
        (_send_message, {"_type": "Inbound", "contents": TEXT, "content": TEXT}, "$.message.contents", "'content'"),
        (
            _send_message,
            InboundMessage(content=TEXT, attachments=[{"url": "https://a", "prettyNam": "a"}]),  # type: ignore[arg-type, list-item]
            "$.message.attachments[0].prettyNam",
            "'prettyName'",
        ),
    ],
)
async def test_a_key_that_the_model_does_not_have_is_rejected_with_the_nearest_one(
    mock_http: aioresponses, call: Call, value: Any, path: str, reason: str | None
) -> None:
    async with DixaClient("key") as dixa:
        with pytest.raises(InvalidRequestError) as caught:
            await call(dixa, value)
    assert not mock_http.requests
    assert caught.value.path == path
    assert "not a field of " in str(caught.value)
    assert (reason or "did you mean") in str(caught.value) if reason else "did you mean" not in str(caught.value)
    assert "z@example.com" not in str(caught.value)
    assert "+45" not in str(caught.value)


@pytest.mark.parametrize("type_form", model_types(), ids=lambda form: str(getattr(form, "__name__", form))[:60])
def test_every_key_that_a_model_writes_is_accepted(type_form: Any) -> None:
    for value in exhaustive_values(type_form):
        check_known_keys(_serializer.unstructure(value), type_form)
        check_known_keys({"key": [value]}, dict[str, list[type_form]])


def test_the_unknown_key_is_named_and_not_the_field_that_is_absent_because_of_it() -> None:
    with pytest.raises(ValidationError, match=r"^\$\.idd: not a field of BulkEndUserPatch; did you mean 'id'\?$"):
        _serializer.encode_request({"idd": "u"}, BulkEndUserPatch)


@given(key=st.text(min_size=1))
def test_any_other_key_is_rejected(key: str) -> None:
    assume(key not in {wire_name(field) for field in wire_fields(NewEndUser)})
    with pytest.raises(ValidationError, match="not a field of NewEndUser"):
        _serializer.encode_request({key: "x"}, NewEndUser)


def test_free_json_and_data_from_dixa_may_have_any_keys() -> None:
    new: Any = from_json('{"_type": "Later", "anything": 1}', Conversation)
    assert _serializer.encode_request(new, Conversation) == b'{"_type":"Later","anything":1}'
    assert _serializer.encode_request({"a": {"b": new}}, object)
    filters = {"Conversation": UnknownWebhookFilters(type="New", raw={"_type": "New", "x": 1})}
    assert _serializer.encode_request(filters, dict[str, WebhookFilters])
