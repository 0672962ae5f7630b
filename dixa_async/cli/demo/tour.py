"""A tour of the package: creates conversations, adds messages, reads pages and many objects at once, shows an error.

It uses only the public API of the package, and can be read as an example.
"""

import asyncio
import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ... import DixaClient, StatusError
from ...models import (
    ChatAttributes,
    Conversation,
    Direction,
    EmailAttributes,
    HtmlContent,
    InboundMessage,
    MarkdownContent,
    Message,
    MessageContent,
    NewCallbackConversation,
    NewChatConversation,
    NewContactFormConversation,
    NewConversation,
    NewEmailConversation,
    NewSmsConversation,
    OutboundMessage,
    RegularEmailContent,
    SmsAttributes,
    TextContent,
    Unknown,
)
from ...testing import FakeDixa
from ..terminal import printable

READS = 60
"""Reads that are made at once."""
SOME = 10
"""End users, conversations and messages that are read from your own Dixa."""
_NO_SUCH_CONVERSATION = 999_999_999


async def run(*, live: bool, console: Console | None = None) -> None:
    """Run the demo.

    Args:
        live: whether to read from the Dixa of DIXA_API_KEY, and write nothing. Otherwise a `FakeDixa` is started, and
            the demo writes, too.
        console: where to print; defaults to standard output.
    """
    console = console or Console()
    if live:
        console.print("Reading from your Dixa. Nothing is written.")
        async with DixaClient() as dixa:
            await _read_only(dixa, console)
        return
    console.print(
        "Starting FakeDixa, a simulated Dixa in this process. To read from your own, set DIXA_API_KEY and pass --live."
    )
    async with FakeDixa() as server, DixaClient(server.api_key, base_url=server.url) as dixa:
        await _everything(dixa, console)


async def _read_only(dixa: DixaClient, console: Console) -> None:
    await _introduce(dixa, console)
    agents, users = await dixa.agents.list(), await dixa.end_users.list()
    console.print(f"The first pages hold {len(agents)} agents and {len(users)} end users.")
    await _read_at_once(dixa, console, [])
    await _show_an_error(dixa, console)
    some = await asyncio.gather(*(dixa.end_users.list_conversations(user.id) for user in users[:SOME]))
    conversations = [found for page in some for found in page if not isinstance(found, Unknown)][:SOME]
    messages = await dixa.messages.list(conversations[0].id) if conversations else ()
    console.print(_table(conversations, messages[:SOME], shows_content=False))


async def _everything(dixa: DixaClient, console: Console) -> None:
    await _introduce(dixa, console)
    agent = (await dixa.agents.list())[0]
    user = (await dixa.end_users.list())[0]

    created = [await dixa.conversations.create(new) for new in _conversations_of_each_type(user.id, agent.id)]
    console.print(f"Created {len(created)} conversations, one of each type.")
    first = created[0].id
    for content in (TextContent("Hello"), HtmlContent("<b>Hello</b>"), MarkdownContent("**Hello**")):
        await dixa.messages.add(first, InboundMessage(content=content))
        await dixa.messages.add(first, OutboundMessage(agent_id=agent.id, content=content))
    console.print(f"Added 6 messages to conversation {first}: inbound and outbound, as text, HTML and Markdown.")

    pages = [len(page) async for page in dixa.end_users.list(page_limit=25, prefetch=True).pages()]
    console.print(f"Read {sum(pages)} end users in {len(pages)} pages.")

    await _read_at_once(dixa, console, [conversation.id for conversation in created])
    await _show_an_error(dixa, console)
    conversations = await asyncio.gather(*(dixa.conversations.get(conversation.id) for conversation in created))
    messages = await dixa.messages.list(first)
    console.print(_table(conversations, messages, shows_content=True))


async def _introduce(dixa: DixaClient, console: Console) -> None:
    organization = await dixa.organization.get()
    console.print(_text(f"Organization: {organization.name} ({organization.subdomain}, {organization.status})."))


def _conversations_of_each_type(user_id: str, agent_id: str) -> list[NewConversation]:
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


async def _read_at_once(dixa: DixaClient, console: Console, conversation_ids: Sequence[int]) -> None:
    """Read many conversations at once, or the organization many times if there are none."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(f"{READS} reads at once", total=READS)

        async def read(number: int) -> None:
            if conversation_ids:
                await dixa.conversations.get(conversation_ids[number % len(conversation_ids)])
            else:
                await dixa.organization.get()
            progress.advance(task)

        started = time.perf_counter()
        await asyncio.gather(*(read(number) for number in range(READS)))
    seconds = time.perf_counter() - started
    console.print(f"{READS} reads in {seconds:.1f} s: {READS / seconds:.1f} requests/s. Dixa allows 10.")


async def _show_an_error(dixa: DixaClient, console: Console) -> None:
    try:
        await dixa.conversations.get(_NO_SUCH_CONVERSATION)
    except StatusError as error:
        console.print(_text(f"An error looks like this: {type(error).__name__}: {error}"))
    else:
        console.print(f"Conversation {_NO_SUCH_CONVERSATION} exists, so there is no error to show.")


def _table(conversations: Sequence[Conversation], messages: Sequence[Message], *, shows_content: bool) -> Table:
    table = Table("Object", "ID", "Class", "Content", title="The class of each object follows from its _type")
    for conversation in conversations:
        if not isinstance(conversation, Unknown):
            content = f"{conversation.channel}, {conversation.state}"
            table.add_row("conversation", str(conversation.id), type(conversation).__name__, _text(content))
    for message in messages:
        content = _content_of(message) if shows_content else ""
        table.add_row("message", _text(message.id[:8]), type(message.attributes).__name__, _text(content))
    return table


def _text(text: str) -> Text:
    """Text from other people, which neither the terminal nor rich interprets."""
    return Text(printable(text))


def _content_of(message: Message) -> str:
    match message.attributes:
        case EmailAttributes(email_content=RegularEmailContent(content=content), direction=direction):
            return f"{direction}, {_describe(content)}"
        case ChatAttributes(content=content, direction=direction) | SmsAttributes(content=content, direction=direction):
            return f"{direction}, {_describe(content)}"
        case _:
            return ""


def _describe(content: MessageContent | None) -> str:
    return "" if content is None or isinstance(content, Unknown) else f"{type(content).__name__}: {content.value}"
