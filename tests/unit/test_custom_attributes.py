"""Definitions of custom attributes: requests and responses."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async import from_json
from dixa_async.models.base import Unknown
from dixa_async.models.conversations import ChatConversation, Conversation
from dixa_async.models.custom_attributes import (
    CustomAttribute,
    CustomAttributeDefinition,
    CustomAttributeEntity,
    SelectAttributeInput,
    SelectOption,
    TextAttributeInput,
)
from dixa_async.models.end_users import EndUser

from .http_recorder import Sent, recording_client

_COMMON: dict[str, Any] = {
    "id": "c1",
    "entityType": "Contact",
    "identifier": "town",
    "label": "Town",
    "createdAt": "2024-03-01T08:00:00.5Z[GMT]",
    "isRequired": True,
    "isArchived": False,
    "isDeactivated": False,
}


async def test_get_reads_options_within_options(mock_http: aioresponses) -> None:
    inner = {"id": "o2", "label": "Aarhus", "value": "aarhus", "isDeactivated": False, "orderIndex": 2}
    outer = {
        "id": "o1",
        "label": "Jutland",
        "value": "jutland",
        "isDeactivated": True,
        "orderIndex": 1,
        "nestedOptions": [{**inner, "nestedOptions": []}],
    }
    response = {**_COMMON, "inputDefinition": {"_type": "Select", "options": [outer]}}
    async with recording_client(mock_http, "GET", {"data": response}) as (dixa, sent):
        definition = await dixa.custom_attributes.get("c1")
    aarhus = SelectOption(
        id="o2", label="Aarhus", value="aarhus", is_deactivated=False, order_index=2, nested_options=[]
    )
    jutland = SelectOption(
        id="o1", label="Jutland", value="jutland", is_deactivated=True, order_index=1, nested_options=[aarhus]
    )
    assert definition == CustomAttributeDefinition(
        id="c1",
        entity_type=CustomAttributeEntity.CONTACT,
        identifier="town",
        label="Town",
        input_definition=SelectAttributeInput(options=[jutland]),
        created_at=datetime(2024, 3, 1, 8, 0, 0, 500_000, tzinfo=UTC),
        is_required=True,
        is_archived=False,
        is_deactivated=False,
    )
    assert sent == [Sent("GET", "/custom-attributes/c1")]


@pytest.mark.parametrize("value", [{"value": None}, {}], ids=["null", "absent"])
def test_an_attribute_without_a_value_is_tolerated(value: dict[str, Any]) -> None:
    town = {"id": "c1", "name": "Town", "identifier": "town", **value}
    user: Any = {"id": "u1", "createdAt": "2024-03-01T08:00:00Z", "customAttributes": [town]}
    chat: Any = {**user, "_type": "ChatConversation", "id": 1, "requesterId": "u1", "channel": "WidgetChat"}
    expected = [CustomAttribute(id="c1", name="Town", identifier="town", value=None)]
    assert from_json(json.dumps(user), EndUser).custom_attributes == expected
    conversation = from_json(json.dumps(chat), Conversation)
    assert isinstance(conversation, ChatConversation)
    assert conversation.custom_attributes == expected


async def test_list_keeps_unknown_inputs(mock_http: aioresponses) -> None:
    inputs: list[Any] = [{"_type": "Text", "placeholder": "Where?"}, {"_type": "Map", "zoom": 3}]
    response = {"data": [{**_COMMON, "inputDefinition": each} for each in inputs]}
    async with recording_client(mock_http, "GET", response) as (dixa, sent):
        found = [definition.input_definition async for definition in dixa.custom_attributes.list()]
    assert found == [TextAttributeInput(placeholder="Where?"), Unknown(type="Map", raw=inputs[1])]
    assert sent == [Sent("GET", "/custom-attributes")]
