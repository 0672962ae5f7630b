"""A bot as it is often written: it checks the signature, and replies inside the request."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from dixa_async.webhooks import verify

from .bot_settings import BotSettings
from .serving import serve


async def main(settings: BotSettings) -> None:
    async def hear(request: web.Request) -> web.Response:
        verify(await request.read(), request.headers, settings.secret_key)
        event = await request.json()
        data = event["data"]
        if event["event_fqn"] == "CONVERSATION_MESSAGE_ADDED" and data["direction"] == "inbound":
            content = {"_type": "Text", "value": f"re: {data['text']}"}
            message = {"_type": "Outbound", "agentId": settings.agent_id, "content": content}
            url = f"{settings.dixa_url}/beta/conversations/{data['conversation']['csid']}/messages"
            try:
                async with session.post(url, json=message, headers={"Authorization": settings.api_key}) as response:
                    response.raise_for_status()
            except aiohttp.ClientError:
                return web.Response(status=502)
        return web.Response(status=204)

    async def with_session(_: web.Application) -> AsyncIterator[None]:
        async with session:
            yield

    session = aiohttp.ClientSession()
    app = web.Application()
    app.cleanup_ctx.append(with_session)
    app.router.add_post("/", hear)
    await serve(app, settings.port)


if __name__ == "__main__":
    asyncio.run(main(BotSettings.from_argument()))
