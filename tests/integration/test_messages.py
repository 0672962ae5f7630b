"""Messages, from the call to the state of the server and back."""

import math
from collections.abc import Callable

import pytest

from dixa_async import BadRequestError, DixaClient, NotFoundError
from dixa_async.models import (
    AddedMessage,
    CallRecordingAttributes,
    Channel,
    ChatAttributes,
    ChatConversation,
    Checksum,
    ContactFormAttributes,
    ContactFormConversation,
    Direction,
    EmailAttributes,
    EmailContact,
    EmailConversation,
    FacebookMessengerAttributes,
    FacebookMessengerConversation,
    File,
    FormFile,
    FormSubmission,
    GenericAttributes,
    GenericConversation,
    HtmlContent,
    InboundMessage,
    MarkdownContent,
    Message,
    MessageAttributes,
    MessengerConversation,
    MessengerFormAttributes,
    MimeType,
    NewMessage,
    NewMessageContent,
    OutboundMessage,
    PhoneAttributes,
    PstnPhoneConversation,
    RegularEmailContent,
    SmsAttributes,
    SmsConversation,
    TextContent,
    TextFormValue,
    TooLargeEmailContent,
    TranscriptAttributes,
    TwitterAttributes,
    TwitterConversation,
    TwitterConversationType,
    Unknown,
    WhatsAppAttributes,
    WhatsAppConversation,
)
from dixa_async.models.messages import AttachmentsFormValue, SelectFormValue
from dixa_async.testing import FakeDixa
from dixa_async.testing.state.server_state import KnownConversation

from ..helpers.clients import NOW, connect

NOBODY = "5b1f4a6e-0000-4000-8000-000000000000"
PICTURE = File(url="https://files.example.com/picture.png", pretty_name="A picture")
CONTENTS: list[NewMessageContent] = [TextContent("Hello"), HtmlContent("<p>Hello</p>"), MarkdownContent("*Hello*")]

Make = Callable[[str], KnownConversation]
"""Makes a conversation of an end user."""

EMAIL: Make = lambda user_id: EmailConversation(  # noqa: E731
    id=1,
    requester_id=user_id,
    channel=Channel.EMAIL,
    created_at=NOW,
    from_email="ada.almgren@example.com",
    to_email="help@example.com",
    integration_email="help@example.com",
)
CONTACT_FORM: Make = lambda user_id: ContactFormConversation(  # noqa: E731
    id=1,
    requester_id=user_id,
    channel=Channel.CONTACT_FORM,
    created_at=NOW,
    from_email="ada.almgren@example.com",
    integration_email="form@example.com",
)
TWITTER: Make = lambda user_id: TwitterConversation(  # noqa: E731
    id=1,
    requester_id=user_id,
    channel=Channel.TWITTER,
    created_at=NOW,
    conversation_type=TwitterConversationType.DIRECT_MESSAGE,
)
PlainType = (
    type[ChatConversation]
    | type[FacebookMessengerConversation]
    | type[GenericConversation]
    | type[MessengerConversation]
    | type[PstnPhoneConversation]
    | type[SmsConversation]
    | type[WhatsAppConversation]
)


def plain(cls: PlainType, channel: str) -> Make:
    return lambda user_id: cls(id=1, requester_id=user_id, channel=Channel(channel), created_at=NOW)


CHAT = plain(ChatConversation, "WidgetChat")
PHONE = plain(PstnPhoneConversation, "PstnPhone")
SMS = plain(SmsConversation, "Sms")
WHATS_APP = plain(WhatsAppConversation, "WhatsApp")


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
@pytest.mark.parametrize("outbound", [False, True])
async def test_a_message_of_each_content_is_added_and_read(
    dixa: DixaClient, server: FakeDixa, content: NewMessageContent, outbound: bool
) -> None:
    user, agent = server.end_users[0], server.agents[0]
    server.add_conversation(CHAT(user.id))
    new: NewMessage
    if outbound:
        new = OutboundMessage(agent_id=agent.id, content=content, attachments=[PICTURE], external_id="m-1")
    else:
        new = InboundMessage(content=content, attachments=[PICTURE], external_id="m-1")
    added = await dixa.messages.add(1, new)
    direction, author = (Direction.OUTBOUND, agent) if outbound else (Direction.INBOUND, user)
    assert added == AddedMessage(
        direction=direction,
        author_id=author.id,
        content=content,
        external_id="m-1",
        message_id=added.message_id,
        created_at=NOW,
    )
    assert list(await dixa.messages.list(1)) == [
        Message(
            id=added.message_id or "",
            author_id=author.id,
            created_at=NOW,
            external_id="m-1",
            attributes=ChatAttributes(
                is_automated=False,
                content=content,
                direction=direction,
                attachments=[File(url=f"https://files.dixa.io/private/{added.message_id}/1", pretty_name="A picture")],
            ),
        )
    ]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (EMAIL, EmailAttributes),
        (CONTACT_FORM, ContactFormAttributes),
        (CHAT, ChatAttributes),
        (plain(MessengerConversation, "Messenger"), ChatAttributes),
        (plain(FacebookMessengerConversation, "FacebookMessenger"), FacebookMessengerAttributes),
        (plain(GenericConversation, "OwnChannel"), GenericAttributes),
        (SMS, SmsAttributes),
        (TWITTER, TwitterAttributes),
        (WHATS_APP, WhatsAppAttributes),
    ],
)
async def test_the_attributes_of_a_message_depend_on_the_conversation(
    dixa: DixaClient, server: FakeDixa, make: Make, expected: type[MessageAttributes]
) -> None:
    server.add_conversation(make(server.end_users[0].id))
    await dixa.messages.add(1, OutboundMessage(agent_id=server.agents[0].id, content=MarkdownContent("*Hello*")))
    (message,) = await dixa.messages.list(1)
    assert type(message.attributes) is expected


async def test_an_email_has_its_senders_and_recipients(dixa: DixaClient, server: FakeDixa) -> None:
    user, copied = server.end_users[:2]
    server.add_conversation(EMAIL(user.id))
    await dixa.messages.add(1, InboundMessage(content=TextContent("Hello"), integration_email="sales@example.com"))
    await dixa.messages.add(
        1,
        OutboundMessage(agent_id=server.agents[0].id, content=HtmlContent("<p>Hi</p>"), cc=[copied.id], bcc=[user.id]),
    )
    ada = EmailContact(email="ada.almgren@example.com", name="Ada Almgren")
    bo = EmailContact(email="bo.almgren@example.org", name="Bo Almgren")
    assert [message.attributes for message in await dixa.messages.list(1)] == [
        EmailAttributes(
            from_=ada,
            to=[EmailContact(email="sales@example.com")],
            cc=[],
            bcc=[],
            is_auto_reply=False,
            email_content=RegularEmailContent(content=TextContent("Hello")),
            inline_images=[],
            attachments=[],
            direction=Direction.INBOUND,
        ),
        EmailAttributes(
            from_=EmailContact(email="help@example.com"),
            to=[ada],
            cc=[bo],
            bcc=[ada],
            is_auto_reply=False,
            email_content=RegularEmailContent(content=HtmlContent("<p>Hi</p>")),
            inline_images=[],
            attachments=[],
            direction=Direction.OUTBOUND,
        ),
    ]


async def test_messages_of_every_type_are_returned(dixa: DixaClient, server: FakeDixa) -> None:
    content, direction = TextContent("Hello"), Direction.INBOUND
    ada = EmailContact(email="ada.almgren@example.com")
    file = FormFile(
        url="https://files.example.com/bill.pdf",
        name="bill.pdf",
        media_type=MimeType(primary="application", sub="pdf"),
        bytes_length=12,
        checksum=Checksum(algorithm="MD5", hex="00ff"),
    )
    form = FormSubmission(
        values={
            "name": TextFormValue(value="Ada"),
            "colours": SelectFormValue(value=["red"]),
            "files": AttachmentsFormValue(value=[file]),
            "bare": "text",
            "list": ["a", "b"],
        }
    )
    types: list[MessageAttributes] = [
        CallRecordingAttributes(recording="https://files.example.com/1", duration=12),
        ChatAttributes(is_automated=True, content=content, direction=direction),
        ContactFormAttributes(is_auto_reply=True, email_content=TooLargeEmailContent(file=PICTURE)),
        EmailAttributes(from_=ada, is_auto_reply=False, email_content=TooLargeEmailContent(file=PICTURE), to=[ada]),
        FacebookMessengerAttributes(content=content),
        GenericAttributes(content=content),
        MessengerFormAttributes(form_submission=form, content=HtmlContent("<table/>")),
        PhoneAttributes(from_="+12025550100", to="+12025550199", direction=direction, duration=3),
        SmsAttributes(content=content),
        TranscriptAttributes(content=content, utterance_start_ms=10, utterance_end_ms=20),
        TwitterAttributes(content=content),
        WhatsAppAttributes(content=MarkdownContent("*Hello*")),
        Unknown(type="PostcardAttributes", raw={"_type": "PostcardAttributes", "stamp": 1}),
    ]
    messages = [
        Message(id=f"m-{number}", author_id="someone", created_at=NOW, attributes=attributes)
        for number, attributes in enumerate(types)
    ]
    server.add_conversation(PHONE(server.end_users[0].id), messages)
    read = await dixa.messages.list(1)
    assert list(read) == messages
    assert read.next_key is None
    assert len({type(message.attributes) for message in read}) == 13


WORD = TextContent("Hello")
REJECTED: dict[str, tuple[Make, Callable[[str], NewMessage], type[Exception], str]] = {
    "an unknown agent": (
        CHAT,
        lambda _: OutboundMessage(agent_id=NOBODY, content=WORD),
        NotFoundError,
        f"agent {NOBODY}",
    ),
    "an externalId again": (
        CHAT,
        lambda _: InboundMessage(content=WORD, external_id="m-0"),
        BadRequestError,
        "Duplicate externalId",
    ),
    "an attachment that is not on the web": (
        CHAT,
        lambda _: InboundMessage(content=WORD, attachments=[File(url="file:///etc/hosts")]),
        BadRequestError,
        "attachment",
    ),
    "a message to a phone call": (PHONE, lambda _: InboundMessage(content=WORD), BadRequestError, "no messages"),
    "an inbound SMS": (SMS, lambda _: InboundMessage(content=WORD), BadRequestError, "outbound"),
    "an inbound WhatsApp": (WHATS_APP, lambda _: InboundMessage(content=WORD), BadRequestError, "outbound"),
    "text by WhatsApp": (
        WHATS_APP,
        lambda agent: OutboundMessage(agent_id=agent, content=WORD),
        BadRequestError,
        "Markdown",
    ),
    "two files by WhatsApp": (
        WHATS_APP,
        lambda agent: OutboundMessage(agent_id=agent, attachments=[PICTURE, PICTURE]),
        BadRequestError,
        "one attachment",
    ),
    "a film by WhatsApp": (
        WHATS_APP,
        lambda agent: OutboundMessage(agent_id=agent, attachments=[File(url="https://files.example.com/film.mp4")]),
        BadRequestError,
        "one attachment",
    ),
    "a copy to nobody": (
        EMAIL,
        lambda agent: OutboundMessage(agent_id=agent, content=WORD, cc=[NOBODY]),
        NotFoundError,
        f"end user {NOBODY}",
    ),
}


@pytest.mark.parametrize("case", REJECTED)
async def test_an_invalid_message_is_rejected(dixa: DixaClient, server: FakeDixa, case: str) -> None:
    make, new, error, expected_error = REJECTED[case]
    first = Message(id="0", author_id="0", created_at=NOW, attributes=SmsAttributes(content=WORD), external_id="m-0")
    server.add_conversation(make(server.end_users[0].id), [first])
    with pytest.raises(error, match=expected_error):
        await dixa.messages.add(1, new(server.agents[0].id))
    assert server.state.messages == {1: [first]}


async def test_a_copy_needs_an_address(dixa: DixaClient, server: FakeDixa) -> None:
    server.add_conversation(EMAIL(server.end_users[0].id))
    without = server.add_end_user("Nils Holm", phone_number="+12025550180")
    new = OutboundMessage(agent_id=server.agents[0].id, content=WORD, bcc=[without.id])
    with pytest.raises(BadRequestError, match="no email address"):
        await dixa.messages.add(1, new)


async def test_messages_need_a_conversation(dixa: DixaClient) -> None:
    with pytest.raises(NotFoundError):
        await dixa.messages.list(1)
    with pytest.raises(NotFoundError):
        await dixa.messages.add(1, InboundMessage(content=WORD))


async def test_an_outbound_message_may_be_empty_in_beta_only(dixa: DixaClient, server: FakeDixa) -> None:
    server.add_conversation(EMAIL(server.end_users[0].id))
    empty = OutboundMessage(agent_id=server.agents[0].id, attachments=[PICTURE])
    added = await dixa.messages.add(1, empty)
    assert added.content is None
    async with connect(server, api_version="v1") as v1:
        with pytest.raises(BadRequestError, match="no content"):
            await v1.messages.add(1, empty)
    assert len(await dixa.messages.list(1)) == 1


async def test_an_external_id_can_be_repeated_if_the_server_allows_it() -> None:
    async with FakeDixa(rate=math.inf, accept_duplicate_external_ids=True) as server, connect(server) as dixa:
        server.add_conversation(CHAT(server.end_users[0].id))
        for _ in range(2):
            await dixa.messages.add(1, InboundMessage(content=WORD, external_id="m-0"))
        assert [message.external_id for message in await dixa.messages.list(1)] == ["m-0", "m-0"]
