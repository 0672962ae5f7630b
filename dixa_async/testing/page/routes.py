"""The paths of the page. None needs the API token; `guard` keeps other websites away."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from ..._json import dumps
from ..clock import FakeClock
from ..handlers import OPERATIONS
from ..http.adapter import AiohttpHandler, Route
from ..http.errors import ApiError, bad_request
from ..http.pipeline import RequestPipeline
from ..http.token_bucket import RateLimits
from ..state.server_state import State
from ..webhooks.deliveries import Deliveries
from . import guard
from .actions import Actions
from .change_feed import ChangeFeed
from .conversation_views import ConversationQuery, list_conversations, list_people, show_conversation
from .server_views import ServerViews

_STATIC: Final = Path(__file__).with_name("static")
_CONTENT_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


class Page:
    """The page of a server.

    Args:
        state: all data of the server.
        lock: held while the state is read or changed.
        pipeline: what requests pass.
        limits: the rate limits.
        deliveries: what is delivered to webhooks.
        clock: the clock of the server.
        host: the host that the server listens on.
    """

    def __init__(
        self,
        state: State,
        lock: threading.RLock,
        pipeline: RequestPipeline,
        limits: RateLimits,
        deliveries: Deliveries,
        clock: FakeClock,
        *,
        host: str,
    ) -> None:
        self._state = state
        self._lock = lock
        self._host = host
        self._views = ServerViews(state, lock, pipeline, limits, clock)
        self._actions = Actions(state, lock, pipeline, deliveries, clock)
        self.feed: ChangeFeed = ChangeFeed(self._views.marks)

    def routes(self) -> list[Route]:
        """The routes of the page, which are open to everyone on the machine."""
        actions = self._actions
        views: dict[str, AiohttpHandler] = {
            "/": _file("index.html"),
            **{f"/page/{path.name}": _file(path.name) for path in _STATIC.iterdir() if path.suffix in _CONTENT_TYPES},
            "/page/events": self.feed.stream,
            "/page/server": self._show_server,
            "/page/known": self._list_known,
            "/page/conversations": self._list_conversations,
            "/page/conversations/{id}": self._show_conversation,
        }
        posts: dict[str, AiohttpHandler] = {
            "/page/conversations": _post(lambda _, body: actions.begin(body)),
            "/page/conversations/{id}/messages": _post(actions.write),
            "/page/webhooks/{id}/redeliver": _post(actions.redeliver),
            "/page/faults": _post(lambda _, body: actions.inject_fault(body)),
            "/page/clock": _post(lambda _, body: actions.advance_clock(body)),
            "/page/faults/clear": _post(lambda _, body: actions.clear_fault(body)),
        }
        return [
            Route(method=method, path=path, handler=self._guarded(handler), is_open=True)
            for method, handlers in (("GET", views), ("POST", posts))
            for path, handler in handlers.items()
        ]

    async def close(self) -> None:
        """End the streams of open pages."""
        await self.feed.close()

    def _guarded(self, handler: AiohttpHandler) -> AiohttpHandler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                guard.check(request, self._host)
                return await handler(request)
            except ApiError as rejection:
                return _json({"message": rejection.message}, status=rejection.status)

        return handle

    async def _show_server(self, _: web.Request) -> web.Response:
        return _json(self._views.show())

    async def _list_known(self, _: web.Request) -> web.Response:
        with self._lock:
            return _json(list_people(self._state) | {"paths": sorted({path for _, path in OPERATIONS})})

    async def _list_conversations(self, request: web.Request) -> web.Response:
        page = request.query.get("page", "0")
        if not (page.isascii() and page.isdigit() and len(page) < 10):
            raise bad_request("page must be a number, 0 or more")
        query = ConversationQuery(
            words=request.query.get("words", ""), state=request.query.get("state", ""), page=int(page)
        )
        with self._lock:
            return _json(list_conversations(self._state, query))

    async def _show_conversation(self, request: web.Request) -> web.Response:
        with self._lock:
            conversation = self._actions.conversation(request.match_info["id"])
            return _json(show_conversation(self._state, conversation))


def _file(name: str) -> AiohttpHandler:
    path = _STATIC / name

    async def handle(_: web.Request) -> web.Response:
        # Read each time, for an edit of a file to show; they are small.
        return web.Response(
            body=path.read_bytes(), content_type=_CONTENT_TYPES[path.suffix], charset="utf-8", headers=guard.HEADERS
        )

    return handle


def _post(action: Callable[[str, bytes], Any]) -> AiohttpHandler:
    async def handle(request: web.Request) -> web.Response:
        result = action(request.match_info.get("id", ""), await request.read())
        return _json({} if result is None else result)

    return handle


def _json(value: object, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=dumps(value), content_type="application/json", headers=guard.HEADERS)
