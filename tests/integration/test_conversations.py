"""Conversations, from the call to the state of the server and back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dixa_async import BadRequestError, DixaClient, InvalidRequestError, NotFoundError
from dixa_async.config import ApiVersion
from dixa_async.models import (
    Agent,
    AnonymizedConversation,
    Assignment,
    BrowserInfo,
    Channel,
    ChatConversation,
    ContactFormConversation,
    Conversation,
    ConversationQueue,
    ConversationState,
    CustomAttribute,
    Direction,
    EmailConversation,
    EndUser,
    FacebookMessengerConversation,
    FollowUpLink,
    GenericConversation,
    InboundMessage,
    MessengerConversation,
    NewCallbackConversation,
    NewChatConversation,
    NewContactFormConversation,
    NewConversation,
    NewEmailConversation,
    NewSmsConversation,
    OutboundMessage,
    PstnPhoneConversation,
    SmsConversation,
    TextContent,
    TwitterConversation,
    TwitterConversationType,
    WhatsAppConversation,
)
from dixa_async.testing import FakeDixa
from dixa_async.testing.state.server_state import KnownConversation

from ..helpers.clients import NOW, Job, connect

HELLO = InboundMessage(content=TextContent("Hello"))
NOBODY = "5b1f4a6e-0000-4000-8000-000000000000"
BROWSER = BrowserInfo(name="Firefox", version="140.0", ip_address="192.0.2.7", originating_url="https://shop.example")


def an_email(requester_id: str, *, message: InboundMessage | OutboundMessage = HELLO) -> NewEmailConversation:
    return NewEmailConversation(
        requester_id=requester_id, email_integration_id="help@example.com", subject="A parcel", message=message
    )


def written_by(agent: Agent) -> OutboundMessage:
    return OutboundMessage(agent_id=agent.id, content=TextContent("How can we help?"))


CREATED: dict[str, Callable[[EndUser, Agent], tuple[NewConversation, KnownConversation]]] = {
    "callback": lambda user, _: (
        NewCallbackConversation(
            requester_id=user.id, direction=Direction.OUTBOUND, contact_endpoint_id="+12025550199", queue_id="queue-1"
        ),
        PstnPhoneConversation(
            id=1001,
            requester_id=user.id,
            channel=Channel.CALLBACK,
            created_at=NOW,
            direction=Direction.OUTBOUND,
            state=ConversationState.OPEN,
            state_updated_at=NOW,
            queue=ConversationQueue(id="queue-1", queued_at=NOW),
        ),
    ),
    "chat": lambda user, _: (
        NewChatConversation(
            requester_id=user.id, widget_id="widget-1", message=HELLO, browser_info=BROWSER, language="da"
        ),
        ChatConversation(
            id=1001,
            requester_id=user.id,
            channel=Channel.WIDGET_CHAT,
            created_at=NOW,
            direction=Direction.INBOUND,
            state=ConversationState.OPEN,
            state_updated_at=NOW,
            browser_info=BROWSER,
            language="da",
        ),
    ),
    "contact form": lambda user, _: (
        NewContactFormConversation(
            requester_id=user.id, email_integration_id="form@example.com", subject="A parcel", message=HELLO
        ),
        ContactFormConversation(
            id=1001,
            requester_id=user.id,
            channel=Channel.CONTACT_FORM,
            created_at=NOW,
            direction=Direction.INBOUND,
            state=ConversationState.OPEN,
            state_updated_at=NOW,
            from_email="ada.almgren@example.com",
            to_email="form@example.com",
            integration_email="form@email.dixa.io",
            subject="A parcel",
        ),
    ),
    "email from the end user": lambda user, _: (
        an_email(user.id),
        EmailConversation(
            id=1001,
            requester_id=user.id,
            channel=Channel.EMAIL,
            created_at=NOW,
            direction=Direction.INBOUND,
            state=ConversationState.OPEN,
            state_updated_at=NOW,
            from_email="ada.almgren@example.com",
            to_email="help@example.com",
            integration_email="help@email.dixa.io",
            subject="A parcel",
        ),
    ),
    "email from an agent": lambda user, agent: (
        an_email(user.id, message=written_by(agent)),
        EmailConversation(
            id=1001,
            requester_id=user.id,
            channel=Channel.EMAIL,
            created_at=NOW,
            direction=Direction.OUTBOUND,
            state=ConversationState.OPEN,
            state_updated_at=NOW,
            from_email="help@example.com",
            to_email="ada.almgren@example.com",
            integration_email="help@email.dixa.io",
            subject="A parcel",
        ),
    ),
    "sms": lambda user, agent: (
        NewSmsConversation(requester_id=user.id, contact_endpoint_id="+12025550199", message=written_by(agent)),
        SmsConversation(
            id=1001,
            requester_id=user.id,
            channel=Channel.SMS,
            created_at=NOW,
            direction=Direction.OUTBOUND,
            state=ConversationState.OPEN,
            state_updated_at=NOW,
            from_number="+12025550199",
            to_number="+12025550100",
        ),
    ),
}


@pytest.mark.parametrize("channel", CREATED)
@pytest.mark.parametrize("api_version", ["beta", "v1"])
async def test_a_conversation_of_each_channel_is_created_and_read(
    server: FakeDixa, channel: str, api_version: ApiVersion
) -> None:
    new, expected = CREATED[channel](server.end_users[0], server.agents[0])
    async with connect(server, api_version=api_version) as dixa:
        created = await dixa.conversations.create(new)
        assert await dixa.conversations.get(created.id) == expected
    assert server.state.conversations == {created.id: expected}
    assert [(request.method, request.path, request.status) for request in server.requests] == [
        ("POST", f"/{api_version}/conversations", 201),
        ("GET", f"/{api_version}/conversations/1001", 200),
    ]


async def test_an_email_that_a_test_adds_has_an_internal_address(server: FakeDixa) -> None:
    email = server.add_email(server.end_users[0], "A parcel")
    assert (email.to_email, email.integration_email) == ("support@example.com", "support@email.dixa.io")


@pytest.mark.parametrize("channel", CREATED)
async def test_the_first_message_belongs_to_the_conversation(dixa: DixaClient, server: FakeDixa, channel: str) -> None:
    new, _ = CREATED[channel](server.end_users[0], server.agents[0])
    created = await dixa.conversations.create(new)
    messages = await dixa.messages.list(created.id)
    assert len(messages) == (0 if isinstance(new, NewCallbackConversation) else 1)


def one_of_each_type(user: EndUser) -> list[KnownConversation]:
    """One conversation of each type that can be returned, with all fields."""
    types: list[tuple[type[KnownConversation], Channel, dict[str, object]]] = [
        (AnonymizedConversation, Channel.EMAIL, {"anonymized_at": NOW}),
        (ChatConversation, Channel.WIDGET_CHAT, {"browser_info": BROWSER, "language": "en"}),
        (ContactFormConversation, Channel.CONTACT_FORM, {"from_email": "a@example.com"}),
        (
            EmailConversation,
            Channel.EMAIL,
            {"from_email": "a@example.com", "to_email": "b@example.com", "integration_email": "b@example.com"},
        ),
        (FacebookMessengerConversation, Channel.FACEBOOK_MESSENGER, {}),
        (GenericConversation, Channel("OwnChannel"), {"from_contact_point_id": "1", "to_contact_point_id": "2"}),
        (MessengerConversation, Channel.MESSENGER, {"browser_info": BROWSER}),
        (PstnPhoneConversation, Channel.PSTN_PHONE, {"assignment": Assignment(agent_id="agent-1", assigned_at=NOW)}),
        (SmsConversation, Channel.SMS, {"from_number": "+12025550199"}),
        (TwitterConversation, Channel.TWITTER, {"conversation_type": TwitterConversationType.TWEET}),
        (WhatsAppConversation, Channel.WHATS_APP, {"transport_expires_at": NOW + timedelta(hours=24)}),
    ]
    return [
        cls(
            id=conversation_id,
            requester_id=user.id,
            channel=channel,
            created_at=NOW,
            link=FollowUpLink(parent_id=3),
            custom_attributes=[CustomAttribute(id="1", name="Plan", identifier="plan", value=["Paid", "Yearly"])],
            **fields,  # type: ignore[arg-type]
        )
        for conversation_id, (cls, channel, fields) in enumerate(types, 1)
    ]


async def test_a_conversation_of_each_returned_type_is_read(dixa: DixaClient, server: FakeDixa) -> None:
    added = [server.add_conversation(conversation) for conversation in one_of_each_type(server.end_users[0])]
    read: list[Conversation] = [await dixa.conversations.get(conversation.id) for conversation in added]
    assert read == added
    assert len({type(conversation) for conversation in read}) == 11


async def test_a_conversation_is_closed_and_reopened(dixa: DixaClient, server: FakeDixa) -> None:
    created = await dixa.conversations.create(an_email(server.end_users[0].id))
    await dixa.conversations.close(created.id)
    closed = await dixa.conversations.get(created.id)
    await dixa.conversations.reopen(str(created.id), user_id=server.agents[0].id)
    reopened = await dixa.conversations.get(created.id)
    await dixa.conversations.close(created.id, user_id=server.agents[0].id)
    closed_again = await dixa.conversations.get(created.id)
    states = [shown.state for shown in (closed, reopened, closed_again) if isinstance(shown, EmailConversation)]
    assert states == [ConversationState.CLOSED, ConversationState.OPEN, ConversationState.CLOSED]


REJECTED: dict[str, tuple[Job, type[Exception], str]] = {
    "unknown conversation": (lambda dixa: dixa.conversations.get(7), NotFoundError, "conversation 7"),
    "a conversation ID that is too large": (
        lambda dixa: dixa.request("GET", "/conversations/{id}", path_params={"id": 2**63}),
        BadRequestError,
        "whole number",
    ),
    "a conversation by name": (
        lambda dixa: dixa.request("GET", "/conversations/{id}", path_params={"id": "mine"}),
        BadRequestError,
        "whole number",
    ),
    "unknown requester": (lambda dixa: dixa.conversations.create(an_email(NOBODY)), NotFoundError, NOBODY),
    "closing a conversation that does not exist": (
        lambda dixa: dixa.conversations.close(7),
        NotFoundError,
        "conversation 7",
    ),
    "closing a closed conversation": (lambda dixa: dixa.conversations.close(1), BadRequestError, "already Closed"),
    "reopening an open conversation": (lambda dixa: dixa.conversations.reopen(2), BadRequestError, "already Open"),
    "closing in nobody's name": (lambda dixa: dixa.conversations.close(2, user_id=NOBODY), BadRequestError, NOBODY),
}


@pytest.mark.parametrize("case", REJECTED)
async def test_an_impossible_call_is_rejected(dixa: DixaClient, server: FakeDixa, case: str) -> None:
    job, error, expected_error = REJECTED[case]
    for conversation_id, state in ((1, ConversationState.CLOSED), (2, ConversationState.OPEN)):
        server.add_conversation(
            SmsConversation(
                id=conversation_id,
                requester_id=server.end_users[0].id,
                channel=Channel.SMS,
                created_at=NOW,
                state=state,
            )
        )
    with pytest.raises(error, match=expected_error):
        await job(dixa)
    assert len(server.state.conversations) == 2
    assert [conversation.state_updated_at for conversation in server.state.conversations.values()] == [None, None]


async def test_an_email_needs_an_end_user_with_an_address(dixa: DixaClient, server: FakeDixa) -> None:
    user = server.add_end_user("Nils Holm")
    with pytest.raises(BadRequestError, match="no email address"):
        await dixa.conversations.create(an_email(user.id))


async def test_a_callback_has_one_of_two_directions(dixa: DixaClient, server: FakeDixa) -> None:
    new = NewCallbackConversation(
        requester_id=server.end_users[0].id,
        direction=Direction.INTERNAL,  # type: ignore[arg-type]
        contact_endpoint_id="+12025550199",
        queue_id="queue-1",
    )
    with pytest.raises(InvalidRequestError, match="expected Inbound or Outbound"):
        await dixa.conversations.create(new)
    wire = {"requesterId": new.requester_id, "contactEndpointId": "+12025550199", "queueId": "queue-1"}
    with pytest.raises(BadRequestError, match="Inbound or Outbound"):
        await dixa.request("POST", "/conversations", json={**wire, "_type": "Callback", "direction": "Internal"})
    assert server.state.conversations == {}


async def test_a_conversation_whose_message_is_rejected_is_not_created(dixa: DixaClient, server: FakeDixa) -> None:
    message = OutboundMessage(agent_id=NOBODY, content=TextContent("Hello"))
    with pytest.raises(NotFoundError, match=NOBODY):
        await dixa.conversations.create(an_email(server.end_users[0].id, message=message))
    assert server.state.conversations == {}
    assert server.state.messages == {}
