"""Conversations: requests and responses. Creating and reading them is tested with the client."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.activity import ActivityLogEntry, ActivityType, DeprecatedActivityType
from dixa_async.models.activity_attributes import (
    ActivityLogUser,
    ConversationCustomAttributesUpdatedAttribute,
    TagAddedAttribute,
)
from dixa_async.models.anonymization import AnonymizationType
from dixa_async.models.base import Unknown
from dixa_async.models.common import Channel, Direction, File
from dixa_async.models.conversation_actions import LinkType
from dixa_async.models.conversation_flows import ConversationFlow
from dixa_async.models.conversation_import import (
    Closing,
    ImportedConversation,
    ImportedInboundMessage,
    ImportedOutboundMessage,
    ImportFault,
    NewImportedConversation,
    RequesterConnectionStatus,
)
from dixa_async.models.conversations import Assignment, SideConversationLink, SmsConversation
from dixa_async.models.custom_attributes import CustomAttribute
from dixa_async.models.new_messages import HtmlContent, TextContent
from dixa_async.resources.conversations import Conversations

from .http_recorder import Sent, recording_client

_MORNING = datetime(2024, 3, 1, 8, tzinfo=UTC)
_ANONYMIZATION = {
    "id": "r1",
    "_type": "Conversation",
    "entityType": "ConversationAnonymizationType",
    "initiatedAt": "2024-03-01T08:00:00.250Z[GMT]",
    "targetEntityId": "42",
    "requestedBy": "a1",
}


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        (lambda conversations: conversations.close(42), Sent("PUT", "/conversations/42/close", {})),
        (
            lambda conversations: conversations.close("42", user_id="u1"),
            Sent("PUT", "/conversations/42/close", {"userId": "u1"}),
        ),
        (lambda conversations: conversations.reopen(42), Sent("PUT", "/conversations/42/reopen", {})),
        (
            lambda conversations: conversations.follow_up(42, _MORNING),
            Sent("PUT", "/conversations/42/followup", {"timestamp": "2024-03-01T08:00:00Z"}),
        ),
        (
            lambda conversations: conversations.follow_up(42, _MORNING, user_id="a1"),
            Sent("PUT", "/conversations/42/followup", {"timestamp": "2024-03-01T08:00:00Z", "userId": "a1"}),
        ),
        (
            lambda conversations: conversations.claim(42, "a1"),
            Sent("PUT", "/conversations/42/claim", {"agentId": "a1"}),
        ),
        (
            lambda conversations: conversations.claim(42, "a1", force=False),
            Sent("PUT", "/conversations/42/claim", {"agentId": "a1", "force": False}),
        ),
        (
            lambda conversations: conversations.transfer_to_queue(42, "q1"),
            Sent("PUT", "/conversations/42/transfer/queue", {"queueId": "q1"}),
        ),
        (
            lambda conversations: conversations.transfer_to_queue(42, "q1", user_id="a1"),
            Sent("PUT", "/conversations/42/transfer/queue", {"queueId": "q1", "userId": "a1"}),
        ),
        (
            lambda conversations: conversations.link(42, 7, LinkType.RELATED),
            Sent("PUT", "/conversations/42/link", {"parentId": 7, "linkType": "Related"}),
        ),
        (
            lambda conversations: conversations.link("42", "7", LinkType.SIDE_CONVERSATION),
            Sent("PUT", "/conversations/42/link", {"parentId": 7, "linkType": "SideConversation"}),
        ),
    ],
)
async def test_each_action_sends_its_request_and_returns_nothing(
    mock_http: aioresponses, call: Callable[[Conversations], Awaitable[Any]], sent: Sent
) -> None:
    async with recording_client(mock_http, sent.method, None) as (dixa, requests):
        assert await call(dixa.conversations) is None
    assert requests == [sent]


@pytest.mark.parametrize("parent", ["", "seven", "-7", "\u0667", "7.0", "9" * 5000, 7.0, True, None])
async def test_an_invalid_parent_id_is_rejected_before_sending(mock_http: aioresponses, parent: Any) -> None:
    async with recording_client(mock_http, "PUT") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match="parent"):
            await dixa.conversations.link(42, parent, LinkType.RELATED)
    assert sent == []


async def test_a_follow_up_needs_a_time_zone(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "PUT") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match="time zone") as caught:
            await dixa.conversations.follow_up(42, datetime(2024, 3, 1, 8))
    assert caught.value.path == "$.timestamp"
    assert sent == []


async def test_an_import_sends_the_messages_with_the_fields_of_the_channel(mock_http: aioresponses) -> None:
    conversation = NewImportedConversation(
        generic_channel_name="email",
        requester_id="u1",
        requester_connection_status=RequesterConnectionStatus.DISCONNECTED,
        direction=Direction.INBOUND,
        created_at=_MORNING,
        messages=[
            ImportedInboundMessage(
                content=TextContent("Where is it?"),
                created_at=_MORNING,
                attributes={"emailIntegrationId": "help@example.com"},
            ),
            ImportedOutboundMessage(
                agent_id="a1",
                content=HtmlContent("<p>Here.</p>"),
                created_at=_MORNING + timedelta(hours=1),
                attachments=[File(url="https://example.com/map.png")],
                external_id="m2",
            ),
        ],
        assignment=Assignment(agent_id="a1", assigned_at=_MORNING),
        closing=Closing(closed_at=_MORNING + timedelta(hours=2), closed_by="a1"),
        attributes={"subject": "Parcel", "labels": ["old", None, 3]},
    )
    response = {"data": {"id": 43, "partialErrors": [{"message": "an attachment is gone"}]}}
    async with recording_client(mock_http, "POST", response) as (dixa, sent):
        imported = await dixa.conversations.import_(conversation)
    assert imported == ImportedConversation(id=43, partial_errors=[ImportFault(message="an attachment is gone")])
    body = {
        "_type": "GenericConversationImport",
        "genericChannelName": "email",
        "requesterId": "u1",
        "requesterConnectionStatus": "Disconnected",
        "direction": "Inbound",
        "createdAt": "2024-03-01T08:00:00Z",
        "messages": [
            {
                "_type": "InboundImport",
                "content": {"_type": "Text", "value": "Where is it?"},
                "createdAt": "2024-03-01T08:00:00Z",
                "attributes": {"emailIntegrationId": "help@example.com"},
            },
            {
                "_type": "OutboundImport",
                "agentId": "a1",
                "content": {"_type": "Html", "value": "<p>Here.</p>"},
                "createdAt": "2024-03-01T09:00:00Z",
                "attachments": [{"url": "https://example.com/map.png"}],
                "externalId": "m2",
            },
        ],
        "assignment": {"agentId": "a1", "assignedAt": "2024-03-01T08:00:00Z"},
        "closing": {"closedAt": "2024-03-01T10:00:00Z", "closedBy": "a1"},
        "attributes": {"subject": "Parcel", "labels": ["old", None, 3]},
    }
    assert sent == [Sent("POST", "/conversations/import", body)]


async def test_a_complete_import_has_no_partial_errors(mock_http: aioresponses) -> None:
    conversation = NewImportedConversation(
        generic_channel_name="genericapimessaging", requester_id="u1", direction=Direction.OUTBOUND, created_at=_MORNING
    )
    async with recording_client(mock_http, "POST", {"data": {"id": 43}}) as (dixa, sent):
        assert await dixa.conversations.import_(conversation) == ImportedConversation(id=43)
    assert set(sent[0].body) == {"_type", "genericChannelName", "requesterId", "direction", "createdAt"}


async def test_linked_conversations_are_of_any_kind(mock_http: aioresponses) -> None:
    text = {
        "_type": "SmsConversation",
        "id": 43,
        "requesterId": "u1",
        "channel": "Sms",
        "createdAt": "2024-03-01T08:00:00Z",
        "link": {"_type": "SideConversation", "parentId": 42},
    }
    async with recording_client(mock_http, "GET", {"data": [text, {"_type": "NewKind", "id": 44}]}) as (dixa, sent):
        known, new = await dixa.conversations.list_linked(42)
    assert isinstance(known, SmsConversation)
    assert known.link == SideConversationLink(parent_id=42)
    assert isinstance(new, Unknown)
    assert sent == [Sent("GET", "/conversations/42/linked")]


async def test_an_activity_has_a_kind_and_its_attributes_have_their_own(mock_http: aioresponses) -> None:
    entry = {
        "id": "e1",
        "conversationId": 42,
        "activityTimestamp": "2024-03-01T08:00:00Z",
        "activityType": "TagAddedActivityType",
        "_type": "TagAdded",
        "author": {"id": "a1", "name": "Ida"},
        "attributes": {"_type": "TagAddedAttribute", "tag": "parcel"},
    }
    updated = {
        "_type": "ConversationCustomAttributesUpdatedAttribute",
        "updatedAttributeIds": ["c1"],
        "updatedAttributeValues": {"c1": "Aarhus", "c2": ["jutland", "aarhus"]},
    }
    without_older = {name: value for name, value in entry.items() if name != "activityType"}
    response = [
        entry,
        {**entry, "activityType": {"_type": "NewActivityType"}, "_type": "NewDeed", "attributes": {"_type": "NewKind"}},
        {**without_older, "author": None, "attributes": None},
        {**entry, "attributes": {"_type": "TagAddedAttribute"}},
        {**entry, "attributes": updated},
    ]
    async with recording_client(mock_http, "GET", {"data": response}) as (dixa, sent):
        known, new, bare, misfit, patched = await dixa.conversations.list_activity(42)
    assert known == ActivityLogEntry(
        id="e1",
        conversation_id=42,
        activity_timestamp=_MORNING,
        activity_type=DeprecatedActivityType.TAG_ADDED,
        type=ActivityType.TAG_ADDED,
        author=ActivityLogUser(id="a1", name="Ida"),
        attributes=TagAddedAttribute(tag="parcel"),
    )
    assert (new.type, new.type.is_known) == ("NewDeed", False)
    assert new.activity_type == "NewActivityType"
    assert new.attributes == Unknown(type="NewKind", raw={"_type": "NewKind"})
    assert (bare.type, bare.activity_type, bare.author, bare.attributes) == (ActivityType.TAG_ADDED, None, None, None)
    assert isinstance(misfit.attributes, Unknown)
    assert patched.attributes == ConversationCustomAttributesUpdatedAttribute(
        updated_attribute_ids=["c1"], updated_attribute_values={"c1": "Aarhus", "c2": ["jutland", "aarhus"]}
    )
    assert sent == [Sent("GET", "/conversations/42/activitylog")]


async def test_the_activity_of_the_organization_between_two_times_is_paginated(mock_http: aioresponses) -> None:
    entry = {
        "id": "e1",
        "conversationId": 42,
        "activityTimestamp": "2024-03-01T08:00:00Z",
        "activityType": "UnknownActivityType",
        "_type": "MessageAddedByAgent",
    }
    pages = (
        {"data": [entry], "meta": {"next": "/beta/conversations/activitylog?pageKey=second"}},
        {"data": [{**entry, "id": "e2"}]},
    )
    noon = datetime(2024, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    async with recording_client(mock_http, "GET", *pages) as (dixa, sent):
        log = dixa.conversations.list_organization_activity(since=_MORNING, until=noon, page_limit=1)
        assert [entry.id async for entry in log] == ["e1", "e2"]
    query = "fromDatetime=2024-03-01T08%3A00%3A00Z&toDatetime=2024-03-01T12%3A00%3A00Z&pageLimit=1"
    assert sent == [
        Sent("GET", f"/conversations/activitylog?{query}"),
        Sent("GET", f"/conversations/activitylog?{query}&pageKey=second"),
    ]


async def test_the_activity_of_the_organization_continues_from_a_page_key(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET", {"data": []}) as (dixa, sent):
        log = dixa.conversations.list_organization_activity(page_key="second", prefetch=True)
        assert [entry async for entry in log] == []
        with pytest.raises(InvalidRequestError, match="time zone"):
            await dixa.conversations.list_organization_activity(since=datetime(2024, 3, 1))
    assert sent == [Sent("GET", "/conversations/activitylog?pageKey=second")]


@pytest.mark.parametrize(("channel", "query"), [(None, ""), (Channel.EMAIL, "?channel=Email")])
async def test_flows_are_listed_by_channel(mock_http: aioresponses, channel: Channel | None, query: str) -> None:
    response = {"id": "f1", "name": "Mail", "channel": "Email", "contactEndpointId": "help@example.com"}
    async with recording_client(mock_http, "GET", {"data": [response]}) as (dixa, sent):
        flows = list(await dixa.conversations.list_flows(channel=channel))
    assert flows == [
        ConversationFlow(id="f1", name="Mail", channel=Channel.EMAIL, contact_endpoint_id="help@example.com")
    ]
    assert sent == [Sent("GET", f"/conversations/flows{query}")]


@pytest.mark.parametrize(("force", "query"), [(None, ""), (True, "?force=true"), (False, "?force=false")])
async def test_anonymizing_returns_the_anonymization_request(
    mock_http: aioresponses, force: bool | None, query: str
) -> None:
    async with recording_client(mock_http, "PATCH", {"data": _ANONYMIZATION}) as (dixa, sent):
        request = await dixa.conversations.anonymize(42, force=force)
    assert (request.id, request.type) == ("r1", AnonymizationType.CONVERSATION)
    assert sent == [Sent("PATCH", f"/conversations/42/anonymize{query}")]


async def test_a_single_message_can_be_anonymized(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "PATCH", {"data": {**_ANONYMIZATION, "_type": "Message"}}) as (dixa, sent):
        request = await dixa.messages.anonymize(42, "m/1")
    assert request.type is AnonymizationType.MESSAGE
    assert sent == [Sent("PATCH", "/conversations/42/messages/m%2F1/anonymize")]


async def test_custom_attributes_are_patched_with_a_bare_map(mock_http: aioresponses) -> None:
    response = {"data": [{"id": "c1", "name": "Town", "identifier": "town", "value": "Aarhus"}]}
    values = {"c1": "Aarhus", "c2": ["jutland", "aarhus"], "c3": None}
    async with recording_client(mock_http, "PATCH", response) as (dixa, sent):
        result = await dixa.conversations.patch_custom_attributes(42, MappingProxyType(values))
    assert result == [CustomAttribute(id="c1", name="Town", identifier="town", value="Aarhus")]
    assert sent == [Sent("PATCH", "/conversations/42/custom-attributes", values)]


async def test_a_custom_attribute_that_is_not_a_string_is_rejected_before_sending(mock_http: aioresponses) -> None:
    wrong: Any = {"c1": ["jutland", 7]}
    async with recording_client(mock_http, "PATCH") as (dixa, sent):
        with pytest.raises(InvalidRequestError) as caught:
            await dixa.conversations.patch_custom_attributes(42, wrong)
    assert caught.value.path == "$['c1'][1]"
    assert sent == []
