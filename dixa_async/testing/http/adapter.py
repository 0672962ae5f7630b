"""Between aiohttp's requests and responses, and ours."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias

from aiohttp import web
from aiohttp.typedefs import Middleware
from multidict import CIMultiDict

from ..handlers import ROUTES
from ..state.state import State
from .faults import Rule
from .request_log import OperationKey
from .routing import Call, Handler, HandlerResponse, error

Next: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""Makes the response to a request, as aiohttp's handlers do."""

OPERATIONS: Final[Mapping[OperationKey, Handler]] = {
    operation: handler for routes in ROUTES for operation, handler in routes.handlers.items()
}
"""What carries out each operation."""

_VERSIONS: Final = ("beta", "v1")
_LARGEST_BODY: Final = 16 * 1024 * 1024


def make_application(receive: Middleware, adapt: Callable[[OperationKey, Handler], Next]) -> web.Application:
    """An application with all operations, in both versions of the API.

    Args:
        receive: the middleware that every request meets first.
        adapt: makes the handler of an operation one of aiohttp's.

    Returns:
        The application.
    """
    application = web.Application(middlewares=[receive], client_max_size=_LARGEST_BODY)
    for version in _VERSIONS:
        for (method, path), handler in OPERATIONS.items():
            application.router.add_route(method, f"/{version}{path}", adapt((method, path), handler))
    return application


async def read_call(request: web.Request, state: State) -> Call:
    """What a handler is given for a request."""
    version, path = _split(request.path)
    return Call(
        state=state,
        version=version,
        path=path,
        arguments=request.match_info,
        query=request.query,
        raw_body=await request.read(),
        content_type=request.headers.get("Content-Type", ""),
    )


def paths_of(request: web.Request) -> tuple[str, ...]:
    """The path of a request below the version, and its template if it has one."""
    resource = request.match_info.route.resource
    templates = () if resource is None else (_split(resource.canonical)[1],)
    return (_split(request.path)[1], *templates)


def respond(answer: HandlerResponse, headers: Mapping[str, str] | None = None) -> web.Response:
    """The response for a response."""
    all_headers = CIMultiDict({"Content-Type": "application/json"} if answer.body else {})
    all_headers.update(headers or {})
    return web.Response(status=answer.status, body=answer.body or None, headers=all_headers)


def respond_as_told(rule: Rule) -> web.Response:
    """The response that a rule asks for."""
    status = 200 if rule.status is None else rule.status
    if rule.body is not None:
        return web.Response(status=status, body=rule.body, headers=rule.headers)
    return respond(error(status, _phrase(status)), rule.headers)


def drop(request: web.Request) -> web.Response:
    """Drop the connection of a request. aiohttp wants a response all the same, which goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _split(path: str) -> tuple[str, str]:
    """The version, and the path below it."""
    version, _, rest = path.removeprefix("/").partition("/")
    return version, f"/{rest}"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
