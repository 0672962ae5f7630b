"""The public API of the package: its operations, and the methods that call them."""

import functools
import inspect
import re
import typing
import warnings
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, Final

import attrs

from dixa_async import DixaClient, Operation
from dixa_async.resources import registry
from dixa_async.resources.base import Resource

_FORMS: Final[Mapping[str, Sequence[tuple[str | None, Set[str]]]]] = {
    "agents.list": ((None, {"email"}), (None, {"phone"})),
    "analytics.query_metric": (("period", {"conversation_ids"}), ("conversation_ids", {"period"})),
    "analytics.query_records": (("period", {"conversation_ids"}), ("conversation_ids", {"period"})),
    "end_users.list": ((None, {"email", "phone"}), (None, {"email", "external_id"}), (None, {"phone", "external_id"})),
    "search.conversations": (("query", {"any_of"}), ("query", {"all_of"}), (None, {"query", "exact_match", "any_of"})),
}
"""The ways to call a method whose options need or exclude each other: the option to give, and those to leave out."""

COMPOSED: Final = frozenset(
    {
        "agents.find_by_email",
        "conversations.create_once",
        "end_users.find_by_email",
        "end_users.find_by_phone",
        "internal_notes.add_once",
        "messages.add_once",
        "queues.find_by_name",
        "tags.add_by_name",
        "tags.find_by_name",
        "teams.find_by_name",
        "webhooks.ensure",
        "webhooks.finish_rotation",
        "webhooks.start_rotation",
    }
)
"""Methods that are more than one operation. Their docstrings say which, after ``Made of``."""


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
        """The parameters for each overload; most methods accept all of them at once."""
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
        """The names of the errors that the docstring names, in its order."""
        found = re.search(r"^Raises:\n((?: {4}.*\n)+)", inspect.getdoc(self.function) or "", re.MULTILINE)
        return [] if found is None else re.findall(r"^ {4}(\w+): \S", found[1], re.MULTILINE)

    def of(self, client: DixaClient) -> Callable[..., Any]:
        """The bound method of a client."""
        bound: Callable[..., Any] = getattr(getattr(client, self.resource), self.name)
        return bound

    async def call(self, client: DixaClient, arguments: Mapping[str, Any]) -> Any:
        """Call it and await the result, or the first page of a pager."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Dixa has deprecated some operations
            return await self.of(client)(**arguments)


@functools.cache
def methods() -> list[Method]:
    """All public methods of all resources that make one call."""
    return [method for method in all_methods() if str(method) not in COMPOSED]


@functools.cache
def all_methods() -> list[Method]:
    """All public methods of all resources."""
    found = []
    for name, _ in inspect.getmembers(DixaClient, lambda value: isinstance(value, functools.cached_property)):
        resource = getattr(DixaClient("token"), name)
        if not isinstance(resource, Resource):
            continue  # it has no operations of the API, and its class is public itself
        for method, function in inspect.getmembers(type(resource), inspect.isfunction):
            if not method.startswith("_"):
                found.append(Method(name, method, function))
    return found
