"""Anonymization of conversations and messages, and the deprecated request for it."""

import pytest

from dixa_async import BadRequestError, ConflictError, DixaClient, NotFoundError
from dixa_async.models import (
    AnonymizedConversation,
    CallRecordingAttributes,
    Channel,
    ChatConversation,
    ConversationState,
    EmailAttributes,
    EmailContact,
    FormSubmission,
    InboundMessage,
    Message,
    MessageAttributes,
    MessengerFormAttributes,
    NewEmailConversation,
    TextContent,
    Unknown,
)
from dixa_async.models.anonymization import AnonymizationEntityType, AnonymizationType
from dixa_async.models.conversations import FollowUpLink
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW, connect


async def an_email(dixa: DixaClient, server: FakeDixa) -> int:
    """Create an email conversation."""
    new = NewEmailConversation(
        requester_id=server.end_users[0].id,
        email_integration_id="support@example.com",
        subject="My order",
        message=InboundMessage(content=TextContent("Where is it?")),
    )
    return (await dixa.conversations.create(new)).id


async def test_a_conversation_is_anonymized_once(dixa: DixaClient, server: FakeDixa) -> None:
    conversation_id = await an_email(dixa, server)
    await dixa.internal_notes.add(conversation_id, "A secret")
    with pytest.raises(ConflictError, match="not closed"):
        await dixa.conversations.anonymize(conversation_id)
    request = await dixa.conversations.anonymize(conversation_id, force=True)
    assert request.processed_at is None
    assert (await dixa.anonymization.get_request(request.id)).processed_at == NOW
    shown = await dixa.conversations.get(conversation_id)
    assert isinstance(shown, AnonymizedConversation)
    assert (shown.anonymized_at, shown.state) == (NOW, ConversationState.CLOSED)
    (message,) = await dixa.messages.list(conversation_id)
    assert isinstance(message.attributes, EmailAttributes)
    assert message.attributes.email_content is None
    assert message.attributes.from_.email == ""
    assert list(await dixa.internal_notes.list(conversation_id)) == []
    with pytest.raises(ConflictError, match="already"):
        await dixa.conversations.anonymize(conversation_id)
    with pytest.raises(BadRequestError, match="no messages"):
        await dixa.messages.add(conversation_id, InboundMessage(content=TextContent("More")))


@pytest.mark.parametrize(
    ("attributes", "blank"),
    [
        (CallRecordingAttributes(recording="https://x"), CallRecordingAttributes(recording="")),
        (
            MessengerFormAttributes(form_submission=FormSubmission(values={"name": "Ada"})),
            MessengerFormAttributes(form_submission=FormSubmission(values={})),
        ),
        (
            EmailAttributes(from_=EmailContact(email="a@example.com", name="A"), is_auto_reply=True),
            EmailAttributes(from_=EmailContact(email=""), is_auto_reply=True),
        ),
        (Unknown(type="Pigeon", raw={"_type": "Pigeon"}), Unknown(type="Pigeon", raw={"_type": "Pigeon"})),
    ],
)
async def test_an_anonymized_message_of_any_type_keeps_nothing_personal(
    attributes: MessageAttributes, blank: MessageAttributes
) -> None:
    async with FakeDixa(anonymization_polls=0) as server, connect(server) as dixa:
        user = server.end_users[0]
        chat = ChatConversation(id=1, requester_id=user.id, channel=Channel.WIDGET_CHAT, created_at=NOW)
        messages = [Message(id=key, author_id=user.id, created_at=NOW, attributes=attributes) for key in ("m1", "m2")]
        server.add_conversation(chat, messages)
        request = await dixa.messages.anonymize(1, "m1")
        assert (request.type, request.processed_at is None) == (AnonymizationType.MESSAGE, False)
        assert [message.attributes for message in await dixa.messages.list(1)] == [blank, attributes]
        with pytest.raises(NotFoundError, match="m7"):
            await dixa.messages.anonymize(1, "m7")


async def test_it_can_be_requested_in_the_deprecated_way(dixa: DixaClient, server: FakeDixa) -> None:
    conversation_id, user = await an_email(dixa, server), server.end_users[0]
    anonymization_type = AnonymizationType.CONVERSATION
    with pytest.deprecated_call(), pytest.raises(BadRequestError, match="not closed"):
        await dixa.anonymization.create(str(conversation_id), anonymization_type)
    with pytest.deprecated_call(), pytest.raises(BadRequestError, match="no entity of this type"):
        await dixa.anonymization.create("7", anonymization_type)
    with pytest.deprecated_call():
        await dixa.anonymization.create(str(conversation_id), anonymization_type, force=True)
    body = {"entityId": user.id, "entityType": AnonymizationEntityType.USER}
    response = await dixa.request("POST", "/anonymization", json=body)
    await dixa.anonymization.get_request(response["data"]["id"])
    assert user.email is None
    assert isinstance(server.state.conversations[conversation_id], AnonymizedConversation)


async def test_an_anonymized_conversation_is_unchanged_when_its_end_user_is_anonymized(server: FakeDixa) -> None:
    server.state.anonymization_polls = 0
    user = server.end_users[0]
    anonymized = AnonymizedConversation(
        id=1,
        requester_id=user.id,
        channel=Channel.SMS,
        created_at=NOW,
        state=ConversationState.CLOSED,
        anonymized_at=NOW,
        link=FollowUpLink(parent_id=7),
    )
    server.add_conversation(anonymized)
    async with connect(server) as dixa:
        await dixa.end_users.anonymize(user.id)
        assert await dixa.conversations.get(1) == anonymized
