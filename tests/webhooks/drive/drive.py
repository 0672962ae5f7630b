"""One drive: messages are written, bots are killed, and in the end it is counted what became of the messages."""

import asyncio
import random
import time
from pathlib import Path
from typing import Final, Literal

import attrs
from redis.asyncio import Redis

from dixa_async import DixaClient
from dixa_async.models import EmailConversation, NewWebhookSubscription, NoAuthorization, WebhookEvent
from dixa_async.testing import DeliverySettings, FakeDixa
from dixa_async.webhooks import Inbox, RedisInbox, SqliteInbox

from ...helpers.send_times import Pause, noting_pauses
from .bot_settings import BotSettings
from .outcome import Outcome, count, replies_of
from .processes import Bot, reserve_port, running

Kind = Literal["sqlite", "redis", "naive"]

_ADD: Final = "/conversations/{conversationId}/messages"
_EVENT: Final = WebhookEvent.CONVERSATION_MESSAGE_ADDED
_LEASE: Final = 3.0
_LONGEST_PAUSE: Final = 0.05
"""Seconds that the server can be stopped without throttling anybody: a tenth of a second is one request."""
_PATIENCE: Final = 60.0
"""Seconds without a further reply after which no more is expected."""


@attrs.frozen(kw_only=True)
class Drive:
    """How large a drive is, and how much goes wrong."""

    messages: int = 1000
    conversations: int = 100
    kills: int = 20
    pace: float = 8.0
    """Messages a second. Dixa takes ten requests a second."""
    lost_responses: float = 0.05
    """The share of the replies whose response is lost: half of them were sent."""
    order_window: float = 5.0
    """Seconds. More than a delivery can be late: its delay, and the time that a bot takes to start again."""
    seed: int = 11


async def drive(size: Drive, kind: Kind, directory: Path, redis_url: str = "") -> Outcome:
    """Run a drive.

    Args:
        size: how large it is.
        kind: which bot: one with an inbox in SQLite, two that share one in Redis, or one without an inbox.
        directory: where the inbox is.
        redis_url: the Redis.

    Returns:
        What became of the messages.
    """
    deliveries = DeliverySettings(
        seed=size.seed, copies=(1, 3), delay=(0.0, 1.0), new_event_id=0.1, retry_delays=(0.5,) * 20, in_flight=32
    )
    with reserve_port() as reserved:
        port: int = reserved.getsockname()[1]
        async with FakeDixa(deliveries=deliveries) as server:
            secret_key = await _subscribe(server, f"http://127.0.0.1:{port}/")
            settings = BotSettings(
                port=port,
                secret_key=secret_key,
                api_key=server.api_key,
                dixa_url=server.url,
                agent_id=server.agents[0].id,
                order_window=size.order_window,
                lease=_LEASE,
                inbox=str(directory / "drive.inbox") if kind == "sqlite" else "",
                redis_url=redis_url if kind == "redis" else "",
            )
            module = "naive_bot" if kind == "naive" else "bot"
            bots = [Bot(module, settings) for _ in range(2 if kind == "redis" else 1)]
            return await _Run(size, server, bots, settings).go()


async def _subscribe(server: FakeDixa, url: str) -> str:
    new = NewWebhookSubscription(
        name="Drive", url=url, authorization=NoAuthorization(), custom_headers={}, events=[_EVENT]
    )
    async with DixaClient(server.api_key, base_url=server.url) as dixa:
        return (await dixa.webhooks.create(new)).secret_key


class _Run:
    def __init__(self, size: Drive, server: FakeDixa, bots: list[Bot], settings: BotSettings) -> None:
        self._size = size
        self._server = server
        self._bots = bots
        self._settings = settings
        self._random = random.Random(size.seed)
        self._asked: dict[int, list[str]] = {}
        self._lost_responses = 0
        self._pauses: list[Pause] = []

    async def go(self) -> Outcome:
        started = time.monotonic()
        with noting_pauses(self._pauses.append, longer_than=_LONGEST_PAUSE):
            async with running(self._bots):
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._write())
                    group.create_task(self._kill())
                await self._wait()
        once, lost, doubled, disordered = count(self._asked, replies_of(self._server))
        return Outcome(
            messages=self._size.messages,
            once=once,
            lost=lost,
            doubled=doubled,
            disordered=disordered,
            throttled=self._server.throttled_count,
            pauses=len(self._pauses),
            left=await self._left(),
            kills=self._size.kills,
            lost_responses=self._lost_responses,
            seconds=time.monotonic() - started,
        )

    async def _write(self) -> None:
        """Write all messages, those of all conversations mixed."""
        users = self._server.end_users
        conversations: list[EmailConversation] = [
            self._server.add_email(users[number % len(users)], f"Order {number}")
            for number in range(self._size.conversations)
        ]
        self._asked = {each.id: [] for each in conversations}
        mixed = [conversations[number % len(conversations)] for number in range(self._size.messages)]
        self._random.shuffle(mixed)
        for conversation in mixed:
            texts = self._asked[conversation.id]
            texts.append(f"{conversation.id}.{len(texts)}")
            self._server.add_message(conversation, texts[-1])
            if self._random.random() < self._size.lost_responses:
                self._lost_responses += 1
                drop: Literal["before", "after"] = "after" if self._random.random() < 0.5 else "before"
                self._server.inject_fault(method="POST", path=_ADD, drop=drop)
            await asyncio.sleep(self._random.expovariate(self._size.pace))

    async def _kill(self) -> None:
        """Kill the bots at random moments while messages are written, and start them again."""
        chance = random.Random(self._size.seed + 1)
        seconds = self._size.messages / self._size.pace
        began = time.monotonic()
        for moment in sorted(chance.uniform(0, seconds) for _ in range(self._size.kills)):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            bot = chance.choice(self._bots)
            await bot.kill()
            await bot.start()

    async def _wait(self) -> None:
        """Wait until all is replied to, or no more is to be expected."""
        await self._server.deliveries_done()
        replied, since = -1, time.monotonic()
        while time.monotonic() - since < _PATIENCE:
            now = self._server.applied("POST", _ADD)
            if now != replied:
                replied, since = now, time.monotonic()
            if self._is_complete():
                break
            if not self._settings.inbox and not self._settings.redis_url:
                break  # what was replied inside the request was replied before the delivery was done
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)  # whatever is doubled may still come
        await self._server.deliveries_done()

    def _is_complete(self) -> bool:
        _, lost, *_ = count(self._asked, replies_of(self._server))
        return not lost

    async def _left(self) -> int:
        if self._settings.redis_url:
            async with Redis.from_url(self._settings.redis_url) as redis:
                inbox: Inbox = RedisInbox(redis, "drive", order_window=self._settings.order_window, lease=_LEASE)
                return await _events_in(inbox)
        if self._settings.inbox:
            return await _events_in(SqliteInbox(self._settings.inbox))
        return 0


async def _events_in(inbox: Inbox) -> int:
    async with inbox:
        stats = await inbox.stats()
        return stats.waiting + stats.taken + stats.parked
