"""Definitions of custom attributes: what is sent and what comes back."""

from datetime import UTC, datetime
from typing import Any

from aioresponses import aioresponses

from dixa_async.models.base import Unknown
from dixa_async.models.custom_attributes import (
    CustomAttributeDefinition,
    CustomAttributeEntity,
    SelectAttributeInput,
    SelectOption,
    TextAttributeInput,
)
from dixa_async.resources.custom_attributes import CustomAttributes

from .recording import Sent, talking

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


async def test_get_reads_options_within_options(web: aioresponses) -> None:
    inner = {"id": "o2", "label": "Aarhus", "value": "aarhus", "isDeactivated": False, "orderIndex": 2}
    outer = {
        "id": "o1",
        "label": "Jutland",
        "value": "jutland",
        "isDeactivated": True,
        "orderIndex": 1,
        "nestedOptions": [{**inner, "nestedOptions": []}],
    }
    answer = {**_COMMON, "inputDefinition": {"_type": "Select", "options": [outer]}}
    async with talking(web, "GET", {"data": answer}) as (dixa, sent):
        definition = await CustomAttributes(dixa._caller).get("c1")
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


async def test_list_keeps_inputs_that_are_new(web: aioresponses) -> None:
    inputs: list[Any] = [{"_type": "Text", "placeholder": "Where?"}, {"_type": "Map", "zoom": 3}]
    answer = {"data": [{**_COMMON, "inputDefinition": each} for each in inputs]}
    async with talking(web, "GET", answer) as (dixa, sent):
        found = [definition.input_definition async for definition in CustomAttributes(dixa._caller).list()]
    assert found == [TextAttributeInput(placeholder="Where?"), Unknown(type="Map", raw=inputs[1])]
    assert sent == [Sent("GET", "/custom-attributes")]
