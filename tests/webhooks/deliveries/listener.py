"""A server that takes deliveries, and notes them."""

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import attrs
from aiohttp import web

from dixa_async import DixaClient
from dixa_async.models.base import UNSET
from dixa_async.models.webhooks import (
    NewWebhookSubscription,
    NoAuthorization,
    WebhookAuthorization,
    WebhookEvent,
    WebhookFilters,
    WebhookSubscription,
)
from dixa_async.webhooks import Event, parse_event, verify

EVERYTHING = list(WebhookEvent)


@attrs.frozen
class Delivered:
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> Event:
        return parse_event(self.body)


class Listener:
    """Takes all that is posted to it, and responds as it is told."""

    def __init__(self) -> None:
        self.delivered: list[Delivered] = []
        self.statuses: list[int] = []
        """What it responds with, one after the other; then 204."""
        self.delay = 0.0
        self.url = ""
        self._runner: web.AppRunner | None = None

    @property
    def names(self) -> list[str]:
        """The events that were delivered, by name."""
        return [each.event.event_type.name.removeprefix("CONVERSATION_") for each in self.delivered]

    async def subscribe(
        self,
        dixa: DixaClient,
        events: Sequence[WebhookEvent] = EVERYTHING,
        *,
        authorization: WebhookAuthorization | None = None,
        headers: dict[str, str] | None = None,
        filters: Mapping[str, WebhookFilters] | None = None,
    ) -> WebhookSubscription:
        """Subscribe to events."""
        new = NewWebhookSubscription(
            name="Ours",
            url=self.url,
            authorization=authorization or NoAuthorization(),
            custom_headers=headers or {},
            events=list(events),
            filters=UNSET if filters is None else filters,
        )
        return await dixa.webhooks.create(new)

    def verify(self, subscription: WebhookSubscription, **settings: Any) -> None:
        """Verify all that was delivered."""
        for each in self.delivered:
            verify(each.body, each.headers, subscription.secret_key, **settings)

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(self.delay)
        self.delivered.append(Delivered(request.headers, body))
        status = self.statuses.pop(0) if self.statuses else 204
        return web.Response(status=status, text=None if status == 204 else "what went wrong")

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hooks", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hooks"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
