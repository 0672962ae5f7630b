"""Records what the methods of the package send."""

import asyncio
import inspect
import json
import math
import re
from collections.abc import Mapping
from typing import Any, TypeAlias
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
)
from dixa_async.config import ApiVersion

from ..helpers.api_surface import Method, methods
from .strategies import smallest


def client(middleware: Middleware, base_url: str | None = None, api_version: ApiVersion = "beta") -> DixaClient:
    """A client that neither waits nor retries."""
    return DixaClient(
        "token",
        base_url=base_url,
        api_version=api_version,
        middleware=[middleware],
        retry=RetryPolicy(max_attempts=1),
        rate_limit=RateLimit(per_second=math.inf),
    )


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
