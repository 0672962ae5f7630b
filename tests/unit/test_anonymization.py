"""Anonymization: requests and responses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.models.anonymization import AnonymizationEntityType, AnonymizationRequest, AnonymizationType

from .http_recorder import Sent, recording_client

_RESPONSE: dict[str, Any] = {
    "id": "r1",
    "_type": "Conversation",
    "entityType": "ConversationAnonymizationType",
    "initiatedAt": "2024-03-01T08:00:00Z[GMT]",
    "targetEntityId": "1234",
    "requestedBy": "a1",
    "processedAt": "2024-03-02T08:00:00Z",
}
_REQUEST = AnonymizationRequest(
    id="r1",
    type=AnonymizationType.CONVERSATION,
    entity_type=AnonymizationEntityType.CONVERSATION,
    initiated_at=datetime(2024, 3, 1, 8, tzinfo=UTC),
    target_entity_id="1234",
    requested_by="a1",
    processed_at=datetime(2024, 3, 2, 8, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "entity_type",
    ["ConversationAnonymizationType", {"_type": "ConversationAnonymizationType"}],
    ids=["an enum value", "an enum value in an object"],
)
async def test_the_status_of_a_request_can_be_read(mock_http: aioresponses, entity_type: Any) -> None:
    async with recording_client(mock_http, "GET", {"data": {**_RESPONSE, "entityType": entity_type}}) as (dixa, sent):
        assert await dixa.anonymization.get_request("r1") == _REQUEST
    assert sent == [Sent("GET", "/anonymization/request/r1")]


async def test_the_older_field_may_be_absent(mock_http: aioresponses) -> None:
    response = {name: value for name, value in _RESPONSE.items() if name != "entityType"}
    async with recording_client(mock_http, "GET", {"data": response}) as (dixa, _):
        request = await dixa.anonymization.get_request("r1")
    assert (request.type, request.entity_type) == (AnonymizationType.CONVERSATION, None)


async def test_create_works_and_warns_with_the_name_of_its_replacement(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "POST", {"data": _RESPONSE}) as (dixa, sent):
        with pytest.warns(DeprecationWarning, match=r"end_users\.anonymize") as warned:
            request = await dixa.anonymization.create("1234", AnonymizationType.CONVERSATION, force=False)
    assert request == _REQUEST
    assert warned[0].filename == __file__
    body = {"entityId": "1234", "_type": "Conversation", "forceAnonymization": False}
    assert sent == [Sent("POST", "/anonymization", body)]


async def test_create_sends_the_older_enum_value_as_a_string(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "POST", {"data": _RESPONSE}) as (dixa, sent):
        with pytest.warns(DeprecationWarning, match="conversations"):
            await dixa.anonymization.create("u1", AnonymizationType.USER, entity_type=AnonymizationEntityType.USER)
    body = {"entityId": "u1", "_type": "User", "entityType": "UserAnonymizationType"}
    assert sent == [Sent("POST", "/anonymization", body)]
