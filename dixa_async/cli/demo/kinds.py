"""One conversation of each type that the API can create, and one message of each kind that there is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from rich.console import Console
from rich.table import Table

from ... import DixaClient
from ...models import (
    Agent,
    CallRecordingAttributes,
    Channel,
    ChatAttributes,
    ContactFormAttributes,
    Conversation,
    Direction,
    EmailAttributes,
    EmailContact,
    EndUser,
    FormSubmission,
    HtmlContent,
    InboundMessage,
    MarkdownContent,
    Message,
    MessageAttributes,
    MessengerConversation,
    MessengerFormAttributes,
    NewCallbackConversation,
    NewChatConversation,
    NewContactFormConversation,
    NewConversation,
    NewEmailConversation,
    NewSmsConversation,
    OutboundMessage,
    PhoneAttributes,
    RegularEmailContent,
    TextContent,
    TextFormValue,
    TranscriptAttributes,
    Unknown,
)
from ...models.base import JsonValue
from ...testing import FakeDixa
from .text import literal

_ALL_KINDS_ID = 9_000


async def create_conversations(dixa: DixaClient, user: EndUser, agent: Agent, console: Console) -> list[Conversation]:
    """Create a conversation of each type, and show the class that each is read as.

    Args:
        dixa: the client.
        user: the end user who asks.
        agent: the agent who replies.
        console: where to print.

    Returns:
        The conversations.
    """
    created = [await dixa.conversations.create(new) for new in _one_of_each_type(user.id, agent.id)]
    conversations = [await dixa.conversations.get(each.id) for each in created]
    console.print("\nCreated with one method; a class for each channel:")
    table = Table("conversation", "class", "channel", "state")
    for each in conversations:
        if not isinstance(each, Unknown):
            table.add_row(str(each.id), type(each).__name__, str(each.channel), str(each.state or ""))
    console.print(table)
    return conversations


async def show_messages(server: FakeDixa, dixa: DixaClient, console: Console) -> None:
    """Show a message of each kind, and one of a kind that no version knows.

    Args:
        server: the server, into which they are put: the API can create only some kinds.
        dixa: the client, which reads them.
        console: where to print.
    """
    user = server.end_users[0]
    messages = [
        Message(id=f"demo-{number}", author_id=user.id, created_at=datetime.now(UTC), attributes=attributes)
        for number, attributes in enumerate(_attributes_of_each_kind())
    ]
    now = datetime.now(UTC)
    conversation = MessengerConversation(
        id=_ALL_KINDS_ID, requester_id=user.id, channel=Channel.MESSENGER, created_at=now
    )
    server.add_conversation(conversation, messages)
    console.print("\nmessage.text and message.direction, whatever the kind:")
    console.print(message_table([message async for message in dixa.messages.list(conversation.id)]))


def message_table(messages: Sequence[Message], *, shows_text: bool = True) -> Table:
    """A table of messages.

    Args:
        messages: messages of any kind.
        shows_text: whether to show what they say.

    Returns:
        The table.
    """
    table = Table("attributes", "direction", "text")
    for each in messages:
        name = type(each.attributes).__name__
        if isinstance(each.attributes, Unknown):
            name = f"Unknown ({each.attributes.type})"
        text = each.text or "" if shows_text else ""
        table.add_row(literal(name), str(each.direction or ""), literal(text))
    return table


def _one_of_each_type(user_id: str, agent_id: str) -> list[NewConversation]:
    question = InboundMessage(content=TextContent("Where is my order?"))
    response = OutboundMessage(agent_id=agent_id, content=TextContent("It is on its way."))
    mailbox = "support@example.com"
    return [
        NewEmailConversation(
            requester_id=user_id, email_integration_id=mailbox, subject="My order", message=question, language="en"
        ),
        NewContactFormConversation(
            requester_id=user_id, email_integration_id=mailbox, subject="My order", message=question
        ),
        NewChatConversation(requester_id=user_id, widget_id="widget", message=question),
        NewSmsConversation(requester_id=user_id, contact_endpoint_id="+4500000000", message=response),
        NewCallbackConversation(
            requester_id=user_id, direction=Direction.OUTBOUND, contact_endpoint_id="+4500000000", queue_id="queue"
        ),
    ]


def _attributes_of_each_kind() -> list[MessageAttributes]:
    inbound, sender = Direction.INBOUND, EmailContact(email="ada@example.com")
    html = RegularEmailContent(content=HtmlContent("<b>Hello</b>"))
    form = FormSubmission(values={"size": TextFormValue(value="M")})
    special: dict[type[Any], MessageAttributes] = {
        CallRecordingAttributes: CallRecordingAttributes(recording="https://example.com/call.mp3", duration=62),
        ChatAttributes: ChatAttributes(content=MarkdownContent("**Hello**"), direction=inbound, is_automated=True),
        ContactFormAttributes: ContactFormAttributes(
            from_=sender, is_auto_reply=False, email_content=html, direction=inbound
        ),
        EmailAttributes: EmailAttributes(from_=sender, is_auto_reply=False, email_content=html, direction=inbound),
        MessengerFormAttributes: MessengerFormAttributes(
            form_submission=form, direction=inbound, content=HtmlContent("Size: M")
        ),
        PhoneAttributes: PhoneAttributes(from_="+4511111111", to="+4522222222", direction=inbound, duration=62),
        TranscriptAttributes: TranscriptAttributes(content=TextContent("Hello, who is this?"), direction=inbound),
    }
    known = [each for each in get_args(MessageAttributes) if each is not Unknown]
    future: JsonValue = {
        "_type": "HologramAttributes",
        "direction": "Inbound",
        "content": {"_type": "Text", "value": "Hello"},
    }
    return [
        *(special.get(kind) or kind(content=TextContent("Hello"), direction=inbound) for kind in known),
        Unknown(type="HologramAttributes", raw=future),
    ]
