"""Translates between aiohttp's requests and responses and those of the handlers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, TypeAlias

import attrs
from aiohttp import web
from aiohttp.typedefs import Middleware

from ..state.server_state import State
from .request_log import VERSIONS, OperationKey, ReceivedRequest, split_version
from .responses import HandlerResponse
from .routing import HandlerCall

AiohttpHandler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""A handler as aiohttp defines it."""

Admit: TypeAlias = Callable[[web.Request, ReceivedRequest], web.Response | None]
"""Returns the response to a request that is rejected; None for one that is admitted. It may mark it as throttled."""

_MAX_BODY: Final = 16 * 1024 * 1024


@attrs.frozen(kw_only=True)
class Route:
    """A path with its handler."""

    method: str
    path: str
    """The whole path, with the version if it has one."""
    handler: AiohttpHandler
    is_open: bool = False
    """Whether anyone may request it: it needs no token, has no limit and no faults, and is not logged."""
    admit: Admit | None = None
    """Decides who may request it, instead of the token and the rate limits of the API."""


def api_routes(handlers: Iterable[tuple[OperationKey, AiohttpHandler]]) -> list[Route]:
    """The routes of operations, in both versions of the API.

    Args:
        handlers: the operations with their handlers.

    Returns:
        The routes.
    """
    return [
        Route(method=method, path=f"/{version}{path}", handler=handler)
        for (method, path), handler in handlers
        for version in VERSIONS
    ]


def make_application(receive: Middleware, routes: Iterable[Route]) -> web.Application:
    """Make an application.

    Args:
        receive: the middleware that every request passes first.
        routes: its routes.

    Returns:
        The application.
    """
    application = web.Application(middlewares=[receive], client_max_size=_MAX_BODY)
    # aiohttp tries one path after another, and paths that follow each other are one path to it.
    for route in sorted(routes, key=lambda route: route.path):
        application.router.add_route(route.method, route.path, route.handler)
    return application


async def read_call(request: web.Request, state: State) -> HandlerCall:
    """Read a request for its handler."""
    version, path = split_version(request.path)
    return HandlerCall(
        state=state,
        version=version,
        path=path,
        arguments=request.match_info,
        query=request.query,
        raw_body=await request.read(),
        content_type=request.headers.get("Content-Type", ""),
    )


def to_aiohttp(response: HandlerResponse, headers: Mapping[str, str] | None = None) -> web.Response:
    """Convert the response of a handler."""
    if not response.body:
        return web.Response(status=response.status, headers=headers)
    all_headers = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(status=response.status, body=response.body, headers=all_headers)


def drop_connection(request: web.Request) -> web.Response:
    """Drop the connection of a request. aiohttp still requires a response, which it cannot send."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
