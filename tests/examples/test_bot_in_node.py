"""A bot in another language works with FakeDixa: docs/examples/bot.mjs, with Node's own fetch and http."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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


@asynccontextmanager
async def running(*command: str | Path, **variables: str) -> AsyncIterator[asyncio.StreamReader]:
    """A program, as long as the block: its output."""
    program = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **variables}, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    try:
        async with asyncio.timeout(60):
            yield program.stdout
    finally:
        program.kill()
        await program.communicate()


@asynccontextmanager
async def running_bot(node: str, url: str, api_key: str) -> AsyncIterator[None]:
    port = str(unused_port())
    async with running(node, BOT, DIXA_BASE_URL=url, DIXA_API_KEY=api_key, BOT_PORT=port) as output:
        assert (await output.readline()).startswith(b"The bot listens")
        yield


@pytest.mark.slow
async def test_the_bot_replies_to_each_message_once_and_to_nothing_that_is_not_signed(
    node: str, server: FakeDixa
) -> None:
    async with running_bot(node, server.url, server.api_key):
        conversation = server.add_email(server.end_users[0], "My order", TEXTS[:1])
        for text in TEXTS[1:]:
            server.add_message(conversation, text)
        while len(texts(server, conversation)) < 2 * len(TEXTS):
            await asyncio.sleep(0.05)
        await server.deliveries_done()
        (subscription,) = server.state.webhooks.values()
        logs = server.state.deliveries[subscription.id, "ConversationMessageAdded"]
        assert all(each.delivery_detail.success for each in logs)
        body = logs[0].payload.encode()
        for signature in (sign(body, "00" * 32, at=server.state.now()), "t=1,v1=" + "0" * 64, "nonsense"):
            async with (
                aiohttp.ClientSession() as session,
                session.post(subscription.url, data=body, headers={"X-DIXA-SIGNATURE": signature}) as response,
            ):
                assert response.status == 401
        replies = [f'Thank you for "{text}".' for text in TEXTS]
        assert sorted(texts(server, conversation)) == sorted([*TEXTS, *replies])


@pytest.mark.slow
async def test_a_person_on_the_page_of_the_command_talks_to_the_bot(node: str) -> None:
    command = (sys.executable, "-m", "dixa_async", "fake", "--port", "0")
    async with running(*command, PYTHONPATH=str(BOT.parents[2])) as output:
        url = (await output.readline()).decode().split()[-1]
        async with running_bot(node, url, "fake-dixa-token"), aiohttp.ClientSession(url) as browser:
            email = {"email": "ada@example.com", "subject": "My order", "text": TEXTS[0]}
            async with browser.post("/page/conversations", json=email) as response:
                begun = (await response.json())["id"]
            shown: list[tuple[str, str]] = []
            while len(shown) < 2:
                await asyncio.sleep(0.05)
                async with browser.get(f"/page/conversations/{begun}") as response:
                    entries = (await response.json())["entries"]
                shown = [(each["kind"], each["text"]) for each in entries]
            assert shown == [("customer", TEXTS[0]), ("agent", f'Thank you for "{TEXTS[0]}".')]
