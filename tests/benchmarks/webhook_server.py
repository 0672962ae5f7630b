"""``webhook_server WAY FILE``: takes deliveries in one of these ways, and prints its port once it serves."""

import asyncio
import hashlib
import hmac
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

import orjson
from aiohttp import web

from dixa_async.models import WebhookEvent
from dixa_async.webhooks import Inbox, MemoryInbox, MessageAdded, Receiver, SqliteInbox, aiohttp_app

from .deliveries import SECRET

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.Response]]

_KEY: Final = bytes.fromhex(SECRET)
_LATER: Final = 3600.0
"""Seconds: what is taken in is handled after the measurement."""
_MANY: Final = 10_000_000


async def _verified(request: web.Request) -> tuple[bytes, str]:
    """The body and the event ID, once the signature is right."""
    body = await request.read()
    parts = dict(part.split("=", 1) for part in request.headers["X-DIXA-SIGNATURE"].split(","))
    digest = hmac.new(_KEY, parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(digest, parts["v1"]):
        raise web.HTTPUnauthorized
    return body, orjson.loads(body)["event_id"]


async def _bare(request: web.Request) -> web.Response:
    await _verified(request)
    return web.Response(status=204)


def _committing(file: str) -> Handler:
    """Each event in a transaction by itself, as safe as those of the inbox."""
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE events (id TEXT PRIMARY KEY, body BLOB)")

    async def take(request: web.Request) -> web.Response:
        body, event_id = await _verified(request)
        with database:
            database.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", (event_id, body))
        return web.Response(status=204)

    return take


def _received(inbox: Inbox) -> web.Application:
    receiver = Receiver(SECRET, inbox)

    @receiver.on(WebhookEvent.CONVERSATION_MESSAGE_ADDED)
    async def hear(event: MessageAdded) -> None:
        pass

    return aiohttp_app(receiver, "/hooks")


def _handled_by(handler: Handler) -> web.Application:
    app = web.Application()
    app.router.add_post("/hooks", handler)
    return app


WAYS: Final[Mapping[str, Callable[[str], web.Application]]] = {
    "bare": lambda _: _handled_by(_bare),
    "memory": lambda _: _received(MemoryInbox(order_window=_LATER, max_events=_MANY)),
    "memory, handled": lambda _: _received(MemoryInbox(order_window=0, max_events=_MANY)),
    "committing": lambda file: _handled_by(_committing(file)),
    "sqlite": lambda file: _received(SqliteInbox(file, order_window=_LATER, max_events=_MANY)),
    "sqlite, handled": lambda file: _received(SqliteInbox(file, order_window=0, max_events=_MANY)),
}


async def _serve(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(WAYS[sys.argv[1]](sys.argv[2])))
