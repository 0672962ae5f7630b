"""The example bot replies to each message once, whoever kills it."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from dixa_async.models import Message
from dixa_async.testing import DeliverySettings, FakeDixa

BOT = Path(__file__).parents[2] / "docs" / "examples" / "bot.py"
ADD_MESSAGE = ("POST", "/conversations/{conversationId}/messages")
TEXTS = ("Where is my parcel?", "It was due on Monday.", "Are you there?", "I want to talk to a human.")


async def start(*arguments: str, **variables: str) -> asyncio.subprocess.Process:
    environment = {**os.environ, "PYTHONPATH": str(BOT.parents[2]), **variables}
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, BOT, *arguments, env=environment, stdout=pipe, start_new_session=True
    )


async def kill(process: asyncio.subprocess.Process) -> None:
    """Kill a program and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.communicate()


@pytest.mark.slow
async def test_one_command_shows_that_each_message_is_replied_to_once_though_the_bot_is_killed() -> None:
    program = await start("--fake")
    assert program.stdout is not None
    output, killed = "", False
    try:
        async with asyncio.timeout(60):
            async for line in program.stdout:
                output += line.decode()
                if (again := re.fullmatch(rb"bot (\d+) starts\n", line)) and output.count("starts") == 2 and not killed:
                    await asyncio.sleep(1.5)  # beside the kill of the program itself
                    os.kill(int(again[1]), signal.SIGKILL)
                    killed = True
            assert await program.wait() == 0
    finally:
        await kill(program)
    assert (output.count(" was killed"), output.count(" starts")) == (2, 3)
    _, *conversations = output.split("\nconversation ")
    assert len(conversations) == 4
    for conversation in conversations:
        assert Counter(re.findall(r"^  end user  (.*)$", conversation, re.MULTILINE)) == Counter(TEXTS)
        assert Counter(re.findall(r'^  bot       .*?"(.*?)"', conversation, re.MULTILINE)) == Counter(TEXTS)
        assert "tags: bot, handed over; queue: Support" in conversation


@contextlib.asynccontextmanager
async def fake_dixa() -> AsyncIterator[FakeDixa]:
    deliveries = DeliverySettings(seed=3, copies=(1, 3), delay=(0.0, 0.2), new_event_id=0.5, retry_delays=(0.3,) * 99)
    async with FakeDixa(deliveries=deliveries) as server:
        yield server


def variables_for(server: FakeDixa, inbox: Path) -> dict[str, str]:
    port = unused_port()
    return {
        "DIXA_API_KEY": server.api_key,
        "DIXA_BASE_URL": server.url,
        "BOT_AGENT_ID": server.agents[0].id,
        "BOT_QUEUE_ID": server.queues[0].id,
        "BOT_URL": f"http://127.0.0.1:{port}/dixa",
        "BOT_PORT": str(port),
        "BOT_INBOX": str(inbox),
    }


def texts(messages: list[Message]) -> list[str]:
    return [message.attributes.email_content.content.value for message in messages]  # type: ignore[union-attr]


async def subscribed(server: FakeDixa) -> None:
    while not server.state.webhooks:
        await asyncio.sleep(0.05)


async def replied(server: FakeDixa, count: int) -> None:
    while server.applied(*ADD_MESSAGE) < count:
        await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_the_bot_goes_on_after_each_kill_and_keeps_one_subscription(tmp_path: Path) -> None:
    async with fake_dixa() as server, asyncio.timeout(90):
        variables = variables_for(server, tmp_path / "bot.inbox")
        bot = await start(**variables)
        try:
            await subscribed(server)
            conversations = [server.add_email(user, "Order") for user in server.end_users[:3]]
            for number in range(4):
                for conversation in conversations:
                    server.add_message(conversation, f"Question {number}")
            for count in (2, 6, 9):
                await replied(server, count)
                await kill(bot)
                bot = await start(**variables)
            await replied(server, 12)
            await server.deliveries_done()
            await asyncio.sleep(1.5)  # the order window: whatever is too much comes now
        finally:
            await kill(bot)
        assert len(server.state.webhooks) == 1
        for conversation in conversations:
            bots = [text for text in texts(server.state.messages[conversation.id]) if text.startswith("Thank you")]
            assert Counter(re.findall(r'"(Question \d)"', "".join(bots))) == {f"Question {n}": 1 for n in range(4)}


@pytest.mark.slow
async def test_after_the_hand_over_the_bot_is_silent(tmp_path: Path) -> None:
    async with fake_dixa() as server, asyncio.timeout(60):
        bot = await start(**variables_for(server, tmp_path / "bot.inbox"))
        try:
            await subscribed(server)
            conversation = server.add_email(server.end_users[0], "Order")
            server.add_message(conversation, "A HUMAN, please")
            while conversation.queue is None:
                await asyncio.sleep(0.05)
            server.add_message(conversation, "Thank you")
            await server.deliveries_done()
            await asyncio.sleep(1.5)
            bot.terminate()
            assert await bot.wait() == 0
        finally:
            await kill(bot)
        assert texts(server.state.messages[conversation.id]) == [
            "A HUMAN, please",
            'You wrote "A HUMAN, please". A colleague will reply to you here.',
            "Thank you",
        ]
