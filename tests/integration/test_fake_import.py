"""Import of conversations."""

from datetime import timedelta
from typing import Any

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models import (
    Assignment,
    ConversationState,
    Direction,
    EmailConversation,
    File,
    GenericConversation,
    TextContent,
)
from dixa_async.models.activity import ActivityType
from dixa_async.models.conversation_import import (
    Closing,
    ImportedInboundMessage,
    ImportedOutboundMessage,
    NewImportedConversation,
)
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

NOBODY = "00000000-0000-4000-8000-000000000000"
LONG_AGO = NOW - timedelta(days=1000)


def an_import(server: FakeDixa, **more: Any) -> NewImportedConversation:
    """A conversation of a generic channel, with other fields if they are passed."""
    values: dict[str, Any] = {
        "generic_channel_name": "genericapimessaging",
        "requester_id": server.end_users[0].id,
        "direction": Direction.INBOUND,
        "created_at": LONG_AGO,
    }
    return NewImportedConversation(**values | more)


async def test_an_email_is_imported_with_its_messages_and_its_closing(dixa: DixaClient, server: FakeDixa) -> None:
    user, other, agent = *server.end_users[:2], server.agents[0]
    mailbox = {"emailIntegrationId": "support@example.com"}
    files = [File(url="https://example.com/a.png"), File(url="ftp://example.com/b.png")]
    new = an_import(
        server,
        generic_channel_name="email",
        assignment=Assignment(agent_id=agent.id, assigned_at=LONG_AGO),
        messages=[
            ImportedInboundMessage(content=TextContent("Hi"), created_at=LONG_AGO, attachments=files),
            ImportedOutboundMessage(
                agent_id=agent.id,
                content=TextContent("Hello"),
                created_at=LONG_AGO + timedelta(hours=1),
                external_id="old-2",
                attributes={**mailbox, "cc": [other.id]},
            ),
            ImportedInboundMessage(
                content=TextContent("Me too"),
                created_at=LONG_AGO + timedelta(hours=2),
                attributes={"requesterId": other.id},
            ),
        ],
        closing=Closing(closed_at=LONG_AGO + timedelta(hours=3), closed_by=agent.id),
        attributes={**mailbox, "subject": "An old one"},
    )
    imported = await dixa.conversations.import_(new)
    assert [fault.message for fault in imported.partial_errors or []] == ["An attachment could not be fetched"]
    shown = await dixa.conversations.get(imported.id)
    assert isinstance(shown, EmailConversation)
    assert (shown.subject, shown.created_at, shown.state) == ("An old one", LONG_AGO, ConversationState.CLOSED)
    assert (shown.to_email, shown.integration_email) == ("support@example.com", "support@email.dixa.io")
    assert shown.state_updated_at == LONG_AGO + timedelta(hours=3)
    messages = await dixa.messages.list(imported.id)
    assert [message.author_id for message in messages] == [user.id, agent.id, other.id]
    assert [message.created_at for message in messages] == [LONG_AGO + timedelta(hours=hours) for hours in range(3)]
    assert [message.external_id for message in messages] == [None, "old-2", None]
    log = await dixa.conversations.list_activity(imported.id)
    assert [entry.type for entry in log].count(ActivityType.CONVERSATION_CLOSED) == 1
    assert (log[0].type, log[-1].type) == (
        ActivityType.CONVERSATION_CREATED_BY_CUSTOMER,
        ActivityType.CONVERSATION_CLOSED,
    )


async def test_a_conversation_of_a_generic_channel_stays_open(dixa: DixaClient, server: FakeDixa) -> None:
    message = ImportedInboundMessage(content=TextContent("Coo"), created_at=LONG_AGO)
    imported = await dixa.conversations.import_(an_import(server, messages=[message]))
    shown = await dixa.conversations.get(imported.id)
    assert isinstance(shown, GenericConversation)
    assert shown.state is ConversationState.OPEN
    assert imported.partial_errors == []


@pytest.mark.parametrize(
    ("more", "error", "expected_error"),
    [
        ({"requester_id": NOBODY}, NotFoundError, NOBODY),
        ({"closing": Closing(closed_at=NOW, closed_by=NOBODY)}, NotFoundError, NOBODY),
        ({"generic_channel_name": "pigeon"}, BadRequestError, "pigeon"),
        ({"generic_channel_name": "email"}, BadRequestError, "emailIntegrationId"),
        ({"generic_channel_name": "email", "attributes": []}, BadRequestError, "object"),
    ],
)
async def test_an_invalid_import_is_rejected(
    dixa: DixaClient, server: FakeDixa, more: dict[str, Any], error: type[Exception], expected_error: str
) -> None:
    with pytest.raises(error, match=expected_error):
        await dixa.conversations.import_(an_import(server, **more))
    assert server.state.conversations == {}


async def test_an_import_accepts_a_duplicate_external_id(dixa: DixaClient, server: FakeDixa) -> None:
    message = ImportedInboundMessage(content=TextContent("Hi"), created_at=LONG_AGO, external_id="old-1")
    for _ in range(2):
        imported = await dixa.conversations.import_(an_import(server, messages=[message]))
        assert [shown.external_id for shown in await dixa.messages.list(imported.id)] == ["old-1"]
