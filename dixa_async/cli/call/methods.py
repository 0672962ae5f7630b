"""The methods of the client, by their public names, such as ``tags.list``."""

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from typing import Any, cast

import attrs

from ..._suggest import did_you_mean
from ...caller.http_caller import HttpCaller
from ...errors import InvalidRequestError
from ...resources.namespaces import ResourceNamespaces
from ...resources.registry import NAMESPACES


class _Unconnected(ResourceNamespaces):
    """The resources without a client: only their classes are looked at."""

    _caller = cast("HttpCaller", None)


@attrs.define
class Method:
    """A method of a resource."""

    namespace: str
    """The attribute of the client."""
    short_name: str
    function: Callable[..., Any] = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """The public name."""
        return f"{self.namespace}.{self.short_name}"

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """Its parameters, with their types as objects."""
        hints = typing.get_type_hints(self.function)
        signature = list(inspect.signature(self.function).parameters.values())[1:]
        return {each.name: each.replace(annotation=hints[each.name]) for each in signature}

    @property
    def returns(self) -> Any:
        """The type that it returns."""
        return typing.get_type_hints(self.function).get("return")

    @property
    def docstring(self) -> str:
        """What it does; empty if Python runs without docstrings (``-OO``)."""
        return inspect.getdoc(self.function) or ""

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return self.docstring.partition("\n")[0]

    @property
    def requests(self) -> list[str]:
        """The requests that it makes, such as ``GET /tags``."""
        return re.findall(r"``([A-Z]+ /\S*)``", self.docstring.rpartition("\n\n")[2])

    def bound_to(self, client: ResourceNamespaces) -> Callable[..., Any]:
        """The method of a client."""
        bound: Callable[..., Any] = getattr(getattr(client, self.namespace), self.short_name)
        return bound


def all_methods() -> Iterator[Method]:
    """All methods of all resources. Imports all of them.

    Yields:
        The methods, by namespace and in the order of their source.
    """
    for namespace in NAMESPACES:
        yield from _methods_of(namespace)


def find_method(name: str) -> Method:
    """Find a method.

    Args:
        name: its public name.

    Returns:
        The method.

    Raises:
        InvalidRequestError: there is no such method. The message suggests what was meant.
    """
    namespace = name.partition(".")[0]
    methods = list(_methods_of(namespace)) if namespace in NAMESPACES else []
    found = next((each for each in methods if each.name == name), None)
    if found is not None:
        return found
    if methods and "." not in name:
        names = ", ".join(each.name for each in methods)
        raise InvalidRequestError(f"{name} has several operations: {names}")
    hint = did_you_mean(name, [each.name for each in all_methods()])
    raise InvalidRequestError(f"there is no operation {name}{hint or ': --list shows all of them'}")


def _methods_of(namespace: str) -> Iterator[Method]:
    resource: object = getattr(_Unconnected(), namespace)
    seen = set[str]()
    for base in type(resource).__mro__:
        for name, function in vars(base).items():
            if not name.startswith("_") and inspect.isfunction(function) and name not in seen:
                seen.add(name)
                yield Method(namespace, name, function)
