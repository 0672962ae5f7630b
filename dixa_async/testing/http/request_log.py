"""The requests that the server received, and how many of them it applied."""

from collections import Counter
from collections.abc import Collection
from functools import cache
from typing import Any, Final, TypeAlias

import attrs

from ..._json import loads

OperationKey: TypeAlias = tuple[str, str]
"""The method and the path template of an operation."""

VERSIONS: Final = ("beta", "v1")
"""The versions of the API, with which the paths of its operations begin."""

_FIRST_ERROR: Final = 400


def split_version(path: str) -> tuple[str, str]:
    """The first part of a path, which is the version of an operation, and the path below it."""
    version, _, rest = path.removeprefix("/").partition("/")
    return version, f"/{rest}"


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
    operation: OperationKey | None = None
    """The method and the path template of the operation; None if there is no such operation."""
    body: bytes = attrs.field(default=b"", repr=False)
    """The body; empty if the request was rejected before it was read: for its token, or by a rate limit."""
    applied: bool = False
    """Whether it was applied, whatever happened to its response."""
    throttled: bool = False
    """Whether it exceeded a rate limit."""
    fault: str | None = None
    """The fault that happened to it, as text."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The path below the version if it has one, and the template of it if there is one."""
        version, rest = split_version(self.path)
        below = rest if version in VERSIONS else self.path
        return (below,) if self.operation is None else (below, self.operation[1])

    @property
    def rejected(self) -> bool:
        """Whether the server itself rejected it: for its token, its arguments or the state, or by a rate limit."""
        return self.fault is None and self.status is not None and self.status >= _FIRST_ERROR

    def json(self) -> Any:
        """The body, read as JSON.

        Returns:
            The value, such as a dict.

        Raises:
            ValueError: it is empty, or no JSON.
        """
        return loads(self.body)


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

    def writes(self) -> dict[str, int]:
        """How many requests were applied that change something, by operation."""
        return {f"{method} {path}": count for (method, path), count in self._counts.items() if _writes(method, path)}

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


def _writes(method: str, path: str) -> bool:
    if method != "POST":
        return method != "GET"
    return (method, path) not in _reading_posts()


@cache
def _reading_posts() -> frozenset[OperationKey]:
    from ...resources.registry import operations  # only for an assertion

    return frozenset((operation.method, operation.path) for operation in operations() if operation.reads_only)
