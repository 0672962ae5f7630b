"""Between aiohttp's requests and responses, and ours."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web
from multidict import CIMultiDict

from .exchange import Answer, Call, error
from .misbehaviour import Rule
from .state import State


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


def respond(answer: Answer, headers: Mapping[str, str] | None = None) -> web.Response:
    """The response for an answer."""
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
