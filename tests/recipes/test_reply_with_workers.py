"""A bot whose workers think: one of them dies, so does the bot, and every message is replied to once and in order."""

import asyncio
import math

import pytest
from aiohttp.test_utils import unused_port

from dixa_async import DixaClient
from dixa_async.models import WebhookEvent
from dixa_async.testing import DeliverySettings, FakeDixa

from ..helpers.redis_server import RedisServer
from .machines import running_machines
from .programs import Program

ADD_MESSAGE = ("POST", "/conversations/{conversationId}/messages")
MACHINES, CONVERSATIONS, MESSAGES = 2, 5, 6
COUNT = CONVERSATIONS * MESSAGES


def texts(server: FakeDixa, number: int) -> list[str]:
    """The replies in a conversation, in order."""
    messages = [each.attributes.email_content.content.value for each in server.state.messages[number]]  # type: ignore[union-attr]
    return [text for text in messages if text.startswith("You wrote")]


async def replied(server: FakeDixa, count: int) -> None:
    while server.applied(*ADD_MESSAGE) < count:
        await asyncio.sleep(0.02)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_worker_and_the_bot_die_and_every_message_is_replied_to_once(redis_server: RedisServer) -> None:
    port = unused_port()
    deliveries = DeliverySettings(seed=5, copies=(1, 3), new_event_id=0.5, retry_delays=(0.5,) * 99)
    async with FakeDixa(rate=math.inf, deliveries=deliveries) as server:
        async with DixaClient(server.api_key, base_url=server.url) as dixa:
            ensured = await dixa.webhooks.ensure(
                name="bot", url=f"http://127.0.0.1:{port}/dixa", events=[WebhookEvent.CONVERSATION_MESSAGE_ADDED]
            )
        variables = {
            "REDIS_URL": redis_server.url,
            "BOT_THINKING_TIMEOUT": "5",
            "BOT_SECRET_KEY": ensured.subscription.secret_key,
            "BOT_AGENT_ID": server.agents[0].id,
            "BOT_PORT": str(port),
        }
        program = Program(server, "reply_with_workers.py", variables=variables)
        async with running_machines(MACHINES, "reply_with_workers", variables) as running, asyncio.timeout(150):
            bot = await program.start()
            try:
                conversations = [server.add_email(user, "Order").id for user in server.end_users[:CONVERSATIONS]]
                for number in range(MESSAGES):
                    for each in conversations:
                        server.add_message(server.state.conversations[each], f"Question {number}")
                await replied(server, COUNT // 3)
                await running[0].die()
                await replied(server, COUNT // 2)
                bot.kill()
                await bot.communicate()
                bot = await program.start()
                await replied(server, COUNT)
                await server.deliveries_done()
                await asyncio.sleep(2)  # whatever is too much comes now
                bot.terminate()
                _, err = await bot.communicate()
                assert (bot.returncode, err.decode().count("Traceback")) == (0, 0)
            finally:
                if bot.returncode is None:
                    bot.kill()
                    await bot.communicate()
        expected = [f'You wrote "Question {number}".' for number in range(MESSAGES)]
        assert [texts(server, each) for each in conversations] == [expected] * CONVERSATIONS
