"""A tour of the package: what it reads and writes, what it does when something goes wrong, and a bot.

It uses only the public API of the package, and can be read as an example.
"""

import asyncio
import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ... import DixaClient, StatusError
from ...models import Unknown
from ...testing import FakeDixa
from .bot import show_a_bot
from .failures import show_a_killed_job, show_a_lost_response, show_a_retry
from .kinds import create_conversations, message_table, show_messages
from .text import literal

READS = 15
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
    console = console or Console(highlight=False)
    if live:
        console.print("Reading from your Dixa. Nothing is written.")
        async with DixaClient() as dixa:
            await _read_only(dixa, console)
        return
    console.print("Starting FakeDixa, a simulated Dixa in this process.")
    async with FakeDixa() as server, DixaClient(server.api_key, base_url=server.url) as dixa:
        await _everything(server, dixa, console)
    _say_what_to_do_next(console)


async def _read_only(dixa: DixaClient, console: Console) -> None:
    await _introduce(dixa, console)
    agents, users = await dixa.agents.list(), await dixa.end_users.list()
    console.print(f"The first pages hold {len(agents)} agents and {len(users)} end users.")
    await _read_at_once(dixa, console, [])
    await _show_an_error(dixa, console)
    some = await asyncio.gather(*(dixa.end_users.list_conversations(user.id) for user in users[:SOME]))
    conversations = [found for page in some for found in page if not isinstance(found, Unknown)][:SOME]
    for conversation in conversations:
        console.print(f"conversation {conversation.id}: {type(conversation).__name__}")
    messages = await dixa.messages.list(conversations[0].id) if conversations else ()
    console.print(message_table(messages[:SOME], shows_text=False))


async def _everything(server: FakeDixa, dixa: DixaClient, console: Console) -> None:
    agent, user = server.agents[0], server.end_users[0]

    _head(console, "Read and write")
    await _introduce(dixa, console)
    conversations = await create_conversations(dixa, user, agent, console)
    await show_messages(server, dixa, console)

    _head(console, "Read much")
    pages = [len(page) async for page in dixa.end_users.list(page_limit=25, prefetch=True).pages()]
    console.print(f"{sum(pages)} end users in {len(pages)} pages")
    await _read_at_once(dixa, console, [each.id for each in conversations if not isinstance(each, Unknown)])

    _head(console, "When something goes wrong")
    await _show_an_error(dixa, console)
    await show_a_retry(server, dixa, console)
    await show_a_lost_response(server, dixa, conversations[0], agent.id, console)
    await show_a_killed_job(server, conversations[1], console)

    _head(console, "A bot")
    await show_a_bot(server, dixa, agent.id, console)


def _head(console: Console, title: str) -> None:
    console.print()
    console.rule(f"[bold]{title}", align="left", style="dim")


async def _introduce(dixa: DixaClient, console: Console) -> None:
    organization = await dixa.organization.get()
    console.print(literal(f"Organization: {organization.name} ({organization.subdomain}, {organization.status})."))


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
        console.print(literal(f"an error: {type(error).__name__}: {error}"))
    else:
        console.print(f"Conversation {_NO_SUCH_CONVERSATION} exists, so there is no error to show.")


def _say_what_to_do_next(console: Console) -> None:
    _head(console, "What to do next")
    for line in (
        "make a token:     an API integration in Dixa's settings; set DIXA_API_KEY to it",
        "check it:         python -m dixa_async doctor",
        "read your Dixa:   python -m dixa_async demo --live (writes nothing)",
        "run a fake Dixa:  python -m dixa_async fake --company small",
        "make one call:    python -m dixa_async call --list",
        "write a program:  https://dixa-async.readthedocs.io, with recipes to copy",
        "this demo:        dixa_async/cli/demo/, which uses the public API only",
    ):
        console.print(literal(line))
