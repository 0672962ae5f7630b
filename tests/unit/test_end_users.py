"""End users: requests and responses."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.anonymization import AnonymizationEntityType, AnonymizationRequest, AnonymizationType
from dixa_async.models.base import Unknown
from dixa_async.models.conversations import GenericConversation
from dixa_async.models.custom_attributes import CustomAttribute
from dixa_async.models.end_users import (
    BulkEndUserPatch,
    BulkEndUserUpdate,
    EndUser,
    EndUserPatch,
    EndUserUpdate,
    NewEndUser,
)
from dixa_async.models.outcomes import Failure, Success, ValidationFault
from dixa_async.resources.end_users import EndUsers

from .http_recorder import Sent, recording_client

_IDA = {
    "id": "u1",
    "createdAt": "2024-03-01T08:00:00Z",
    "email": "ida@example.com",
    "externalId": None,
    "customAttributes": [{"id": "c1", "name": "Town", "identifier": "town", "value": ["jutland", "aarhus"]}],
}
_END_USER = EndUser(
    id="u1",
    created_at=datetime(2024, 3, 1, 8, tzinfo=UTC),
    email="ida@example.com",
    custom_attributes=[CustomAttribute(id="c1", name="Town", identifier="town", value=["jutland", "aarhus"])],
)


@pytest.mark.parametrize(
    ("call", "sent", "response", "result"),
    [
        (lambda end_users: end_users.get("u 1"), Sent("GET", "/endusers/u%201"), {"data": _IDA}, _END_USER),
        (
            lambda end_users: end_users.create(NewEndUser(email="ida@example.com")),
            Sent("POST", "/endusers", {"email": "ida@example.com"}),
            {"data": _IDA},
            _END_USER,
        ),
        (
            lambda end_users: end_users.update("u1", EndUserUpdate(display_name="Ida", external_id="17")),
            Sent("PUT", "/endusers/u1", {"displayName": "Ida", "externalId": "17"}),
            {"data": _IDA},
            _END_USER,
        ),
    ],
    ids=["get", "create", "update"],
)
async def test_each_plain_method_sends_its_request(
    mock_http: aioresponses, call: Callable[[EndUsers], Awaitable[Any]], sent: Sent, response: Any, result: Any
) -> None:
    async with recording_client(mock_http, sent.method, response) as (dixa, requests):
        assert await call(dixa.end_users) == result
    assert requests == [sent]


async def test_list_accepts_one_filter(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": [_IDA]}) as (dixa, sent):
        end_users = dixa.end_users
        assert list(await end_users.list(external_id="17")) == [_END_USER]
        with pytest.raises(InvalidRequestError, match="email and phone and external_id"):
            end_users.list(email="ida@example.com", phone="+4570000001", external_id="17")
    assert sent == [Sent("GET", "/endusers?externalId=17")]


async def test_a_patch_sends_none_as_null_and_omits_unset_fields(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "PATCH", {"data": _IDA}) as (dixa, sent):
        patch = EndUserPatch(display_name=None, additional_phone_numbers=["+4570000001"])
        assert await dixa.end_users.patch("u1", patch) == _END_USER
    body = {"displayName": None, "additionalPhoneNumbers": ["+4570000001"]}
    assert sent == [Sent("PATCH", "/endusers/u1", body)]


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        (
            lambda end_users: end_users.create_many([NewEndUser(display_name="Ida"), NewEndUser()]),
            Sent("POST", "/endusers/bulk", {"data": [{"displayName": "Ida"}, {}]}),
        ),
        (
            lambda end_users: end_users.update_many([BulkEndUserUpdate(id="u1", display_name="Ida")]),
            Sent("PUT", "/endusers", {"data": [{"id": "u1", "displayName": "Ida"}]}),
        ),
        (
            lambda end_users: end_users.patch_many([BulkEndUserPatch(id="u1", email=None)]),
            Sent("PATCH", "/endusers", {"data": [{"id": "u1", "email": None}]}),
        ),
    ],
    ids=["create_many", "update_many", "patch_many"],
)
async def test_bulk_calls_wrap_the_body_and_return_an_outcome_for_each_end_user(
    mock_http: aioresponses, call: Callable[[EndUsers], Awaitable[Any]], sent: Sent
) -> None:
    response = {
        "data": [
            {"_type": "BulkActionFailure", "error": {"_type": "Validation", "message": "taken"}},
            {"_type": "BulkActionSuccess", "data": _IDA},
            {"_type": "BulkActionDelayed", "until": "tomorrow"},
        ]
    }
    async with recording_client(mock_http, sent.method, response) as (dixa, requests):
        outcomes = await call(dixa.end_users)
    assert outcomes == [
        Failure(ValidationFault(message="taken")),
        Success(_END_USER),
        Unknown(type="BulkActionDelayed", raw={"_type": "BulkActionDelayed", "until": "tomorrow"}),
    ]
    assert requests == [sent]


@pytest.mark.parametrize(("force", "query"), [(None, ""), (True, "?force=true"), (False, "?force=false")])
async def test_anonymize_returns_the_anonymization_request(
    mock_http: aioresponses, force: bool | None, query: str
) -> None:
    response = {
        "id": "r1",
        "_type": "User",
        "entityType": "UserAnonymizationType",
        "initiatedAt": "2024-03-01T08:00:00.250Z[GMT]",
        "targetEntityId": "u1",
        "requestedBy": "a1",
    }
    async with recording_client(mock_http, "PATCH", {"data": response}) as (dixa, sent):
        request = await dixa.end_users.anonymize("u1", force=force)
    assert request == AnonymizationRequest(
        id="r1",
        type=AnonymizationType.USER,
        entity_type=AnonymizationEntityType.USER,
        initiated_at=datetime(2024, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC),
        target_entity_id="u1",
        requested_by="a1",
    )
    assert sent == [Sent("PATCH", f"/endusers/u1/anonymize{query}")]


async def test_custom_attributes_are_patched_with_a_bare_map(mock_http: aioresponses) -> None:
    response = {"data": [{"id": "c1", "name": "Town", "identifier": "town", "value": "Aarhus"}]}
    values = {"c1": "Aarhus", "c2": ["jutland", "aarhus"], "c3": None}
    async with recording_client(mock_http, "PATCH", response) as (dixa, sent):
        result = await dixa.end_users.patch_custom_attributes("u1", MappingProxyType(values))
    assert result == [CustomAttribute(id="c1", name="Town", identifier="town", value="Aarhus")]
    assert sent == [Sent("PATCH", "/endusers/u1/custom-attributes", values)]


async def test_a_custom_attribute_that_is_not_a_string_is_rejected_before_sending(mock_http: aioresponses) -> None:
    wrong: Any = {"c1": 7}
    async with recording_client(mock_http, "PATCH") as (dixa, sent):
        with pytest.raises(InvalidRequestError) as caught:
            await dixa.end_users.patch_custom_attributes("u1", wrong)
    assert caught.value.path == "$['c1']"
    assert sent == []


async def test_the_conversations_of_an_end_user_are_paginated(mock_http: aioresponses) -> None:
    conversation = {
        "_type": "GenericConversation",
        "id": 1,
        "requesterId": "u1",
        "channel": "Email",
        "createdAt": "2024-03-01T08:00:00Z",
        "direction": "Inbound",
        "state": "Open",
    }
    pages = (
        {"data": [conversation], "meta": {"next": "/beta/endusers/u1/conversations?pageKey=second"}},
        {"data": [{**conversation, "id": 2}, {"_type": "NewKind", "id": 3}]},
    )
    async with recording_client(mock_http, "GET", *pages) as (dixa, sent):
        found = [c async for c in dixa.end_users.list_conversations("u1", page_limit=1)]
    first, second, new = found
    assert isinstance(first, GenericConversation)
    assert isinstance(second, GenericConversation)
    assert isinstance(new, Unknown)
    assert (first.id, second.id, new.type) == (1, 2, "NewKind")
    assert sent == [
        Sent("GET", "/endusers/u1/conversations?pageLimit=1"),
        Sent("GET", "/endusers/u1/conversations?pageLimit=1&pageKey=second"),
    ]
