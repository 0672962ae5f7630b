"""A bot: replies to each message of an end user once, and hands the conversation over when someone wants a human.

python bot.py --fake    # try it: against a FakeDixa on this machine, which kills the bot halfway
python bot.py           # run it: the settings are environment variables, see below
"""

import asyncio
import os
import signal
import sys

from aiohttp import web

from dixa_async import DixaClient
from dixa_async.models import TextContent, WebhookEvent
from dixa_async.webhooks import Context, MessageAdded, Receiver, SqliteInbox, aiohttp_app, inbound

HANDED_OVER = "handed over"
"""The tag of a conversation that the bot has left to the agents."""


def is_for_bot(event: MessageAdded) -> bool:
    """Whether a message is from the end user, in a conversation that no agent has."""
    conversation = event.conversation
    tags = {tag.name for tag in conversation.tags or ()}
    return inbound(event) and conversation.assignee is None and HANDED_OVER not in tags


async def on_message(event: MessageAdded, context: Context[MessageAdded]) -> None:
    """Reply to a message. If this raises, or the process dies, it is called again: each step is safe to repeat."""
    dixa, conversation_id = context.dixa, event.conversation.id
    assert dixa is not None  # the receiver has one
    text = event.data.text or ""
    if "human" not in text.lower():
        await context.reply(TextContent(f'Thank you for "{text}". Write "human" to talk to one of us.'))
        await dixa.tags.add_many_to_conversation(conversation_id, ["bot"])
        return
    await context.reply(TextContent(f'You wrote "{text}". A colleague will reply to you here.'))
    await dixa.tags.add_many_to_conversation(conversation_id, ["bot", HANDED_OVER])
    await dixa.conversations.transfer_to_queue(conversation_id, os.environ["BOT_QUEUE_ID"])


async def secret_key(dixa: DixaClient) -> str:
    """The secret of the webhook subscription: a given one, or that of the subscription that Dixa has or now gets."""
    if secret := os.environ.get("BOT_SECRET_KEY"):
        return secret
    ensured = await dixa.webhooks.ensure(
        name="bot", url=os.environ["BOT_URL"], events=[WebhookEvent.CONVERSATION_MESSAGE_ADDED]
    )
    return ensured.subscription.secret_key


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with DixaClient() as dixa:  # reads DIXA_API_KEY
        receiver = Receiver(
            await secret_key(dixa),
            SqliteInbox(os.environ.get("BOT_INBOX", "bot.inbox")),  # the file is what survives a kill
            dixa=dixa,
            agent_ids=[os.environ["BOT_AGENT_ID"]],  # the agent as whom the bot writes
        )
        receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=is_for_bot)(on_message)
        runner = web.AppRunner(aiohttp_app(receiver, "/dixa"))  # opens the receiver, and closes it
        await runner.setup()
        try:
            # Behind a proxy with HTTPS, which passes BOT_URL on to here.
            await web.TCPSite(runner, "127.0.0.1", int(os.environ.get("BOT_PORT", "8080"))).start()
            await stop.wait()
        finally:
            await runner.cleanup()


if __name__ == "__main__":
    if "--fake" in sys.argv:
        from bot_with_fake_dixa import show  # the file beside this one

        asyncio.run(show())
    else:
        asyncio.run(main())
