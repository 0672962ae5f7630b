"""What the package can do: its operations, the methods that reach them, and what those send."""

import asyncio
import functools
import importlib
import inspect
import json
import math
import pkgutil
import typing
import warnings
from collections.abc import Callable, Mapping
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
    resources,
)
from dixa_async.resources.base import Resource

from .strategies import smallest


@functools.cache
def operations() -> dict[str, Operation[Any]]:
    """All operations of the package by their ids."""
    found: dict[str, Operation[Any]] = {}
    for module in pkgutil.iter_modules(resources.__path__, resources.__name__ + "."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Operation):
                found[value.id] = value
    return found


@attrs.frozen
class Method:
    """A public method of a resource."""

    resource: str
    """The attribute of the client."""
    name: str
    function: Callable[..., Any] = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"{self.resource}.{self.name}"

    @functools.cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The parameters without `self`, with their types as objects."""
        hints = typing.get_type_hints(self.function, include_extras=True)
        named = list(inspect.signature(self.function).parameters.values())[1:]
        return {parameter.name: parameter.replace(annotation=hints[parameter.name]) for parameter in named}

    async def call(self, client: DixaClient, arguments: Mapping[str, Any]) -> Any:
        """Call it, and wait for what comes back; of a pager, for the first page."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # some operations are deprecated by Dixa
            return await getattr(getattr(client, self.resource), self.name)(**arguments)


def client(middleware: Middleware, base_url: str | None = None) -> DixaClient:
    """A client that neither waits nor tries again."""
    return DixaClient(
        "token",
        base_url=base_url,
        api_version="beta",
        middleware=[middleware],
        retry=RetryPolicy(max_attempts=1),
        rate_limit=RateLimit(per_second=math.inf),
    )


@functools.cache
def methods() -> list[Method]:
    """All public methods of all resources."""
    names = [name for name, value in vars(DixaClient).items() if isinstance(value, functools.cached_property)]
    found = []
    for name in names:
        resource = getattr(DixaClient("token"), name)
        assert isinstance(resource, Resource)
        for method, function in inspect.getmembers(type(resource), inspect.isfunction):
            if not method.startswith("_"):
                found.append(Method(name, method, function))
    return found


@attrs.frozen
class Sent:
    """A request as it was sent."""

    operation: Operation[Any]
    path: str
    """The path below the version, without the query."""
    query: Mapping[str, str]
    content_type: str | None
    body: Any
    """The JSON, or the bytes if it is something else; None if there is none."""


@attrs.frozen
class Recorded:
    """What a method sends: once with what it must be given, and once more for each option."""

    method: Method
    operation: Operation[Any]
    sent: list[Sent]
    arguments: Mapping[str, Any]
    """The smallest arguments that it can be given."""


Recordings: TypeAlias = Mapping[Method, Recorded]
"""What each method sends."""


def record_all() -> Recordings:
    """Find out what each method sends."""

    async def record() -> dict[Method, Recorded]:
        return {method: await _record(method) for method in methods()}

    return asyncio.run(record())


async def _record(method: Method) -> Recorded:
    needed = {
        name: smallest(parameter.annotation, name)
        for name, parameter in method.parameters.items()
        if parameter.default is parameter.empty
    }
    options = {name: smallest(method.parameters[name].annotation, name) for name in method.parameters.keys() - needed}
    sent = [await _send(method, {**needed, **option}) for option in ({}, *({name: options[name]} for name in options))]
    return Recorded(method, sent[0].operation, sent, needed)


class _NotSentError(Exception):
    """Raised in the place of sending."""


async def _send(method: Method, arguments: Mapping[str, Any]) -> Sent:
    requests: list[Request] = []

    async def record(request: Request, _: Send) -> Response:
        requests.append(request)
        raise _NotSentError

    async with client(record) as dixa:
        try:
            await method.call(dixa, arguments)
        except _NotSentError:
            return _sent(requests[0], dixa)
        except Exception as problem:
            problem.add_note(f"{method} was called with {arguments}")
            raise
    raise AssertionError(f"{method} sends nothing")


def _sent(request: Request, dixa: DixaClient) -> Sent:
    url = urlsplit(request.url)
    content_type = request.headers.get("Content-Type")
    is_json = request.body is not None and content_type == "application/json"
    return Sent(
        operation=request.operation,
        path=url.path.removeprefix(f"/{dixa.config.api_version}"),
        query=dict(parse_qsl(url.query, keep_blank_values=True)),
        content_type=content_type,
        body=json.loads(request.body or b"") if is_json else request.body,
    )
