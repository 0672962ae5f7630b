"""Runs the bot against a FakeDixa, kills it halfway, and shows the conversations: `python bot.py --fake`."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp.test_utils import unused_port

from dixa_async.models import EmailConversation
from dixa_async.testing import DeliverySettings, FakeDixa

TEXTS = ("Where is my parcel?", "It was due on Monday.", "Are you there?", "I want to talk to a human.")
ADD_MESSAGE = ("POST", "/conversations/{conversationId}/messages")
# Doubled and late deliveries, some with another event ID, and retries while the bot is down.
DELIVERIES = DeliverySettings(
    seed=1, copies=(1, 3), delay=(0.0, 0.3), new_event_id=0.3, retry_delays=(0.5,) * 30, in_flight=4
)


async def keep_running(variables: dict[str, str], bots: list[asyncio.subprocess.Process]) -> None:
    """Start the bot again whenever it dies, as systemd or Kubernetes does."""
    while True:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, Path(__file__).with_name("bot.py"), env={**os.environ, **variables}
        )
        bots.append(bot)
        print(f"bot {bot.pid} starts", flush=True)
        if (status := await bot.wait()) >= 0:
            raise RuntimeError(f"the bot has ended by itself, with status {status}")
        print(f"bot {bot.pid} was killed", flush=True)


@asynccontextmanager
async def running_bot(fake_dixa: FakeDixa) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Run the bot for as long as the block. The last process of the list is the one that runs."""
    port = unused_port()
    bots: list[asyncio.subprocess.Process] = []
    with tempfile.TemporaryDirectory() as directory:
        variables = {
            "DIXA_API_KEY": fake_dixa.api_key,
            "DIXA_BASE_URL": fake_dixa.url,
            "BOT_AGENT_ID": fake_dixa.agents[0].id,
            "BOT_QUEUE_ID": fake_dixa.queues[0].id,
            "BOT_URL": f"http://127.0.0.1:{port}/dixa",
            "BOT_PORT": str(port),
            "BOT_INBOX": f"{directory}/bot.inbox",
        }
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(keep_running(variables, bots))
            try:
                yield bots
            finally:
                keeper.cancel()
                for bot in bots:
                    with suppress(ProcessLookupError):
                        bot.terminate()
                    await bot.wait()


async def show() -> None:
    async with FakeDixa(deliveries=DELIVERIES) as fake_dixa, running_bot(fake_dixa) as bots:
        while not fake_dixa.state.webhooks:  # until the bot has subscribed
            await asyncio.sleep(0.05)
        conversations = [fake_dixa.add_email(user, "My order") for user in fake_dixa.end_users[:4]]
        count = len(TEXTS) * len(conversations)
        for text in TEXTS:
            for conversation in conversations:
                fake_dixa.add_message(conversation, text)
            await asyncio.sleep(0.3)
        while fake_dixa.applied(*ADD_MESSAGE) < count // 3:
            await asyncio.sleep(0.01)
        bots[-1].kill()  # SIGKILL: nothing can be tidied up
        while fake_dixa.applied(*ADD_MESSAGE) < count or any(each.queue is None for each in conversations):
            await asyncio.sleep(0.1)
        await fake_dixa.deliveries_done()
        await asyncio.sleep(2)  # a reply too many would come now
        for conversation in conversations:
            print_conversation(fake_dixa, conversation)


def print_conversation(fake_dixa: FakeDixa, conversation: EmailConversation) -> None:
    print(f"\nconversation {conversation.id}")
    for message in fake_dixa.state.messages[conversation.id]:
        author = "end user" if message.author_id == conversation.requester_id else "bot     "
        print(f"  {author}  {message.attributes.email_content.content.value}")  # type: ignore[union-attr]
    tags = ", ".join(fake_dixa.state.tags[each].name for each in fake_dixa.state.conversation_tags[conversation.id])
    print(f"  tags: {tags}; queue: {fake_dixa.queues[0].name}")
