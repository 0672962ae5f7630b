"""A bot with a receiver and an inbox that lasts: it replies to each message of an end user."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from dixa_async import DixaClient, RateLimit, RedisRateLimit
from dixa_async.models import TextContent, WebhookEvent
from dixa_async.webhooks import (
    Backoff,
    Context,
    Inbox,
    MessageAdded,
    Receiver,
    RedisInbox,
    SqliteInbox,
    aiohttp_app,
    inbound,
)

from .bot_settings import BotSettings
from .serving import serve


@asynccontextmanager
async def inbox_and_limit(settings: BotSettings) -> AsyncIterator[tuple[Inbox, RateLimit]]:
    """The inbox, not open, and a rate limit that all processes share."""
    if not settings.redis_url:
        yield SqliteInbox(settings.inbox, order_window=settings.order_window), RateLimit()
        return
    async with Redis.from_url(settings.redis_url) as redis:
        inbox = RedisInbox(redis, "drive", order_window=settings.order_window, lease=settings.lease)
        yield inbox, RedisRateLimit(redis=redis)


async def main(settings: BotSettings) -> None:
    async with (
        inbox_and_limit(settings) as (inbox, limit),
        DixaClient(settings.api_key, base_url=settings.dixa_url, rate_limit=limit) as dixa,
    ):
        # Whoever is killed often must be given its events often.
        receiver = Receiver(
            settings.secret_key,
            inbox,
            dixa=dixa,
            agent_ids=[settings.agent_id],
            max_attempts=100,
            retry=Backoff(first_delay=0.1, max_delay=1.0),
        )

        @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=inbound)
        async def hear(event: MessageAdded, context: Context) -> None:
            await context.reply(TextContent(f"re: {event.data.text}"))

        await serve(aiohttp_app(receiver), settings.port)


if __name__ == "__main__":
    asyncio.run(main(BotSettings.from_argument()))
