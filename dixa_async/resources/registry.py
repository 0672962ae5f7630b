"""The registry of resources: the namespaces of a client, and the operations of each."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final, Literal, TypeAlias, get_args

from ..transport.operation import Operation

Namespace: TypeAlias = Literal[
    "agents",
    "analytics",
    "anonymization",
    "business_hours",
    "contact_endpoints",
    "conversations",
    "custom_attributes",
    "end_users",
    "internal_notes",
    "knowledge",
    "messages",
    "organization",
    "queues",
    "ratings",
    "search",
    "tags",
    "teams",
    "templates",
    "webhooks",
]
"""An attribute of the client that has the operations of one part of the API."""

NAMESPACES: Final[tuple[Namespace, ...]] = get_args(Namespace)

_MODULES: Final[dict[str, tuple[str, ...]]] = {
    "conversations": ("conversations", "conversation_actions"),
    "knowledge": ("knowledge.articles", "knowledge.collections", "knowledge.images", "knowledge.translations"),
}
"""The modules of a namespace that has several. All others have one, of the same name."""


def operations(*namespaces: Namespace) -> Iterator[Operation[Any]]:
    """All operations of some namespaces. Their modules are imported, their models are not.

    Args:
        namespaces: the namespaces; defaults to all.

    Yields:
        The operations.
    """
    for namespace in namespaces or NAMESPACES:
        for module in _MODULES.get(namespace, (namespace,)):
            for value in vars(import_module(f".{module}", __package__)).values():
                if isinstance(value, Operation):
                    yield value
