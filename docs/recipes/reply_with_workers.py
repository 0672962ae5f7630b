"""Have replies made by workers on several machines: for bots that think long, or with much memory or CPU.

    taskiq worker --workers 4 reply_with_workers:broker    # on every machine that thinks
    python reply_with_workers.py                           # on one machine or several: takes deliveries, and replies

The inbox decides what is handled, in which order and how often; workers only think. If a worker dies, another one is
given the event. If this program dies, its events stay in the inbox. Each message has one reply all the same.
"""

import asyncio
import os
import signal
import time

from aiohttp import web
from redis.asyncio import Redis
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from dixa_async import DixaClient, RedisRateLimit
from dixa_async.models import TextContent, WebhookEvent
from dixa_async.webhooks import Context, MessageAdded, Receiver, RedisInbox, aiohttp_app, inbound, parse_event

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost")
THINKING_TIMEOUT = float(os.environ.get("BOT_THINKING_TIMEOUT", "60"))
"""Seconds after which an event is given to another worker, the wait for a free worker included."""

broker = RedisStreamBroker(
    REDIS_URL,
    queue_name="bot-thinking",
    consumer_id="0",  # read also the tasks that were queued before the first worker started
    xread_count=1,  # a worker reads no more tasks than it can begin
).with_result_backend(RedisAsyncResultBackend[str](REDIS_URL, keep_results=False, result_ex_time=3600))


@broker.task(task_name="think")
def think(body: str) -> str:
    """Make the reply to a message, on a worker. It may run twice, so it must change nothing outside."""
    event = parse_event(body.encode())
    assert isinstance(event, MessageAdded)
    time.sleep(0.2)  # here is your model
    return f'You wrote "{event.data.text}".'


async def on_message(event: MessageAdded, context: Context[MessageAdded]) -> None:
    """Have a worker think, and reply. If this raises, the inbox has it called again, and nothing overtakes."""
    task = await think.kiq(event.body.decode())
    result = await task.wait_result(check_interval=0.1, timeout=THINKING_TIMEOUT)
    result.raise_for_error()
    await context.reply(TextContent(result.return_value))


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await broker.startup()
    async with Redis.from_url(REDIS_URL) as redis, DixaClient(rate_limit=RedisRateLimit(redis=redis)) as dixa:
        receiver = Receiver(
            os.environ["BOT_SECRET_KEY"],  # of the subscription; see `webhooks.ensure`
            RedisInbox(redis, "bot"),
            dixa=dixa,
            agent_ids=[os.environ["BOT_AGENT_ID"]],
            concurrency=100,  # conversations that wait for a worker
        )
        receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED, when=inbound)(on_message)
        runner = web.AppRunner(aiohttp_app(receiver, "/dixa"))  # opens the receiver, and closes it
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", int(os.environ.get("BOT_PORT", "8080"))).start()
            await stop.wait()
        finally:
            await runner.cleanup()
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
