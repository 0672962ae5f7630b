"""The requests that the server received, and how many of them it applied."""

from collections import Counter
from collections.abc import Collection
from typing import TypeAlias

import attrs

OperationKey: TypeAlias = tuple[str, str]
"""The method and the path template of an operation."""


@attrs.define(kw_only=True)
class ReceivedRequest:
    """A request that the server received."""

    method: str
    path: str
    """The path with the version, such as ``/beta/endusers``."""
    query: str
    """The raw query string, without the question mark."""
    status: int | None = None
    """The status of the response; None until it is sent, and for good if the connection was dropped."""
    seconds: float | None = None
    """How long the response took; None until then."""


class AppliedRequests:
    """Counts the requests that were applied, by operation.

    Args:
        operations: all operations.
    """

    def __init__(self, operations: Collection[OperationKey]) -> None:
        self._operations = operations
        self._counts = Counter[OperationKey]()

    def add(self, operation: OperationKey) -> None:
        """Count a request."""
        self._counts[operation] += 1

    def count(self, method: str, path: str) -> int:
        """How many requests to an operation were applied.

        Args:
            method: its method, in capitals.
            path: its path template, without the version.

        Returns:
            Their number.

        Raises:
            ValueError: there is no such operation.
        """
        if (method, path) not in self._operations:
            raise ValueError(
                f"there is no operation {method} {path}: pass a path template without the version, such as"
                " /conversations/{conversationId}/notes"
            )
        return self._counts[method, path]
