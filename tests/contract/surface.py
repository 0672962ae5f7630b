"""What the package can do: its operations, the methods that reach them, and what those send."""

import asyncio
import functools
import inspect
import json
import math
import re
import typing
import warnings
from collections.abc import Callable, Mapping, Sequence, Set
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
)
from dixa_async.config import ApiVersion
from dixa_async.resources import registry
from dixa_async.resources.base import Resource

from .strategies import smallest

_FORMS: Final[Mapping[str, Sequence[tuple[str | None, Set[str]]]]] = {
    "agents.list": ((None, {"email"}), (None, {"phone"})),
    "analytics.query_metric": (("period", {"conversation_ids"}), ("conversation_ids", {"period"})),
    "analytics.query_records": (("period", {"conversation_ids"}), ("conversation_ids", {"period"})),
    "end_users.list": ((None, {"email", "phone"}), (None, {"email", "external_id"}), (None, {"phone", "external_id"})),
    "search.conversations": (("query", {"any_of"}), ("query", {"all_of"}), (None, {"query", "exact_match", "any_of"})),
}
"""The ways to call a method whose options need or exclude each other: the option to give, and those to leave out."""


@functools.cache
def operations() -> dict[str, Operation[Any]]:
    """All operations of the package by their ids."""
    return {operation.id: operation for operation in registry.operations()}


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

    @functools.cached_property
    def forms(self) -> list[dict[str, inspect.Parameter]]:
        """The parameters for each way to call it; most methods can be called with all of them."""
        return [
            {
                name: parameter.replace(default=parameter.empty) if name == needed else parameter
                for name, parameter in self.parameters.items()
                if name not in left_out
            }
            for needed, left_out in _FORMS.get(str(self), ((None, set()),))
        ]

    @property
    def request(self) -> str | None:
        """The request that the docstring ends with, such as ``GET /agents``."""
        found = re.search(r"``([A-Z]+ /\S+)``$", inspect.getdoc(self.function) or "")
        return None if found is None else found[1]

    @property
    def raises(self) -> list[str]:
        """The names of the errors that the docstring tells of, in its order."""
        found = re.search(r"^Raises:\n((?: {4}.*\n)+)", inspect.getdoc(self.function) or "", re.MULTILINE)
        return [] if found is None else re.findall(r"^ {4}(\w+): \S", found[1], re.MULTILINE)

    def of(self, client: DixaClient) -> Callable[..., Any]:
        """The method of a client."""
        bound: Callable[..., Any] = getattr(getattr(client, self.resource), self.name)
        return bound

    async def call(self, client: DixaClient, arguments: Mapping[str, Any]) -> Any:
        """Call it, and wait for what comes back; of a pager, for the first page."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # some operations are deprecated by Dixa
            return await self.of(client)(**arguments)


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


@functools.cache
def methods() -> list[Method]:
    """All public methods of all resources."""
    found = []
    for name, _ in inspect.getmembers(DixaClient, lambda value: isinstance(value, functools.cached_property)):
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
    """What a method sends: once with what it must be given, and once more for each option."""

    method: Method
    operation: Operation[Any]
    sent: list[Sent]
    arguments: Mapping[str, Any]
    """The smallest arguments that it can be given."""


Recordings: TypeAlias = Mapping[Method, Recorded]
"""What each method sends."""


def record_all(api_version: ApiVersion) -> Recordings:
    """Find out what each method sends."""

    async def record() -> dict[Method, Recorded]:
        return {method: await _record(method, api_version) for method in methods()}

    return asyncio.run(record())


async def _record(method: Method, api_version: ApiVersion) -> Recorded:
    arguments = [given for form in method.forms for given in _arguments(form)]
    sent = [await _send(method, given, api_version) for given in arguments]
    return Recorded(method, sent[0].operation, sent, arguments[0])


def _arguments(parameters: Mapping[str, inspect.Parameter]) -> list[dict[str, Any]]:
    """The smallest arguments: those that are needed, and these with each option."""
    given = {name: smallest(parameter.annotation, name) for name, parameter in parameters.items()}
    needed = {name: given[name] for name, parameter in parameters.items() if parameter.default is parameter.empty}
    return [needed, *({**needed, name: option} for name, option in given.items() if name not in needed)]


class _NotSentError(Exception):
    """Raised in the place of sending."""


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
