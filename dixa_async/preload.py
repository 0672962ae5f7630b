"""Imports models, and compiles the code that reads and writes them, ahead of the first call."""

from ._suggest import suggest
from .errors import UsageError
from .resources.registry import NAMESPACES, Namespace, operations
from .serialization import Serializer


def preload(*namespaces: Namespace) -> None:
    """Import the models of resources, and compile the code that writes their requests and reads their responses.

    Args:
        namespaces: the namespaces of the resources; defaults to all.

    Raises:
        UsageError: there is no such namespace.
    """
    for namespace in namespaces:
        _check(namespace)
    serializer = Serializer.shared()
    for operation in operations(*namespaces):
        if operation.response_type is not None:
            serializer.prepare(list[operation.response_type])  # type: ignore[name-defined]  # a page and its items
        if operation.body is not None:
            serializer.prepare_request(operation.body)


def _check(namespace: object) -> None:
    if namespace in NAMESPACES:
        return
    near = suggest(namespace, NAMESPACES) if isinstance(namespace, str) else None
    hint = f"did you mean {near!r}?" if near else f"there are {', '.join(NAMESPACES)}"
    raise UsageError(f"preload: the client has no namespace {namespace!r}: {hint}")
