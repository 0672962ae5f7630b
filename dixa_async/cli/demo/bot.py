"""A bot that replies once, although each event is delivered several times."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from rich.console import Console

from ... import DixaClient
from ...models import TextContent, WebhookEvent
from ...testing import DeliverySettings, FakeDixa
from ...webhooks import Context, MessageAdded, Receiver, aiohttp_handler, inbound
from .text import literal

_COPIES = 3
_PATIENCE = 10.0
"""Seconds."""


async def show_a_bot(server: FakeDixa, dixa: DixaClient, agent_id: str, console: Console) -> None:
    """Run a bot, and write to it.

    Args:
        server: the server, which delivers each event several times.
        dixa: the client with which the bot replies.
        agent_id: the agent as whom the bot writes.
        console: where to print.
    """
    server.deliveries = DeliverySettings(seed=1, copies=_COPIES, delay=(0.0, 0.2), new_event_id=0.5)
    deliveries = 0
    listener = socket.create_server(("127.0.0.1", 0))
    ensured = await dixa.webhooks.ensure(
        name="demo",
        url=f"http://127.0.0.1:{listener.getsockname()[1]}/dixa",
        events=[WebhookEvent.CONVERSATION_MESSAGE_ADDED],
    )
    receiver = Receiver(ensured.subscription.secret_key, dixa=dixa, agent_ids=[agent_id])
    replied = asyncio.Event()

    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=inbound)
    async def reply(event: MessageAdded, context: Context[MessageAdded]) -> None:
        await context.reply(TextContent(f'Thank you for "{event.data.text}".'))
        replied.set()

    async def count(request: web.Request) -> web.Response:
        nonlocal deliveries
        deliveries += 1
        return await aiohttp_handler(receiver)(request)

    async with receiver, _served(listener, count):
        conversation = server.add_email(server.end_users[2], "My order")
        server.add_message(conversation, "Where is my order?")
        await asyncio.wait_for(replied.wait(), _PATIENCE)
        await server.deliveries_done()
    replies = [each for each in server.state.messages[conversation.id] if each.author_id == agent_id]
    console.print(f"{deliveries} deliveries, since each event came {_COPIES} times. Replies of the bot: {len(replies)}")
    for message in await dixa.messages.list(conversation.id):
        console.print(literal(f"  {message.direction}: {message.text}"))


@asynccontextmanager
async def _served(
    listener: socket.socket, handler: Callable[[web.Request], Awaitable[web.Response]]
) -> AsyncGenerator[None]:
    app = web.Application()
    app.router.add_post("/dixa", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()
