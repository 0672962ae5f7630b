"""A bot in another language works with FakeDixa: docs/examples/bot.mjs, with Node's own fetch and http."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from dixa_async.models import EmailConversation
from dixa_async.testing import DeliverySettings, FakeDixa
from dixa_async.webhooks import sign

BOT = Path(__file__).parents[2] / "docs" / "examples" / "bot.mjs"
TEXTS = ["Where is it?", 'It "was" due on Monday.', "Høre er I? 😀"]


@pytest.fixture
def node() -> str:
    program = shutil.which("node")
    if program is None:
        message = "Node is not installed: apt-get install nodejs"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return program


@pytest.fixture
async def server() -> AsyncIterator[FakeDixa]:
    # Each delivery comes two or three times, as Dixa's often do.
    async with FakeDixa(deliveries=DeliverySettings(seed=1, copies=(2, 3), new_event_id=0.5)) as running:
        yield running


def texts(server: FakeDixa, conversation: EmailConversation) -> list[str]:
    return [each.attributes.email_content.content.value for each in server.state.messages[conversation.id]]  # type: ignore[union-attr]


@pytest.mark.slow
async def test_the_bot_replies_to_each_message_once_and_to_nothing_that_is_not_signed(
    node: str, server: FakeDixa
) -> None:
    port = unused_port()
    variables = {"DIXA_BASE_URL": server.url, "DIXA_API_KEY": server.api_key, "BOT_PORT": str(port)}
    bot = await asyncio.create_subprocess_exec(
        node, BOT, env={**os.environ, **variables}, stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout is not None
    try:
        async with asyncio.timeout(30):
            assert (await bot.stdout.readline()).startswith(b"The bot listens")
            conversation = server.add_email(server.end_users[0], "My order", TEXTS[:1])
            for text in TEXTS[1:]:
                server.add_message(conversation, text)
            while len(texts(server, conversation)) < 2 * len(TEXTS):
                await asyncio.sleep(0.05)
            await server.deliveries_done()
        (subscription,) = server.state.webhooks.values()
        logs = server.state.deliveries[subscription.id, "ConversationMessageAdded"]
        assert all(each.delivery_detail.success for each in logs)
        body = logs[0].payload.replace("Monday", "Tuesday").encode()
        other_key = "00" * 32
        for signature in (sign(body, other_key, at=server.state.now()), "t=1,v1=" + "0" * 64, "nonsense"):
            async with (
                aiohttp.ClientSession() as session,
                session.post(subscription.url, data=body, headers={"X-DIXA-SIGNATURE": signature}) as response,
            ):
                assert response.status == 401
        replies = [f'Thank you for "{text}".' for text in TEXTS]
        assert sorted(texts(server, conversation)) == sorted([*TEXTS, *replies])
    finally:
        bot.kill()
        await bot.communicate()
