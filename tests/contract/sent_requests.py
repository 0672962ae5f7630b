"""Records what the methods of the package send."""

import asyncio
import contextlib
import inspect
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import attrs

from dixa_async import (
    DixaClient,
    Middleware,
    Operation,
    RateLimit,
    Request,
    Response,
    RetryPolicy,
    Send,
    StatusError,
)
from dixa_async.config import ApiVersion

from ..helpers.api_surface import Method, methods
from .strategies import smallest

TOKEN: Final = "token"


def client(middleware: Middleware, base_url: str | None = None, api_version: ApiVersion = "beta") -> DixaClient:
    """A client that neither waits nor retries."""
    return DixaClient(
        TOKEN,
        base_url=base_url,
        api_version=api_version,
        middleware=[middleware],
        retry=RetryPolicy(max_attempts=1),
        rate_limit=RateLimit(per_second=math.inf),
    )


async def call(method: Method, arguments: Mapping[str, Any], base_url: str) -> tuple[Response, Any]:
    """Call a method of a client of a server.

    Args:
        method: the method.
        arguments: its arguments.
        base_url: the URL of the server.

    Returns:
        The response, and what the method made of it: None if that is an error.
    """
    responses: list[Response] = []
    result = None
    async with client(_kept_in(responses), base_url) as dixa:
        with contextlib.suppress(StatusError):  # the response says more
            result = await method.call(dixa, arguments)
    return responses[0], result


async def request(path: str, body: object, base_url: str) -> Response:
    """Make a POST request with any JSON.

    Args:
        path: the path.
        body: the JSON.
        base_url: the URL of the server.

    Returns:
        The response, whatever its status.
    """
    responses: list[Response] = []
    async with client(_kept_in(responses), base_url) as dixa:
        with contextlib.suppress(StatusError):
            await dixa.request("POST", path, json=body)
    return responses[0]


def _kept_in(responses: list[Response]) -> Middleware:
    async def keep(request: Request, send: Send) -> Response:
        responses.append(await send(request))
        return responses[-1]

    return keep


INVALID: Final[Sequence[tuple[str, object]]] = (
    ("/conversations/{id}/messages", {"_type": "Inbound", "content": {"_type": "Hologram", "value": "x"}}),
    ("/conversations/{id}/messages", {"_type": "Inbound", "content": {"_type": "Text", "value": 1}}),
    ("/conversations/{id}/messages", {"_type": "Inbound", "content": {"value": "x"}}),
    ("/analytics/metrics", {"id": "x", "timezone": "UTC"}),
    ("/analytics/metrics", {"id": "x", "timezone": "UTC", "csidFilter": []}),
    ("/analytics/metrics", {"id": "x", "timezone": "UTC", "periodFilter": {"_type": "Interval"}}),
    ("/knowledge/articles/attachments", {"files": "x"}),
)
"""Paths and bodies of requests that the description does not allow; without them, no test of valid ones proves much."""


@attrs.frozen
class Sent:
    """A request as it was sent."""

    operation: Operation[Any]
    version: str
    """The first part of the path."""
    path: str
    """The path below the version, without the query."""
    query: Mapping[str, str]
    content_type: str | None
    body: Any
    """The JSON, or the bytes if it is something else; None if there is none."""


@attrs.frozen
class Recorded:
    """What a method sends: once with its required arguments, and once more for each option."""

    method: Method
    operation: Operation[Any]
    sent: list[Sent]
    arguments: Mapping[str, Any]
    """The smallest arguments that it can be given."""


Recordings: TypeAlias = Mapping[Method, Recorded]
"""What each method sends."""


def record_all(api_version: ApiVersion) -> Recordings:
    """Record what each method sends."""

    async def record() -> dict[Method, Recorded]:
        return {method: await _record(method, api_version) for method in methods()}

    return asyncio.run(record())


async def _record(method: Method, api_version: ApiVersion) -> Recorded:
    arguments = [given for form in method.forms for given in _arguments(form)]
    sent = [await _send(method, given, api_version) for given in arguments]
    return Recorded(method, sent[0].operation, sent, arguments[0])


def _arguments(parameters: Mapping[str, inspect.Parameter]) -> list[dict[str, Any]]:
    """The smallest arguments: the required ones, and these with each option."""
    given = {name: smallest(parameter.annotation, name) for name, parameter in parameters.items()}
    needed = {name: given[name] for name, parameter in parameters.items() if parameter.default is parameter.empty}
    return [needed, *({**needed, name: option} for name, option in given.items() if name not in needed)]


class _NotSentError(Exception):
    """Raised instead of sending."""


async def _send(method: Method, arguments: Mapping[str, Any], api_version: ApiVersion) -> Sent:
    requests: list[Request] = []

    async def record(request: Request, _: Send) -> Response:
        requests.append(request)
        raise _NotSentError

    async with client(record, api_version=api_version) as dixa:
        try:
            await method.call(dixa, arguments)
        except _NotSentError:
            return _sent(requests[0])
        except Exception as problem:
            problem.add_note(f"{method} was called with {arguments}")
            raise
    raise AssertionError(f"{method} sends nothing")


def _sent(request: Request) -> Sent:
    url = urlsplit(request.url)
    version, _, path = url.path.removeprefix("/").partition("/")
    content_type, body = request.headers.get("Content-Type"), request.body
    is_json = body is not None and content_type == "application/json"
    if boundary := re.search("boundary=(.+)", content_type or ""):  # another one each time
        content_type, body = "multipart/form-data", (body or b"").replace(boundary[1].encode(), b"boundary")
    return Sent(
        operation=request.operation,
        version=version,
        path=f"/{path}",
        query=dict(parse_qsl(url.query, keep_blank_values=True)),
        content_type=content_type,
        body=json.loads(body or b"") if is_json else body,
    )
